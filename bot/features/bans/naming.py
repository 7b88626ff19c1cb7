"""What people call the things that rules name by ids or in small letters: shops, offers, categories, brands."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.core.shops import ShopRegistry
from bot.products.catalog import Catalog
from bot.products.product_item import shop_of
from ops.logs import get_logger
from pipeline.bans import Kind, Rule
from pipeline.bans.rule import category_path, category_steps
from pipeline.contracts.feeds import Shop
from pipeline.contracts.messages import Product
from pipeline.shops.directory import ShopNames

log = get_logger(__name__)
KNOWN_FOR = timedelta(minutes=10)
MOST_SHOPS = 300
AT_ONCE = 8


class SellerTitles:
    """Shops by what people see: as they are registered, else as their products on sale say."""

    def __init__(self, catalog: Catalog, registry: ShopRegistry, clock: Callable[[], datetime]) -> None:
        self._catalog = catalog
        self._registry = registry
        self._clock = clock
        self._seen: dict[str, tuple[str, datetime]] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    def shown(self, store_id: str) -> str:
        """What people see of the shop, as far as it is known at this moment; at worst its id."""
        if store_id in self._registry.names().by_id:
            return self._registry.shown(store_id)
        title, _ = self._seen.get(store_id, ("", None))
        return title or store_id

    async def names(self) -> ShopNames:
        """The shops that are registered or have something on sale. Without the index, those that are known by now."""
        try:
            await self.look([store_id for store_id, _ in await self._catalog.shops()])
        except (ApiError, TransportError) as error:
            log.warning("shops_not_named", error=str(error)[:200])
        registered = self._registry.names().by_id
        # What is on sale was checked when it came in.
        sellers = {one: Shop.model_construct(store_id=one, name=title) for one, (title, _) in self._seen.items()}
        return ShopNames.of((sellers | dict(registered)).values())

    async def look(self, store_ids: list[str]) -> None:
        """Know what these shops are called. Raises what the catalogue raises."""
        now, registered = self._clock(), self._registry.names().by_id
        unknown = [
            store_id
            for store_id in store_ids[:MOST_SHOPS]
            if store_id not in registered and now - self._seen.get(store_id, ("", now - 2 * KNOWN_FOR))[1] > KNOWN_FOR
        ]
        for store_id, title in zip(unknown, await asyncio.gather(*map(self._title, unknown)), strict=True):
            self._seen[store_id] = (title, now)

    async def _title(self, store_id: str) -> str:
        async with self._turns:
            found = await self._catalog.sample(Rule(Kind.SELLER, store_id), 1)
        return shop_of(found[0]) if found else ""


def label_of(rule: Rule, product: Product) -> str:
    """What the rule names, as the shop of a product that it hits writes it."""
    return {
        Kind.PRODUCT: lambda: product.name,
        Kind.SELLER: lambda: shop_of(product),
        Kind.CATEGORY: lambda: named_branch(product.category, rule.value),
        Kind.BRAND: lambda: product.brand,
        Kind.KEYWORD: lambda: rule.value,
    }[rule.kind]()


def named_branch(category: str, name: str) -> str:
    """The steps of the category that the name stands for, as the shops write them."""
    steps = category_steps(branch(category, name))
    return " / ".join(steps[len(steps) - (name.count(" / ") + 1) :])


def branch(category: str, name: str) -> str:
    """The path from the top to where the steps of the name stand first, as the shops write it."""
    steps = category_steps(category)
    wanted = name.count(" / ") + 1
    for end in range(wanted, len(steps) + 1):
        if category_path(" / ".join(steps[end - wanted : end])) == name:
            return " / ".join(steps[:end])
    return ""


def as_written(value: str, text: str) -> str:
    """A rule's value with the case that it has in what a person wrote; empty when it is not found there."""
    words = r"\s+".join(re.escape(word) for word in value.split())
    found = re.search(words.replace("е", "[её]"), text, re.IGNORECASE) if words else None
    return " ".join(found[0].split()) if found else ""
