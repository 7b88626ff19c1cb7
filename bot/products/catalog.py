"""The query side of the catalogue, as far as the bot uses it; tests put a small one of their own in this place."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from pipeline.bans import Rule
from pipeline.catalog.explained import Explanation
from pipeline.catalog.line import Line
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product

Allowed = Callable[[Product], bool]


class Catalog(Protocol):
    """The query side of the catalogue."""

    async def search(self, request: SearchRequest, allowed: Allowed | None = None) -> SearchPage: ...

    async def explain(self, request: SearchRequest, product: Product) -> Explanation: ...

    async def product(self, offer_id: str) -> Product | None: ...

    async def products(self, offer_ids: Iterable[str]) -> dict[str, Product]: ...

    async def named(self, text: str) -> tuple[Product, ...]: ...

    async def indexed(self, offer_ids: Iterable[str]) -> Mapping[str, tuple[Product, int]]: ...

    async def similar(self, product: Product, size: int, allowed: Allowed | None = None) -> tuple[Product, ...]: ...

    async def together(self, product: Product, allowed: Allowed | None = None) -> tuple[Product, ...]: ...

    async def lines(self, products: Sequence[Product], allowed: Allowed | None = None) -> Mapping[str, Line]: ...

    async def count(self, rule: Rule) -> int: ...

    async def sample(self, rule: Rule, size: int) -> tuple[Product, ...]: ...

    async def shops(
        self, rule: Rule | None = None, left_out: Sequence[Rule] = (), *, lines: bool = False
    ) -> tuple[tuple[str, int], ...]: ...

    async def categories(
        self, rule: Rule | None = None, left_out: Sequence[Rule] = (), *, lines: bool = False
    ) -> tuple[tuple[str, int], ...]: ...
