"""Which admin was asked to write a section's name, so that the next text is that name and not a search."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

ASKED_FOR = timedelta(minutes=5)
REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class NameQuestion:
    """The step that is to be named, and the section on whose page it was asked for."""

    step: str
    section: str


class NameQuestions:
    """The question of each admin in each chat; in memory alone: after a restart the text is a search."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._open: OrderedDict[tuple[int, int | None], tuple[NameQuestion, datetime]] = OrderedDict()

    def ask(self, user_id: int, chat_id: int | None, question: NameQuestion) -> None:
        """The person is asked this; an earlier question is forgotten."""
        self._open.pop((user_id, chat_id), None)
        self._open[user_id, chat_id] = (question, self._clock())
        if len(self._open) > REMEMBERED:
            self._open.popitem(last=False)

    def take(self, user_id: int, chat_id: int | None) -> NameQuestion | None:
        """What was asked just now; it is settled by this."""
        asked = self._open.pop((user_id, chat_id), None)
        return asked[0] if asked is not None and self._clock() - asked[1] <= ASKED_FOR else None
