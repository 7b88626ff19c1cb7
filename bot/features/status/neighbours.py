"""The services and servers of the local stack, asked themselves: works when Prometheus is what is broken."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import aiohttp
import orjson

from bot.features.status.metrics_text import Samples, jobs_of, samples_of, service_of
from bot.features.status.report import JobHealth, ServiceStatus, StatusReport
from ops.stack import stack_status as board
from ops.stack.directory import StackDirectory

PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class _Health:
    name: str
    samples: Samples | None


class Neighbours:
    """Reads `<stack directory>/run`, where every service enters its address and the supervisor its board."""

    def __init__(self, stack_dir: Path, clock: Callable[[], datetime]) -> None:
        self._directory = StackDirectory.at(stack_dir)
        self._clock = clock

    def known(self) -> bool:
        """Whether there is a supervisor, whose board names every part."""
        return board.read(self._directory) is not None

    async def look(self) -> StatusReport:
        """Everything as of now; who does not answer within two seconds is not well."""
        addresses = self._addresses()
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_S)) as session:
            answers = await asyncio.gather(*(_ask(session, name, address) for name, address in addresses))
        services = {answer.name: _judged(answer) for answer in answers}
        jobs: list[JobHealth] = []
        for answer in answers:
            jobs += jobs_of(answer.samples or {})
        for part in self._parts():
            if part.name not in services or not part.good:
                services[part.name] = part
        return StatusReport(self._clock(), tuple(services[name] for name in sorted(services)), tuple(jobs))

    def _addresses(self) -> list[tuple[str, str]]:
        found = []
        for path in sorted((self._directory.root / "run").glob("*.*.json")):
            try:
                entry = orjson.loads(path.read_bytes())
                found.append((str(entry["service"]), str(entry["http"])))
            except (OSError, ValueError, KeyError, TypeError):
                # The service went away while we were reading.
                continue
        return found

    def _parts(self) -> list[ServiceStatus]:
        current = board.read(self._directory)
        parts = current.parts if current is not None else ()
        return [
            ServiceStatus(part.name, part.health.good, "" if part.health.good else str(part.health))
            for part in parts
            if part.kind in {"server", "service"}
        ]


async def _ask(session: aiohttp.ClientSession, name: str, address: str) -> _Health:
    try:
        async with session.get(f"{address}/metrics") as answer:
            return _Health(name, samples_of(await answer.text()))
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return _Health(name, None)


def _judged(answer: _Health) -> ServiceStatus:
    if answer.samples is None:
        return ServiceStatus(answer.name, good=False, note="…")
    return service_of(answer.name, answer.samples)
