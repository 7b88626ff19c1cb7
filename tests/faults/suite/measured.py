"""A line that cannot be measured to its end says so, and costs no other line."""

import traceback
from collections.abc import Awaitable

import pytest

from tests.faults.suite.line import Line


async def measured(part: str, what: str, line: Awaitable[Line]) -> Line:
    """The line, or one that says what went wrong with it."""
    try:
        return await line
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - the other lines must still be measured
        traceback.print_exc()
        return broken(part, what, error)


def broken(part: str, what: str, error: BaseException) -> Line:
    """What is said of an error in the table."""
    said = str(error).splitlines() or [""]
    return Line(part=part, what=what, broken=f"{type(error).__name__}: {said[0][:200]}")
