"""Which answer stands under which message.

In memory alone: after a restart a correction is answered by a new message.
"""

from bot.core.remembered import Remembered


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
