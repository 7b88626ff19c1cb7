"""Who watches what: the only place where watches are written."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime, timedelta
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from aiokafka import AIOKafkaProducer

from bot.features.watches.models import PRICE_WATCH, SAVED_SEARCH, PriceWatch, SavedSearch
from bot.state.store import Store, open_store
from bot.ui.callback_ids import mark, token
from ops.kafka import Kafka

W = TypeVar("W", bound=PriceWatch | SavedSearch)
PRICES_EACH = 50
SEARCHES_EACH = 20
# A number that comes later than this is a search again.
ASKED_FOR = timedelta(minutes=10)


class WatchEntries(Generic[W]):
    """Watches of one kind by name, each changed by one at a time."""

    def __init__(self, states: Store[W]) -> None:
        self._states = states
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self.due: set[str] = {name for name, watch in states.entries() if watch.due}
        self.changed = asyncio.Event()

    def get(self, name: str) -> W | None:
        return self._states.get(name)

    def all(self) -> Iterator[tuple[str, W]]:
        """Every watch; do not keep the iterator over an await."""
        return self._states.entries()

    def of(self, pseudonym: str) -> list[tuple[str, W]]:
        """The person's watches, the oldest first."""
        start = f"{pseudonym}:"
        mine = [(name, watch) for name, watch in self._states.entries() if name.startswith(start)]
        return sorted(mine, key=lambda named: (named[1].at, named[0]))

    async def change(self, name: str, step: Callable[[W | None], W | None]) -> W | None:
        """The watch after the step; written when it differs, durable when this returns. Raises KafkaError."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            before = self._states.get(name)
            after = step(before)
            if after is not before:
                await self._states.put(name, after)
            if after is not None and after.due:
                self.due.add(name)
                self.changed.set()
            else:
                self.due.discard(name)
            return after


class WatchStore:
    """Price watches and saved searches."""

    def __init__(self, prices: Store[PriceWatch], searches: Store[SavedSearch], clock: Callable[[], datetime]) -> None:
        self.prices = WatchEntries(prices)
        self.searches = WatchEntries(searches)
        self._clock = clock
        self._by_product: dict[str, set[str]] = {}
        for name, watch in prices.entries():
            self._by_product.setdefault(watch.product_id, set()).add(name)

    @property
    def products(self) -> frozenset[str]:
        """Products whose price somebody watches."""
        return frozenset(self._by_product)

    def watching(self, product_id: str) -> tuple[str, ...]:
        """The names of the watches of a product's price."""
        return tuple(self._by_product.get(product_id, ()))

    async def watch(self, pseudonym: str, watch: PriceWatch) -> PriceWatch | None:
        """Set or replace a price watch; None when the person has as many as one may have. Raises KafkaError."""
        name = price_name(pseudonym, watch.product_id)
        if self.prices.get(name) is None and len(self.prices.of(pseudonym)) >= PRICES_EACH:
            return None
        self._by_product.setdefault(watch.product_id, set()).add(name)
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
            names = self._by_product.get(watch.product_id, set())
            names.discard(name)
            if not names:
                self._by_product.pop(watch.product_id, None)
        if saved is not None:
            await self.searches.change(name, lambda _: None)
        return watch is not None or saved is not None

    async def forget(self, pseudonym: str) -> int:
        """Remove everything that the person watches; how many. Raises KafkaError."""
        names = [name for name, _ in (*self.prices.of(pseudonym), *self.searches.of(pseudonym))]
        for name in names:
            await self.stop(name)
        return len(names)

    def asked(self, pseudonym: str) -> tuple[str, PriceWatch] | None:
        """The watch for which the person was asked to write a price, just now."""
        since = self._clock() - ASKED_FOR
        asked = [
            (name, watch) for name, watch in self.prices.of(pseudonym) if watch.asked_at and watch.asked_at > since
        ]
        return max(asked, key=lambda named: named[1].asked_at or since, default=None)


def price_name(pseudonym: str, product_id: str) -> str:
    """The name of a person's watch of a product's price."""
    return f"{pseudonym}:{mark(product_id, 8)}"


def search_name(pseudonym: str, saved: SavedSearch) -> str:
    """The name of a person's saved search."""
    return f"{pseudonym}:{token(saved.search)}"


@contextlib.asynccontextmanager
async def open_watches(
    kafka: Kafka, producer: AIOKafkaProducer, clock: Callable[[], datetime]
) -> AsyncIterator[WatchStore]:
    """The book with what is in `chat_state`."""
    async with (
        open_store(kafka, producer, PriceWatch, PRICE_WATCH) as prices,
        open_store(kafka, producer, SavedSearch, SAVED_SEARCH) as searches,
    ):
        yield WatchStore(prices, searches, clock)
