"""The queue of outbox items: urgent before routine, equal ones once, tried again for ever with growing pauses.

The queue itself is memory. What survives a restart are the states behind it: a card that is not shown as it is
(`card:`), a message that was not delivered (`outbox:`); their owners enqueue them again after a start.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from aiokafka.errors import KafkaError
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.telegram.outbox_item import OutboxItem, Urgency
from ops import metrics
from ops.logs import get_logger

log = get_logger(__name__)
FIRST_PAUSE_S = 0.3
LONGEST_PAUSE_S = 30.0
# A chat that the bot was thrown out of, or a message that Telegram never takes.
HOPELESS_PAUSE_S = 60.0
PER_CHAT = 8


class Outbox:
    """Delivers items, a few of each chat at once; `PER_CHAT` because one may hang until its time-out."""

    def __init__(self, pauses: Callable[[float], float] = lambda pause_s: pause_s * random.uniform(0.7, 1.3)) -> None:  # noqa: S311 - jitter
        self._pauses = pauses
        self._waiting: dict[int, dict[str, OutboxItem]] = {}
        self._not_before: dict[tuple[int, str], float] = {}
        self._failures: dict[tuple[int, str], int] = {}
        self._in_work: dict[int, set[str]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._timers: dict[tuple[int, str], asyncio.TimerHandle] = {}
        self._running = False

    def enqueue(self, item: OutboxItem) -> None:
        """Queue the item. One with the same key that waits is replaced, unless it is more urgent."""
        chat = self._waiting.setdefault(item.chat_id, {})
        known = chat.get(item.key)
        if known is None or item.urgency <= known.urgency:
            chat[item.key] = item
        if item.urgency is Urgency.NOW:
            self._not_before.pop((item.chat_id, item.key), None)
        self._count()
        self._go(item.chat_id)

    @property
    def waiting(self) -> int:
        """How many items are not delivered yet."""
        return sum(map(len, self._waiting.values())) + sum(map(len, self._in_work.values()))

    async def run(self) -> None:
        """Deliver what is queued, until cancelled."""
        self._running = True
        try:
            for chat_id in list(self._waiting):
                self._go(chat_id)
            await asyncio.Event().wait()
        finally:
            self._running = False
            for timer in self._timers.values():
                timer.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _go(self, chat_id: int) -> None:
        busy = self._in_work.setdefault(chat_id, set())
        while self._running and len(busy) < PER_CHAT and (item := self._next(chat_id, busy)) is not None:
            del self._waiting[chat_id][item.key]
            busy.add(item.key)
            task = asyncio.create_task(self._deliver(item))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _next(self, chat_id: int, busy: set[str]) -> OutboxItem | None:
        now = monotonic()
        due = [
            item
            for key, item in self._waiting.get(chat_id, {}).items()
            if key not in busy and self._not_before.get((chat_id, key), 0.0) <= now
        ]
        return min(due, key=lambda item: item.urgency, default=None)

    async def _deliver(self, item: OutboxItem) -> None:
        place = (item.chat_id, item.key)
        try:
            await item.deliver()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of one item must not stop the others; it is logged
            self._again(item, error)
        else:
            self._failures.pop(place, None)
            self._not_before.pop(place, None)
        finally:
            self._in_work[item.chat_id].discard(item.key)
            self._count()
            self._go(item.chat_id)

    def _again(self, item: OutboxItem, error: Exception) -> None:
        place = (item.chat_id, item.key)
        failures = self._failures[place] = self._failures.get(place, 0) + 1
        pause_s = self._pauses(_pause_s(error, failures))
        expected = isinstance(error, TelegramError | KafkaError)
        log.warning(
            "outbox_item_not_delivered",
            key=item.key,
            failures=failures,
            again_in_s=round(pause_s, 1),
            error=f"{type(error).__name__}: {error}"[:200],
            exc_info=None if expected else error,
        )
        self._not_before[place] = monotonic() + pause_s
        self._waiting.setdefault(item.chat_id, {}).setdefault(item.key, item)
        with suppress(KeyError):
            self._timers.pop(place).cancel()
        self._timers[place] = asyncio.get_running_loop().call_later(pause_s + 0.001, self._due, place)

    def _due(self, place: tuple[int, str]) -> None:
        self._timers.pop(place, None)
        self._go(place[0])

    def _count(self) -> None:
        metrics.OUTBOX.set(self.waiting)


def _pause_s(error: Exception, failures: int) -> float:
    if isinstance(error, RetryAfter):
        return float(error._retry_after.total_seconds())
    if isinstance(error, Forbidden | BadRequest):
        return HOPELESS_PAUSE_S
    return float(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 10)))
