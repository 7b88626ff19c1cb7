"""What which admin was asked to write, so that the next text is the answer and not a search."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.core.place import Place
from pipeline.bans import Kind

ASKED_FOR = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class ValueQuestion:
    """What shall be banned, of this kind."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class DetailQuestion:
    """Why, or until when, a ban that was asked for shall be; `place` is the message that shows it."""

    request: str
    field: Literal["reason", "end"]
    place: Place | None


Question = ValueQuestion | DetailQuestion


@dataclass(frozen=True, slots=True)
class WrittenBeside:
    """The reason and the end that an admin wrote with a rule."""

    reason: str
    until: datetime | None
    endless: bool = False


class Questions:
    """In memory alone: after a restart the text is searched for, which does no harm."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._open: dict[tuple[int, int | None], tuple[Question, datetime]] = {}
        self._written: dict[tuple[int, int | None], tuple[frozenset[str], WrittenBeside, datetime]] = {}

    def ask(self, user_id: int, chat_id: int | None, question: Question) -> None:
        """The person is asked this; an earlier question is forgotten."""
        self._open[user_id, chat_id] = (question, self._clock())

    def take(self, user_id: int, chat_id: int | None) -> Question | None:
        """What was asked just now; the question is settled by this."""
        question, at = self._open.pop((user_id, chat_id), (None, self._clock()))
        return question if self._clock() - at <= ASKED_FOR else None

    def remember(self, user_id: int, chat_id: int | None, offers: frozenset[str], written: WrittenBeside) -> None:
        """What the person wrote beside a name that these offers may have, until they choose one."""
        self._written[user_id, chat_id] = (offers, written, self._clock())

    def written(self, user_id: int, chat_id: int | None, offer_id: str) -> WrittenBeside | None:
        """What was written beside a name of this offer just now; it is settled by this."""
        offers, written, at = self._written.pop((user_id, chat_id), (frozenset(), None, self._clock()))
        return written if offer_id in offers and self._clock() - at <= ASKED_FOR else None
