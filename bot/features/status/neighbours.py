"""The services and servers of the local stack, asked themselves: works when Prometheus is what is broken."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from bot.features.status.metrics_text import Samples, jobs_of, samples_of, service_of
from bot.features.status.report import JobHealth, ServiceStatus, StatusReport
from ops.stack.control import LocalStack

PATIENCE_S = 2.0


@dataclass(frozen=True, slots=True)
class _Health:
    name: str
    samples: Samples | None


class Neighbours:
    """Asks every service at the address that it has registered, and the supervisor about the servers."""

    def __init__(self, stack: LocalStack, clock: Callable[[], datetime]) -> None:
        self._stack = stack
        self._clock = clock

    def known(self) -> bool:
        """Whether there is a supervisor, whose status names every part."""
        return self._stack.is_running()

    async def look(self) -> StatusReport:
        """Everything as of now; who does not answer within two seconds is not well."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_S)) as session:
            answers = await asyncio.gather(*(_ask(session, one.name, one.http) for one in self._stack.services()))
        services = {answer.name: _judged(answer) for answer in answers}
        jobs: list[JobHealth] = []
        for answer in answers:
            jobs += jobs_of(answer.samples or {})
        for part in self._parts():
            if part.name not in services or not part.good:
                services[part.name] = part
        return StatusReport(self._clock(), tuple(services[name] for name in sorted(services)), tuple(jobs))

    def _parts(self) -> list[ServiceStatus]:
        return [
            ServiceStatus(part.name, True)
            if part.health.good
            else ServiceStatus(part.name, False, (str(part.health),), part.note)
            for part in self._stack.parts()
            if part.kind.runs_on
        ]


async def _ask(session: aiohttp.ClientSession, name: str, address: str) -> _Health:
    try:
        async with session.get(f"{address}/metrics") as answer:
            return _Health(name, samples_of(await answer.text()))
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return _Health(name, None)


def _judged(answer: _Health) -> ServiceStatus:
    if answer.samples is None:
        return ServiceStatus(answer.name, good=False, codes=("silent",))
    return service_of(answer.name, answer.samples)
