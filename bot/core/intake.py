"""Between polling and the application: each person's updates in order, many people at once, and what came of each."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import Literal, Protocol

from telegram import Update
from telegram.error import TelegramError

from bot.core.router import Router
from bot.telegram.bot_hooks import BotHooks
from bot.telegram.framework import BotApplication
from bot.telegram.long_polling import Polling, UpdateSource
from bot.telegram.per_chat_queue import PerChatQueue
from bot.telegram.update_journal import RawUpdate, UpdateJournal
from bot.telegram.webhook import remove_webhook
from bot.telegram.webhook_receiver import Webhook, WebhookReceiver
from ops import metrics
from ops.logs import get_logger
from ops.service import Service

log = get_logger(__name__)
# More waiting updates, or waiting answers, than a person can write; a flood must not keep the others waiting.
QUEUE_DEPTH = 20
LONGEST_S = 60.0
STOP_S = 15.0
KINDS = ("message", "edited_message", "callback_query", "inline_query")
UNDECODABLE = (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError)


# A chat and a person in it, who waits for nobody else there; inline queries, which have no chat, by their person.
LaneKey = tuple[Literal["chat", "inline"], int, int]
Arrived = tuple[int, RawUpdate, float]


@dataclass(slots=True)
class Unread:
    """How many updates of a lane were too many, and the first of them."""

    first: RawUpdate
    count: int = 0


class Receiver(Protocol):
    """Where updates come from; see `Polling` and `WebhookReceiver`."""

    def resume(self, left: Iterable[int], met: Iterable[int]) -> None: ...

    def done(self, update_id: int) -> None: ...

    async def run(self, stopping: asyncio.Event) -> None: ...

    async def confirm(self) -> None: ...


class Intake:
    """Feeds an initialised application from a source of raw updates until the service stops.

    With a `webhook`, Telegram posts them, and the source is not asked.
    """

    def __init__(
        self,
        application: BotApplication,
        router: Router,
        source: UpdateSource,
        service: Service,
        journal: UpdateJournal,
        *,
        webhook: Webhook | None = None,
    ) -> None:
        self._application = application
        self._router = router
        self._service = service
        self._journal = journal
        self._queues: PerChatQueue[Arrived | Unread] = PerChatQueue(self._handle, QUEUE_DEPTH)
        self._unread: dict[LaneKey, Unread] = {}
        self._receiver = self._received(source, webhook)

    def _received(self, source: UpdateSource, webhook: Webhook | None) -> Receiver:
        """Updates by polling, or, with a webhook, as Telegram posts them."""
        bot, service = self._application.bot, self._service

        def healthy(holds: bool) -> None:
            service.ready("telegram", holds)

        if webhook is not None:
            return WebhookReceiver(webhook, BotHooks(bot), self._take, journal=self._journal, healthy=healthy)
        return Polling(source, self._take, journal=self._journal, healthy=healthy, unhook=lambda: remove_webhook(bot))

    async def run(self) -> None:
        """Handle updates until the service stops; what was handled is confirmed before this returns."""
        self._resume()
        await self._receiver.run(self._service.stopping)
        if not await self._queues.drained(STOP_S):
            log.warning("stopped_with_work_left", next_step="these updates are handled at the next start")
        await self._receiver.confirm()

    def _resume(self) -> None:
        """Take up what an earlier life read and did not handle; that was not too much then, and is not now."""
        left = self._journal.left()
        self._receiver.resume(map(number_of, left), self._journal.met())
        for raw in left:
            self._queues.put(lane_of(raw), (number_of(raw), raw, perf_counter()), pending=True)
        if left:
            log.info("updates_taken_up", updates=len(left))

    def _take(self, update_id: int, raw: RawUpdate) -> None:
        lane = lane_of(raw)
        crowded = "callback_query" not in raw and self._router.deferred.owed(lane[1]) >= QUEUE_DEPTH
        if crowded or not self._queues.put(lane, (update_id, raw, perf_counter())):
            metrics.UPDATES.labels(kind_of(raw), "flood").inc()
            self._receiver.done(update_id)
            if wants_answer(raw):
                self._leave_unread(lane, raw)

    def _leave_unread(self, lane: LaneKey, raw: RawUpdate) -> None:
        """Count it; the person is told how many there were, in one sentence after the answers to what was read."""
        if lane not in self._unread:
            self._unread[lane] = Unread(raw)
            self._queues.put(lane, self._unread[lane], pending=True)
        self._unread[lane].count += 1

    async def _handle(self, item: Arrived | Unread) -> None:
        if isinstance(item, Unread):
            await self._tell(item)
            return
        update_id, raw, at = item
        outcome = "failed"
        try:
            outcome = await self._process(update_id, raw)
        except Exception:
            log.exception("update_failed", update_id=update_id)
        kind = kind_of(raw)
        metrics.UPDATES.labels(kind, outcome).inc()
        metrics.UPDATE_SECONDS.labels(kind).observe(perf_counter() - at)
        self._router.deferred.when_given(update_id, partial(self._receiver.done, update_id))

    async def _tell(self, unread: Unread) -> None:
        lane = lane_of(unread.first)

        def count() -> int:
            # What comes from now on is told in a sentence of its own.
            self._unread.pop(lane, None)
            return unread.count

        try:
            update = Update.de_json(unread.first, self._application.bot)
            async with asyncio.timeout(LONGEST_S):
                await self._router.too_fast(update, count, self._application.bot)
        except (*UNDECODABLE, TelegramError, TimeoutError) as error:
            self._unread.pop(lane, None)
            log.warning("flood_not_told", unread=unread.count, error=f"{type(error).__name__}: {error}")

    async def _process(self, update_id: int, raw: RawUpdate) -> str:
        try:
            update = Update.de_json(raw, self._application.bot)
        except UNDECODABLE as error:
            log.warning("update_not_understood", update_id=update_id, error=f"{type(error).__name__}: {error}")
            return "undecodable"
        try:
            async with asyncio.timeout(LONGEST_S):
                await self._application.process_update(update)
        except TimeoutError:
            log.error("update_given_up", update_id=update_id, after_s=LONGEST_S)
            self._router.settled(update_id)
            return "too_slow"
        return self._router.settled(update_id)


def number_of(raw: RawUpdate) -> int:
    """The update's number; 0 for what is no update."""
    number = raw.get("update_id")
    return number if isinstance(number, int) else 0


def lane_of(raw: RawUpdate) -> LaneKey:
    """The lane that an update belongs to: what is in one is handled in order."""
    if "inline_query" in raw:
        person = _number_in(raw["inline_query"], "from")
        return "inline", person, person
    content = next((value for name, value in raw.items() if name != "update_id" and isinstance(value, Mapping)), {})
    person = _number_in(content, "from")
    return "chat", _number_in(content.get("message", content), "chat") or person, person


def _number_in(holder: object, name: str) -> int:
    part = holder.get(name) if isinstance(holder, Mapping) else None
    number = part.get("id") if isinstance(part, Mapping) else None
    return number if isinstance(number, int) else 0


def wants_answer(raw: RawUpdate) -> bool:
    """Whether somebody waits for an answer in the chat: to a press, a command, or anything written in private."""
    if "callback_query" in raw:
        return True
    message = raw.get("message", raw.get("edited_message"))
    if not isinstance(message, Mapping):
        return False
    chat = message.get("chat")
    return (isinstance(chat, Mapping) and chat.get("type") == "private") or str(message.get("text")).startswith("/")


def kind_of(raw: RawUpdate) -> str:
    """The kind of an update, from the few that exist: it is a metric's label."""
    return next((name for name in KINDS if name in raw), "other")
