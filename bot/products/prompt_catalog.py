"""A catalogue behind which people wait: it answers within seconds, or says that it does not."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from time import monotonic
from typing import TypeVar

from elastic_transport import ConnectionTimeout

from bot.products.catalog import Allowed, Catalog
from pipeline.bans import Rule
from pipeline.catalog.explained import Explanation
from pipeline.catalog.line import Line
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product

T = TypeVar("T")
# A handler may ask several times: after one answer that did not come, the next questions need not wait for theirs.
SILENT_FOR_S = 5.0


class PromptCatalog:
    """`Catalog` over another. Raises what that raises, and ConnectionTimeout when an answer takes too long.

    When no other was answered meanwhile, every question is refused at once for five seconds; then one is asked again.
    One slow question among others that are answered is nobody else's matter.
    """

    def __init__(self, catalog: Catalog, within_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._catalog = catalog
        self._within_s = within_s
        self._clock = clock
        self._silent_until = float("-inf")
        self._answered_at = float("-inf")

    async def search(self, request: SearchRequest, allowed: Allowed | None = None) -> SearchPage:
        return await self._soon(lambda: self._catalog.search(request, allowed))

    async def explain(self, request: SearchRequest, product: Product) -> Explanation:
        return await self._soon(lambda: self._catalog.explain(request, product))

    async def product(self, offer_id: str) -> Product | None:
        return await self._soon(lambda: self._catalog.product(offer_id))

    async def products(self, offer_ids: Iterable[str]) -> dict[str, Product]:
        return await self._soon(lambda: self._catalog.products(offer_ids))

    async def named(self, text: str) -> tuple[Product, ...]:
        return await self._soon(lambda: self._catalog.named(text))

    async def indexed(self, offer_ids: Iterable[str]) -> Mapping[str, tuple[Product, int]]:
        return await self._soon(lambda: self._catalog.indexed(offer_ids))

    async def similar(self, product: Product, size: int, allowed: Allowed | None = None) -> tuple[Product, ...]:
        return await self._soon(lambda: self._catalog.similar(product, size, allowed))

    async def together(self, product: Product, allowed: Allowed | None = None) -> tuple[Product, ...]:
        return await self._soon(lambda: self._catalog.together(product, allowed))

    async def lines(self, products: Sequence[Product], allowed: Allowed | None = None) -> Mapping[str, Line]:
        return await self._soon(lambda: self._catalog.lines(products, allowed))

    async def count(self, rule: Rule) -> int:
        return await self._soon(lambda: self._catalog.count(rule))

    async def sample(self, rule: Rule, size: int) -> tuple[Product, ...]:
        return await self._soon(lambda: self._catalog.sample(rule, size))

    async def shops(
        self, rule: Rule | None = None, left_out: Sequence[Rule] = (), *, lines: bool = False
    ) -> tuple[tuple[str, int], ...]:
        return await self._soon(lambda: self._catalog.shops(rule, left_out, lines=lines))

    async def categories(
        self, rule: Rule | None = None, left_out: Sequence[Rule] = (), *, lines: bool = False
    ) -> tuple[tuple[str, int], ...]:
        return await self._soon(lambda: self._catalog.categories(rule, left_out, lines=lines))

    async def _soon(self, ask: Callable[[], Awaitable[T]]) -> T:
        if self._clock() < self._silent_until:
            raise ConnectionTimeout("Elasticsearch did not answer a moment ago")
        begun = self._clock()
        try:
            async with asyncio.timeout(self._within_s):
                answer = await ask()
        except (TimeoutError, ConnectionTimeout) as error:
            if self._answered_at < begun:
                self._silent_until = self._clock() + SILENT_FOR_S
            raise ConnectionTimeout(f"Elasticsearch did not answer within {self._within_s:g} s") from error
        self._answered_at = self._clock()
        return answer
