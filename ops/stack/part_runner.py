"""The life of one part: fetched, started when what it requires is ready, watched, started again when it ends."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from signal import Signals
from typing import TypeVar

from ops.errors import StartupError
from ops.stack import holds
from ops.stack.part import NotReadyError, Part, PartKind, Site
from ops.stack.process import Child, Guard, tail
from ops.stack.stack_status import PartState, StatusFile
from ops.stack.timing import Timing

T = TypeVar("T")


@dataclass(frozen=True)
class Ended:
    """Why a process ran no longer."""

    reason: str
    done: bool = False
    held: bool = False


class PartRunner:
    """Runs one part. `good` is set from the first time it was ready, or done; `given_up` when it never will be."""

    def __init__(self, part: Part, site: Site, guard: Guard, status_file: StatusFile, timing: Timing) -> None:
        self.part = part
        self.good = asyncio.Event()
        self.given_up = asyncio.Event()
        self._site = site
        self._guard = guard
        self._status_file = status_file
        self._timing = timing
        self._log = site.directory.log(part.name)

    async def keep(self, others: Mapping[str, "PartRunner"]) -> None:
        """Until cancelled, or done if it is a task; when this ends no process of the part is left.

        Raises StartupError when the part cannot be fetched, fails `timing.tries` times without ever being ready, or
        requires one that was given up; a part that the first answer does not need is only noted as failed.
        """
        try:
            await self._fetch()
            for name in (*self.part.requires, *self.part.after):
                if name in others:
                    await self._wait_for(others[name])
            await self._run_for_ever()
        except StartupError as error:
            self._note(PartState.FAILED, str(error).splitlines()[0])
            if not self.part.after:
                raise
            self.given_up.set()
        except asyncio.CancelledError:
            self._note(PartState.STOPPED)
            raise

    async def _wait_for(self, other: "PartRunner") -> None:
        """Until the other is good or was given up, which is no reason to wait longer for who only comes after it.

        Raises StartupError when it was given up and is required.
        """
        if not other.good.is_set():
            self._note(PartState.WAITING, f"for {other.part.name}")
            async with _task(other.good.wait()) as good, _task(other.given_up.wait()) as given_up:
                await asyncio.wait([good, given_up], return_when=asyncio.FIRST_COMPLETED)
        if other.given_up.is_set() and other.part.name in self.part.requires:
            raise StartupError(f"{self.part.name} requires {other.part.name}, which was given up")

    async def _fetch(self) -> None:
        loop = asyncio.get_running_loop()
        self._note(PartState.FETCHING)

        def report(text: str) -> None:
            loop.call_soon_threadsafe(self._note, PartState.FETCHING, text)

        await asyncio.to_thread(self.part.fetch, report)

    async def _run_for_ever(self) -> None:
        if self.part.kind is PartKind.ONCE and self._mark.exists():
            self.good.set()
            self._note(PartState.DONE, "in an earlier start")
            return
        pauses, failures = self._timing.pauses(), 0
        while True:
            await self._while_held()
            began = time.monotonic()
            ended = await self._run()
            if ended.done:
                return
            if ended.held:
                continue
            failures += 1
            if not self.good.is_set() and failures >= self._timing.tries:
                raise StartupError(
                    f"{self.part.name} {ended.reason}, {failures} times; its log {self._log} ends:\n{tail(self._log)}"
                )
            if time.monotonic() - began > self._timing.calm:
                pauses = self._timing.pauses()
            pause = next(pauses)
            self._note(PartState.BACKING_OFF, f"{ended.reason}; again in {pause:g} s", restarted=True)
            await asyncio.sleep(pause)

    async def _while_held(self) -> None:
        while holds.is_held(self._site.directory, self.part.name):
            self._note(PartState.HELD, "stopped by hand")
            await asyncio.sleep(self._timing.probe_starting)

    async def _run(self) -> Ended:
        self._note(PartState.STARTING)
        launch = await asyncio.to_thread(self.part.launch, self._site)
        child = await Child.start(launch, self._log, self._guard)
        began = time.monotonic()
        try:
            self._note(PartState.STARTING, pid=child.pid)
            return await (self._watch(child, began) if self.part.kind.runs_on else self._finish(child, began))
        finally:
            await child.stop(self.part.stop_signal, self.part.stop_within)

    async def _watch(self, child: Child, began: float) -> Ended:
        directory, name = self._site.directory, self.part.name
        async with (
            _task(child.wait()) as end,
            _task(self._probe(child, began)) as probe,
            _task(holds.wait_for_hold(directory, name)) as hold,
        ):
            await asyncio.wait([end, probe, hold], return_when=asyncio.FIRST_COMPLETED)
            if hold.done():
                return Ended("held", held=True)
            return Ended(_how(end.result()) if end.done() else probe.result())

    async def _finish(self, child: Child, began: float) -> Ended:
        try:
            async with asyncio.timeout(self.part.patience):
                status = await child.wait()
                if status not in self.part.good_statuses:
                    return Ended(_how(status))
                await self._until_seen()
        except TimeoutError:
            return Ended(f"was not done after {self.part.patience:g} s")
        if self.part.kind is PartKind.ONCE:
            self._mark.touch()
        self.good.set()
        self._note(PartState.DONE, ready_after=time.monotonic() - began)
        return Ended("done", done=True)

    async def _until_seen(self) -> None:
        while True:
            try:
                await self._ask()
            except NotReadyError as error:
                self._note(PartState.STARTING, str(error))
                await asyncio.sleep(self._timing.probe_starting)
            else:
                return

    async def _probe(self, child: Child, began: float) -> str:
        """Probe for ever; returns the reason when the part has not become ready in its time."""
        ready = False
        while True:
            try:
                await self._ask()
            except NotReadyError as error:
                if not ready and time.monotonic() - began > self.part.patience:
                    return f"was not ready after {self.part.patience:g} s ({error})"
                self._note(PartState.UNHEALTHY if ready else PartState.STARTING, str(error), pid=child.pid)
            else:
                self._note(PartState.READY, pid=child.pid, ready_after=None if ready else time.monotonic() - began)
                ready = True
                self.good.set()
            await asyncio.sleep(self._timing.probe_ready if ready else self._timing.probe_starting)

    async def _ask(self) -> None:
        """Raises NotReadyError, whatever went wrong: one look that failed must not stop the whole stack."""
        try:
            await self.part.probe(self._site)
        except NotReadyError:
            raise
        except Exception as error:
            raise NotReadyError(f"{type(error).__name__}: {error}") from error

    @property
    def _mark(self) -> Path:
        return self._site.directory.done(self.part.name)

    def _note(
        self,
        health: PartState,
        note: str = "",
        *,
        pid: int | None = None,
        restarted: bool = False,
        ready_after: float | None = None,
    ) -> None:
        self._status_file.note(self.part.name, health, note, pid=pid, restarted=restarted, ready_after=ready_after)


@contextlib.asynccontextmanager
async def _task(work: Coroutine[object, object, T]) -> AsyncIterator[asyncio.Task[T]]:
    """The work beside the body; it is cancelled, and waited for, when the body ends."""
    task = asyncio.ensure_future(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.wait([task])


def _how(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    return f"was killed by {Signals(-status).name}"
