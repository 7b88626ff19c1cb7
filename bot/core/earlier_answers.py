"""Which answer stands under which message, and what was asked when there was no answer."""

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")
# In memory alone: after a restart a correction is answered by a new message, and a button to try again is too old.
REMEMBERED = 10_000


class Remembered(Generic[T]):
    """The newest 10,000 things by name."""

    def __init__(self, kept: int = REMEMBERED) -> None:
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._most = kept

    def put(self, name: str, thing: T) -> None:
        """Remember the thing under this name."""
        self._kept.pop(name, None)
        self._kept[name] = thing
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def get(self, name: str) -> T | None:
        """The thing of this name, unless it was never there or is forgotten."""
        return self._kept.get(name)


class EarlierAnswers:
    """The bot's first answer to each message that a person wrote."""

    def __init__(self) -> None:
        self._answers: Remembered[int] = Remembered()

    def note(self, chat_id: int, asked: int, answer: int) -> None:
        """The message `asked` was answered by the message `answer`; later answers to it are not looked at."""
        name = f"{chat_id}:{asked}"
        if self._answers.get(name) is None:
            self._answers.put(name, answer)

    def to(self, chat_id: int | None, asked: int | None) -> int | None:
        """The number of the message that answered this one."""
        return self._answers.get(f"{chat_id}:{asked}")
