"""Files that are read at once: a newer one is done after the older ones of its shops."""

import asyncio
from dataclasses import dataclass

from pipeline.feed.dropped import Dropped
from pipeline.feed.running_feed import RunningFeed
from pipeline.feed.summary import Summary


@dataclass(slots=True, eq=False)
class Turn:
    """A file that is being read."""

    file: Dropped
    feed: RunningFeed

    def is_begun(self) -> bool:
        """Some of it was read: its shops are known, or nothing of it is for sale so far."""
        return bool(self.feed.shops or self.feed.summary.refused)


class Turns:
    """The files that are being read.

    Whose word about an offer is the later one, the marks of their feeds say. A newer file is done only when no older
    one of its shops is still being read: after a crash both are read again, the older one first.
    """

    def __init__(self) -> None:
        self._turns: list[Turn] = []
        self._changed = asyncio.Event()

    def begin(self, file: Dropped, feed: RunningFeed) -> Turn:
        turn = Turn(file, feed)
        self._turns.append(turn)
        return turn

    async def until_older_ended(self, turn: Turn) -> None:
        """Wait until no older file that may be of the same shop is being read."""
        while any(self._may_precede(other, turn) for other in self._turns):
            self._changed.clear()
            await self._changed.wait()

    def show(self, name: str, summary: Summary) -> None:
        """A slice of a file was sent: who waits looks again. Turns are a Board."""
        self._changed.set()

    def end(self, turn: Turn) -> None:
        """The file is dealt with, or given up."""
        self._turns.remove(turn)
        self._changed.set()

    def _may_precede(self, other: Turn, turn: Turn) -> bool:
        if other is turn or turn.file.order <= other.file.order:
            return False
        return not other.is_begun() or not turn.feed.shops.keys().isdisjoint(other.feed.shops)
