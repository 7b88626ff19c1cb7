"""Starting and stopping a stack from a terminal, in the foreground or detached."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import psutil

from ops.errors import StartupError
from ops.stack import show
from ops.stack.checkout import CHECKOUT
from ops.stack.directory import StackDirectory
from ops.stack.part import Part
from ops.stack.process import tail
from ops.stack.stack_status import StackStatus, is_supervised, read_status
from ops.stack.supervisor import Supervisor

LOOK_EVERY = 0.15
# Longer than any part may take to stop.
STOP_WITHIN = 60.0


async def foreground(directory: StackDirectory, parts: tuple[Part, ...], *, lifeline: int | None = None) -> None:
    """Run a stack until SIGINT, SIGTERM, SIGHUP, or the end of the process `lifeline`."""
    supervisor = Supervisor(directory, parts)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, supervisor.stop)
    following = asyncio.create_task(show.follow(supervisor.status_file.status))
    watching = asyncio.create_task(_until_gone(lifeline, supervisor)) if lifeline else None
    try:
        await supervisor.run()
    finally:
        for task in (following, watching):
            if task is not None:
                task.cancel()
                await asyncio.wait([task])


async def detached(directory: StackDirectory, names: tuple[str, ...]) -> StackStatus:
    """Start a supervisor of its own session; returns its status when the first answer can be given.

    Raises StartupError, and stops what was started, when a part cannot come up.
    """
    current = read_status(directory)
    if current is not None:
        raise StartupError(f"A stack already runs in {directory.root} (supervisor {current.supervisor}).")
    directory.make()
    log = directory.log("supervisor")
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: ASYNC220 - it returns at once, and the child must outlive this loop
            [sys.executable, "-m", "ops", "up", "--dir", str(directory.root), *(f"--with={name}" for name in names)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            cwd=CHECKOUT,
        )
    following = asyncio.create_task(show.follow(lambda: read_status(directory)))
    try:
        while True:
            if process.poll() is not None:
                raise StartupError(f"The stack did not come up: {tail(log)}")
            current = read_status(directory)
            if current is not None and current.answering:
                return current
            await asyncio.sleep(LOOK_EVERY)
    except BaseException:
        process.terminate()
        process.wait()
        raise
    finally:
        # One more look, so that the end is shown too.
        await asyncio.sleep(2 * show.REFRESH)
        following.cancel()
        await asyncio.wait([following])


def down(directory: StackDirectory) -> bool:
    """Stop the stack and wait until it is gone; False when none ran. Raises StartupError when it does not end."""
    current = read_status(directory)
    if current is None:
        return False
    os.kill(current.supervisor, signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN
    while is_supervised(directory.lock):
        if time.monotonic() > deadline:
            raise StartupError(f"The supervisor {current.supervisor} did not stop in {STOP_WITHIN:g} s; kill it.")
        time.sleep(LOOK_EVERY)
    return True


async def _until_gone(pid: int, supervisor: Supervisor) -> None:
    while psutil.pid_exists(pid):  # noqa: ASYNC110 - the end of a process that is not our child is no event
        await asyncio.sleep(1)
    supervisor.stop()
