"""Versions of products and changes of rules, sent at the same time."""

import asyncio
import random

from aiokafka import AIOKafkaProducer
from aiokafka.structs import RecordMetadata

from ops.kafka import Kafka
from ops.settings import Settings
from tests.pipeline.filter import market

PRODUCTS, VERSIONS, BAN_CHANGES = 2_000, 10, 50


class Storm:
    """PRODUCTS × VERSIONS versions of `products` products and BAN_CHANGES changes of rules, the same for a seed.

    `stretch` is how many times longer it takes than the two seconds of its pauses.
    """

    def __init__(
        self, settings: Settings, prefix: str, seed: int, products: int = PRODUCTS, stretch: float = 1.0
    ) -> None:
        self._settings = settings
        self._prefix = prefix
        self._products = products
        self._stretch = stretch
        self._chance = random.Random(seed)  # noqa: S311 - sample data
        self.acknowledged: dict[str, int] = {}
        """How many versions of each product Kafka has confirmed."""

    async def run(self) -> None:
        """Send everything. Every version is confirmed when this returns."""
        async with Kafka(self._settings, "feed").producer() as feed, Kafka(self._settings, "cli").producer() as cli:
            await asyncio.gather(self._feed(feed), self._rules(cli))

    async def _feed(self, producer: AIOKafkaProducer) -> None:
        waiting: list[tuple[str, asyncio.Future[RecordMetadata]]] = []
        for number in range(PRODUCTS * VERSIONS):
            name = self._name(self._chance.randrange(self._products))
            waiting.append((name, await market.send(producer, self._version(name, number))))
            if number % 500 == 0:
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
        for number in range(BAN_CHANGES):
            rule = self._rule()
            if self._chance.random() < 0.6:
                until = market.soon(self._chance.uniform(1, 4)) if self._chance.random() < 0.2 else None
                await market.ban(producer, rule, until)
            else:
                await market.unban(producer, rule)
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
