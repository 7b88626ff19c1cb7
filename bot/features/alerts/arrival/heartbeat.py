"""The dead man's switch: the alert Watchdog always fires, and its absence is told in the alert chats, once.

It hears the Watchdog at the webhook and tells straight: neither waits for Kafka, which may be away for the same reason.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from aiokafka.errors import KafkaError
from telegram.error import TelegramError

from bot.features.alerts.arrival.straight import Say
from bot.features.alerts.cards.reminder_replies import heartbeat_back, heartbeat_missing
from bot.features.alerts.destination import Destination
from bot.features.alerts.models import Heartbeat
from bot.state.store import Store
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from bot.ui.time import lasting
from ops.logs import get_logger

log = get_logger(__name__)
NAME = "watchdog"
LOOK_EVERY_S = 2.0
RETRY_S = 10.0


class DeadMansSwitch:
    """Knows when the Watchdog was last seen; what was reported survives a restart."""

    def __init__(
        self,
        states: Store[Heartbeat],
        say: Say,
        destinations: Sequence[Destination],
        words: Callable[[int], Texts],
        clock: Callable[[], datetime],
        *,
        missing_after: timedelta,
    ) -> None:
        self._states = states
        self._say = say
        self._destinations = destinations
        self._words = words
        self._clock = clock
        self._missing_after = missing_after
        self._started_at = clock()
        self._seen_at: datetime | None = None
        kept = states.get(NAME)
        self._missing_since = kept.missing_since if kept is not None else None
        self._told: set[Destination] = set()

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
            pause_s = LOOK_EVERY_S
            try:
                await self.look()
            except (KafkaError, TelegramError) as error:
                log.warning("heartbeat_waits", error=f"{type(error).__name__}: {error}"[:200], again_in_s=RETRY_S)
                pause_s = RETRY_S
            await asyncio.sleep(pause_s)

    async def look(self) -> None:
        """Tell a change, then keep it. Raises TelegramError, and KafkaError when it was told but is not kept yet.

        What was told is not told again in this life; after a restart, when it could not be kept, perhaps once.
        """
        now = self._clock()
        last = self.seen_at or self._started_at
        # After a start the Watchdog has its time anew: it may have beaten while nobody listened.
        missing = now - max(last, self._started_at) > self._missing_after
        if self._missing_since is None:
            if missing:
                await self._tell(lambda words: heartbeat_missing(last, words))
                self._missing_since = last
        elif self._seen_at is not None and self._seen_at > self._missing_since:
            away = self._seen_at - self._missing_since
            await self._tell(lambda words: heartbeat_back(lasting(away, words), words))
            self._missing_since = None
        kept = self._states.get(NAME)
        if self._missing_since != (kept.missing_since if kept is not None else None):
            await self._states.put(NAME, Heartbeat(seen_at=last, missing_since=self._missing_since))

    async def _tell(self, text: Callable[[Texts], Reply]) -> None:
        for place in self._destinations:
            if place not in self._told:
                await self._say(place, text(self._words(place.chat_id)))
                self._told.add(place)
        self._told.clear()
