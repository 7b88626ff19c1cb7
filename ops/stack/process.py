"""One child process: started so that it cannot outlive us, its output in a file that cannot grow for ever."""

import asyncio
import contextlib
import ctypes
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from ops.errors import StartupError
from ops.stack import guard
from ops.stack.part import Launch

LARGEST_LOG = 16 << 20
PR_SET_PDEATHSIG = 1


class Guard:
    """The supervisor's end of `ops.stack.guard`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def start(cls) -> "Guard":
        return cls(
            await asyncio.create_subprocess_exec(
                sys.executable, "-I", "-S", guard.__file__, stdin=asyncio.subprocess.PIPE, start_new_session=True
            )
        )

    def watch(self, group: int) -> None:
        self._tell(f"+{group}\n")

    def forget(self, group: int) -> None:
        self._tell(f"-{group}\n")

    async def dismiss(self) -> None:
        """End the guard; what it still watches is killed."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()

    def _tell(self, line: str) -> None:
        # A guard that was killed by hand is missed only together with the kernel's own parent-death signal.
        if self._process.stdin is not None and self._process.returncode is None:
            self._process.stdin.write(line.encode("ascii"))


class Child:
    """A running part. Its process group is its own, so that nothing it starts escapes `stop`."""

    def __init__(self, process: asyncio.subprocess.Process, guard_: Guard) -> None:
        self._process = process
        self._guard = guard_
        self._settled = False

    @classmethod
    async def start(cls, launch: Launch, log: Path, guard_: Guard) -> "Child":
        """Start it; output is appended to `log`. Raises StartupError when the command cannot be run."""
        environment = {name: value for name, value in os.environ.items() if name not in launch.without}
        environment |= launch.environment
        log.parent.mkdir(parents=True, exist_ok=True)
        trim(log)
        with log.open("ab") as output:
            try:
                process = await asyncio.create_subprocess_exec(
                    *launch.argv,
                    stdin=asyncio.subprocess.DEVNULL if launch.stdin is None else asyncio.subprocess.PIPE,
                    stdout=output,
                    stderr=output,
                    cwd=launch.cwd,
                    env=environment,
                    start_new_session=True,
                    preexec_fn=_die_with(os.getpid()),
                    user=launch.user,
                    group=launch.user,
                    extra_groups=None if launch.user is None else (),
                )
            except OSError as error:
                raise StartupError(f"{launch.argv[0]} cannot be started: {error.strerror}.") from None
        guard_.watch(process.pid)
        if launch.stdin is not None and process.stdin is not None:
            process.stdin.write(launch.stdin)
        return cls(process, guard_)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def status(self) -> int | None:
        """The exit status, negative for a signal, None while it runs."""
        return self._process.returncode

    async def wait(self) -> int:
        """Wait for its end; whatever it left in its group is killed. The exit status, negative for a signal."""
        status = await self._process.wait()
        if not self._settled:
            # Once only: the number of a group that is gone may soon be that of somebody else's.
            self._settled = True
            self._kill(signal.SIGKILL)
            self._guard.forget(self.pid)
        return status

    async def stop(self, number: signal.Signals, within: float) -> None:
        """Ask it to end, and kill it when it has not ended in `within` seconds."""
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(number)
        try:
            await asyncio.wait_for(self.wait(), within)
        except TimeoutError:
            self._kill(signal.SIGKILL)
            await self.wait()

    def _kill(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


def trim(log: Path) -> None:
    """Move what a log has grown to beside it, as `.1`, when it is too long; its writer appends and goes on."""
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        shutil.copyfile(log, log.with_suffix(".log.1"))
        os.truncate(log, 0)


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log, for a message; empty when there is none."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        return "\n".join(file.read().decode(errors="replace").splitlines()[-lines:])


def _die_with(parent: int) -> Callable[[], None] | None:
    """What the child does before exec: ask the kernel for SIGKILL when the parent ends. Linux only.

    It runs after the change of user, which would clear the request.
    """
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)

    def before_exec() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return before_exec
