"""Which admin was asked to write the value of a rule, so that the next text is the answer and not a search."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pipeline.bans import Kind

ASKED_FOR = timedelta(minutes=5)


class ValueQuestions:
    """In memory alone: after a restart the text is searched for, which does no harm."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._open: dict[tuple[int, int | None], tuple[Kind, datetime]] = {}

    def ask(self, user_id: int, chat_id: int | None, kind: Kind) -> None:
        """The person is asked for a value of this kind; an earlier question is forgotten."""
        self._open[user_id, chat_id] = (kind, self._clock())

    def take(self, user_id: int, chat_id: int | None) -> Kind | None:
        """The kind that was asked for just now; the question is settled by this."""
        kind, at = self._open.pop((user_id, chat_id), (None, self._clock()))
        return kind if self._clock() - at <= ASKED_FOR else None
