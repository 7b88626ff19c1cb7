"""Servers for one evaluation, when no stack runs."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ops.errors import StartupError
from ops.settings import Settings
from ops.stack import stack_status as board
from ops.stack.directory import StackDirectory
from ops.stack.process import tail
from ops.stack.running import RunningStack

# Cold, with everything to download; a warm start takes ten seconds.
_STARTS_WITHIN = 600.0
_LOOK_EVERY = 0.2


@asynccontextmanager
async def trial_stack() -> AsyncIterator[Settings]:
    """The settings of a stack that lives as long as the context. Raises StartupError with its own words."""
    with tempfile.TemporaryDirectory(prefix="yarmarka-evaluation-") as name:
        # Elasticsearch runs as another user, who must get in.
        os.chmod(name, 0o755)  # noqa: PTH101, S103 - no secret lies there before the stack makes its own folders
        directory = Path(name)
        said = directory / "supervisor.out"
        with open(said, "wb") as output:  # noqa: PTH123, ASYNC230 - an empty file on a local disk
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "ops", "up", "--dir", name, "--lifeline", str(os.getpid())),
                stdout=output,
                stderr=output,
            )
        try:
            await _settled(StackDirectory.at(directory), process, said)
            yield RunningStack(StackDirectory.at(directory)).settings
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


async def _settled(directory: StackDirectory, process: asyncio.subprocess.Process, said: Path) -> None:
    deadline = asyncio.get_running_loop().time() + _STARTS_WITHIN
    while not ((current := board.read(directory)) and current.settled):
        if process.returncode is not None or asyncio.get_running_loop().time() > deadline:
            raise StartupError(f"The stack for the evaluation did not start: {tail(said, lines=5)}")
        await asyncio.sleep(_LOOK_EVERY)
