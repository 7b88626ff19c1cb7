"""What has lately changed in the marketplace, as features tell it, for whoever looks for the cause of something."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.ui.locale import Texts


@dataclass(frozen=True, slots=True)
class Change:
    """Something that changed at that moment, in words."""

    at: datetime
    text: str


# Gives what changed since that moment, in any order; it must not wait.
ChangesSince = Callable[[datetime, Texts], Iterable[Change]]


class RecentChanges:
    """Features add themselves when they are built."""

    def __init__(self) -> None:
        self._sources: list[ChangesSince] = []

    def add(self, source: ChangesSince) -> None:
        """Ask `source` too."""
        self._sources.append(source)

    def since(self, moment: datetime, texts: Texts, most: int) -> tuple[Change, ...]:
        """The newest changes since then, the newest first."""
        found = (change for source in self._sources for change in source(moment, texts))
        return tuple(sorted(found, key=lambda change: change.at, reverse=True)[:most])
