"""Keeps the chosen parts of one stack running until it is told to stop."""

import asyncio
import contextlib
import fcntl
import time
from collections.abc import Iterator

from ops.env_lines import as_line
from ops.errors import StartupError
from ops.logs import get_logger
from ops.private_files import write_private
from ops.settings import PREFIX
from ops.stack import credentials, holds
from ops.stack.directory import StackDirectory
from ops.stack.part import Part, Site
from ops.stack.part_runner import PartRunner
from ops.stack.ports import Ports
from ops.stack.process import Guard, trim
from ops.stack.rotation import Renewal
from ops.stack.stack_status import PartState, PartStatus, StatusFile
from ops.stack.timing import LOCAL, Timing

log = get_logger(__name__)


class Supervisor:
    """One stack of the parts given, which must hold all that they require."""

    def __init__(self, directory: StackDirectory, parts: tuple[Part, ...], timing: Timing = LOCAL) -> None:
        self.directory = directory
        self.status_file = StatusFile(directory)
        self._parts = parts
        self._timing = timing
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask `run` to stop all parts and return."""
        self._stopping.set()

    async def run(self) -> None:
        """Start everything, keep it running, and stop it. Nothing of the stack runs when this returns or raises.

        Raises StartupError when another supervisor has the directory, or a part cannot come up.
        """
        self.directory.make()
        with _only_supervisor(self.directory):
            # A killed supervisor left its own, which says that all is ready.
            self.directory.status_file.unlink(missing_ok=True)
            await asyncio.to_thread(credentials.issue, self.directory)
            holds.release_all(self.directory)
            guard = await Guard.start()
            try:
                site = self._announce()
                await self._run_parts({part.name: self._runner(part, site, guard) for part in self._parts})
            finally:
                await guard.dismiss()
                self.directory.status_file.unlink(missing_ok=True)

    def _runner(self, part: Part, site: Site, guard: Guard) -> PartRunner:
        return PartRunner(part, site, guard, self.status_file, self._timing)

    def _announce(self) -> Site:
        """Choose ports, write `stack.env` and the first status file."""
        ports = Ports(self.directory.ports).assign(tuple(port for part in self._parts for port in part.ports))
        site = Site(self.directory, ports, tuple(part.name for part in self._parts))
        lines = {
            f"{PREFIX}STACK_DIR": str(self.directory.root),
            f"{PREFIX}CREDENTIALS": str(self.directory.credentials),
        }
        for part in self._parts:
            lines |= part.settings(site)
            self.status_file.add(
                PartStatus(
                    name=part.name,
                    kind=part.kind,
                    later=bool(part.after),
                    health=PartState.WAITING,
                    address=part.address(site),
                    since=time.time(),
                    log=str(self.directory.log(part.name)),
                    credentials=tuple(str(path) for path in part.credentials(site)),
                )
            )
        text = "".join(as_line(name, value) for name, value in lines.items())
        # The bot's token for the sandbox is among them.
        write_private(self.directory.environment, f"# Written by the local stack at every start.\n{text}".encode())
        self.status_file.publish()
        return site

    async def _run_parts(self, runners: dict[str, PartRunner]) -> None:
        tasks = {name: asyncio.create_task(runner.keep(runners), name=name) for name, runner in runners.items()}
        chores = [asyncio.create_task(self._trim_logs()), asyncio.create_task(self._renew_certificates())]
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await _first_failure_or(stopping, set(tasks.values()))
        finally:
            for task in (*chores, stopping):
                task.cancel()
            await self._stop_in_order(tasks)
        for task in tasks.values():
            fault = None if task.cancelled() else task.exception()
            if fault is not None:
                self.status_file.publish(str(fault))
                raise fault

    async def _stop_in_order(self, tasks: dict[str, asyncio.Task[None]]) -> None:
        """Stop what others need after the others."""
        requires = {part.name: set(part.requires) for part in self._parts}
        left = dict(tasks)
        while left:
            needed = set().union(*(requires[name] for name in left))
            level = {name: task for name, task in left.items() if name not in needed} or left
            left = {name: task for name, task in left.items() if name not in level}
            for task in level.values():
                task.cancel()
            await asyncio.wait(level.values())

    async def _renew_certificates(self) -> None:
        """A stack may run for longer than its certificates are good."""
        renewal = Renewal(self.directory, self._parts)
        while True:
            await asyncio.sleep(self._timing.renewal)
            try:
                async for line in renewal.renew():
                    log.info("certificates", said=line)
            except (OSError, StartupError) as error:
                log.warning("certificates not renewed", error=str(error), again_in_s=self._timing.renewal)

    async def _trim_logs(self) -> None:
        while True:
            await asyncio.sleep(self._timing.chores)
            for part in self._parts:
                trim(self.directory.log(part.name))


async def _first_failure_or(stopping: asyncio.Task[bool], tasks: set[asyncio.Task[None]]) -> None:
    left = set(tasks)
    while not stopping.done():
        done, _ = await asyncio.wait({stopping, *left}, return_when=asyncio.FIRST_COMPLETED)
        if any(task.exception() for task in done & left):
            return
        left -= done


@contextlib.contextmanager
def _only_supervisor(directory: StackDirectory) -> Iterator[None]:
    with directory.lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartupError(
                f"A stack already runs in {directory.root}; `python -m ops status` shows it, `down` stops it."
            ) from None
        yield
