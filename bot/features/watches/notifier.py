"""Tells what is due: once, not in quiet hours, and only what still holds at the moment of telling."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from aiokafka.errors import KafkaError
from telegram.error import Forbidden

from bot.core.people import People
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.quiet_hours import is_quiet
from bot.features.watches.replies import new_matches, price_dropped
from bot.features.watches.store import WatchEntries, WatchStore
from bot.features.watches.watch_events import (
    good_price,
    matches_sending,
    matches_told,
    price_sending,
    price_told,
    with_price,
)
from bot.features.watches.watcher import request_of
from bot.products.offers import Products
from bot.telegram.outbox import Outbox
from bot.telegram.outbox_item import Urgency
from bot.telegram.sender import Address, Delivering
from bot.ui.locale import Texts, texts
from bot.ui.reply import Reply
from ops.logs import get_logger
from pipeline.contracts.messages import Product

log = get_logger(__name__)
LOOK_S = 1.0
AT_ONCE = 200


class WatchNotifier:
    """Enqueues what is due to the outbox, which tries for ever; its state is in the watches: nothing needs recovery."""

    def __init__(
        self,
        watches: WatchStore,
        outbox: Outbox,
        sender: Delivering,
        products: Products,
        *,
        people: People,
        clock: Callable[[], datetime],
    ) -> None:
        self._watches = watches
        self._outbox = outbox
        self._sender = sender
        self._products = products
        self._people = people
        self._clock = clock
        self._prices = _Kind("watch", watches.prices, self.tell_price)
        self._searches = _Kind("saved", watches.searches, self.tell_matches)

    async def run(self) -> None:
        """Enqueue what is due until cancelled."""
        while True:
            self._watches.changed.clear()
            await self._wake()
            await self._sweep()
            await self._enqueue(self._prices)
            await self._enqueue(self._searches)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._watches.changed.wait(), LOOK_S)

    async def _wake(self) -> None:
        try:
            await self._watches.wake()
        except KafkaError as error:
            log.warning("watches_wait_for_kafka", error=str(error))

    async def _sweep(self) -> None:
        try:
            await self._watches.sweep()
        except KafkaError as error:
            log.warning("watches_wait_for_kafka", error=str(error))

    async def _enqueue(self, kind: "_Kind") -> None:
        """Enqueue what is due and not in the outbox; many that are due at once do not keep the others waiting."""
        for number, name in enumerate(kind.watches.due - kind.enqueued):
            watch = kind.watches.get(name)
            if watch is not None and watch.user_id and not self._quiet(name):
                kind.enqueued.add(name)
                self._outbox.enqueue(_WatchItem(watch.user_id, name, kind))
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)

    async def tell_price(self, name: str) -> None:
        """Send what is due of a price watch, if it still holds. Raises what Telegram, Kafka and the catalogue raise."""
        if self._quiet(name) or not self._watches.watches(name):
            return
        watch, sold = await self._compare(name)
        if watch is None or watch.due is None:
            return
        due = watch.due
        if sold is None or good_price(watch, sold) is None:
            # It holds no more, and a try to tell it was under way: whatever came of that, there is no second one.
            await self._watches.prices.change(name, lambda there: there and price_told(there, due.price))
            return
        await self._products.lists.keep_long_ids((sold,))
        reply = price_dropped(name, watch, sold, self._words(name, watch))

        async def about_to_send() -> None:
            await self._watches.prices.change(name, lambda there: there and price_sending(there, self._clock()))

        await self._send(f"watch:{name}", watch, reply, due.sending_since is not None, about_to_send)
        await self._watches.prices.change(name, lambda there: there and price_told(there, due.price))
        # What fell while this was on its way left the watch as it was.
        await self._compare(name)

    async def _compare(self, name: str) -> tuple[PriceWatch | None, Product | None]:
        """The watch after what its product is now, and that product if it is sold. Raises what the catalogue raises."""
        watch = self._watches.prices.get(name)
        if watch is None:
            return None, None
        product = await self._products.catalog.product(watch.offer_id)
        sold = product if product is not None and self._products.visibility.allows(product) else None
        return await self._watches.prices.change(name, lambda there: there and with_price(there, sold)), sold

    async def tell_matches(self, name: str) -> None:
        """Send what is new for a saved search, if it still holds. Raises the same."""
        saved = self._watches.searches.get(name)
        if saved is None or not saved.due or self._quiet(name) or not self._watches.watches(name):
            return
        ids = saved.sending or saved.due
        page = await self._products.catalog.search(request_of(saved.search, ids), self._products.visibility.allows)
        if page.products:
            await self._products.lists.keep_long_ids(page.products)
            await self._products.lists.keep((saved.search,))
            reply = new_matches(name, saved, page.products, self._words(name, saved))

            async def about_to_send() -> None:
                now = self._clock()
                await self._watches.searches.change(name, lambda there: there and matches_sending(there, ids, now))

            await self._send(f"saved:{name}", saved, reply, saved.sending_since is not None, about_to_send)
        await self._watches.searches.change(name, lambda there: there and matches_told(there, ids))

    async def _send(
        self,
        name: str,
        watch: PriceWatch | SavedSearch,
        reply: Reply,
        under_way: bool,
        about_to_send: Callable[[], Awaitable[None]],
    ) -> None:
        words = self._words(name.partition(":")[2], watch)
        try:
            await self._sender.send(
                name, Address(watch.user_id), reply, under_way=under_way, words=words, about_to_send=about_to_send
            )
        except Forbidden as error:
            # Who has blocked the bot wants no message; the watch sleeps, without their id, until they come back.
            log.info("watch_not_told", error=str(error))
            await self._watches.sleep(name.split(":")[1])

    def _quiet(self, name: str) -> bool:
        pseudonym = name.partition(":")[0]
        return is_quiet(self._people.quiet(pseudonym), self._clock().astimezone(self._people.zone(pseudonym)))

    def _words(self, name: str, watch: PriceWatch | SavedSearch) -> Texts:
        pseudonym = name.partition(":")[0]
        return texts(self._people.language(pseudonym, watch.language), self._people.zone(pseudonym))


@dataclass(frozen=True, slots=True)
class _Kind:
    """Watches of one kind, how one of them is told, and the names of those that are in the outbox."""

    name: str
    watches: WatchEntries[PriceWatch] | WatchEntries[SavedSearch]
    tell: Callable[[str], Awaitable[None]]
    enqueued: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _WatchItem:
    chat_id: int
    name: str
    kind: _Kind
    urgency: Urgency = Urgency.ROUTINE

    @property
    def key(self) -> str:
        return f"{self.kind.name}:{self.name}"

    async def deliver(self) -> None:
        await self.kind.tell(self.name)
        self.kind.enqueued.discard(self.name)
