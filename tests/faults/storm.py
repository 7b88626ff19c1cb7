"""Versions of products and changes of rules, sent at the same time."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from aiokafka import AIOKafkaProducer
from aiokafka.structs import RecordMetadata

from ops.kafka import Kafka
from ops.settings import Settings
from tests.pipeline.filter import market

PRODUCTS, VERSIONS, BAN_CHANGES = 2_000, 10, 50


class Storm:
    """`versions` versions of `products` products and `ban_changes` changes of rules, the same for a seed.

    `stretch` is how many times longer it takes than the two seconds of its pauses; with `pace`, which returns when such
    a share of everything is to be sent, that decides.
    """

    def __init__(
        self,
        settings: Settings,
        prefix: str,
        seed: int,
        *,
        products: int = PRODUCTS,
        versions: int = PRODUCTS * VERSIONS,
        ban_changes: int = BAN_CHANGES,
        stretch: float = 1.0,
        pace: Callable[[float], Awaitable[None]] | None = None,
    ) -> None:
        self._settings = settings
        self._prefix = prefix
        self._products = products
        self._versions = versions
        self._ban_changes = ban_changes
        self._stretch = stretch
        self._pace = pace
        self._chance = random.Random(seed)  # noqa: S311 - sample data
        self.acknowledged: dict[str, int] = {}
        """How many versions of each product Kafka has confirmed."""
        self.rules: dict[str, bool | None] = {}
        """Rule → whether it is in force after the last change that Kafka has confirmed; None where that ends."""

    async def run(self) -> None:
        """Send everything. Every version is confirmed when this returns."""
        async with Kafka(self._settings, "feed").producer() as feed, Kafka(self._settings, "cli").producer() as cli:
            await asyncio.gather(self._feed(feed), self._rules(cli))

    async def _feed(self, producer: AIOKafkaProducer) -> None:
        waiting: list[tuple[str, asyncio.Future[RecordMetadata]]] = []
        for number in range(self._versions):
            # Each product once, and then any of them again.
            product = number if number < self._products else self._chance.randrange(self._products)
            name = self._name(product)
            waiting.append((name, await market.send(producer, self._version(name, number))))
            if self._pace is not None:
                await self._pace(number / self._versions)
            elif number % 500 == 0:
                await asyncio.sleep(0.05 * self._stretch)
        for name, sent in waiting:
            await sent
            self.acknowledged[name] = self.acknowledged.get(name, 0) + 1

    def _version(self, name: str, number: int) -> dict[str, object]:
        pick = self._chance.choice
        return market.offer(
            name,
            name=f"{pick(['Часы', 'Ремешок', 'Чайник', 'Клетка для птиц'])} {self._prefix} № {number}",
            brand=f"марка-{self._prefix}-{self._chance.randrange(5)}",
            category=f"{self._prefix} / раздел {self._chance.randrange(5)}",
            tags=[f"тег{self._chance.randrange(8)}{self._prefix}"],
        )

    def _name(self, number: int) -> str:
        # Some shops, and the same numbers in all of them.
        return f"{self._prefix}-{number % 4}/{number // 4}"

    async def _rules(self, producer: AIOKafkaProducer) -> None:
        pause = 0.1 * self._stretch
        for number in range(self._ban_changes):
            rule = self._rule()
            if self._chance.random() < 0.6:
                until = market.soon(self._chance.uniform(1, 4)) if self._chance.random() < 0.2 else None
                await market.ban(producer, rule, until)
                self.rules[rule] = True if until is None else None
            else:
                await market.unban(producer, rule)
                self.rules[rule] = False
            if self._pace is not None:
                await self._pace(number / self._ban_changes)
            else:
                await asyncio.sleep(pause if number % 5 else 0)

    def _rule(self) -> str:
        prefix, chance = self._prefix, self._chance
        return chance.choice(
            [
                f"product:{self._name(chance.randrange(20))}",
                f"brand:марка-{prefix}-{chance.randrange(5)}",
                f"category:раздел {chance.randrange(5)}",
                f"category:{prefix} / раздел {chance.randrange(5)}",
                f"seller:{prefix}-{chance.randrange(4)}",
                f"keyword:тег{chance.randrange(8)}{prefix}",
                f"keyword:часы {prefix}",
            ]
        )
