"""From changed products to what is due: asks the catalogue what there is now, and who waits for it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from bot.features.watches.log_places import LogPlace, is_after
from bot.features.watches.models import SavedSearch
from bot.features.watches.snapshots import Change, is_new, snapshot
from bot.features.watches.store import WatchStore
from bot.features.watches.watch_events import with_matches, with_price
from bot.products.catalog import Catalog
from bot.products.list_state import ListState
from bot.products.visibility import VisibilityPolicy
from ops.logs import get_logger
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product

log = get_logger(__name__)
# A change that the index does not show after so long is one that a later change has overtaken, or a refused document.
PATIENCE = timedelta(minutes=10)
AT_ONCE = 100
SEARCHES_AT_ONCE = 4


class Watcher:
    """Decides what has to be told. It tells nobody: what is due is in the watches when `look` returns."""

    def __init__(
        self, watches: WatchStore, catalog: Catalog, visibility: VisibilityPolicy, clock: Callable[[], datetime]
    ) -> None:
        self._watches = watches
        self._catalog = catalog
        self._visibility = visibility
        self._clock = clock
        # What the index does not show yet: which change, and since when by our own clock. That of whoever wrote the
        # record may be an hour behind ours, and would make every change too old at the first look.
        self._missing: dict[str, tuple[LogPlace, datetime]] = {}

    def anybody(self) -> bool:
        """Whether anybody waits for anything."""
        return self._watches.prices.any() or self._watches.searches.any()

    def concerns(self, change: Change) -> bool:
        """Whether anybody may wait for this."""
        if self._watches.watching(change.offer_id):
            return True
        return change.after is not None and change.after.available and self._watches.searches.any()

    async def look(self, changes: Sequence[Change]) -> frozenset[str]:
        """Settle up to `AT_ONCE` changes; the ids of those that are, the others wait for the index.

        Raises what the catalogue raises, and KafkaError; then nothing is settled that was not.
        """
        found = await self._catalog.products([change.offer_id for change in changes])
        settled, new = set(), []
        for change in changes:
            product = found.get(change.offer_id)
            if change.after is not None and (product is None or snapshot(product) != change.after):
                if self._missing_for(change) > PATIENCE:
                    log.warning("change_given_up", offer_id=change.offer_id, next_step="the next change counts")
                    settled.add(change.offer_id)
                continue
            sold = (
                product
                if change.after is not None and product is not None and self._visibility.allows(product)
                else None
            )
            await self._prices(change.offer_id, sold)
            settled.add(change.offer_id)
            if sold is not None and sold.stock.for_sale > 0:
                new.append(change)
        await self._searches(new)
        for offer_id in settled:
            self._missing.pop(offer_id, None)
        return frozenset(settled)

    def _missing_for(self, change: Change) -> timedelta:
        """How long the index has not shown this change, since it was looked for first."""
        place, since = self._missing.get(change.offer_id, (None, self._clock()))
        if place != change.place:
            since = self._clock()
        self._missing[change.offer_id] = (change.place, since)
        return self._clock() - since

    async def _prices(self, offer_id: str, product: Product | None) -> None:
        for name in self._watches.watching(offer_id):
            await self._watches.prices.change(name, lambda watch: watch and with_price(watch, product))

    async def _searches(self, changes: Sequence[Change]) -> None:
        if not changes:
            return
        by_search: dict[ListState, list[tuple[str, SavedSearch]]] = {}
        for name, saved in self._watches.searches.all():
            by_search.setdefault(saved.search, []).append((name, saved))
        alone = asyncio.Semaphore(SEARCHES_AT_ONCE)

        async def look(search: ListState, people: list[tuple[str, SavedSearch]]) -> None:
            async with alone:
                await self._search(search, people, changes)

        await asyncio.gather(*(look(search, people) for search, people in by_search.items()))

    async def _search(
        self, search: ListState, people: Iterable[tuple[str, SavedSearch]], changes: Sequence[Change]
    ) -> None:
        ids = tuple(change.offer_id for change in changes if is_new(change, search.price_min, search.price_max))
        if not ids:
            return
        page = await self._catalog.search(request_of(search, ids), self._visibility.allows)
        places = {change.offer_id: change.place for change in changes}
        for name, saved in people:
            after = [one.offer_id for one in page.products if is_after(places[one.offer_id], saved.since)]
            if after:
                await self._watches.searches.change(name, partial(_with, after))


def _with(offer_ids: Sequence[str], saved: SavedSearch | None) -> SavedSearch | None:
    return saved and with_matches(saved, offer_ids)


def request_of(search: ListState, only: Sequence[str]) -> SearchRequest:
    """The saved search among these products, in stock only."""
    return SearchRequest(
        text=search.text,
        category=search.category,
        brands=search.brands,
        shops=search.shops,
        price_min=search.price_min,
        price_max=search.price_max,
        in_stock=True,
        cheaper=search.cheaper,
        only=tuple(only),
        sort="newest",
        by_offer=True,
        size=min(len(only), AT_ONCE),
    )


def merged(waiting: Mapping[str, Change], change: Change) -> Change:
    """The change, joined to the one of the same product that waits already."""
    earlier = waiting.get(change.offer_id)
    return change if earlier is None else earlier.after_that(change)
