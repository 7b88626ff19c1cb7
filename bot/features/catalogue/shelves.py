"""What there is in the catalogue at this moment: asked of the index, and kept for a minute."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.features.catalogue.tree import Section, tree
from bot.products.catalog import Catalog
from bot.products.visibility import VisibilityPolicy
from bot.ui.callback_ids import mark
from pipeline.bans import Kind, Rule
from pipeline.catalog.request import SearchRequest

T = TypeVar("T")
# People walk back and forth; a product that came a moment ago may be counted a minute later.
KEPT = timedelta(minutes=1)
KEPT_MOST = 200
CHEAPER = SearchRequest(text="", cheaper=True, size=0)


@dataclass(frozen=True, slots=True)
class ShopShelf:
    """A shop with how many products it has on sale, and in which sections; none but the count in a list of shops."""

    store_id: str
    count: int
    sections: tuple[Section, ...] = ()


class Shelves:
    """Raises what the catalogue raises. While rules change nothing is kept: what was banned is not counted."""

    def __init__(self, catalog: Catalog, visibility: VisibilityPolicy, clock: Callable[[], datetime]) -> None:
        self._catalog = catalog
        self._visibility = visibility
        self._clock = clock
        self._kept: dict[str, tuple[datetime, object]] = {}

    async def sections(self) -> tuple[Section, ...]:
        """The sections of all shops."""

        async def ask() -> tuple[Section, ...]:
            return tree(await self._catalog.categories(None, self._banned_lately(), lines=True))

        return await self._of("sections", ask)

    async def shops(self) -> tuple[ShopShelf, ...]:
        """Every shop with something on sale, the largest first."""

        async def ask() -> tuple[ShopShelf, ...]:
            counted = await self._catalog.shops(None, self._banned_lately(), lines=True)
            return tuple(ShopShelf(store_id, count) for store_id, count in counted)

        return await self._of("shops", ask)

    async def cheaper(self) -> int:
        """How many products, as a list counts them, cost less than before."""

        async def ask() -> int:
            return (await self._catalog.search(self._visibility.narrowed(CHEAPER), self._visibility.allows)).total

        return await self._of("cheaper", ask)

    async def shop(self, key: str) -> ShopShelf | None:
        """The shop that a button stands for, with its sections; None when it has nothing on sale any more."""
        shelf = next((shop for shop in await self.shops() if shop_mark(shop.store_id) == key), None)
        if shelf is None:
            return None

        async def ask() -> tuple[Section, ...]:
            seller = Rule(Kind.SELLER, shelf.store_id)
            return tree(await self._catalog.categories(seller, self._banned_lately(), lines=True))

        return ShopShelf(shelf.store_id, shelf.count, await self._of(f"shop {shelf.store_id}", ask))

    def _banned_lately(self) -> tuple[Rule, ...]:
        return self._visibility.narrowed(SearchRequest(text="")).without

    async def _of(self, name: str, ask: Callable[[], Awaitable[T]]) -> T:
        kept = self._kept.get(name)
        if kept is not None and not self._visibility.moving() and self._clock() - kept[0] < KEPT:
            return kept[1]  # type: ignore[return-value]  # each name has answers of one type
        answer = await ask()
        if len(self._kept) >= KEPT_MOST:
            self._kept.clear()
        self._kept[name] = (self._clock(), answer)
        return answer


def shop_mark(store_id: str) -> str:
    """How a button names the shop."""
    return mark(store_id)
