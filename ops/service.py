"""What every long-running service has: logs, signals, /metrics and /health, and an entry among the running."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import orjson
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ops import logs, metrics
from ops.addresses import shown
from ops.errors import StartupError
from ops.settings import Settings

log = logs.get_logger(__name__)
VERSION = "0.1.0"


class Service:
    """One running service: what it is ready for, and whether it was asked to stop."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.stopping = asyncio.Event()
        self.failure: BaseException | None = None
        self._conditions: dict[str, bool] = {}

    def ready(self, condition: str, holds: bool = True) -> None:
        """Note that a named condition of readiness holds or no longer holds."""
        if self._conditions.get(condition) != holds:
            log.info("readiness", condition=condition, holds=holds)
        self._conditions[condition] = holds
        metrics.READY.labels(condition).set(holds)

    def fail(self, error: BaseException) -> None:
        """Stop, because something has ended without which the service only seems to work; `running` raises the error.

        The process then ends with a status that makes its supervisor start another.
        """
        if self.failure is None:
            log.error("failed", error=f"{type(error).__name__}: {error}")
            self.failure = error
        self.stopping.set()

    def guard(self, task: "asyncio.Task[None]") -> None:
        """Have the service fail when the task does: nobody awaits it while it works."""

        def ended(task: "asyncio.Task[None]") -> None:
            if not task.cancelled() and (error := task.exception()) is not None:
                self.fail(error)

        task.add_done_callback(ended)

    def is_ready(self) -> bool:
        """True when at least one condition is known and all hold."""
        return bool(self._conditions) and all(self._conditions.values())

    def conditions(self) -> dict[str, bool]:
        return dict(self._conditions)


SERVICE = web.AppKey("service", Service)


@contextlib.asynccontextmanager
async def running(name: str, settings: Settings) -> AsyncIterator[Service]:
    """Run the body as the service `name`.

    SIGTERM and SIGINT set `stopping`; the body should end soon after. The address of /metrics and
    /health/{live,ready} is written to `<stack_dir>/run/<name>.<pid>.json` and removed at the end.
    Raises StartupError when the address is taken, and what the service failed with.
    """
    logs.configure(settings.log, name)
    for setting, value in settings.describe():
        log.debug("setting", name=setting, value=value)
    service = Service(name)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, service.stopping.set)
    metrics.BUILD_INFO.labels(name, VERSION).set(1)
    async with _http(service, settings) as address, _registered(service, settings.stack_dir, address):
        log.info("started", http=address, version=VERSION)
        yield service
    log.info("stopped")
    if service.failure is not None:
        raise service.failure


@contextlib.asynccontextmanager
async def _http(service: Service, settings: Settings) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_get("/metrics", _metrics)
    app.router.add_get("/health/live", _live)
    app[SERVICE] = service
    app.router.add_get("/health/ready", _ready)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    host, port = settings.http.host, settings.http.port
    site = web.TCPSite(runner, host, port)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise StartupError(
            f"YARMARKA_HTTP__PORT: cannot listen on {shown(host, port)} ({error.strerror}); choose another port, or 0."
        ) from None
    try:
        bound = runner.addresses[0]
        yield f"http://{shown(bound[0], bound[1])}"
    finally:
        await runner.cleanup()


@dataclass(frozen=True, slots=True)
class RunningService:
    """A service as it has registered itself: `http` is where its /metrics and /health are, http://host:port."""

    name: str
    pid: int
    http: str


def running_services(stack_dir: Path) -> tuple[RunningService, ...]:
    """Every service registered below `<stack_dir>/run`, by name.

    An entry that cannot be read is left out: its service goes away at this moment.
    """
    found = []
    for path in sorted((stack_dir / "run").glob("*.*.json")):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            entry = orjson.loads(path.read_bytes())
            found.append(RunningService(str(entry["service"]), int(entry["pid"]), str(entry["http"])))
    return tuple(found)


@contextlib.asynccontextmanager
async def _registered(service: Service, stack_dir: Path, address: str) -> AsyncIterator[None]:
    # Several processes of one service (filter workers) are told apart by their pid.
    entry = stack_dir / "run" / f"{service.name}.{os.getpid()}.json"
    entry.parent.mkdir(parents=True, exist_ok=True)
    entry.write_bytes(orjson.dumps({"service": service.name, "pid": os.getpid(), "http": address}))
    try:
        yield
    finally:
        entry.unlink(missing_ok=True)


async def _metrics(_: web.Request) -> web.Response:
    return web.Response(body=generate_latest(metrics.REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _live(_: web.Request) -> web.Response:
    return web.json_response({"status": "live"})


async def _ready(request: web.Request) -> web.Response:
    service = request.app[SERVICE]
    body = {"service": service.name, "ready": service.is_ready(), "conditions": service.conditions()}
    return web.json_response(body, status=200 if service.is_ready() else 503)
