"""Waiting for a condition, with a deadline: the one way in which tests wait."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from time import monotonic

WITHIN_S = 10.0
LOOK_S = 0.02


async def until(
    holds: Callable[[], bool | Awaitable[bool]],
    what: str,
    *,
    within_s: float = WITHIN_S,
    saw: Callable[[], object] | None = None,
    look_s: float = LOOK_S,
) -> float:
    """Return as soon as the condition holds, with the seconds that it took.

    Fails when the time is over, and says what was waited for and what `saw` sees then.
    """
    begun = monotonic()
    while True:
        held = holds()
        if await held if inspect.isawaitable(held) else held:
            return monotonic() - begun
        if monotonic() - begun > within_s:
            seen = f"; saw {saw()!r}" if saw is not None else ""
            raise AssertionError(f"after {within_s:g} s still not: {what}{seen}")
        await asyncio.sleep(look_s)
