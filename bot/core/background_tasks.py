"""Work that goes on beside the conversations, for as long as the bot runs. What fails is started again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import TypeAlias

from aiokafka.errors import KafkaError

from ops import metrics
from ops.logs import get_logger

log = get_logger(__name__)
DAY_S = 24 * 3600.0
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
# Work that ran for so long has got over what made it fail: it is well again, and its next pause is the first one.
STEADY_S = 10.0

# Told the name of some work, and whether it goes on.
Healthy: TypeAlias = Callable[[str, bool], None]


@dataclass(frozen=True, slots=True)
class Work:
    """Something that goes on in the background. `run` makes it anew each time it is called; when it ends, it is done.

    The name is a label of metrics and a condition of readiness: short, and the same in every life.
    """

    name: str
    run: Callable[[], Coroutine[object, object, None]]


def unwatched(_: str, __: bool) -> None:
    """Nobody asks how the work is."""


@contextlib.asynccontextmanager
async def run_in_background(
    *works: Work,
    healthy: Healthy = unwatched,
    first_pause_s: float = FIRST_PAUSE_S,
    steady_s: float = STEADY_S,
) -> AsyncIterator[None]:
    """Keep the works running until the block ends, each by itself.

    One that fails is logged and counted, `healthy` is told that it is down, and it is started again after a pause:
    `first_pause_s`, then twice as long each time, a minute at most. After `steady_s` without a failure it counts as
    well, and its next pause is the first one again.
    """
    keeping = [
        asyncio.create_task(_keep(work, healthy, first_pause_s, steady_s), name=f"keeps {work.name}") for work in works
    ]
    try:
        yield
    finally:
        for task in keeping:
            task.cancel()
        await asyncio.gather(*keeping, return_exceptions=True)


async def _keep(work: Work, healthy: Healthy, first_pause_s: float, steady_s: float) -> None:
    pause_s, down = first_pause_s, False
    # From the beginning at 0: of a counter that appears with 1 Prometheus sees no increase.
    restarts = metrics.BACKGROUND_RESTARTS.labels(work.name)
    while True:
        begun = monotonic()
        try:
            await _run(work, steady_s, partial(healthy, work.name, True) if down else None)
        except (Exception, asyncio.CancelledError) as error:
            if isinstance(error, asyncio.CancelledError) and _cancelled():
                raise
            if monotonic() - begun >= steady_s:
                pause_s = first_pause_s
            restarts.inc()
            log.error("background_work_failed", work=work.name, again_in_s=pause_s, exc_info=error)
            down = True
            healthy(work.name, False)
        else:
            if down:
                healthy(work.name, True)
            return
        await asyncio.sleep(pause_s)
        pause_s = min(LONGEST_PAUSE_S, 2 * pause_s)


async def _run(work: Work, steady_s: float, well: Callable[[], None] | None) -> None:
    """Run it once, and call `well` when it has gone on for `steady_s`."""
    timer = asyncio.get_running_loop().call_later(steady_s, well) if well is not None else None
    try:
        await work.run()
    finally:
        if timer is not None:
            timer.cancel()


def _cancelled() -> bool:
    """Whether it is the work's keeper that is to end, and not something that the work waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def daily(what: str, sweep: Callable[[], Awaitable[int]]) -> None:
    """Delete what is old, at the start and once a day; `sweep` says how many it deleted, and raises KafkaError."""
    while True:
        try:
            log.info("old_state_swept", what=what, deleted=await sweep())
        except KafkaError as error:
            log.warning("old_state_not_swept", what=what, error=str(error))
        await asyncio.sleep(DAY_S)
