"""Telling a shop's people once that its address fails, and once that it works again; changing what they look at."""

import asyncio
from collections.abc import Callable

from telegram.error import TelegramError

from bot.core.delivery import Delivery
from bot.core.persons import Persons
from bot.core.shops import ShopRegistry
from bot.features.shops.address_replies import fetch_failing, fetch_well
from bot.features.shops.addresses import Addresses
from bot.state.store import Store, StoreSpec
from bot.telegram.message_sender import MessageGone
from bot.telegram.sender import Address
from bot.ui.locale import Texts
from bot.ui.reply import Reply
from bot.ui.roles import Role
from bot.ui.time import lasting
from ops.logs import get_logger
from pipeline.contracts.feeds import FeedFetch, Shop, fetch_of
from pipeline.contracts.messages import Message, Moment

log = get_logger(__name__)


class FetchTold(Message):
    """A shop's people were told that its address fails; the name is the shop's id."""

    since: Moment
    of: str


FETCH_TOLD = StoreSpec("fetch_told:", FetchTold)


class FetchNotices:
    """What was told survives a restart, and so does what is still to be told."""

    def __init__(
        self, addresses: Addresses, told: Store[FetchTold], delivery: Delivery, persons: Persons, registry: ShopRegistry
    ) -> None:
        self._addresses = addresses
        self._told = told
        self._delivery = delivery
        self._persons = persons
        self._registry = registry
        self._changed = asyncio.Event()
        addresses.fetches.subscribe(self._take)

    async def run(self) -> None:
        """Tell of what has changed, then of what changes. Raises KafkaError; begun again, it misses nothing."""
        while True:
            self._changed.clear()
            fetches = dict(self._addresses.fetches.items())
            for store_id, fetch in fetches.items():
                shop = self._registry.names().get(store_id)
                if shop is not None and fetch.of == fetch_of(shop):
                    await self._look(shop, fetch)
                    await self._change_pages(shop)
            for store_id, told in list(self._told.entries()):
                # Of an address that was changed or removed nobody need hear that it works again.
                if store_id not in fetches or fetches[store_id].of != told.of:
                    await self._told.put(store_id, None)
            await self._changed.wait()

    async def _look(self, shop: Shop, fetch: FeedFetch) -> None:
        told = self._told.get(shop.store_id)
        since = fetch.failing_since if fetch.failures else None
        if since is not None and (told is None or told.since != since):
            await self._tell(shop, f"fetch fails:{since.isoformat()}", lambda words: fetch_failing(shop, fetch, words))
            await self._told.put(shop.store_id, FetchTold(since=since, of=fetch.of))
        elif since is None and told is not None and not fetch.failures:
            if told.of == fetch.of:
                await self._tell_well(shop, fetch, told)
            await self._told.put(shop.store_id, None)

    async def _tell_well(self, shop: Shop, fetch: FeedFetch, told: FetchTold) -> None:
        def reply(words: Texts) -> Reply:
            return fetch_well(shop, lasting(fetch.at - told.since, words), words)

        await self._tell(shop, f"fetch well:{told.since.isoformat()}", reply, silent=True)

    async def _tell(self, shop: Shop, key: str, reply: Callable[[Texts], Reply], *, silent: bool = False) -> None:
        """Tell the shop's people; admins, when it has none."""
        access = self._persons.access
        people: dict[int, str | None] = {
            seller.user_id: shop.language for seller in access.sellers_of(shop.store_id).values()
        }
        if not people:
            people = {user_id: None for user_id, role in access.people().items() if role is Role.ADMIN}
        for user_id, language in sorted(people.items()):
            words = self._persons.texts(user_id, language)
            address = Address(user_id, silent=silent)
            await self._delivery.pending.enqueue(address, f"{key}:{shop.store_id}", reply(words))

    async def _change_pages(self, shop: Shop) -> None:
        for chat_id, message_id, user_id in self._addresses.watched(shop):
            page = self._addresses.page(shop, self._persons.texts(user_id))
            try:
                await self._delivery.sender.edit(chat_id, message_id, page)
            except (MessageGone, TelegramError) as error:
                # The page has a button that shows the same.
                log.info("page_not_changed", error=type(error).__name__)

    async def _take(self, key: str, before: FeedFetch | None, after: FeedFetch | None) -> None:
        self._changed.set()
