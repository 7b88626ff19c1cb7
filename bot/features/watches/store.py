"""Who watches what: the only place where watches are written, except that "forget me" deletes them."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Generic, TypeVar, cast

from bot.features.watches.models import ASLEEP, DUE, STOPPED, PriceWatch, SavedSearch, marks_of, of_product
from bot.products.list_state import ListState
from bot.products.offer_ids import token
from bot.state.store import Store
from bot.telegram.locks import LocksByKey
from bot.ui.callback_ids import mark

W = TypeVar("W", bound=PriceWatch | SavedSearch)
PRICES_EACH = 50
SEARCHES_EACH = 20
# So long what was taken off can be brought back.
UNDO = timedelta(minutes=5)


class WatchEntries(Generic[W]):
    """Watches of one kind by name, each changed by one at a time.

    `due` are the names of those that have something to tell; `changed` is set when there is more of it. A watch that
    was taken off goes on collecting what is due while it can be brought back, and tells nothing.
    """

    def __init__(self, states: Store[W], changed: asyncio.Event) -> None:
        self._states = states
        self._changed = changed
        self._locks = LocksByKey()
        self._writing: set[str] = set()
        self._deleted: set[str] = set()
        self.due: set[str] = set(states.marked(DUE))
        self.stopped: set[str] = set(states.marked(STOPPED))
        states.subscribe(self._follow)

    def get(self, name: str) -> W | None:
        """The watch of this name."""
        return self._states.get(name)

    def all(self) -> Iterator[tuple[str, W]]:
        """Every watch; do not keep the iterator over an await."""
        return self._states.entries()

    def any(self) -> bool:
        """Whether there is a watch of this kind."""
        return next(self._states.entries(), None) is not None

    def marked(self, mark: str) -> tuple[str, ...]:
        """The names of the watches that have the mark."""
        return self._states.marked(mark)

    def kept_of(self, pseudonym: str) -> list[tuple[str, W]]:
        """The person's watches, the oldest first, with those that were taken off just now."""
        return sorted(self._states.of(pseudonym), key=lambda named: (named[1].at, named[0]))

    def of(self, pseudonym: str) -> list[tuple[str, W]]:
        """The person's watches, the oldest first."""
        return [(name, watch) for name, watch in self.kept_of(pseudonym) if watch.stopped_at is None]

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
        if watch is not None and DUE in marks_of(watch):
            self.due.add(name)
            self._changed.set()
        else:
            self.due.discard(name)
        if watch is not None and watch.stopped_at is not None:
            self.stopped.add(name)
        else:
            self.stopped.discard(name)


class WatchStore:
    """Price watches and saved searches. `changed` is set when a watch has something to tell."""

    def __init__(self, prices: Store[PriceWatch], searches: Store[SavedSearch], clock: Callable[[], datetime]) -> None:
        self.changed = asyncio.Event()
        self.prices = WatchEntries(prices, self.changed)
        self.searches = WatchEntries(searches, self.changed)
        self._clock = clock
        self._asleep = {name.partition(":")[0] for entries in (prices, searches) for name in entries.marked(ASLEEP)}
        self._back: dict[str, int] = {}
        prices.subscribe(self._note_asleep)
        searches.subscribe(self._note_asleep)

    def watching(self, offer_id: str) -> tuple[str, ...]:
        """The names of the watches of a product's price."""
        return self.prices.marked(of_product(offer_id))

    async def watch(self, pseudonym: str, watch: PriceWatch) -> PriceWatch | None:
        """Set or replace a price watch; None when the person has as many as one may have. Raises KafkaError."""
        name = price_name(pseudonym, watch.offer_id)
        if not self.watches(name) and len(self.prices.of(pseudonym)) >= PRICES_EACH:
            return None
        return await self.prices.change(name, lambda _: watch)

    async def save(self, pseudonym: str, saved: SavedSearch) -> SavedSearch | None:
        """Save a search, or leave the one there is, or bring it back; None when the person has as many as one may have.

        Raises KafkaError.
        """
        name = search_name(pseudonym, saved.search)
        if not self.watches(name) and len(self.searches.of(pseudonym)) >= SEARCHES_EACH:
            return None
        return await self.searches.change(name, lambda there: self._again(there) or saved)

    def watches(self, name: str) -> bool:
        """Whether somebody waits for this, of either kind."""
        watch = self.prices.get(name) or self.searches.get(name)
        return watch is not None and watch.stopped_at is None

    async def stop(self, name: str) -> bool:
        """Take off a watch of either kind; False when it is not there. Raises KafkaError."""
        there, now = self.watches(name), self._clock()
        await self.prices.change(name, lambda watch: _off(watch, now))
        await self.searches.change(name, lambda saved: _off(saved, now))
        return there

    async def restore(self, name: str) -> PriceWatch | SavedSearch | None:
        """Bring back, as it was, what was taken off just now; None when that is too long ago. Raises KafkaError."""
        watch = await self.prices.change(name, lambda there: self._again(there) or there)
        saved = await self.searches.change(name, lambda there: self._again(there) or there)
        found = watch or saved
        return found if found is not None and found.stopped_at is None else None

    async def sweep(self) -> None:
        """Delete what was taken off and can no longer be brought back. Raises KafkaError."""
        for entries in (self.prices, self.searches):
            for name in tuple(entries.stopped):
                await entries.change(name, self._kept)

    def _again(self, watch: W | None) -> W | None:
        """The watch as one that somebody waits for; None for one that is gone, or was taken off too long ago."""
        if watch is None or watch.stopped_at is None:
            return watch
        return _on(watch) if self._kept(watch) is not None else None

    def _kept(self, watch: W | None) -> W | None:
        """The watch as long as it is to be kept."""
        if watch is None or watch.stopped_at is None:
            return watch
        return watch if self._clock() - watch.stopped_at <= UNDO else None

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


def price_name(pseudonym: str, offer_id: str) -> str:
    """The name of a person's watch of a product's price."""
    return f"{pseudonym}:{mark(offer_id, 8)}"


def search_name(pseudonym: str, search: ListState) -> str:
    """The name of a person's saved search."""
    return f"{pseudonym}:{search_mark(search)}"


def search_of(state: ListState) -> ListState:
    """What is saved of a list: everything but the order, in which nothing new comes."""
    return ListState.model_validate(state.model_dump(exclude={"at", "sort"}))


def search_mark(state: ListState) -> str:
    """How buttons name the saved search of a list, whatever its order."""
    return token(search_of(state))


def _off(watch: W | None, at: datetime) -> W | None:
    if watch is None or watch.stopped_at is not None:
        return watch
    return cast(W, watch.changed(stopped_at=at))


def _on(watch: W) -> W:
    return cast(W, watch.changed(stopped_at=None))
