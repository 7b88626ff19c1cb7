"""One fetch over real HTTP: what comes to the disk, what is refused, and that nothing secret is said."""

import asyncio
import base64
import gzip
import socket
from pathlib import Path

import pytest

from ops import public_addresses
from ops.settings import FeedSettings
from pipeline.contracts.feeds import FetchedFile, FetchFault
from pipeline.feed.downloading import FetchFailed, download
from tests.pipeline.feed.feed_site import feed_site
from tests.waiting import until

LAB = FeedSettings(fetch_private=True, fetch_timeout_s=10, fetch_mb=1)


async def fails(address: str, target: Path, settings: FeedSettings = LAB) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        await download(address, target, settings)
    return caught.value


async def test_the_file_is_on_disk_and_the_second_time_it_is_the_same(tmp_path: Path) -> None:
    async with feed_site(b"[1]") as site:
        found = await download(site.address, tmp_path / "a", LAB)
        assert found is not None
        assert (tmp_path / "a").read_bytes() == b"[1]"
        assert (found.size, found.modified) == (3, "Fri, 27 Nov 2026 10:00:00 GMT")
        known = FetchedFile(token="t", etag=found.etag, modified=found.modified)
        assert await download(site.address, tmp_path / "b", LAB, known) is None
        assert site.asked[1].headers["If-Modified-Since"] == found.modified
        assert not (tmp_path / "b").exists()
        plain = FetchedFile(token="t", digest=found.digest)
        assert await download(site.address, tmp_path / "c", LAB, plain) is None, "its bytes say it too"
        site.content = b"[2]"
        assert await download(site.address, tmp_path / "b", LAB, known) is not None
        assert (tmp_path / "b").read_bytes() == b"[2]"


async def test_a_packed_file_stays_packed(tmp_path: Path) -> None:
    packed = gzip.compress(b"[1]")
    async with feed_site(packed) as site:
        await download(site.url + "/feed.yml.gz", tmp_path / "a", LAB)
    assert (tmp_path / "a").read_bytes() == packed


async def test_redirects_are_followed_five_times(tmp_path: Path) -> None:
    async with feed_site(b"[1]") as site:
        assert await download(f"{site.url}/hops/5", tmp_path / "a", LAB) is not None
        assert len(site.asked) == 6
        assert (await fails(f"{site.url}/hops/6", tmp_path / "b")).fault is FetchFault.REDIRECTS
        for elsewhere in ("file:///etc/passwd", "ftp://shop.ru/", "https://"):
            assert (await fails(f"{site.url}/to/x?url={elsewhere}", tmp_path / "b")).fault is FetchFault.ADDRESS


@pytest.mark.parametrize(
    ("status", "detail"), [(404, "404"), (401, "401"), (500, "500"), (503, "503"), (429, "429"), (206, "206")]
)
async def test_a_site_that_refuses_is_told_by_its_number(status: int, detail: str, tmp_path: Path) -> None:
    async with feed_site() as site:
        site.status = status
        error = await fails(site.address, tmp_path / "a")
    assert (error.fault, error.detail) == (FetchFault.STATUS, detail)
    assert (error.not_before is not None) == (status in {429, 503})


async def test_a_304_that_nobody_asked_for_is_no_file(tmp_path: Path) -> None:
    async with feed_site() as site:
        site.status = 304
        assert (await fails(site.address, tmp_path / "a")).detail == "304"


async def test_a_cut_off_file_is_no_file(tmp_path: Path) -> None:
    async with feed_site(b"x" * 200_000) as site:
        assert (await fails(f"{site.url}/cut", tmp_path / "a")).fault is FetchFault.CUT_OFF


async def test_too_large_is_refused_by_what_is_announced_and_by_what_comes(tmp_path: Path) -> None:
    async with feed_site(b"x" * 1_048_577) as site:
        assert (await fails(site.address, tmp_path / "a")).fault is FetchFault.LARGE
        assert not (tmp_path / "a").exists(), "nothing of it was read"
        assert (await fails(f"{site.url}/endless", tmp_path / "b")).fault is FetchFault.LARGE
        assert (tmp_path / "b").stat().st_size <= 1_048_576


async def test_too_slow_is_given_up(tmp_path: Path) -> None:
    hasty = FeedSettings(fetch_private=True, fetch_timeout_s=0.3, fetch_mb=1_000)
    async with feed_site() as site:
        assert (await fails(f"{site.url}/endless", tmp_path / "a", hasty)).fault is FetchFault.SLOW
        site.slow_s = 5
        assert (await fails(site.address, tmp_path / "b", hasty)).fault is FetchFault.SLOW


