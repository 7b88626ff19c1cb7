"""Answers that Telegram would not take at once: each chat's in their order, by the outbox, while nobody waits in line.

An update is done when its last answer is given. Until then it is in the journal, so that a restart handles it again.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from time import monotonic

from telegram.error import RetryAfter

from bot.telegram.outbox import Outbox
from bot.telegram.outbox_item import Urgency
from ops import metrics
from ops.logs import get_logger

log = get_logger(__name__)
# Whoever waits for longer has asked again, or gone.
KEPT_S = 600.0
# More than a chat's updates can ask for before the rest of them is left unread.
PER_CHAT = 60

Give = Callable[[], Awaitable[object]]
# Deals with an error in the answer to an update. Raises nothing.
Failed = Callable[[Exception, int], Awaitable[object]]


@dataclass(slots=True)
class _Answer:
    update_id: int
    key: str
    give: Give
    at: float


@dataclass(slots=True)
class _Update:
    """Answers that an update still gets, and what to call when it got them."""

    owed: int = 0
    done: Callable[[], None] | None = None


class DeferredAnswers:
    """Gives answers at once or in their turn; `give` returns in either case without waiting for a limit."""

    def __init__(self, outbox: Outbox, failed: Failed, clock: Callable[[], float] = monotonic) -> None:
        self._outbox = outbox
        self._failed = failed
        self._clock = clock
        self._chats: dict[int, deque[_Answer]] = {}
        self._updates: dict[int, _Update] = {}

    def owed(self, chat_id: int) -> int:
        """How many answers wait for the chat."""
        return len(self._chats.get(chat_id, ()))

    async def give(self, chat_id: int, update_id: int, give: Give, key: str = "") -> None:
        """Give the answer, behind those that wait. One with an equal key, unless that is empty, replaces it.

        Raises what `give` raises, but RetryAfter.
        """
        if chat_id not in self._chats:
            try:
                await give()
            except RetryAfter as error:
                log.debug("answer_deferred", error=str(error))
            else:
                return
        self.defer(chat_id, update_id, give, key)

    def defer(self, chat_id: int, update_id: int, give: Give, key: str = "") -> None:
        """Give the answer in its turn, as Telegram would not take it now."""
        self._defer(chat_id, _Answer(update_id, key, give, self._clock()))

    def when_given(self, update_id: int, done: Callable[[], None]) -> None:
        """Call `done` when the update has all its answers, which may be now."""
        update = self._updates.get(update_id)
        if update is None:
            done()
        else:
            update.done = done

    async def give_first(self, chat_id: int) -> None:
        """Give the chat the answer that waits longest. Raises RetryAfter; of any other fault `failed` is told."""
        waiting = self._chats.get(chat_id)
        if not waiting:
            return
        answer = waiting[0]
        if self._clock() - answer.at > KEPT_S:
            log.warning("answer_given_up", update_id=answer.update_id, after_s=KEPT_S)
        else:
            try:
                await answer.give()
            except RetryAfter:
                raise
            except Exception as error:  # noqa: BLE001 - as in an update: one answer's fault is not the next one's
                await self._failed(error, answer.update_id)
        waiting.popleft()
        self._ended(answer)
        if waiting:
            self._outbox.enqueue(_ChatAnswers(self, chat_id))
        else:
            del self._chats[chat_id]

    def _defer(self, chat_id: int, answer: _Answer) -> None:
        waiting = self._chats.setdefault(chat_id, deque())
        if len(waiting) >= PER_CHAT:
            log.warning("answer_given_up", update_id=answer.update_id, waiting=len(waiting))
            return
        metrics.ANSWERS_DEFERRED.inc()
        self._updates.setdefault(answer.update_id, _Update()).owed += 1
        replaced = next((one for one in list(waiting)[1:] if answer.key and one.key == answer.key), None)
        waiting.append(answer)
        if replaced is not None:
            waiting.remove(replaced)
            self._ended(replaced)
        self._outbox.enqueue(_ChatAnswers(self, chat_id))

    def _ended(self, answer: _Answer) -> None:
        update = self._updates[answer.update_id]
        update.owed -= 1
        if not update.owed:
            del self._updates[answer.update_id]
            if update.done is not None:
                update.done()


@dataclass(frozen=True, slots=True)
class _ChatAnswers:
    """The answers of one chat, one at each turn."""

    answers: DeferredAnswers
    chat_id: int
    urgency: Urgency = field(default=Urgency.NOW)

    @property
    def key(self) -> str:
        return "answers"

    async def deliver(self) -> None:
        await self.answers.give_first(self.chat_id)
