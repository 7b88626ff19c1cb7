"""What to recommend: the last views first, then what the job worked out, then what is popular, then what is new."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Protocol

from bot.features.recommendations.exploration import explored
from bot.features.recommendations.models import Preferences
from bot.features.recommendations.session import follow_session
from bot.features.recommendations.store import PreferenceStore
from bot.products.catalog import Catalog
from bot.products.sections import related
from bot.products.visibility import VisibilityPolicy
from pipeline.catalog.line import keys_of, line_of
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product, Reason, Recommendations, Recommended, now

SIZE = 5
# How many views lead on, and how many of the latest are asked of the catalogue when no job has seen them.
SESSION = 20
ASKED_OF_CATALOGUE = 3
NEIGHBOURS = 10
CANDIDATES = 60
# So many candidates for each place are looked up at first.
SPARE = 2
# Of the first five, so many come from the last views when there is a history too.
FROM_SESSION = 3
POPULAR = "popular"
# What is popular in a section has this before the section's name.
POPULAR_IN = "popular:"
# Of the latest views so many are still before the person's eyes.
JUST_NOW = 5
# So many sections of the latest views lead on, where no job has a list of the person yet.
SECTIONS = 3


class ProductsById(Protocol):
    """Products by id, without those that are gone."""

    async def product(self, offer_id: str) -> Product | None: ...

    async def products(self, offer_ids: Iterable[str]) -> dict[str, Product]: ...


class PublishedLists(Protocol):
    """What is read of the lists that the job has published."""

    def get(self, key: str) -> Recommendations | None: ...


@dataclass(frozen=True, slots=True)
class RecommendedItem:
    """A product, why it is shown, and the name of the product in the reason, when it is known.

    One that has nothing to do with that product's section is not `related`: then the reason would be no honest one.
    """

    product: Product
    reason: Reason
    because: str = ""
    related: bool = True

    @property
    def why(self) -> tuple[str, str]:
        """Equal for products that are shown for one reason."""
        if not self.related:
            return "unrelated", ""
        named = self.reason.category or "" if self.reason.kind == "category" else self.reason.offer_id or ""
        return self.reason.kind, "" if self.reason.kind in {"popular", "new", "again", "taste"} else named


@dataclass(frozen=True, slots=True)
class Similar:
    """Products like one: `near` of its section or those beside it, `others` of elsewhere."""

    near: tuple[Product, ...] = ()
    others: tuple[Product, ...] = ()

    @property
    def all(self) -> tuple[Product, ...]:
        """In the order in which they are shown."""
        return self.near + self.others


class Recommender:
    """Answers from memory and the catalogue. Nothing banned, out of stock or hidden ever comes out."""

    def __init__(
        self,
        published: PublishedLists,
        preferences: PreferenceStore,
        catalog: Catalog,
        visibility: VisibilityPolicy,
        *,
        known: ProductsById | None = None,
        clock: Callable[[], datetime] = now,
    ) -> None:
        """`known`: where products are taken from by id, when that is not the catalogue."""
        self._published = published
        self._preferences = preferences
        self._catalog = catalog
        self._products: ProductsById = known or catalog
        self._visibility = visibility
        self._clock = clock

    async def items(self, pseudonym: str, size: int = SIZE, page: int = 0) -> tuple[RecommendedItem, ...]:
        """A page of up to `size` products, by reason, the best reason first. Raises what the catalogue raises."""
        found = await self._best(pseudonym, (page + 1) * size)
        return _by_reason(found[page * size :])

    async def similar(self, product: Product, size: int) -> Similar:
        """What people who took this took and what is like it by its description, of its section and those beside it.

        When that is not enough, what people took from elsewhere comes last.
        """
        ids = [one.offer_id for one in self._of(f"item:{product.offer_id}")]
        known = await self._products.products(ids) if ids else {}
        # Another variant of it is not another thing, and is on its card.
        own = {*keys_of(product)}
        taken = [one for name in ids if (one := known.get(name)) and own.isdisjoint(keys_of(one)) and self._good(one)]
        near = _first_of_lines(other for other in taken if related(product, other))
        if len(near) < size:
            described = await self._catalog.similar(product, size + len(near), self._visibility.allows)
            near = _first_of_lines([*near, *(one for one in described if related(product, one))])
        near = near[:size]
        others = _first_of_lines(other for other in taken if not related(product, other))
        return Similar(tuple(near), tuple(others[: size - len(near)]))

    async def _best(self, pseudonym: str, size: int) -> list[RecommendedItem]:
        preferred = self._preferences.of(pseudonym)
        session = await self._session(preferred)
        own = self._of(pseudonym)
        ahead = FROM_SESSION if own else size
        sections = () if own else await self._of_sections(preferred)
        order = [*session[:ahead], *own, *session[ahead:], *sections, *self._of(POPULAR)]
        unwanted = {*preferred.hidden, *preferred.recent}
        wanted = explored(_first(order, unwanted, preferred), SIZE, f"{pseudonym} {self._clock():%Y-%m-%d %H}")
        items: list[RecommendedItem] = []
        # The best few nearly always do; the others are asked for when most of these are sold out, banned or unrelated.
        for part in (wanted[: SPARE * size], wanted[SPARE * size :]):
            if sum(item.related for item in items) < size:
                items = _one_a_line([*items, *await self._known(part, preferred)])
        items.sort(key=lambda item: not item.related)
        items = items[:size]
        if len(items) < size:
            shown = unwanted | {item.product.offer_id for item in items}
            newest = [item for item in await self._newest(size) if item.product.offer_id not in shown]
            items = _one_a_line([*items, *newest])
        return items[:size]

    async def _known(self, wanted: Sequence[Recommended], preferred: Preferences) -> list[RecommendedItem]:
        """Those that may be shown; a reason that is gone, banned or hidden since the job ran is not told."""
        reasons = [one.reason.offer_id for one in wanted if one.reason.offer_id]
        known = await self._products.products([*(one.offer_id for one in wanted), *reasons]) if wanted else {}
        return [
            _item(known[one.offer_id], one.reason, self._told(known.get(one.reason.offer_id or ""), preferred))
            for one in wanted
            if one.offer_id in known and self._good(known[one.offer_id])
        ]

    def _of(self, key: str) -> tuple[Recommended, ...]:
        found = self._published.get(key)
        return found.items if found is not None else ()

    async def _of_sections(self, preferred: Preferences) -> list[Recommended]:
        """What is popular in the sections of the last views, of each in turn."""
        recent = preferred.leading[::-1][:SESSION]
        known = await self._products.products(recent) if recent else {}
        sections = dict.fromkeys(one.category for name in recent if (one := known.get(name)) and one.category)
        lists = [self._of(POPULAR_IN + section) for section in [*sections][:SECTIONS]]
        return [one for row in zip_longest(*lists) for one in row if one is not None]

    async def _session(self, preferred: Preferences) -> list[Recommended]:
        recent = preferred.leading[-SESSION:]
        near = {
            offer_id: [(one.offer_id, one.score) for one in found]
            for offer_id in recent
            if (found := self._of(f"item:{offer_id}"))
        }
        unknown = [offer_id for offer_id in recent if offer_id not in near][-ASKED_OF_CATALOGUE:]
        near.update(zip(unknown, await asyncio.gather(*map(self._described, unknown)), strict=True))
        steps = follow_session(recent, lambda offer_id: near.get(offer_id, ()), CANDIDATES, preferred.hidden)
        return [
            Recommended(
                offer_id=step.offer_id,
                score=step.score,
                reason=Reason(kind="liked" if step.because in preferred.liked else "viewed", offer_id=step.because),
            )
            for step in steps
        ]

    async def _described(self, offer_id: str) -> list[tuple[str, float]]:
        """Neighbours by description, for a product that no job has seen yet."""
        product = await self._products.product(offer_id)
        if product is None:
            return []
        like = await self._catalog.similar(product, NEIGHBOURS, self._good)
        return [(other.offer_id, 1 / place) for place, other in enumerate(like, start=1)]

    async def _newest(self, size: int) -> list[RecommendedItem]:
        """The newest in stock, of several categories in turn."""
        request = self._visibility.narrowed(SearchRequest(text="", in_stock=True, size=1))
        overview = await self._catalog.search(request, self._visibility.allows)
        names = [name for name, _ in overview.facets.categories][:size]
        pages = await asyncio.gather(*(self._newest_of(name, 2 * size) for name in names))
        return [item for row in zip_longest(*pages) for item in row if item is not None]

    async def _newest_of(self, category: str, size: int) -> Sequence[RecommendedItem]:
        request = SearchRequest(text="", category=category, in_stock=True, sort="newest", size=size)
        page = await self._catalog.search(request, self._good)
        return [RecommendedItem(product, Reason(kind="new", category=category)) for product in page.products]

    def _told(self, because: Product | None, preferred: Preferences) -> Product | None:
        """The product of a reason, when its name may stand there."""
        told = because is not None and because.offer_id not in preferred.hidden and self._visibility.allows(because)
        return because if told else None

    def _good(self, product: Product) -> bool:
        return product.stock.for_sale > 0 and self._visibility.allows(product)


def _first(order: Iterable[Recommended], unwanted: set[str], preferred: Preferences) -> list[Recommended]:
    """Each once, without what is unwanted; what is needed again comes though it was opened, but not just now."""
    just_now = {*preferred.hidden, *preferred.recent[-JUST_NOW:]}
    found: dict[str, Recommended] = {}
    for one in order:
        if one.offer_id not in (just_now if one.reason.kind == "again" else unwanted):
            found.setdefault(one.offer_id, one)
    return list(found.values())[:CANDIDATES]


def _first_of_lines(products: Iterable[Product]) -> list[Product]:
    first: dict[str, Product] = {}
    for product in products:
        first.setdefault(line_of(product), product)
    return list(first.values())


def _one_a_line(items: Sequence[RecommendedItem]) -> list[RecommendedItem]:
    """Without further variants and further shops' offers of what stands before."""
    first: dict[str, RecommendedItem] = {}
    for item in items:
        first.setdefault(line_of(item.product), item)
    return list(first.values())


def _item(product: Product, reason: Reason, because: Product | None) -> RecommendedItem:
    if because is None:
        return RecommendedItem(product, Reason(kind="taste") if reason.offer_id else reason)
    # What is often taken together need not be of one section.
    return RecommendedItem(product, reason, because.name, reason.kind == "together" or related(product, because))


def _by_reason(items: Sequence[RecommendedItem]) -> tuple[RecommendedItem, ...]:
    """Those of one reason together, the reasons in the order in which they first come, what is unrelated last."""
    reasons = list(dict.fromkeys(item.why for item in items if item.related))
    return tuple(sorted(items, key=lambda item: reasons.index(item.why) if item.related else len(reasons)))
