"""What is done with one file of the shops' folder: it is fed, and moved with a report."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ops import logs, metrics
from ops.errors import StartupError
from pipeline.contracts.feeds import FeedRun, FeedState
from pipeline.feed.drop_folder import DropFolder, Moved
from pipeline.feed.dropped import Dropped, FileState
from pipeline.feed.feeding import Feeder
from pipeline.feed.fetch_steps import FileFed
from pipeline.feed.parsers import Parsers
from pipeline.feed.refused_rows import verdict
from pipeline.feed.rows import UnreadableFile
from pipeline.feed.running_feed import RunningFeed
from pipeline.feed.turns import Turn, Turns

log = logs.get_logger(__name__)
MOST_ATTEMPTS = 3
AGAIN_AFTER_S = 5.0


@dataclass(frozen=True, slots=True)
class _Attempts:
    state: FileState
    feeds: tuple[RunningFeed, ...]
    again_at: float


class Dealing:
    """Feeds files of a folder, several at once, and moves each when it is done.

    Whatever is wrong with a file sends it to `refused/` with the reason, and is nobody else's trouble. A fault of
    ours, which nobody has thought of, is tried again twice before that. `was_fed` is called when a file is out of the
    way.
    """

    def __init__(
        self,
        folder: DropFolder,
        parsers: Parsers,
        feeder: Feeder,
        most_letters: int,
        begin: Callable[[Dropped], RunningFeed],
        *,
        was_fed: Callable[[Dropped, FileFed], None] = lambda _, __: None,
    ) -> None:
        self._folder = folder
        self._parsers = parsers
        self._feeder = feeder
        self._most_letters = most_letters
        self._begin = begin
        self._was_fed = was_fed
        self._turns = Turns()
        self._reading: dict[Path, Dropped] = {}
        self._attempts: dict[Path, _Attempts] = {}

    def reading(self) -> list[Dropped]:
        """The files that are being read; those that only wait to be moved are not among them."""
        return list(self._reading.values())

    def accepts(self, file: Dropped) -> bool:
        """Whether this file is not to wait after a fault."""
        attempts = self._attempts.get(file.path)
        waits = attempts is not None and attempts.state == file.state and time.monotonic() < attempts.again_at
        return not waits

    def begin(self, file: Dropped) -> Turn:
        """Take the file up; it counts as being read from now on."""
        log.info("feeding", file=file.name, bytes=file.state.size)
        self._reading[file.path] = file
        return self._turns.begin(file, self._begin(file))

    async def deal_with(self, turn: Turn) -> None:
        """Returns when the file is moved, or left to be fed again. Raises StartupError when Kafka refuses us."""
        file = turn.file
        try:
            refusal = await self._feed(turn)
            self._reading.pop(file.path)
            await self._turns.until_older_ended(turn)
            runs = []
            if not refusal:
                runs = await self._feeder.conclude(turn.feed, unchanged=lambda: FileState.of(file.path) == file.state)
            if await asyncio.to_thread(self._move, turn, refusal) is not Moved.CHANGED:
                self._was_fed(file, _came(runs))
            if (before := self._attempts.pop(file.path, None)) is not None:
                await self._feeder.pass_over(before.feeds)
        except StartupError:
            raise
        except Exception as error:
            log.exception("unexpected fault", file=file.name)
            await self._after_fault(turn, error)
        finally:
            self._reading.pop(file.path, None)
            self._turns.end(turn)

    async def _feed(self, turn: Turn) -> str:
        """Why nothing of the file could be fed; empty when it could."""
        try:
            parsers = self._parsers.of_shop(turn.file.shop)
            await self._feeder.feed(turn.file.path, turn.feed, parsers=parsers, board=self._turns)
        except UnreadableFile as error:
            return str(error)
        return ""

    async def _after_fault(self, turn: Turn, error: Exception) -> None:
        file = turn.file
        before = self._attempts.get(file.path)
        feeds = (*(before.feeds if before is not None and before.state == file.state else ()), turn.feed)
        self._attempts[file.path] = _Attempts(file.state, feeds, time.monotonic() + AGAIN_AFTER_S)
        if len(feeds) >= MOST_ATTEMPTS:
            reason = f"it cannot be fed ({type(error).__name__}: {str(error)[:100]}); tell the operators"
            await asyncio.to_thread(self._folder.finish, file, [f"{file.name}: {reason}"], refused=True)
            self._attempts.pop(file.path)
            self._was_fed(file, FileFed(FeedState.REFUSED))
            metrics.FEED_FILES.labels("failed").inc()
            await self._tell(file, feeds, reason)

    async def _tell(self, file: Dropped, feeds: Sequence[RunningFeed], reason: str) -> None:
        """Whoever sent the file waits for a word of it. A fault in this is nobody else's trouble either."""
        try:
            await self._feeder.give_up(feeds, reason)
        except StartupError:
            raise
        except Exception:
            log.exception("nobody is told that a file was given up", file=file.name)

    def _move(self, turn: Turn, refusal: str) -> Moved:
        file, summary = turn.file, turn.feed.summary
        if file.note:
            summary.notes.append(file.note)
        reason = refusal or verdict(summary, self._most_letters)
        report = [f"{file.name}: {refusal}", *summary.notes] if refusal else summary.report(file.name, reason)
        moved = self._folder.finish(file, report, refused=bool(reason))
        metrics.FEED_FILES.labels("changed" if moved is Moved.CHANGED else "refused" if reason else "fed").inc()
        facts = {"file": file.name, "sent": summary.sent, "unchanged": summary.unchanged,
                 "withdrawn": summary.withdrawn, "refused": summary.refused, "moved": moved.value}  # fmt: skip
        if moved is Moved.CHANGED:
            log.warning("file changed while it was read; it is fed again", **facts)
        elif reason:
            log.warning("file refused", reason=reason, **facts)
        else:
            log.info("fed", **facts)
        return moved


def _came(runs: Sequence[FeedRun]) -> FileFed:
    """What came of the file of one shop; without a run, nothing of it could be read."""
    if not runs:
        return FileFed(FeedState.REFUSED)
    run = runs[0]
    return FileFed(run.state, run.sent, run.withdrawn, run.refused)
