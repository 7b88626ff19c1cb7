"""A bad network between one service and one server, one after the other, while the load goes on."""

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import aiohttp
import orjson

from ops.settings import NESTED, PREFIX
from ops.stack.ports import HOST
from ops.stack.running import RunningStack
from tests.conftest import wait_for_stack
from tests.faults.suite import count
from tests.faults.suite.broken_stack import SERVICES, Breakage, started
from tests.faults.suite.line import Line
from tests.faults.suite.load import Load, Size
from tests.faults.suite.measured import measured
from tests.faults.suite.proxy import Address, Proxy, Trouble
from tests.faults.suite.watch import Watch, watching

PARTS = ("filter", "indexer", "bot", "requests", "sandbox", "prometheus")
SETTINGS = {
    "kafka": (f"{PREFIX}KAFKA{NESTED}BOOTSTRAP", "localhost:{port}"),
    "elasticsearch": (f"{PREFIX}ELASTICSEARCH{NESTED}URL", "https://localhost:{port}"),
    "telegram": (f"{PREFIX}TELEGRAM{NESTED}BASE_URL", "http://localhost:{port}"),
}
WAYS = tuple(
    (service, server)
    for server in SETTINGS
    for service in SERVICES
    if server == "kafka" or (server == "elasticsearch" and service != "filter") or service == "bot"
)
TROUBLES = (Trouble.LATENCY, Trouble.RESET, Trouble.BLACKHOLE, Trouble.HALF_CLOSED)
LASTS_S = 30.0
BACK_WITHIN_S = 240.0
SHARE = 0.05
# The load begins before the trouble, and ends after it.
LOAD_LASTS_S, BEFORE_S = 60.0, 10.0


@dataclass(frozen=True)
class Bad:
    """The stack, and the proxies by which each service reaches each server."""

    stack: RunningStack
    session: aiohttp.ClientSession
    watch: Watch
    proxies: Mapping[tuple[str, str], Proxy]


async def run(share: float = 1.0, seed: int = 20_261_127, only: Iterable[str] = ()) -> list[Line]:
    """A line for each way and each trouble of it; `only` keeps those whose names hold one of these texts."""
    wanted = [
        (way, trouble)
        for way in WAYS
        for trouble in TROUBLES
        if not only or any(text in _name(way, trouble) for text in only)
    ]
    lines = []
    async with _stack() as bad:
        await bad.watch.first_answer(0.0, BACK_WITHIN_S)
        for number, (way, trouble) in enumerate(wanted):
            load = Load(bad.stack, bad.session, f"net{seed % 10_000}n{number}x", Size.of(share * SHARE), seed + number)
            try:
                lines.append(await measured("network", _name(way, trouble), _line(bad, load, way, trouble)))
            finally:
                bad.proxies[way].become(Trouble.NONE)
    return lines


@contextlib.asynccontextmanager
async def _stack() -> AsyncIterator[Bad]:
    """Proxies first, since the services must be told their ports; the servers' own are read when one connects."""
    with tempfile.TemporaryDirectory(prefix="yarmarka-network-") as name:
        directory = Path(name)
        async with contextlib.AsyncExitStack() as open_until_the_end:
            proxies = {}
            for way in WAYS:
                proxy = Proxy(lambda way=way: _server(directory, *way))  # type: ignore[misc]
                proxies[way] = await open_until_the_end.enter_async_context(proxy.open())
            process = open_until_the_end.enter_context(started(directory, *PARTS, breakage=_breakage(proxies)))
            stack = await asyncio.to_thread(wait_for_stack, directory, process)
            session = await open_until_the_end.enter_async_context(aiohttp.ClientSession())
            watch = await open_until_the_end.enter_async_context(watching(stack, session))
            yield Bad(stack, session, watch, proxies)


def _server(directory: Path, service: str, server: str) -> Address:
    ports = orjson.loads((directory / "ports.json").read_bytes())
    own = {"kafka": f"kafka.{service}", "telegram": "sandbox"}.get(server, server)
    return HOST, int(ports[own])


def _breakage(proxies: Mapping[tuple[str, str], Proxy]) -> Breakage:
    environment: dict[str, dict[str, str]] = {}
    for (service, server), proxy in proxies.items():
        name, address = SETTINGS[server]
        environment.setdefault(service, {})[name] = address.format(port=proxy.port)
    listeners = {service: proxy.port for (service, server), proxy in proxies.items() if server == "kafka"}
    return Breakage(environment=environment, listeners=listeners)


async def _line(bad: Bad, load: Load, way: tuple[str, str], trouble: Trouble) -> Line:
    begun = monotonic()

    async def pace(share: float) -> None:
        await asyncio.sleep(max(0.0, begun + share * LOAD_LASTS_S - monotonic()))

    loading = asyncio.create_task(load.run(pace))
    try:
        await asyncio.sleep(BEFORE_S)
        at = monotonic()
        bad.proxies[way].become(trouble)
        await asyncio.sleep(LASTS_S)
        bad.proxies[way].become(Trouble.NONE)
        over = monotonic()
        await bad.stack.until(way[0], lambda status: status.health.good, within=BACK_WITHIN_S)
        ready = monotonic() - over
        await loading
        await bad.watch.first_answer(over, BACK_WITHIN_S)
    finally:
        loading.cancel()
    counted = await count.everything(load)
    return Line(
        part="network",
        what=_name(way, trouble),
        lost=sum(one.lost for one in counted),
        doubled=sum(one.doubled for one in counted),
        ready_s=ready,
        answered_s=bad.watch.answered_s(at, over),
        known_s=bad.watch.known_s(at, over + BEFORE_S),
        said=count.said(counted),
    )


def _name(way: tuple[str, str], trouble: Trouble) -> str:
    service, server = way
    return f"{service} – {server}: {trouble} for {LASTS_S:g} s"
