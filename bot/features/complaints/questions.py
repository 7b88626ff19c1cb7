"""Who was asked to write some words to their report, so that the next text is those and not a search."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

ASKED_FOR = timedelta(minutes=5)
# Beyond so many the oldest is forgotten: its text is searched for, which does no harm, as after a restart.
REMEMBERED = 10_000


class TextQuestions:
    """The offer that each person was asked about, by person and chat; in memory alone."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._open: OrderedDict[tuple[int, int | None], tuple[str, datetime]] = OrderedDict()

    def ask(self, user_id: int, chat_id: int | None, offer_id: str) -> None:
        """The person is asked about this offer; an earlier question is forgotten."""
        self._open.pop((user_id, chat_id), None)
        self._open[user_id, chat_id] = (offer_id, self._clock())
        if len(self._open) > REMEMBERED:
            self._open.popitem(last=False)

    def take(self, user_id: int, chat_id: int | None) -> str | None:
        """The offer that was asked about just now; the question is settled by this."""
        offer_id, at = self._open.pop((user_id, chat_id), (None, self._clock()))
        return offer_id if self._clock() - at <= ASKED_FOR else None
