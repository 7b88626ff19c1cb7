"""Files that are read at once, and yet the newest word about a product stays the last."""

import asyncio
from dataclasses import dataclass, field

from pipeline.feed.dropped import Dropped
from pipeline.feed.slices import ReadyRow
from pipeline.feed.summary import Summary

MOST_IDS = 2_000_000
"""Ids of all files together that are remembered; while there are more, no further file is begun."""


@dataclass(slots=True, eq=False)
class Turn:
    """A file that is being read, or was read while an older one still is."""

    file: Dropped
    summary: Summary = field(default_factory=Summary)
    shops: set[str] = field(default_factory=set)
    ended: bool = False

    def is_begun(self) -> bool:
        """Some of it was read: its shops are known, or nothing of it is for sale so far."""
        return bool(self.shops or self.summary.refused)


class Turns:
    """The files that are being read.

    A row of an older file is passed over when a newer file has sent its product meanwhile. A newer file is done only
    when no older one of its shops is still being read: after a crash both are read again, the older one first.
    """

    def __init__(self) -> None:
        self._turns: list[Turn] = []
        self._changed = asyncio.Event()

    def begin(self, file: Dropped) -> Turn:
        turn = Turn(file)
        self._turns.append(turn)
        return turn

    def crowded(self) -> bool:
        """Whether so many ids are remembered that no further file should begin."""
        return sum(turn.summary.remembered() for turn in self._turns) > MOST_IDS

    def wants(self, turn: Turn, row: ReadyRow) -> bool:
        """Whether the row is still news; notes the shop that it is of."""
        turn.shops.add(row.store)
        return not any(
            turn.file.order < other.file.order and other.summary.has_sent(row.key)
            for other in self._turns
            if other is not turn
        )

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
        turn.ended = True
        reading = [other for other in self._turns if not other.ended]
        # What was read stays known as long as an older file, which could bring the same products, is being read.
        self._turns = [
            other
            for other in self._turns
            if not other.ended or any(older.file.order < other.file.order for older in reading)
        ]
        self._changed.set()

    def _may_precede(self, other: Turn, turn: Turn) -> bool:
        if other is turn or other.ended or turn.file.order <= other.file.order:
            return False
        return not other.is_begun() or not turn.shops.isdisjoint(other.shops)
