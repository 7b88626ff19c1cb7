"""A web page that a developer happens to open can do nothing in the sandbox: neither by a name of its own that leads
here (DNS rebinding), nor from another site, nor by an address in a picture."""

from pathlib import Path

import aiohttp
import pytest

from ops.errors import StartupError
from ops.sandbox.bot_token import read_token
from ops.sandbox.own_names import OwnNames
from ops.sandbox.server import Sandbox, running
from tests.ops.sandbox.people import Caller

REBOUND = "evil.example"
PATHS = ("/", "/page/app.js", "/people", "/user/1001/chats/1001/messages", "/faults")


async def refusal(caller: Caller, method: str, path: str, **headers: str) -> tuple[int, str]:
    async with caller.session.request(method, path, json={} if method == "POST" else None, headers=headers) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("path", PATHS)
async def test_a_foreign_name_that_leads_here_reads_nothing(caller: Caller, path: str) -> None:
    status, said = await refusal(caller, "GET", path, Host=f"{REBOUND}:8081")
    assert status == 403
    assert REBOUND in said and "--name" in said


async def test_a_foreign_name_that_leads_here_says_nothing_as_a_person_or_as_the_bot(
    caller: Caller, sandbox: Sandbox
) -> None:
    before = sandbox.world.changes
    for path in ("/user/2001/send", "/faults", "/updates", f"/bot{caller.token}/sendMessage"):
        # The page is of that name itself, so that its Origin fits its Host.
        headers = {"Host": REBOUND, "Origin": f"http://{REBOUND}"}
        assert (await refusal(caller, "POST", path, **headers))[0] == 403
    assert sandbox.world.changes == before


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:1", "null"])
async def test_a_page_of_another_site_changes_nothing(caller: Caller, sandbox: Sandbox, origin: str) -> None:
    before = sandbox.world.changes
    for path in ("/user/2001/send", "/updates", f"/bot{caller.token}/sendMessage"):
        assert (await refusal(caller, "POST", path, Origin=origin))[0] == 403
    assert (await refusal(caller, "DELETE", "/faults", Origin=origin))[0] == 403
    assert sandbox.world.changes == before


async def test_a_picture_in_another_sites_page_changes_nothing(caller: Caller, sandbox: Sandbox) -> None:
    # What `<img src="http://localhost:8081/bot…">` asks for: no Origin, and a browser's word where it comes from.
    before = sandbox.world.changes
    path = f"/bot{caller.token}/sendMessage?chat_id=1001&text=hello"
    assert (await refusal(caller, "GET", path, **{"Sec-Fetch-Site": "cross-site"}))[0] == 403
    assert (await refusal(caller, "GET", "/people", **{"Sec-Fetch-Site": "same-site"}))[0] == 403
    assert sandbox.world.changes == before


@pytest.mark.parametrize("method", ["sendMessage", "getUpdates", "deleteWebhook"])
async def test_the_bot_changes_nothing_by_get(caller: Caller, sandbox: Sandbox, method: str) -> None:
    before = sandbox.world.changes
    status, said = await refusal(caller, "GET", f"/bot{caller.token}/{method}?chat_id=1001&text=hello")
    assert status == 405
    assert "POST" in said
    assert sandbox.world.changes == before
    assert (await refusal(caller, "GET", f"/bot{caller.token}/getMe"))[0] == 200


async def test_a_link_elsewhere_still_opens_the_chat_page(caller: Caller) -> None:
    assert (await refusal(caller, "GET", "/", **{"Sec-Fetch-Site": "cross-site"}))[0] == 200
    own = {"Sec-Fetch-Site": "same-origin", "Origin": str(caller.session._base_url).rstrip("/")}
    assert (await refusal(caller, "GET", "/people", **own))[0] == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.:8081", "127.0.0.1:8081", "[::1]:8081"])
async def test_the_names_of_this_machine_are_its_own(caller: Caller, host: str) -> None:
    assert (await refusal(caller, "GET", "/people", Host=host))[0] == 200


async def test_a_name_that_was_given_is_its_own_too() -> None:
    async with running(names=("sandbox",)) as sandbox, aiohttp.ClientSession(sandbox.url) as session:
        caller = Caller(session, sandbox.world.token)
        assert (await refusal(caller, "GET", "/people", Host="sandbox:8081"))[0] == 200
        assert (await refusal(caller, "GET", "/people", Host="sandbox.evil.example"))[0] == 403


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"no token"])
def test_a_file_without_a_token_is_one_sentence(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "sandbox.token"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StartupError, match=r"--token-file: .*sandbox\.token"):
        read_token(path)


@pytest.mark.parametrize("host", ["", "localhost@evil.example", "localhost:80:90", "[::1", "127.0.0.1.evil.example"])
def test_odd_hosts_are_nobodys(host: str) -> None:
    assert not OwnNames().knows(host)