async def test_nobody_there_and_no_certificate(tmp_path: Path) -> None:
    async with feed_site() as site:
        assert (await fails(site.address.replace("http:", "https:"), tmp_path / "a")).fault in {
            FetchFault.CERTIFICATE,
            FetchFault.AWAY,
        }
        gone = site.address
    assert (await fails(gone, tmp_path / "a")).fault is FetchFault.AWAY


async def test_a_name_that_nobody_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert (await fails("https://nobody.example/f", tmp_path / "a", FeedSettings())).fault is FetchFault.NO_HOST


async def test_a_disk_that_takes_nothing_is_our_own_fault(tmp_path: Path) -> None:
    async with feed_site() as site:
        assert (await fails(site.address, tmp_path / "missing" / "a")).fault is FetchFault.OURS


async def test_the_password_goes_to_its_own_site_alone_and_is_never_said(tmp_path: Path) -> None:
    async with feed_site(b"[1]") as site, feed_site(b"[2]", "127.0.0.2") as other:
        await download(site.with_password(), tmp_path / "a", LAB)
        expected = "Basic " + base64.b64encode(b"shop:s3cret").decode()
        assert site.asked[0].headers["Authorization"] == expected
        await download(site.with_password("/to/x?url=/feed.yml"), tmp_path / "c", LAB)
        assert site.asked[-1].headers["Authorization"] == expected
        await download(site.with_password(f"/to/x?url={other.address}"), tmp_path / "d", LAB)
        assert "Authorization" not in other.asked[0].headers
        assert "Cookie" not in other.asked[0].headers
        site.status = 500
        error = await fails(site.with_password(), tmp_path / "e")
        away = await fails(site.with_password().replace(site.url.rpartition(":")[2], "1"), tmp_path / "f")
        for each in (error, away):
            assert "s3cret" not in f"{each!r} {each.detail} {each.__cause__!r}"


class TestPublicAddressesAlone:
    """In these tests 127.0.0.2 stands for the public internet."""

    PUBLIC = FeedSettings(fetch_timeout_s=10)

    @pytest.fixture(autouse=True)
    def internet(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = public_addresses._is_public
        monkeypatch.setattr(public_addresses, "_is_public", lambda found: str(found) == "127.0.0.2" or real(found))

    @staticmethod
    def names(monkeypatch: pytest.MonkeyPatch, answers: list[str]) -> None:
        """Have every name resolve to the next of these addresses, and in the end to the last."""

        def resolve(host: str, port: int, *_: object, **__: object) -> list[object]:
            address = answers.pop(0) if len(answers) > 1 else answers[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)

    async def test_neither_by_number_nor_by_name(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        async with feed_site() as inner:
            assert (await fails(inner.address, tmp_path / "a", self.PUBLIC)).fault is FetchFault.PRIVATE
            self.names(monkeypatch, ["127.0.0.1"])
            named = inner.address.replace("127.0.0.1", "shop.example")
            assert (await fails(named, tmp_path / "a", self.PUBLIC)).fault is FetchFault.PRIVATE
            assert inner.asked == []

    async def test_nor_by_a_redirect(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        async with feed_site(b"[1]", "127.0.0.2") as outer, feed_site(b"secret") as inner:
            assert await download(outer.address, tmp_path / "a", self.PUBLIC) is not None
            leads = f"{outer.url}/to/x?url={inner.address}"
            assert (await fails(leads, tmp_path / "b", self.PUBLIC)).fault is FetchFault.PRIVATE
            self.names(monkeypatch, ["127.0.0.1"])
            leads = f"{outer.url}/to/x?url={inner.address.replace('127.0.0.1', 'shop.example')}"
            assert (await fails(leads, tmp_path / "b", self.PUBLIC)).fault is FetchFault.PRIVATE
            assert inner.asked == []

    async def test_a_name_that_answers_otherwise_the_next_time_leads_nowhere_else(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with feed_site(b"[1]", "127.0.0.2") as outer:
            self.names(monkeypatch, ["127.0.0.2", "127.0.0.1"])
            named = outer.address.replace("127.0.0.2", "shop.example")
            assert await download(named, tmp_path / "a", self.PUBLIC) is not None
            assert outer.asked[0].headers["Host"].startswith("shop.example")
            assert (await fails(named, tmp_path / "b", self.PUBLIC)).fault is FetchFault.PRIVATE


async def test_a_stop_in_the_middle_leaves_a_file_that_can_be_removed(tmp_path: Path) -> None:
    async with feed_site() as site:
        large = FeedSettings(fetch_private=True, fetch_timeout_s=60, fetch_mb=1_000)
        task = asyncio.create_task(download(f"{site.url}/endless", tmp_path / "a", large))
        await until((tmp_path / "a").exists, "the file is begun")
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    (tmp_path / "a").unlink()
