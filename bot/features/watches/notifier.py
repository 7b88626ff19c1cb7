"""Tells what is due: once, not in quiet hours, and only what still holds at the moment of telling."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from telegram.error import Forbidden

from bot.core.people import People
from bot.features.watches.models import PriceWatch, SavedSearch
from bot.features.watches.quiet_hours import is_quiet
from bot.features.watches.replies import new_matches, price_dropped
from bot.features.watches.store import WatchEntries, WatchStore
from bot.features.watches.watch_events import good_price, matches_told, price_told, with_price
from bot.features.watches.watcher import request_of
from bot.products.catalog import Catalog
from bot.products.list_store import ListStore
from bot.products.visibility import VisibilityPolicy
from bot.telegram.message_sender import Address
from bot.telegram.outbox import Outbox
from bot.telegram.outbox_item import Urgency
from bot.telegram.sender import Delivering
from bot.ui.callback_ids import product_mark
from bot.ui.locale import Texts, texts
from bot.ui.reply import Reply
from ops.logs import get_logger
from pipeline.contracts.chat_state import ListState
from pipeline.contracts.messages import Product

log = get_logger(__name__)
LOOK_S = 1.0


class WatchNotifier:
    """Owes what is due to the outbox, which tries for ever; the state is in the watches, so nothing needs recovery."""

    def __init__(
        self,
        book: WatchStore,
        outbox: Outbox,
        sender: Delivering,
        catalog: Catalog,
        visibility: VisibilityPolicy,
        *,
        lists: ListStore,
        people: People,
        clock: Callable[[], datetime],
    ) -> None:
        self._book = book
        self._outbox = outbox
        self._sender = sender
        self._catalog = catalog
        self._visibility = visibility
        self._lists = lists
        self._people = people
        self._clock = clock
        self._changed = asyncio.Event()
        book.prices.changed = book.searches.changed = self._changed

    async def run(self) -> None:
        """Owe what is due until cancelled."""
        while True:
            self._changed.clear()
            self._enqueue(self._book.prices, self.tell_price)
            self._enqueue(self._book.searches, self.tell_matches)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), LOOK_S)

    def _enqueue(
        self, entries: WatchEntries[PriceWatch] | WatchEntries[SavedSearch], deliver: Callable[[str], Awaitable[None]]
    ) -> None:
        for name in list(entries.due):
            watch = entries.get(name)
            if watch is None:
                entries.due.discard(name)
            elif not self._quiet(name):
                self._outbox.enqueue(_WatchItem(watch.user_id, name, deliver))

    async def tell_price(self, name: str) -> None:
        """Send what is due of a price watch, if it still holds. Raises what Telegram, Kafka and the catalogue raise."""
        watch = self._book.prices.get(name)
        if watch is None or watch.due is None or self._quiet(name):
            return
        product = await self._catalog.product(watch.product_id)
        sold = product if product is not None and self._visibility.allows(product) else None
        watch = await self._book.prices.change(name, lambda there: there and with_price(there, sold))
        if watch is None or watch.due is None:
            return
        due = watch.due
        if sold is None or good_price(watch, sold) is None:
            # It holds no more, and a try to tell it was under way: whatever came of that, there is no second one.
            await self._book.prices.change(name, lambda there: there and price_told(there, due.price))
            return
        await self._keep((sold,))
        reply = price_dropped(name, watch, sold, self._words(name, watch))

        async def about_to_send(after: int) -> None:
            await self._book.prices.change(name, lambda there: there and _price_sending(there, after))

        await self._send(f"watch:{name}", watch.user_id, reply, due.sending_after, about_to_send)
        await self._book.prices.change(name, lambda there: there and with_price(price_told(there, due.price), sold))

    async def tell_matches(self, name: str) -> None:
        """Send what is new for a saved search, if it still holds. Raises the same."""
        saved = self._book.searches.get(name)
        if saved is None or not saved.due or self._quiet(name):
            return
        ids = saved.sending or saved.due
        page = await self._catalog.search(request_of(saved.search, ids), self._visibility.allows)
        if page.products:
            await self._keep(page.products, saved.search)
            reply = new_matches(name, saved, page.products, self._words(name, saved))

            async def about_to_send(after: int) -> None:
                await self._book.searches.change(name, lambda there: there and _search_sending(there, ids, after))

            await self._send(f"saved:{name}", saved.user_id, reply, saved.sending_after, about_to_send)
        await self._book.searches.change(name, lambda there: there and matches_told(there, ids))

    async def _send(
        self, name: str, user_id: int, reply: Reply, after: int | None, about_to_send: Callable[[int], Awaitable[None]]
    ) -> None:
        try:
            await self._sender.send(name, Address(user_id), reply, after=after, about_to_send=about_to_send)
        except Forbidden as error:
            # Who has blocked the bot wants no message; the watch stays for when they come back.
            log.info("watch_not_told", error=str(error))

    def _quiet(self, name: str) -> bool:
        return is_quiet(self._people.quiet(name.partition(":")[0]), self._clock())

    def _words(self, name: str, watch: PriceWatch | SavedSearch) -> Texts:
        return texts(self._people.language(name.partition(":")[0], watch.language))

    async def _keep(self, products: tuple[Product, ...], *more: ListState) -> None:
        long_ids = [one.product_id for one in products if product_mark(one.product_id).startswith("=")]
        await self._lists.keep([*more, *(ListState(product_id=product_id) for product_id in long_ids)])


def _price_sending(watch: PriceWatch, after: int) -> PriceWatch:
    if watch.due is None or watch.due.sending_after == after:
        return watch
    return watch.model_copy(update={"due": watch.due.model_copy(update={"sending_after": after})})


def _search_sending(saved: SavedSearch, product_ids: tuple[str, ...], after: int) -> SavedSearch:
    if saved.sending_after == after:
        return saved
    return saved.model_copy(update={"sending": product_ids, "sending_after": after})


@dataclass(frozen=True, slots=True)
class _WatchItem:
    chat_id: int
    name: str
    tell: Callable[[str], Awaitable[None]]
    urgency: Urgency = Urgency.ROUTINE

    @property
    def key(self) -> str:
        return f"watch:{self.name}"

    async def deliver(self) -> None:
        await self.tell(self.name)
