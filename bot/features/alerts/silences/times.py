"""Which operator was asked to write for how long a card shall be silent."""

from collections.abc import Callable
from datetime import datetime, timedelta

ASKED_FOR = timedelta(minutes=5)


class SilenceTimes:
    """In memory alone: after a restart the text is answered like any other, which does no harm."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._open: dict[tuple[int, int | None], tuple[str, datetime]] = {}

    def ask(self, user_id: int, chat_id: int | None, card: str) -> None:
        """The person is asked about this card; an earlier question is forgotten."""
        self._open[user_id, chat_id] = (card, self._clock())

    def take(self, user_id: int, chat_id: int | None) -> str | None:
        """The card about which the person was asked just now; the question is settled by this."""
        card, at = self._open.pop((user_id, chat_id), (None, self._clock()))
        return card if self._clock() - at <= ASKED_FOR else None

    def forget(self, user_id: int, chat_id: int | None) -> None:
        """The person does not want to say it any more."""
        self._open.pop((user_id, chat_id), None)
