"""Telling people of feeds, once each: admins and the shop of what waits, the shop of what came of its feeds."""

import asyncio
from datetime import timedelta

from bot.core.pending_messages import PendingMessages
from bot.core.persons import Persons
from bot.core.shops import ShopRegistry
from bot.features.feeds.ports import FeedPorts
from bot.features.feeds.receiving import Receiving
from bot.features.feeds.replies import waiting_card
from bot.features.feeds.report_replies import before_each, is_news, is_well, run_report
from bot.features.feeds.store import FeedTold
from bot.state.store import Store
from bot.telegram.sender import Address
from bot.ui.locale import DEFAULT
from bot.ui.roles import Role
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
        pending: PendingMessages,
        persons: Persons,
        *,
        shops: ShopRegistry,
        receiving: Receiving,
    ) -> None:
        self._runs = ports.runs
        self._shop_name = ports.shop_name
        self._told = told
        self._pending = pending
        self._persons = persons
        self._shops = shops
        self._receiving = receiving
        self._clock = receiving.clock
        self._changed = asyncio.Event()
        ports.runs.subscribe(self._take)

    async def run(self) -> None:
        """Tell of what waits, then of what comes. Raises KafkaError; begun again, it misses nothing."""
        await self._forget()
        forgotten_at = self._clock()
        while True:
            self._changed.clear()
            newest = self._runs.newest()
            before = before_each(newest)
            for run in newest:
                if run.state is FeedState.WAITING:
                    if self._told.get(run.key) is None:
                        await self._tell_waiting(run)
                elif self._is_recent(run) and is_news(run, before.get(run.key)):
                    await self._report(run)
            if self._clock() - forgotten_at > FORGOTTEN_EVERY:
                await self._forget()
                forgotten_at = self._clock()
            await self._changed.wait()

    def _is_recent(self, run: FeedRun) -> bool:
        return run.ended is not None and self._clock() - run.ended < REPORTED

    async def _tell_waiting(self, run: FeedRun) -> None:
        access = self._persons.access
        # The people of the shop are told in its language, as long as they chose none.
        people: dict[int, str | None] = {
            seller.user_id: self._language(run) for seller in access.sellers_of(run.store_id).values()
        }
        people |= {user_id: None for user_id, role in access.people().items() if role is Role.ADMIN}
        for user_id, language in sorted(people.items()):
            card = waiting_card(run, self._shop_name(run.store_id), self._persons.texts(user_id, language))
            await self._pending.enqueue(Address(user_id), f"feed:{run.key}", card)
        await self._told.put(run.key, FeedTold(at=self._clock()))

    async def _report(self, run: FeedRun) -> None:
        """Tell the shop's people; whoever sent the file has the report under it."""
        name = f"{run.key}:{run.state.value}"
        sellers = self._persons.access.sellers_of(run.store_id)
        if not sellers or self._told.get(name) is not None:
            return
        sent = self._receiving.sent_by(run)
        for seller in sellers.values():
            if sent is not None and sent.user_id == seller.user_id and sent.reported in {"", run.state.value}:
                continue
            words = self._persons.texts(seller.user_id, self._language(run))
            reply = run_report(run, self._shop_name(run.store_id), words)
            address = Address(seller.user_id, silent=is_well(run))
            await self._pending.enqueue(address, f"feed report:{run.key}", reply)
        await self._told.put(name, FeedTold(at=self._clock()))

    def _language(self, run: FeedRun) -> str:
        shop = self._shops.names().get(run.store_id)
        return shop.language if shop is not None else DEFAULT

    async def _forget(self) -> None:
        """Runs are kept for ninety days; what was told of older ones need not be known."""
        for name, told in list(self._told.entries()):
            # A run's key has no colon after its last slash.
            reported = ":" in name.rpartition("/")[2]
            if self._clock() - told.at > (REPORT_KEPT if reported else KEPT):
                await self._told.put(name, None)

    def _take(self, run: FeedRun) -> None:
        self._changed.set()
