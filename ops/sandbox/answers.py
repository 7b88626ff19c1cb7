"""Questions that people put to the bot (a pressed button, an inline query) until the bot answers them."""

import asyncio
import secrets
import time
from dataclasses import dataclass

from ops.sandbox.errors import QUERY_TOO_OLD, bad_request
from ops.sandbox.objects import JsonObject

VALID_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Question:
    """`person` waits on `answer`."""

    person: int
    answer: asyncio.Future[JsonObject]
    asked_at: float


class Questions:
    """Open questions by id; one can be answered for VALID_SECONDS, later Telegram calls it too old."""

    def __init__(self) -> None:
        self._open: dict[str, Question] = {}

    def ask(self, person: int) -> tuple[str, Question]:
        """A new question's id, and the question."""
        now = time.monotonic()
        while self._open:
            oldest = next(iter(self._open))
            if now - self._open[oldest].asked_at < VALID_SECONDS:
                break
            del self._open[oldest]
        number = str(secrets.randbits(62) + (1 << 62))
        question = Question(person, asyncio.get_running_loop().create_future(), now)
        self._open[number] = question
        return number, question

    def answer(self, number: str, answer: JsonObject) -> None:
        """Gives an answer to whoever waits for it; raises BotApiError when nobody does any more."""
        question = self._open.get(number)
        if question is None or time.monotonic() - question.asked_at > VALID_SECONDS:
            raise bad_request(QUERY_TOO_OLD)
        if not question.answer.done():
            question.answer.set_result(answer)
