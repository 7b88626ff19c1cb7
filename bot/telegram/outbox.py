"""The outbox: what is more urgent goes first, of all chats together; equal items once; tried again for ever.

Telegram's limits are looked at when it is an item's turn, so nothing routine is ever before something urgent, and
what a chat cannot take now holds up no other. Every message costs the same small work, however much waits.

The outbox itself is memory. What survives a restart are the states behind it: a card that is not shown as it is
(`card:`), a message that was not delivered (`outbox:`), an update that was not answered (the journal of updates);
their owners enqueue them again after a start.
"""

import asyncio
import heapq
import itertools
import random
from collections.abc import Callable
from time import monotonic

from aiokafka.errors import KafkaError
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from bot.telegram.outbox_chat import ChatItems, Entry
from bot.telegram.outbox_item import TURN, OutboxItem, Turn, Urgency
from bot.telegram.pace import Limit, Limits, Pace
from bot.telegram.rate_limiter import seconds_of
from ops import metrics
from ops.logs import get_logger

log = get_logger(__name__)
FIRST_PAUSE_S = 0.3
LONGEST_PAUSE_S = 30.0
# A chat that the bot was thrown out of, or a message that Telegram never takes.
HOPELESS_PAUSE_S = 60.0
# Of one chat, because one may hang until its time-out; of all, and of them what nobody waits for.
PER_CHAT = 8
IN_WORK = 128
ROUTINE_IN_WORK = 32
UNLIMITED = Limits(Limit(1e9, 1e9), Limit(1e9, 1e9), Limit(1e9, 1e9))


