"""The query side of the catalogue: one class for the bot, the terminal and the evaluation."""

from collections.abc import Callable, Iterable, Mapping

from elasticsearch import AsyncElasticsearch

from pipeline.bans.rule import Rule
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product

Allowed = Callable[[Product], bool]


class Catalog:
    """Searches the index behind `alias`. Holds no connection of its own: the caller closes `client`."""

    def __init__(self, client: AsyncElasticsearch, alias: str, synonyms: Mapping[str, str] | None = None) -> None:
        self._client = client
        self._alias = alias
        self._synonyms = synonyms or {}

    async def search(self, request: SearchRequest, allowed: Allowed | None = None) -> SearchPage:
        """One page. Products that `allowed` turns down are never shown, and the page is filled without them."""
        raise NotImplementedError

    async def product(self, product_id: str) -> Product | None:
        """The product as it is indexed now, or None."""
        return (await self.products((product_id,))).get(product_id)

    async def products(self, product_ids: Iterable[str]) -> dict[str, Product]:
        """Those of the products that are in the index, by id."""
        raise NotImplementedError

    async def similar(self, product: Product, size: int, allowed: Allowed | None = None) -> tuple[Product, ...]:
        """Products of the same kind, nearest first, the product itself left out."""
        raise NotImplementedError

    async def count(self, rule: Rule) -> int:
        """How many products in the index a ban rule hits."""
        raise NotImplementedError

    async def sample(self, rule: Rule, size: int) -> tuple[Product, ...]:
        """Up to `size` products in the index that a ban rule hits."""
        raise NotImplementedError
