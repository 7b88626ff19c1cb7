"""Who was asked to write something, so that the next text is that and not a search."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Q = TypeVar("Q")
ASKED_FOR = timedelta(minutes=5)
# Beyond so many the oldest is forgotten: its text is searched for, which does no harm, as after a restart.
REMEMBERED = 10_000


class TextQuestions(Generic[Q]):
    """What each person was asked about, by person and chat; in memory alone. Each feature has its own."""

    def __init__(self, clock: Callable[[], datetime], kept: int = REMEMBERED) -> None:
        self._clock = clock
        self._kept = kept
        self._open: OrderedDict[tuple[int, int | None], tuple[Q, datetime]] = OrderedDict()

    def ask(self, user_id: int, chat_id: int | None, about: Q) -> None:
        """The person is asked about this; an earlier question is forgotten."""
        self._open.pop((user_id, chat_id), None)
        self._open[user_id, chat_id] = (about, self._clock())
        if len(self._open) > self._kept:
            self._open.popitem(last=False)

    def take(self, user_id: int, chat_id: int | None) -> Q | None:
        """What was asked about just now; the question is settled by this."""
        asked = self._open.pop((user_id, chat_id), None)
        return asked[0] if asked is not None and self._clock() - asked[1] <= ASKED_FOR else None
