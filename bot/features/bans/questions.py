"""Which admin was asked to write the value of a rule, so that the next text is the answer and not a search."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.bans import Kind

ASKED_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class WrittenBeside:
    """The reason and the end that an admin wrote with a rule."""

    reason: str
    until: datetime | None


class ValueQuestions:
    """In memory alone: after a restart the text is searched for, which does no harm."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._open: dict[tuple[int, int | None], tuple[Kind, datetime]] = {}
        self._written: dict[tuple[int, int | None], tuple[str, WrittenBeside, datetime]] = {}

    def ask(self, user_id: int, chat_id: int | None, kind: Kind) -> None:
        """The person is asked for a value of this kind; an earlier question is forgotten."""
        self._open[user_id, chat_id] = (kind, self._clock())

    def remember(self, user_id: int, chat_id: int | None, product_id: str, reason: str, until: datetime | None) -> None:
        """What the person wrote beside an id that several shops have, until they choose the shop."""
        self._written[user_id, chat_id] = (product_id, WrittenBeside(reason, until), self._clock())

    def written(self, user_id: int, chat_id: int | None, product_id: str) -> "WrittenBeside | None":
        """What was written beside this id just now; it is settled by this."""
        known, written, at = self._written.pop((user_id, chat_id), ("", None, self._clock()))
        return written if known == product_id and self._clock() - at <= ASKED_FOR else None

    def take(self, user_id: int, chat_id: int | None) -> Kind | None:
        """The kind that was asked for just now; the question is settled by this."""
        kind, at = self._open.pop((user_id, chat_id), (None, self._clock()))
        return kind if self._clock() - at <= ASKED_FOR else None
