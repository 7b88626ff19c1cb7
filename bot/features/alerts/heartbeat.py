"""The dead man's switch: the alert Watchdog always fires, and its absence is told in the alert chats, once."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from aiokafka.errors import KafkaError

from bot.core.pending_messages import PendingMessages
from bot.features.alerts.destination import Destination
from bot.features.alerts.models import Heartbeat
from bot.features.alerts.reminder_replies import heartbeat_back, heartbeat_missing
from bot.state.store import Store
from bot.telegram.message_sender import Address
from bot.telegram.outbox_item import Urgency
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from bot.ui.time import lasting
from ops.logs import get_logger

log = get_logger(__name__)
NAME = "watchdog"
LOOK_EVERY_S = 2.0


class DeadMansSwitch:
    """Knows when the Watchdog was last seen; what was reported survives a restart."""

    def __init__(
        self,
        states: Store[Heartbeat],
        messages: PendingMessages,
        destinations: Sequence[Destination],
        words: Callable[[int], Texts],
        clock: Callable[[], datetime],
        *,
        missing_after: timedelta,
    ) -> None:
        self._states = states
        self._messages = messages
        self._destinations = destinations
        self._words = words
        self._clock = clock
        self._missing_after = missing_after
        self._started_at = clock()
        self._seen_at: datetime | None = None

    def beat(self, at: datetime) -> None:
        """The Watchdog arrived at this moment."""
        self._seen_at = max(at, self._seen_at or at)

    @property
    def seen_at(self) -> datetime | None:
        """When the Watchdog was last seen, in this life or an earlier one."""
        kept = self._states.get(NAME)
        return self._seen_at or (kept.seen_at if kept is not None else None)

    async def run(self) -> None:
        """Look for the Watchdog until cancelled."""
        while True:
            try:
                await self.look()
            except KafkaError as error:
                log.warning("heartbeat_waits_for_kafka", error=str(error))
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Report a change, durable before it is forgotten. Raises KafkaError."""
        now = self._clock()
        kept = self._states.get(NAME)
        last = self.seen_at or self._started_at
        # After a start the Watchdog has its time anew: it may have beaten while nobody listened.
        missing = now - max(last, self._started_at) > self._missing_after
        reported = kept is not None and kept.missing_since is not None
        if missing and not reported:
            for place in self._destinations:
                text = heartbeat_missing(last, self._words(place.chat_id))
                await self._tell(place, f"missing:{last:%Y%m%d%H%M%S}", text)
            await self._states.put(NAME, Heartbeat(seen_at=last, missing_since=last))
        elif reported and kept is not None and kept.missing_since is not None and self._seen_at is not None:
            if self._seen_at <= kept.missing_since:
                return
            for place in self._destinations:
                words = self._words(place.chat_id)
                text = heartbeat_back(lasting(self._seen_at - kept.missing_since, words), words)
                await self._tell(place, f"back:{kept.missing_since:%Y%m%d%H%M%S}", text)
            await self._states.put(NAME, Heartbeat(seen_at=self._seen_at))

    async def _tell(self, place: Destination, key: str, text: Reply) -> None:
        await self._messages.enqueue(Address(place.chat_id, place.thread_id), f"heartbeat:{key}", text, Urgency.URGENT)
