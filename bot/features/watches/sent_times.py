"""How new the newest known record of each partition is, by the clock of those who sent it. Pure.

When the bot's place in the log is lost, what the filter writes again comes with the time at which the shop sent it:
nothing that is not newer than what was known is news. The bot's own clock, which may be hours off, says nothing of it.
"""

from collections.abc import Hashable, Mapping
from typing import Generic, TypeVar

P = TypeVar("P", bound=Hashable)


class SentTimes(Generic[P]):
    """The newest times in ms by partition; at first those that were noted beside the committed positions."""

    def __init__(self, noted: Mapping[P, int]) -> None:
        self._newest = dict(noted)

    def learn(self, place: P, sent_ms: int) -> None:
        """A record of this partition is known."""
        self._newest[place] = max(sent_ms, self._newest.get(place, 0))

    def is_known(self, place: P, sent_ms: int, otherwise: float) -> bool:
        """Whether a record that was sent then is not newer than what is known of its partition.

        Of a partition of which nothing is known it is compared with all others; `otherwise` is for an empty log.
        """
        return sent_ms <= self._newest.get(place, max(self._newest.values(), default=otherwise))

    def noted(self) -> dict[P, int]:
        """The times as they are noted."""
        return dict(self._newest)
