"""Updates as Telegram posts them: to a real server, by the sandbox, over kills and full disks, and back to polling."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from telegram import WebhookInfo
from telegram.error import NetworkError

from bot.telegram.update_journal import RawUpdate, UpdateJournal
from bot.telegram.webhook_receiver import SECRET_HEADER, Webhook, WebhookReceiver
from ops.errors import StartupError
from ops.settings import load
from tests.bot.world.world import World
from tests.waiting import until

SECRET = "s" * 64


def webhook(path: str = "/telegram") -> Webhook:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return Webhook(f"http://127.0.0.1:{port}{path}", SECRET, "127.0.0.1", port)


class MemoryHooks:
    """A Telegram that remembers where it posts."""

    def __init__(self) -> None:
        self.url, self.fails, self.asked = "", 0, 0

    async def set(self, webhook: Webhook) -> object:
        self.url = webhook.url
        return True

    async def look(self) -> WebhookInfo:
        self.asked += 1
        if self.fails:
            self.fails -= 1
            raise NetworkError("no way")
        return WebhookInfo(self.url, has_custom_certificate=False, pending_update_count=0)


class Room:
    """A receiver at work, what it took, and what its health was."""

    def __init__(self, directory: Path, hook: Webhook, limit_bytes: int = 1 << 20) -> None:
        self.hook, self.hooks = hook, MemoryHooks()
        self.taken: list[int] = []
        self.health: list[bool] = []
        self.journal = UpdateJournal(directory, "1", limit_bytes=limit_bytes)
        self.receiver = WebhookReceiver(hook, self.hooks, self._take, journal=self.journal, healthy=self.health.append)
        self.stopping = asyncio.Event()

    def _take(self, update_id: int, _: RawUpdate) -> None:
        self.taken.append(update_id)

    async def posts(self, body: bytes | RawUpdate, secret: str = SECRET) -> int:
        headers = {SECRET_HEADER: secret} if secret else {}
        sent = {"data": body} if isinstance(body, bytes) else {"json": body}
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.hook.url, headers=headers, **sent) as answer,
        ):
            return answer.status


@contextlib.asynccontextmanager
async def receiving(directory: Path, limit_bytes: int = 1 << 20) -> AsyncIterator[Room]:
    room = Room(directory, webhook(), limit_bytes)
    running = asyncio.create_task(room.receiver.run(room.stopping))
    await until(lambda: bool(room.health) or running.done(), "the webhook is set")
    try:
        yield room
    finally:
        room.stopping.set()
        await running
        room.journal.close()


async def test_what_is_answered_with_200_is_in_the_journal_and_taken_once(tmp_path: Path) -> None:
    async with receiving(tmp_path) as room:
        assert room.hooks.url == room.hook.url
        assert [await room.posts({"update_id": number}) for number in (7, 5, 7)] == [200, 200, 200]
        assert room.taken == [7, 5]
        assert [raw["update_id"] for raw in room.journal.left()] == [5, 7]
        room.receiver.done(7)
        assert await room.posts({"update_id": 7}) == 200
        assert room.taken == [7, 5] and len(room.journal.left()) == 1


@pytest.mark.parametrize("secret", ["", "wrong", "s" * 63, "ы"])
async def test_who_does_not_know_the_secret_is_refused(tmp_path: Path, secret: str) -> None:
    async with receiving(tmp_path) as room:
        assert await room.posts({"update_id": 1}, secret.encode().decode("latin-1")) == 401
        assert not room.taken


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"update_id": true}', b'{"update_id": "1"}', b"\xff", b"x" * (2 << 20)]
)
async def test_what_is_no_update_is_refused(tmp_path: Path, body: bytes) -> None:
    async with receiving(tmp_path) as room:
        assert await room.posts(body) == 400
        assert not room.taken


async def test_what_the_journal_cannot_hold_is_not_taken_and_comes_again(tmp_path: Path) -> None:
    async with receiving(tmp_path, limit_bytes=200) as room:
        assert await room.posts({"update_id": 1, "text": "x" * 50}) == 200
        assert await room.posts({"update_id": 2, "text": "x" * 100}) == 503
        room.receiver.done(1)
        assert await room.posts({"update_id": 2, "text": "x" * 100}) == 200
        assert room.taken == [1, 2]


async def test_a_webhook_that_somebody_took_away_is_set_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telegram.webhook_receiver.LOOK_EVERY_S", 0.05)
    monkeypatch.setattr("bot.telegram.webhook_receiver.RETRY_S", 0.05)
    async with receiving(tmp_path) as room:
        room.hooks.url = "https://thief.example.org/"
        await until(lambda: room.hooks.url == room.hook.url, "the webhook is set again")
        room.hooks.fails = 2
        await until(lambda: False in room.health and room.health[-1], "the trouble is over")


async def test_a_taken_port_is_one_sentence(tmp_path: Path) -> None:
    room = Room(tmp_path, webhook())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", room.hook.port))
        taken.listen()
        with pytest.raises(StartupError, match="YARMARKA_TELEGRAM__WEBHOOK_PORT"):
            await room.receiver.run(asyncio.Event())
    room.journal.close()


KILLED = """
import asyncio, sys
from pathlib import Path
from bot.telegram.update_journal import UpdateJournal
from bot.telegram.webhook_receiver import Webhook, WebhookReceiver
from tests.bot.telegram.test_webhook_receiver import MemoryHooks
url, secret, port, directory = sys.argv[1:]
hook = Webhook(url, secret, "127.0.0.1", int(port))
receiver = WebhookReceiver(hook, MemoryHooks(), lambda number, raw: None,
                           journal=UpdateJournal(Path(directory), "1"), healthy=lambda holds: None)
