"""Work that goes on beside the conversations, for as long as the bot runs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import TypeAlias

from aiokafka.errors import KafkaError

from ops.logs import get_logger

log = get_logger(__name__)
DAY_S = 24 * 3600.0
Work: TypeAlias = Coroutine[object, object, None]


@contextlib.asynccontextmanager
async def run_in_background(*works: Work) -> AsyncIterator[None]:
    """Run coroutines until the block ends. One that fails is logged and stops none of the others."""
    tasks = [asyncio.create_task(work) for work in works]
    for task in tasks:
        task.add_done_callback(_report)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def daily(what: str, sweep: Callable[[], Awaitable[int]]) -> None:
    """Delete what is old, at the start and once a day; `sweep` says how many it deleted, and raises KafkaError."""
    while True:
        try:
            log.info("old_state_swept", what=what, deleted=await sweep())
        except KafkaError as error:
            log.warning("old_state_not_swept", what=what, error=str(error))
        await asyncio.sleep(DAY_S)


def _report(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background_work_failed", exc_info=error)
