"""How far a feed is: a moving bar for people, now and then a line for logs."""

import sys
import time
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from pipeline.feed.summary import Summary

LINE_EVERY_S = 5.0


class Board(Protocol):
    """Shows the state of the file that is being sent."""

    def show(self, name: str, summary: Summary) -> None: ...


class Lines:
    """A line on stderr every five seconds."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def show(self, name: str, summary: Summary) -> None:
        if time.monotonic() - self._last >= LINE_EVERY_S:
            self._last = time.monotonic()
            sys.stderr.write(f"{name}: {summary.sent} sent, {summary.refused} refused so far\n")


class ProgressBar:
    """A line that moves, with the rate; on stderr, so that stdout keeps the summary alone."""

    def __init__(self) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.fields[sent]} sent, {task.fields[refused]} refused, {task.fields[rate]}/s"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._tasks: dict[str, TaskID] = {}
        self._started: dict[str, float] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, name: str, summary: Summary) -> None:
        now = time.monotonic()
        started = self._started.setdefault(name, now)
        rate = round(summary.sent / (now - started)) if now > started else 0
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, total=None, sent=0, refused=0, rate=0)
        self._progress.update(self._tasks[name], sent=summary.sent, refused=summary.refused, rate=rate)
