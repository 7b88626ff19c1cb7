"""What is measured every half minute of a soak, and where it comes from."""

import contextlib
import re
from collections.abc import Iterable, Mapping
from statistics import quantiles

import aiohttp
import psutil
from pydantic import BaseModel, ConfigDict

from ops.stack.part import PartKind
from ops.stack.running import RunningStack

LAG = re.compile(rb"^yarmarka_consumer_lag_messages\{[^}]*\} (\S+)$", re.MULTILINE)
FEW = 4


class Use(BaseModel):
    """What one part uses of the machine, its own processes together."""

    model_config = ConfigDict(frozen=True)

    rss_mb: float
    fds: int
    threads: int
    lag: float | None = None
    """Messages behind the ends of its partitions; None for who consumes nothing."""
    started: float = 0.0
    """When its process began, seconds since the epoch: another one than before was started again."""


class Sample(BaseModel):
    """One moment."""

    model_config = ConfigDict(frozen=True)

    at_s: float
    parts: Mapping[str, Use]
    answers: int
    """How many people were answered since the sample before."""
    p95_s: float | None
    """What all but the slowest twentieth of them waited at most."""


async def sample(stack: RunningStack, session: aiohttp.ClientSession, at_s: float, waits: list[float]) -> Sample:
    """Look at every part that runs now; one that does not is left out."""
    parts = {}
    for part in stack.status().parts:
        if part.kind is PartKind.SERVER or part.kind is PartKind.SERVICE:
            with contextlib.suppress(psutil.Error):
                if part.pid is not None:
                    lag = await _lag(session, part.address) if part.kind is PartKind.SERVICE else None
                    parts[part.name] = _use(psutil.Process(part.pid), lag)
    return Sample(at_s=at_s, parts=parts, answers=len(waits), p95_s=p95(waits))


def p95(waits: Iterable[float]) -> float | None:
    """The 95th percentile; None of nothing."""
    ordered = sorted(waits)
    return quantiles(ordered, n=20)[-1] if len(ordered) >= FEW else max(ordered, default=None)


def _use(process: psutil.Process, lag: float | None) -> Use:
    # Children, such as a warm session of Spark, come and go by design: a part is what stays.
    with process.oneshot():
        return Use(
            rss_mb=process.memory_info().rss / (1 << 20),
            fds=process.num_fds(),
            threads=process.num_threads(),
            lag=lag,
            started=process.create_time(),
        )


async def _lag(session: aiohttp.ClientSession, address: str) -> float | None:
    try:
        async with session.get(f"{address}/metrics", timeout=aiohttp.ClientTimeout(10)) as answer:
            found = LAG.findall(await answer.read())
    except (aiohttp.ClientError, TimeoutError):
        return None
    return sum(float(value) for value in found) if found else None
