"""Telling people of feeds, once each: admins and the shop of what waits, the shop of what came of its feeds."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.pending_messages import PendingMessages
from bot.core.persons import Persons
from bot.features.feeds.file_book import FileBook
from bot.features.feeds.ports import FeedPorts
from bot.features.feeds.report_replies import before_each, is_news, is_well, run_report
from bot.features.feeds.store import FeedDecided, FeedTold
from bot.features.feeds.waiting_feeds import WaitingFeeds
from bot.state.store import Store
from bot.telegram.sender import Address
from pipeline.contracts.feeds import FeedRun, FeedState

KEPT = timedelta(days=90)
# A shop is told of what came of a feed within a day; so long, and a little longer, is kept that it was.
REPORTED = timedelta(hours=24)
REPORT_KEPT = timedelta(hours=30)
FORGOTTEN_EVERY = timedelta(hours=1)


class FeedNotices:
    """A card or a report for each person, in their language; what is enqueued survives a restart of the bot."""

    def __init__(
        self,
        ports: FeedPorts,
        told: Store[FeedTold],
        decisions: Store[FeedDecided],
        pending: PendingMessages,
        persons: Persons,
        *,
        waiting: WaitingFeeds,
        files: FileBook,
        clock: Callable[[], datetime],
    ) -> None:
        self._runs = ports.runs
        self._shop_name = ports.shop_name
        self._told = told
        self._pending = pending
        self._persons = persons
        self._decisions = decisions
        self.waiting = waiting
        self._files = files
        self._clock = clock
        self._changed = asyncio.Event()
        ports.runs.subscribe(self._take)

    async def run(self) -> None:
        """Tell of what waits, then of what comes. Raises KafkaError; begun again, it misses nothing."""
        await self._forget()
        forgotten_at = self._clock()
        while True:
            self._changed.clear()
            self.waiting.cards.look()
            newest = self._runs.newest()
            before = before_each(newest)
            for run in newest:
                if run.state is not FeedState.WAITING and self._is_recent(run) and is_news(run, before.get(run.key)):
                    await self._report(run)
            if self._clock() - forgotten_at > FORGOTTEN_EVERY:
                await self._forget()
                forgotten_at = self._clock()
            await self._changed.wait()

    def _is_recent(self, run: FeedRun) -> bool:
        return run.ended is not None and self._clock() - run.ended < REPORTED

    async def _report(self, run: FeedRun) -> None:
        """Tell the shop's people; whoever sent the file has the report under it, who decided sees their card."""
        name = f"{run.key}:{run.state.value}"
        sellers = self._persons.access.sellers_of(run.store_id)
        if not sellers or self._told.get(name) is not None:
            return
        found, decision = self._files.of_run(run), self._decisions.get(run.key)
        sent = found[1] if found is not None else None
        for person, seller in sellers.items():
            if sent is not None and sent.user_id == seller.user_id and sent.reported in {"", run.state.value}:
                continue
            if decision is not None and decision.person == person:
                continue
            words = self._persons.texts(seller.user_id, self.waiting.language(run.store_id))
            reply = run_report(run, self._shop_name(run.store_id), words)
            address = Address(seller.user_id, silent=is_well(run))
            await self._pending.enqueue(address, f"feed report:{run.key}", reply)
        await self._told.put(name, FeedTold(at=self._clock()))

    async def _forget(self) -> None:
        """Runs are kept for ninety days; what was told of older ones need not be known."""
        for name, told in list(self._told.entries()):
            if self._clock() - told.at > REPORT_KEPT:
                await self._told.put(name, None)
        for name, decision in list(self._decisions.entries()):
            if self._clock() - decision.at > KEPT:
                await self._decisions.put(name, None)

    def _take(self, run: FeedRun) -> None:
        self._changed.set()