class Outbox:
    """Delivers items within the `pace`. `place` is the chat in which a chat's items appear: a group may have moved."""

    def __init__(
        self,
        pace: Pace | None = None,
        *,
        pauses: Callable[[float], float] = lambda pause_s: pause_s * random.uniform(0.7, 1.3),  # noqa: S311 - jitter
        place: Callable[[int], int] = lambda chat_id: chat_id,
    ) -> None:
        self._pace = pace or Pace(UNLIMITED)
        self._pauses = pauses
        self._place = place
        self._chats: dict[int, ChatItems] = {}
        self._numbers = itertools.count()
        # Chats that have something to be delivered, by its urgency and age; a place that its chat left is passed over.
        self._line: list[tuple[int, int, int]] = []
        # When a chat, or one item of it, is to be looked at again.
        self._later: list[tuple[float, int, int, str | None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._room_at: float | None = None
        self._in_work = 0
        self._waiting = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._running = self._awake = False

    def enqueue(self, item: OutboxItem) -> None:
        """Queue the item. One with the same key that waits is replaced, unless it is more urgent."""
        chat_id = self._place(item.chat_id)
        chat = self._chats.setdefault(chat_id, ChatItems())
        before = len(chat.waiting)
        entry = chat.put(item, next(self._numbers))
        self._count(len(chat.waiting) - before)
        chat.line_up(entry, monotonic())
        self._offer(chat_id, chat)

    @property
    def waiting(self) -> int:
        """How many items are not delivered yet."""
        return self._waiting + self._in_work

    async def run(self) -> None:
        """Deliver what is queued, until cancelled."""
        self._running = True
        try:
            self._deliver_some()
            await asyncio.Event().wait()
        finally:
            self._running = False
            if self._timer is not None:
                self._timer.cancel()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    def _offer(self, chat_id: int, chat: ChatItems) -> None:
        """Put the chat into the line, at the urgency of its first item."""
        first = chat.first()
        if first is None or len(chat.in_work) >= PER_CHAT:
            return
        urgency = first.item.urgency
        if chat.asleep is not None and urgency >= chat.asleep:
            return
        if chat.offered is None or urgency < chat.offered[0]:
            chat.offered = (urgency, first.number, chat_id)
            heapq.heappush(self._line, chat.offered)
            self._wake()

    def _wake(self) -> None:
        if self._running and not self._awake:
            self._awake = True
            asyncio.get_running_loop().call_soon(self._deliver_some)

    def _deliver_some(self) -> None:
        """Begin everything that may be begun now."""
        self._awake = False
        if not self._running:
            return
        now = monotonic()
        self._room_at = None
        held_up: Urgency | None = None
        while self._line:
            place = self._line[0]
            chat = self._chats.get(place[2])
            first = chat.first() if chat is not None and chat.offered == place else None
            if chat is None or first is None:
                # The chat stands at another place by now, or has nothing left.
                heapq.heappop(self._line)
                continue
            urgency = first.item.urgency
            if (wait_s := self._wait_s(urgency)) > 0:
                # What stands behind it is no more urgent and would find no room either.
                self._room_at, held_up = now + wait_s, urgency
                break
            heapq.heappop(self._line)
            chat.offered = None
            self._begin(place[2], chat, first, now)
        self._pace.in_line = held_up is not None and held_up < Urgency.ROUTINE
        self._set_timer()

    def _wait_s(self, urgency: Urgency) -> float:
        """Seconds until there is room for one more of all chats; for ever until an item in work is done."""
        if self._in_work >= (ROUTINE_IN_WORK if urgency is Urgency.ROUTINE else IN_WORK):
            return float("inf")
        return self._pace.overall_delay_s(urgency)

    def _begin(self, chat_id: int, chat: ChatItems, first: Entry, now: float) -> None:
        urgency = first.item.urgency
        wait_s = self._pace.chat_delay_s(chat_id, urgency)
        if wait_s > 0:
            chat.asleep = urgency
            self._look_again(now + wait_s, chat_id, None)
            return
        chat.begin(first)
        self._waiting -= 1
        self._in_work += 1
        self._pace.take(chat_id)
        task = asyncio.create_task(self._deliver(chat_id, chat, first))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._offer(chat_id, chat)

    async def _deliver(self, chat_id: int, chat: ChatItems, entry: Entry) -> None:
        turn = Turn(chat_id, entry.item.urgency)
        TURN.set(turn)
        try:
            await entry.item.deliver()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - a fault of one item must not stop the others; it is logged
            self._again(chat_id, chat, entry, error)
        finally:
            if not turn.used:
                self._pace.give_back(chat_id)
            self._ended(chat_id, chat, entry.item.key)

    def _ended(self, chat_id: int, chat: ChatItems, key: str) -> None:
        chat.in_work.discard(key)
        self._in_work -= 1
        self._count(0)
        same = chat.waiting.get(key)
        if same is not None:
            chat.line_up(same, monotonic())
        if chat.idle:
            self._chats.pop(chat_id, None)
        else:
            self._offer(chat_id, chat)
        self._wake()

    def _again(self, chat_id: int, chat: ChatItems, entry: Entry, error: Exception) -> None:
        failures = entry.failures + 1
        pause_s = self._pauses(_pause_s(error, failures))
        expected = isinstance(error, TelegramError | KafkaError)
        log.warning(
            "outbox_item_not_delivered",
            key=entry.item.key,
            failures=failures,
            again_in_s=round(pause_s, 1),
            error=f"{type(error).__name__}: {error}"[:200],
            exc_info=None if expected else error,
        )
        newer = chat.waiting.get(entry.item.key)
        if newer is None:
            newer = chat.put(entry.item, entry.number)
            self._count(1)
        newer.failures, newer.not_before = failures, monotonic() + pause_s
        self._look_again(newer.not_before, chat_id, entry.item.key)

    def _look_again(self, at: float, chat_id: int, key: str | None) -> None:
        heapq.heappush(self._later, (at, next(self._numbers), chat_id, key))

    def _set_timer(self) -> None:
        next_at = min(self._later[0][0] if self._later else float("inf"), self._room_at or float("inf"))
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if next_at < float("inf"):
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, next_at - monotonic()) + 0.001, self._time_has_come)

    def _time_has_come(self) -> None:
        self._timer = None
        now = monotonic()
        while self._later and self._later[0][0] <= now:
            _, _, chat_id, key = heapq.heappop(self._later)
            chat = self._chats.get(chat_id)
            if chat is None:
                continue
            entry = chat.waiting.get(key) if key is not None else None
            if entry is not None:
                chat.line_up(entry, now)
            elif key is None:
                chat.asleep = None
            self._offer(chat_id, chat)
        self._deliver_some()

    def _count(self, more: int) -> None:
        self._waiting += more
        metrics.OUTBOX.set(self.waiting)


def _pause_s(error: Exception, failures: int) -> float:
    if isinstance(error, RetryAfter):
        return seconds_of(error)
    if isinstance(error, Forbidden | BadRequest):
        return HOPELESS_PAUSE_S
    return float(min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures - 1, 10)))