asyncio.run(receiver.run(asyncio.Event()))
"""


async def test_what_was_answered_with_200_is_not_lost_by_a_kill(tmp_path: Path) -> None:
    hook = webhook()
    room = Room(tmp_path / "other", hook)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KILLED, hook.url, SECRET, str(hook.port), str(tmp_path / "killed")
    )
    accepted: list[int] = []

    async def post(numbers: range) -> None:
        for number in numbers:
            with contextlib.suppress(aiohttp.ClientError):
                if await room.posts({"update_id": number}) == 200:
                    accepted.append(number)
                    if len(accepted) == 60:
                        os.kill(process.pid, signal.SIGKILL)

    async def listens() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", hook.port)
        except OSError:
            return False
        writer.close()
        return True

    for _ in range(600):
        if await listens():
            break
        await asyncio.sleep(0.05)
    await asyncio.gather(*(post(range(start, 2_000, 8)) for start in range(8)))
    await process.wait()
    journal = UpdateJournal(tmp_path / "killed", "1")
    left = {raw["update_id"] for raw in journal.left()}
    assert len(accepted) >= 60 and set(accepted) <= left
    journal.close()
    room.journal.close()


async def test_a_person_is_answered_by_webhook_and_after_that_by_polling(world: World) -> None:
    anna = world.person(1001)
    async with world.bot(idle=("alerts",), webhook=webhook("/telegram/updates")):
        await until(lambda: world.sandbox.world.webhook is not None, "the webhook is set")
        await anna.writes("/start")
        await anna.sees("Здравствуйте")
        await anna.writes("умные часы")
        shown = await anna.sees("12 товаров", button="›")
        await anna.presses(shown, "›")
        await anna.sees_change(shown, button="2/3")
    # What is written while the bot is away waits, and the bot that polls takes the webhook away.
    await anna.writes("/help")
    async with world.bot(idle=("alerts",)):
        await anna.sees("Что здесь можно делать")
        assert world.sandbox.world.webhook is None
    # And back, with what waited.
    await anna.writes("/privacy")
    async with world.bot(idle=("alerts",), webhook=webhook()):
        await anna.sees("🔐")


def test_the_switch_is_one_setting_and_the_secret_follows_from_the_token() -> None:
    assert Webhook.of(load({}).telegram, "1:token") is None
    settings = load({"YARMARKA_TELEGRAM__WEBHOOK_URL": "https://bot.example.org/telegram"}).telegram
    hook, other = Webhook.of(settings, "1:token"), Webhook.of(settings, "2:token")
    assert hook is not None and other is not None
    assert (hook.path, hook.host, hook.port, hook.certificate) == ("/telegram", "127.0.0.1", 8443, None)
    assert hook.secret != other.secret and "token" not in hook.secret and len(hook.secret) == 64
    with pytest.raises(StartupError, match="YARMARKA_TELEGRAM__WEBHOOK_URL"):
        load({"YARMARKA_TELEGRAM__WEBHOOK_URL": "bot.example.org"})
