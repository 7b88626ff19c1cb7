"""Drawing in a process of its own, so that nobody waits for it, and its memory goes when it is done."""

import asyncio
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from bot.features.reports.figures import Report
from bot.ui.locale import Language

PATIENCE_S = 60.0


class Drawing:
    """One report at a time."""

    def __init__(self) -> None:
        self._alone = asyncio.Lock()

    async def pictures(self, report: Report, language: Language) -> tuple[bytes, ...]:
        """The report's charts as PNG. Raises TimeoutError, and BrokenProcessPool when the process was killed."""
        async with self._alone:
            # A fresh process: a forked one would inherit the threads' locks of this one.
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
                work = asyncio.get_running_loop().run_in_executor(pool, _draw, report, language)
                return await asyncio.wait_for(work, PATIENCE_S)


def _draw(report: Report, language: Language) -> tuple[bytes, ...]:
    from bot.features.reports.charts import draw

    return draw(report, language)
