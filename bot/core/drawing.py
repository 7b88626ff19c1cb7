"""Drawing in a process of its own, so that nobody waits for it, and its memory goes when it is done."""

import asyncio
import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import ParamSpec, TypeVar

PATIENCE_S = 60.0
P = ParamSpec("P")
R = TypeVar("R")


class DrawingProcess:
    """One drawing at a time."""

    def __init__(self) -> None:
        self._alone = asyncio.Lock()

    async def drawn(self, draw: Callable[P, R], *figures: P.args, **named: P.kwargs) -> R:
        """What `draw`, a function of a module, makes of the figures.

        Raises TimeoutError, and BrokenProcessPool when the process was killed.
        """
        async with self._alone:
            # A fresh process: a forked one would inherit the threads' locks of this one.
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
                work = asyncio.wrap_future(pool.submit(draw, *figures, **named))
                return await asyncio.wait_for(work, PATIENCE_S)
