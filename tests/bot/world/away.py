"""Servers that are away: they refuse, or they never answer, which is worse."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from aiokafka.errors import KafkaConnectionError
from elastic_transport import ConnectionError as NoConnection

from bot.products.catalog import Allowed
from pipeline.bans import Rule
from pipeline.catalog.explained import Explanation
from pipeline.catalog.line import Line
from pipeline.catalog.page import SearchPage
from pipeline.catalog.request import SearchRequest
from pipeline.contracts.messages import Product
from pipeline.kafka.bounded_producer import BoundedProducer
from tests.bot.world.memory import MemoryCatalog

Fault: TypeAlias = Literal["", "refuses", "hangs"]
# The bot's own bounds are seconds; what is bounded at all shows as well in less.
SOON_S = 0.3


@dataclass
class Written:
    """Where a record would be."""

    partition: int = 0
    offset: int = 0


class MemoryKafka:
    """What all stores of a world write through, as the bot's do: a bounded producer over one that may be away.

    What hangs is confirmed when Kafka is back, as aiokafka's idempotent producer would have it.
    """

    def __init__(self, clock: Callable[[], datetime], within_s: float = SOON_S) -> None:
        self.fault: Fault = ""
        self.tried = 0
        self._clock = clock
        self._since: datetime | None = None
        self._back = asyncio.Event()
        self._bounded = BoundedProducer(self, within_s)

    def goes(self, fault: Fault) -> None:
        """Be away like this from now on, or be back."""
        self.fault = fault
        self._since = self._clock() if fault else None
        if not fault:
            self._back.set()
            self._back = asyncio.Event()

    @property
    def away_since(self) -> datetime | None:
        return self._since

    @property
    def broken(self) -> bool:
        return False

    @property
    def refuses_writes(self) -> bool:
        """Whether the bot has noticed by a write."""
        return self._bounded.away

    async def confirm(self) -> None:
        """Write something. Raises KafkaError as the bot's producer does."""
        await self._bounded.send_and_wait("memory", b"", b"", headers=[])

    async def send_and_wait(
        self, topic: str, value: bytes | None, key: bytes, *, headers: list[tuple[str, bytes]]
    ) -> Written:
        self.tried += 1
        if self.fault == "refuses":
            raise KafkaConnectionError("no broker")
        if self.fault == "hangs":
            await self._back.wait()
        return Written()


class AwayCatalog:
    """A catalogue in memory behind an Elasticsearch that may be away."""

    def __init__(self, catalog: MemoryCatalog) -> None:
        self.fault: Fault = ""
        self._catalog = catalog

    async def search(self, request: SearchRequest, allowed: Allowed | None = None) -> SearchPage:
        await self._answers()
        return await self._catalog.search(request, allowed)

    async def explain(self, request: SearchRequest, product: Product) -> Explanation:
        await self._answers()
        return await self._catalog.explain(request, product)

    async def product(self, offer_id: str) -> Product | None:
        await self._answers()
        return await self._catalog.product(offer_id)

    async def products(self, offer_ids: Iterable[str]) -> dict[str, Product]:
        await self._answers()
        return await self._catalog.products(offer_ids)

    async def named(self, text: str) -> tuple[Product, ...]:
        await self._answers()
        return await self._catalog.named(text)

    async def indexed(self, offer_ids: Iterable[str]) -> Mapping[str, tuple[Product, int]]:
        await self._answers()
        return await self._catalog.indexed(offer_ids)

    async def similar(self, product: Product, size: int, allowed: Allowed | None = None) -> tuple[Product, ...]:
        await self._answers()
        return await self._catalog.similar(product, size, allowed)

    async def together(self, product: Product, allowed: Allowed | None = None) -> tuple[Product, ...]:
        await self._answers()
        return await self._catalog.together(product, allowed)

    async def lines(self, products: Sequence[Product], allowed: Allowed | None = None) -> Mapping[str, Line]:
        await self._answers()
        return await self._catalog.lines(products, allowed)

    async def count(self, rule: Rule) -> int:
        await self._answers()
        return await self._catalog.count(rule)

    async def sample(self, rule: Rule, size: int) -> tuple[Product, ...]:
        await self._answers()
        return await self._catalog.sample(rule, size)

    async def shops(
        self, rule: Rule | None = None, left_out: Sequence[Rule] = (), *, lines: bool = False
    ) -> tuple[tuple[str, int], ...]:
        await self._answers()
        return await self._catalog.shops(rule, left_out, lines=lines)

    async def categories(
        self, rule: Rule | None = None, left_out: Sequence[Rule] = (), *, lines: bool = False
    ) -> tuple[tuple[str, int], ...]:
        await self._answers()
        return await self._catalog.categories(rule, left_out, lines=lines)

    async def _answers(self) -> None:
        await answers(self.fault, NoConnection("refused"))


async def answers(fault: Fault, refusal: Exception) -> None:
    """Return when the server answers. Raises the refusal; never returns when it hangs."""
    if fault == "refuses":
        raise refusal
    if fault == "hangs":
        await asyncio.Event().wait()


Confirm: TypeAlias = Callable[[], Awaitable[None]]


async def at_once() -> None:
    """A Kafka that is never away."""
