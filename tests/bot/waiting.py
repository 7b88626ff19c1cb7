"""Waiting for a condition, with a deadline."""

import asyncio
from collections.abc import Callable

DEADLINE_S = 10.0


async def until(condition: Callable[[], bool], what: str) -> None:
    """Return as soon as the condition holds; fail and name it after ten seconds."""
    end = asyncio.get_running_loop().time() + DEADLINE_S
    while not condition():
        assert asyncio.get_running_loop().time() < end, f"waited in vain until {what}"
        await asyncio.sleep(0.01)
