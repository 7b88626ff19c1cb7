"""Between polling and the application: each chat's updates in order, many chats at once, and what came of each."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

from telegram import Update
from telegram.error import TelegramError

from bot.core.router import Router
from bot.telegram.framework import BotApplication
from bot.telegram.long_polling import Polling, RawUpdate, UpdateSource
from bot.telegram.per_chat_queue import PerChatQueue
from ops import metrics
from ops.logs import get_logger
from ops.service import Service

log = get_logger(__name__)
# More waiting updates of one chat than a person can write; a flood must not keep the others waiting.
QUEUE_DEPTH = 20
LONGEST_S = 60.0
STOP_S = 15.0
UNDECODABLE = (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError)


ChatKey = tuple[Literal["chat", "inline"], int]
Arrived = tuple[int, RawUpdate, float]


@dataclass(slots=True)
class Unread:
    """How many updates of a chat were too many, and the first of them."""

    first: RawUpdate
    count: int = 0


class Intake:
    """Feeds an initialised application from a source of raw updates until the service stops."""

    def __init__(self, application: BotApplication, router: Router, source: UpdateSource, service: Service) -> None:
        self._application = application
        self._router = router
        self._service = service
        self._queues: PerChatQueue[Arrived | Unread] = PerChatQueue(self._handle, QUEUE_DEPTH)
        self._unread: dict[ChatKey, Unread] = {}
        self._polling = Polling(source, self._take, healthy=lambda holds: service.ready("telegram", holds))

    async def run(self) -> None:
        """Handle updates until the service stops; what was taken is finished and confirmed before this returns."""
        await self._polling.run(self._service.stopping)
        if not await self._queues.drained(STOP_S):
            log.warning("stopped_with_work_left", next_step="these updates come again at the next start")
        await self._polling.confirm()

    def _take(self, update_id: int, raw: RawUpdate) -> None:
        chat = chat_of(raw)
        if not self._queues.put(chat, (update_id, raw, perf_counter())):
            metrics.UPDATES.labels(kind_of(raw), "flood").inc()
            self._polling.done(update_id)
            if wants_answer(raw):
                self._leave_unread(chat, raw)

    def _leave_unread(self, chat: ChatKey, raw: RawUpdate) -> None:
        """Count it; the person is told how many there were, in one sentence after the answers to what was read."""
        if chat not in self._unread:
            self._unread[chat] = Unread(raw)
            self._queues.put(chat, self._unread[chat], pending=True)
        self._unread[chat].count += 1

    async def _handle(self, item: Arrived | Unread) -> None:
        if isinstance(item, Unread):
            await self._tell(self._unread.pop(chat_of(item.first)))
            return
        update_id, raw, at = item
        kind = kind_of(raw)
        outcome = "failed"
        try:
            outcome = await self._process(update_id, raw)
        finally:
            self._polling.done(update_id)
            metrics.UPDATES.labels(kind, outcome).inc()
            metrics.UPDATE_SECONDS.labels(kind).observe(perf_counter() - at)

    async def _tell(self, unread: Unread) -> None:
        try:
            update = Update.de_json(unread.first, self._application.bot)
            async with asyncio.timeout(LONGEST_S):
                await self._router.too_fast(update, unread.count, self._application.bot)
        except (*UNDECODABLE, TelegramError, TimeoutError) as error:
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


def chat_of(raw: RawUpdate) -> ChatKey:
    """The chat that an update belongs to; inline queries, which have none, go by their person and wait for no chat."""
    if "inline_query" in raw:
        return "inline", _number_in(raw["inline_query"], "from")
    content = next((value for name, value in raw.items() if name != "update_id" and isinstance(value, Mapping)), {})
    return "chat", _number_in(content.get("message", content), "chat") or _number_in(content, "from")


def _number_in(holder: object, name: str) -> int:
    part = holder.get(name) if isinstance(holder, Mapping) else None
    number = part.get("id") if isinstance(part, Mapping) else None
    return number if isinstance(number, int) else 0


def wants_answer(raw: RawUpdate) -> bool:
    """Whether somebody waits for an answer in the chat: to a press, a command, or anything written in private."""
    if "callback_query" in raw:
        return True
    message = raw.get("message")
    if not isinstance(message, Mapping):
        return False
    chat = message.get("chat")
    return (isinstance(chat, Mapping) and chat.get("type") == "private") or str(message.get("text")).startswith("/")


def kind_of(raw: RawUpdate) -> str:
    """The kind of an update, from the few that exist: it is a metric's label."""
    return next((name for name in ("message", "callback_query", "inline_query") if name in raw), "other")
