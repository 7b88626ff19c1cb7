"""Who watches what: the only place where watches are written, except that "forget me" deletes them."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.features.watches.models import PriceWatch, SavedSearch
from bot.products.offer_ids import token
from bot.state.store import Store
from bot.telegram.locks import LocksByKey
from bot.ui.callback_ids import mark

W = TypeVar("W", bound=PriceWatch | SavedSearch)
PRICES_EACH = 50
SEARCHES_EACH = 20
# A number that comes later than this is a search again.
ASKED_FOR = timedelta(minutes=10)


class WatchEntries(Generic[W]):
    """Watches of one kind by name, each changed by one at a time.

    `due` are the names of those that have something to tell; `changed` is set when there is more of it.
    """

    def __init__(self, states: Store[W], changed: asyncio.Event) -> None:
        self._states = states
        self._changed = changed
        self._locks = LocksByKey()
        self._writing: set[str] = set()
        self._deleted: set[str] = set()
        self.due: set[str] = {name for name, watch in states.entries() if watch.due}
        states.subscribe(self._follow)

    def get(self, name: str) -> W | None:
        """The watch of this name."""
        return self._states.get(name)

    def all(self) -> Iterator[tuple[str, W]]:
        """Every watch; do not keep the iterator over an await."""
        return self._states.entries()

    def of(self, pseudonym: str) -> list[tuple[str, W]]:
        """The person's watches, the oldest first."""
        return sorted(self._states.of(pseudonym), key=lambda named: (named[1].at, named[0]))

    async def change(self, name: str, step: Callable[[W | None], W | None]) -> W | None:
        """The watch after the step; written when it differs, durable when this returns. Raises KafkaError."""
        async with self._locks.of(name):
            before = self._states.get(name)
            after = step(before)
            return before if after is before else await self._write(name, after)

    async def _write(self, name: str, watch: W | None) -> W | None:
        self._writing.add(name)
        try:
            await self._states.put(name, watch)
            if watch is not None and name in self._deleted:
                # "Forget me" deleted it while this was on its way: it must not come back.
                await self._states.put(name, None)
                return None
            return watch
        finally:
            self._writing.discard(name)
            self._deleted.discard(name)

    def _follow(self, name: str, _: W | None, watch: W | None) -> None:
        if watch is None and name in self._writing:
            self._deleted.add(name)
        if watch is not None and watch.due:
            self.due.add(name)
            self._changed.set()
        else:
            self.due.discard(name)


class WatchStore:
    """Price watches and saved searches. `changed` is set when a watch has something to tell."""

    def __init__(self, prices: Store[PriceWatch], searches: Store[SavedSearch], clock: Callable[[], datetime]) -> None:
        self.changed = asyncio.Event()
        self.prices = WatchEntries(prices, self.changed)
        self.searches = WatchEntries(searches, self.changed)
        self._clock = clock
        self._by_product: dict[str, set[str]] = {}
        for name, watch in prices.entries():
            self._index(name, None, watch)
        prices.subscribe(self._index)
        self._asleep: set[str] = set()
        self._back: dict[str, int] = {}
        for name, watch in prices.entries():
            self._note_asleep(name, None, watch)
        for name, saved in searches.entries():
            self._note_asleep(name, None, saved)
        prices.subscribe(self._note_asleep)
        searches.subscribe(self._note_asleep)

    @property
    def products(self) -> frozenset[str]:
        """Products whose price somebody watches."""
        return frozenset(self._by_product)

    def watching(self, offer_id: str) -> tuple[str, ...]:
        """The names of the watches of a product's price."""
        return tuple(self._by_product.get(offer_id, ()))

    async def watch(self, pseudonym: str, watch: PriceWatch) -> PriceWatch | None:
        """Set or replace a price watch; None when the person has as many as one may have. Raises KafkaError."""
        name = price_name(pseudonym, watch.offer_id)
        if self.prices.get(name) is None and len(self.prices.of(pseudonym)) >= PRICES_EACH:
            return None
        return await self.prices.change(name, lambda _: watch)

    async def save(self, pseudonym: str, saved: SavedSearch) -> SavedSearch | None:
        """Save a search, or leave the one there is; None when the person has as many as one may have."""
        name = search_name(pseudonym, saved)
        if self.searches.get(name) is None and len(self.searches.of(pseudonym)) >= SEARCHES_EACH:
            return None
        return await self.searches.change(name, lambda there: there or saved)

    async def stop(self, name: str) -> bool:
        """Remove a watch of either kind; False when it is not there. Raises KafkaError."""
        watch, saved = self.prices.get(name), self.searches.get(name)
        if watch is not None:
            await self.prices.change(name, lambda _: None)
        if saved is not None:
            await self.searches.change(name, lambda _: None)
        return watch is not None or saved is not None

    async def sleep(self, pseudonym: str) -> None:
        """Whoever it is has blocked the bot: their watches stay, and their Telegram id goes. Raises KafkaError."""
        await self._address(pseudonym, 0)

    def arrived(self, pseudonym: str, user_id: int) -> None:
        """Somebody wrote to the bot; if their watches sleep, `wake` wakes them."""
        if pseudonym in self._asleep:
            self._back[pseudonym] = user_id
            self.changed.set()

    async def wake(self) -> None:
        """Have the watches of those who are back tell them again. Raises KafkaError."""
        for pseudonym, user_id in list(self._back.items()):
            await self._address(pseudonym, user_id)
            self._asleep.discard(pseudonym)
            self._back.pop(pseudonym, None)

    async def _address(self, pseudonym: str, user_id: int) -> None:
        for name, watch in self.prices.of(pseudonym):
            if watch.user_id != user_id:
                await self.prices.change(name, lambda there: there and there.changed(user_id=user_id))
        for name, saved in self.searches.of(pseudonym):
            if saved.user_id != user_id:
                await self.searches.change(name, lambda there: there and there.changed(user_id=user_id))

    def _note_asleep(self, name: str, _: object, watch: PriceWatch | SavedSearch | None) -> None:
        if watch is not None and not watch.user_id:
            self._asleep.add(name.partition(":")[0])

    def asked(self, pseudonym: str) -> tuple[str, PriceWatch] | None:
        """The watch for which the person was asked to write a price, just now."""
        since = self._clock() - ASKED_FOR
        asked = [
            (name, watch) for name, watch in self.prices.of(pseudonym) if watch.asked_at and watch.asked_at > since
        ]
        return max(asked, key=lambda named: named[1].asked_at or since, default=None)

    def _index(self, name: str, before: PriceWatch | None, after: PriceWatch | None) -> None:
        if before is not None and (after is None or after.offer_id != before.offer_id):
            names = self._by_product.get(before.offer_id, set())
            names.discard(name)
            if not names:
                self._by_product.pop(before.offer_id, None)
        if after is not None:
            self._by_product.setdefault(after.offer_id, set()).add(name)


def price_name(pseudonym: str, offer_id: str) -> str:
    """The name of a person's watch of a product's price."""
    return f"{pseudonym}:{mark(offer_id, 8)}"


def search_name(pseudonym: str, saved: SavedSearch) -> str:
    """The name of a person's saved search."""
    return f"{pseudonym}:{token(saved.search)}"
