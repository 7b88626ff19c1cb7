"""What which admin was asked to write, so that the next text is the answer and not a search."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.core.place import Place
from bot.core.text_questions import TextQuestions
from pipeline.bans import Kind


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


class Questions(TextQuestions[Question]):
    """The questions, and what was written beside a name until one of its offers is chosen."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self._written: TextQuestions[tuple[frozenset[str], WrittenBeside]] = TextQuestions(clock)

    def remember(self, user_id: int, chat_id: int | None, offers: frozenset[str], written: WrittenBeside) -> None:
        """What the person wrote beside a name that these offers may have, until they choose one."""
        self._written.ask(user_id, chat_id, (offers, written))

    def written(self, user_id: int, chat_id: int | None, offer_id: str) -> WrittenBeside | None:
        """What was written beside a name of this offer just now; it is settled by this."""
        offers, written = self._written.take(user_id, chat_id) or (frozenset(), None)
        return written if offer_id in offers else None
