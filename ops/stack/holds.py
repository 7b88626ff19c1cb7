"""Keeping one part of a running stack stopped, for a rehearsal or a repair, without stopping its supervisor.

A hold is a file named after the part; it holds the time (seconds since the epoch) at which the part comes back.
"""

import asyncio
import time

from ops.errors import StartupError
from ops.stack.directory import StackDirectory
from ops.stack.stack_status import read_status

LOOK_EVERY = 0.2


def hold(directory: StackDirectory, part: str, seconds: float) -> None:
    """Stop a part and keep it stopped for so long; 0 restarts it. Returns at once, the supervisor does it.

    Raises StartupError when no supervisor runs, or it has no such part.
    """
    current = read_status(directory)
    if current is None:
        raise StartupError(f"No stack runs in {directory.root}; `python -m ops up` starts one.")
    if part not in {status.name for status in current.parts}:
        known = ", ".join(status.name for status in current.parts)
        raise StartupError(f"The stack in {directory.root} has no part `{part}`; it has {known}.")
    draft = directory.holds / f".{part}"
    draft.write_text(str(time.time() + seconds), encoding="ascii")
    draft.replace(directory.holds / part)


def release(directory: StackDirectory, part: str) -> None:
    """Let the part come back now."""
    (directory.holds / part).unlink(missing_ok=True)


def release_all(directory: StackDirectory) -> None:
    """Forget holds of an earlier life."""
    for path in directory.holds.iterdir():
        path.unlink(missing_ok=True)


def is_held(directory: StackDirectory, part: str) -> bool:
    """True while a hold lasts; one that is over is removed."""
    path = directory.holds / part
    try:
        over = float(path.read_text(encoding="ascii")) <= time.time()
    except FileNotFoundError:
        return False
    if over:
        path.unlink(missing_ok=True)
    return not over


async def wait_for_hold(directory: StackDirectory, part: str) -> None:
    """Return when somebody asks for the part to be stopped, be it only for a restart."""
    while not (directory.holds / part).exists():  # noqa: ASYNC110 - it is another process that makes the file
        await asyncio.sleep(LOOK_EVERY)
