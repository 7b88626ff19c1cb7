"""Who was asked to write something, so that the next text is that and not a search."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

ASKED_FOR = timedelta(minutes=5)
# Beyond so many the oldest is forgotten: its text is searched for, which does no harm, as after a restart.
REMEMBERED = 10_000


class TextQuestions:
    """What each person was asked about, by person and chat; in memory alone. Each feature has its own."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._open: OrderedDict[tuple[int, int | None], tuple[str, datetime]] = OrderedDict()

    def ask(self, user_id: int, chat_id: int | None, about: str) -> None:
        """The person is asked about this, an offer or a shop by its id; an earlier question is forgotten."""
        self._open.pop((user_id, chat_id), None)
        self._open[user_id, chat_id] = (about, self._clock())
        if len(self._open) > REMEMBERED:
            self._open.popitem(last=False)

    def take(self, user_id: int, chat_id: int | None) -> str | None:
        """What was asked about just now; the question is settled by this."""
        about, at = self._open.pop((user_id, chat_id), (None, self._clock()))
        return about if self._clock() - at <= ASKED_FOR else None
