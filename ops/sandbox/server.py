"""The sandbox as a running server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from ops.errors import StartupError
from ops.sandbox.bot_api import BotApi
from ops.sandbox.conversations import Event
from ops.sandbox.faults import Faults
from ops.sandbox.own_names import OwnNames, guarding
from ops.sandbox.pages import OpenPages
from ops.sandbox.person_actions import PersonActions
from ops.sandbox.person_api import PersonApi
from ops.sandbox.rate_limits import RateLimits
from ops.sandbox.snapshot import SandboxSnapshot
from ops.sandbox.world import World

# For sandboxes inside a process, as tests have them; a stack and a deployment make a token of their own.
DEMO_TOKEN = "7000000001:sandbox-token-of-the-local-demo"  # noqa: S105 opens nothing but the sandbox
ANSWER_DEADLINE_SECONDS = 10.0
MAX_REQUEST_BYTES = 64 << 20
_SHUTDOWN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A sandbox that listens at `url` (no slash at the end)."""

    url: str
    world: World
    faults: Faults

    @property
    def base_url(self) -> str:
        """What python-telegram-bot calls base_url; its base_file_url is `<url>/file/bot`."""
        return f"{self.url}/bot"


@asynccontextmanager
async def running(
    host: str = "127.0.0.1",
    port: int = 0,
    token: str = DEMO_TOKEN,
    *,
    state_dir: Path | None = None,
    rate_limits: bool = False,
    answer_deadline: float = ANSWER_DEADLINE_SECONDS,
    names: tuple[str, ...] = (),
) -> AsyncIterator[Sandbox]:
    """Listens until the block ends. Port 0 takes a free one.

    With `state_dir` the chats and what waits for the bot survive a restart. `rate_limits` switches Telegram's
    limits on. Only who calls it by a name of this machine's loopback, by `host` or by one of `names` is answered.
    Raises StartupError when the address is taken.
    """
    world, faults = World(token), Faults()
    snapshot = SandboxSnapshot(state_dir, world) if state_dir is not None else None
    if snapshot is not None:
        snapshot.load()
    guard = guarding(OwnNames((host, *names)))
    app = web.Application(client_max_size=MAX_REQUEST_BYTES, middlewares=[guard])
    BotApi(world, faults, RateLimits() if rate_limits else None).add_routes(app)
    PersonApi(world, PersonActions(world, answer_deadline), faults).add_routes(app)
    OpenPages(world).add_routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        url = await _listen(runner, host, port)
        async with _saving(snapshot):
            yield Sandbox(url, world, faults)
    finally:
        await _dismiss(world)
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> str:
    site = web.TCPSite(runner, host, port, backlog=1024)
    try:
        await site.start()
    except OSError as error:
        raise StartupError(
            f"The sandbox cannot listen on {host}:{port} ({error.strerror}): choose another port or stop what uses it."
        ) from None
    address = runner.addresses[0]
    return f"http://{host}:{address[1]}"


@asynccontextmanager
async def _saving(snapshot: SandboxSnapshot | None) -> AsyncIterator[None]:
    if snapshot is None:
        yield
        return
    task = asyncio.create_task(snapshot.keep())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        snapshot.save()


async def _dismiss(world: World) -> None:
    """Ends everything that waits, so that the server can close at once."""
    if world.webhook is not None:
        await world.webhook.stop()
    world.updates.close()
    for conversation in world.conversations.values():
        for queue in conversation.watchers:
            queue.put_nowait(Event("lost", b"{}"))
