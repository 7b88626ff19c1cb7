"""Telling the admins of a feed that waits for a decision, once each."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.pending_messages import PendingMessages
from bot.core.persons import Persons
from bot.features.feeds.ports import FeedPorts
from bot.features.feeds.replies import waiting_card
from bot.features.feeds.store import FeedTold
from bot.state.store import Store
from bot.telegram.sender import Address
from bot.ui.roles import Role
from pipeline.contracts.feeds import FeedRun, FeedState

KEPT = timedelta(days=90)
Clock = Callable[[], datetime]


class FeedNotices:
    """A card for each admin, in their language; what is enqueued survives a restart of the bot."""

    def __init__(
        self, ports: FeedPorts, told: Store[FeedTold], pending: PendingMessages, persons: Persons, clock: Clock
    ) -> None:
        self._runs = ports.runs
        self._shop_name = ports.shop_name
        self._told = told
        self._pending = pending
        self._persons = persons
        self._clock = clock
        self._changed = asyncio.Event()
        ports.runs.subscribe(self._take)

    async def run(self) -> None:
        """Tell of what waits, then of what comes to wait. Raises KafkaError; begun again, it misses nothing."""
        await self._forget()
        while True:
            self._changed.clear()
            for run in self._runs.newest():
                if run.state is FeedState.WAITING and self._told.get(run.key) is None:
                    await self._tell(run)
            await self._changed.wait()

    async def _tell(self, run: FeedRun) -> None:
        for user_id, role in self._persons.access.people().items():
            if role is Role.ADMIN:
                card = waiting_card(run, self._shop_name(run.store_id), self._persons.texts(user_id))
                await self._pending.enqueue(Address(user_id), f"feed:{run.key}", card)
        await self._told.put(run.key, FeedTold(at=self._clock()))

    async def _forget(self) -> None:
        """Runs are kept for ninety days; what was told of older ones need not be known."""
        for name, told in list(self._told.entries()):
            if self._clock() - told.at > KEPT:
                await self._told.put(name, None)

    def _take(self, run: FeedRun) -> None:
        self._changed.set()
