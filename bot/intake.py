"""Between polling and the application: each chat's updates in order, many chats at once, and what came of each."""

import asyncio
from collections.abc import Mapping
from time import perf_counter

from telegram import Update

from bot.framework import BotApplication
from bot.router import Router
from bot.transport.lanes import Lanes
from bot.transport.polling import Polling, RawUpdate, Source
from ops import metrics
from ops.logs import get_logger
from ops.service import Service

log = get_logger(__name__)
# More waiting updates of one chat than a person can write; a flood must not keep the others waiting.
LANE_DEPTH = 20
LONGEST_S = 60.0
STOP_S = 15.0

Arrived = tuple[int, RawUpdate, float]


class Intake:
    """Feeds an initialised application from a source of raw updates until the service stops."""

    def __init__(self, application: BotApplication, router: Router, source: Source, service: Service) -> None:
        self._application = application
        self._router = router
        self._service = service
        self._lanes: Lanes[Arrived] = Lanes(self._handle, LANE_DEPTH)
        self._polling = Polling(source, self._take, healthy=lambda holds: service.ready("telegram", holds))

    async def run(self) -> None:
        """Handle updates until the service stops; what was taken is finished and confirmed before this returns."""
        await self._polling.run(self._service.stopping)
        if not await self._lanes.drained(STOP_S):
            log.warning("stopped_with_work_left", next_step="these updates come again at the next start")
        await self._polling.confirm()

    def _take(self, update_id: int, raw: RawUpdate) -> None:
        if not self._lanes.put(lane_of(raw), (update_id, raw, perf_counter())):
            metrics.UPDATES.labels(kind_of(raw), "flood").inc()
            self._polling.done(update_id)

    async def _handle(self, arrived: Arrived) -> None:
        update_id, raw, at = arrived
        kind = kind_of(raw)
        outcome = "failed"
        try:
            outcome = await self._process(update_id, raw)
        finally:
            self._polling.done(update_id)
            metrics.UPDATES.labels(kind, outcome).inc()
            metrics.UPDATE_SECONDS.labels(kind).observe(perf_counter() - at)

    async def _process(self, update_id: int, raw: RawUpdate) -> str:
        try:
            update = Update.de_json(raw, self._application.bot)
        except (TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError) as error:
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


def lane_of(raw: RawUpdate) -> int:
    """The chat that an update belongs to; inline queries, which have none, go by their person."""
    content = next((value for name, value in raw.items() if name != "update_id" and isinstance(value, Mapping)), {})
    message = content.get("message", content)
    for holder, name in ((message, "chat"), (content, "from")):
        part = holder.get(name) if isinstance(holder, Mapping) else None
        number = part.get("id") if isinstance(part, Mapping) else None
        if isinstance(number, int):
            return number
    return 0


def kind_of(raw: RawUpdate) -> str:
    """The kind of an update, from the few that exist: it is a metric's label."""
    return next((name for name in ("message", "callback_query", "inline_query") if name in raw), "other")
