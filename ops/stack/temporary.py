"""Kafka and Elasticsearch for one piece of work, when no stack runs."""

import asyncio
import os
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ops.errors import StartupError
from ops.settings import Settings
from ops.stack.directory import StackDirectory
from ops.stack.process import tail
from ops.stack.running import RunningStack
from ops.stack.stack_status import read_status

# Cold, with everything to download; a warm start takes ten seconds.
_STARTS_WITHIN = 600.0
_LOOK_EVERY = 0.2


@asynccontextmanager
async def temporary_stack(purpose: str) -> AsyncIterator[Settings]:
    """The settings of a stack that lives as long as the context, and as this process; its directory is removed with it.

    Raises StartupError, with the supervisor's last words, when it does not come up. `purpose` is one word, for
    messages and the directory's name.
    """
    with tempfile.TemporaryDirectory(prefix=f"yarmarka-{purpose}-") as name:
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
            if not await _settled(StackDirectory.at(directory), process):
                raise StartupError(f"The stack for the {purpose} did not start: {tail(said, lines=5)}")
            yield RunningStack(StackDirectory.at(directory)).settings
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


async def _settled(directory: StackDirectory, process: asyncio.subprocess.Process) -> bool:
    """True when everything is ready; False when the supervisor has ended, or its time is over."""
    deadline = asyncio.get_running_loop().time() + _STARTS_WITHIN
    while not ((current := read_status(directory)) and current.settled):
        if process.returncode is not None or asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(_LOOK_EVERY)
    return True
