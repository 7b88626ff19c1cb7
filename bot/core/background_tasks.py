"""Work that goes on beside the bot, for as long as it runs."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from ops.logs import get_logger

log = get_logger(__name__)


@contextlib.asynccontextmanager
async def run_in_background(*works: object) -> AsyncIterator[None]:
    """Run coroutines until the block ends. One that fails is logged and stops none of the others."""
    tasks = [asyncio.ensure_future(work) for work in works if asyncio.iscoroutine(work)]
    for task in tasks:
        task.add_done_callback(_report)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _report(task: "asyncio.Task[object]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("background_work_failed", exc_info=error)
