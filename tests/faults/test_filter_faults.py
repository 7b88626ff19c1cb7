"""The filter under trouble: many changes at once, workers killed, stopped, and joined by others."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable

import pytest
from aiokafka import AIOKafkaProducer

from ops.kafka import Kafka
from ops.settings import Settings
from tests.pipeline.filter import market
from tests.pipeline.filter.workers import Worker

pytestmark = [pytest.mark.system, pytest.mark.faults, pytest.mark.timeout(600)]
PRODUCTS, VERSIONS, BAN_CHANGES = 2_000, 10, 50


class Storm:
    """Versions of products and changes of rules, at the same time, always the same for a seed."""

    def __init__(self, settings: Settings, prefix: str, seed: int) -> None:
        self._settings = settings
        self._prefix = prefix
        self._chance = random.Random(seed)  # noqa: S311 - sample data
        self._products_sent = 0

    async def run(self) -> None:
        async with Kafka(self._settings, "feed").producer() as feed, Kafka(self._settings, "cli").producer() as cli:
            await asyncio.gather(self._feed(feed), self._rules(cli))
            await feed.flush()

    async def _feed(self, producer: AIOKafkaProducer) -> None:
        total = PRODUCTS * VERSIONS
        for number in range(total):
            name = f"{self._prefix}{self._chance.randrange(PRODUCTS)}"
            await market.send(producer, self._version(name, number))
            self._products_sent = number
            if number % 500 == 0:
                await asyncio.sleep(0.05)

    def _version(self, name: str, number: int) -> dict[str, object]:
        pick = self._chance.choice
        return market.offer(
            name,
            name=f"{pick(['Часы', 'Ремешок', 'Чайник', 'Клетка для птиц'])} {self._prefix} № {number}",
            brand=f"марка-{self._prefix}-{self._chance.randrange(5)}",
            category=f"{self._prefix} / раздел {self._chance.randrange(5)}",
            store_id=f"{self._prefix}-{self._chance.randrange(4)}",
            tags=[f"тег{self._chance.randrange(8)}{self._prefix}"],
        )

    async def _rules(self, producer: AIOKafkaProducer) -> None:
        pause = 0.1
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
                f"product:{prefix}{chance.randrange(20)}",
                f"brand:марка-{prefix}-{chance.randrange(5)}",
                f"category:раздел {chance.randrange(5)}",
                f"category:{prefix} / раздел {chance.randrange(5)}",
                f"seller:{prefix}-{chance.randrange(4)}",
                f"keyword:тег{chance.randrange(8)}{prefix}",
                f"keyword:часы {prefix}",
            ]
        )


async def _storm(settings: Settings, unique: str, trouble: Callable[[], Awaitable[None]]) -> None:
    storm = Storm(settings, f"{unique}x", seed=7)
    await asyncio.gather(storm.run(), trouble())
    found = await market.until_right(settings, f"{unique}x", within=180)
    assert len(found) > PRODUCTS * 0.9
    assert 0 < len(market.passed(found)) < len(found), "the storm should let some through and stop some"


async def test_rules_and_versions_at_the_same_time(settings: Settings, unique: str) -> None:
    worker = await Worker(settings).ready()
    try:
        await _storm(settings, unique, lambda: asyncio.sleep(0))
        assert worker.stop() == 0, worker.log()
    finally:
        worker.stop()


async def test_killed_and_started_again_and_again(settings: Settings, unique: str) -> None:
    workers = [await Worker(settings).ready()]

    async def kill() -> None:
        for _ in range(3):
            await asyncio.sleep(1.5)
            workers[-1].kill()
            workers.append(await Worker(settings).ready())

    try:
        await _storm(settings, unique, kill)
    finally:
        for worker in workers:
            worker.stop()


async def test_workers_join_and_leave(settings: Settings, unique: str) -> None:
    workers = [await Worker(settings).ready()]

    async def come_and_go() -> None:
        workers.append(await Worker(settings).ready())
        workers.append(await Worker(settings).ready())
        assert workers[0].stop() == 0, workers[0].log()
        workers[1].kill()

    try:
        await _storm(settings, unique, come_and_go)
    finally:
        for worker in workers:
            worker.stop()


async def test_a_worker_that_slept_past_its_time_spoils_nothing(settings: Settings, unique: str) -> None:
    """Stopped in the middle, given up by the group, woken when another has its partitions."""
    sleeper = await Worker(settings).ready()
    workers = [sleeper]

    async def sleep_long() -> None:
        await asyncio.sleep(0.7)
        sleeper.kill(signal.SIGSTOP)
        workers.append(await Worker(settings).ready())
        sleeper.kill(signal.SIGCONT)

    try:
        await _storm(settings, unique, sleep_long)
    finally:
        for worker in workers:
            worker.stop()
