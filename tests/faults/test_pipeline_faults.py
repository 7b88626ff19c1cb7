"""The whole way from feed to index while every server and service on it is killed, each more than once.

What must hold afterwards is DESIGN's first two invariants: every acknowledged product is let through, refused or a dead
letter; the last word of `filtered_products` is what today's rules say of the latest version; the index holds the same.
"""

import asyncio
import os
import random
import signal
import time
from collections.abc import Callable, Iterator, Mapping

import aiohttp
import orjson
import pytest
from elasticsearch import ApiError, ConnectionError

from ops.elasticsearch import client as connect
from ops.settings import Settings
from ops.stack.running import RunningStack
from ops.stack.stack_status import PartState, PartStatus
from pipeline.contracts.messages import Product, decode
from pipeline.contracts.topics import PRODUCTS
from tests.bot.world.person import Person
from tests.conftest import own_stack
from tests.faults.storm import PRODUCTS as DISTINCT
from tests.faults.storm import VERSIONS, Storm
from tests.pipeline.filter import market

pytestmark = [pytest.mark.system, pytest.mark.faults, pytest.mark.timeout(900)]
VICTIMS = ("filter", "indexer", "bot", "kafka", "elasticsearch")
ROUNDS = 2
BACK_WITHIN_S = 120.0
INDEXED_WITHIN_S = 120.0


@pytest.fixture(scope="module")
def shop() -> Iterator[RunningStack]:
    """A stack of its own with everything between feed and chat."""
    with own_stack("storm", "filter", "indexer", "bot", "sandbox") as running:
        yield running


async def test_everything_is_killed_in_a_storm(shop: RunningStack, unique: str) -> None:
    chance = random.Random(20261124)  # noqa: S311 - sample data
    prefix = f"{unique}x"
    storm = Storm(shop.settings, prefix, seed=11, stretch=10)
    async with asyncio.TaskGroup() as together:
        sending = together.create_task(storm.run())
        together.create_task(_kill_all(shop, chance))
    await sending
    assert sum(storm.acknowledged.values()) == DISTINCT * VERSIONS

    arrived = {key for key, _, _ in await market.records(shop.settings, "admin", PRODUCTS)}
    assert set(storm.acknowledged) <= arrived
    found = await market.until_right(shop.settings, prefix, within=180)
    letters = await market.dead_letters(shop.settings, prefix)
    assert set(storm.acknowledged) <= found.keys() | {letter.key for letter in letters.values()}
    passed = {key: decode(Product, value) for key, value in found.items() if value is not None}
    assert 0 < len(passed) < len(found), "the storm should let some through and stop some"
    await _indexed(shop.settings, prefix, passed)
    await _answers(shop, passed)


async def _kill_all(shop: RunningStack, chance: random.Random) -> None:
    """kill -9 of every part, in a random order, at random moments, each as soon as the one before is back."""
    for _ in range(ROUNDS):
        for name in chance.sample(VICTIMS, k=len(VICTIMS)):
            await asyncio.sleep(chance.uniform(0.2, 1.5))
            before = shop.part(name)
            assert before.pid is not None
            os.killpg(before.pid, signal.SIGKILL)
            await shop.until(name, _back(before), within=BACK_WITHIN_S)


def _back(before: PartStatus) -> Callable[[PartStatus], bool]:
    return lambda now: now.health is PartState.READY and now.pid != before.pid


async def _indexed(settings: Settings, prefix: str, wanted: Mapping[str, Product]) -> None:
    """Wait until the index holds exactly these versions of the products whose ids begin so."""
    deadline = time.monotonic() + INDEXED_WITHIN_S
    async with connect(settings, "admin") as client:
        while True:
            seen: dict[str, Product] = {}
            try:
                hits = (await client.search(index=settings.search.alias, size=10_000))["hits"]["hits"]
            except (ApiError, ConnectionError) as error:
                assert time.monotonic() < deadline, error
                hits = []
            for hit in hits:
                if hit["_id"].startswith(prefix):
                    seen[hit["_id"]] = decode(Product, orjson.dumps(hit["_source"]["product"]))
            if seen == wanted:
                return
            wrong = sorted(key for key in wanted.keys() | seen.keys() if wanted.get(key) != seen.get(key))
            assert time.monotonic() < deadline, f"{len(wrong)} of {len(wanted)} wrong in the index, such as {wrong[:5]}"
            await asyncio.sleep(0.5)


async def _answers(shop: RunningStack, passed: Mapping[str, Product]) -> None:
    """The bot, killed as well, finds what is let through."""
    async with aiohttp.ClientSession() as session:
        person = Person(session, shop.part("sandbox").address, 1001, 1001)
        product = next(iter(passed.values()))
        await person.writes(product.sku)
        await person.sees(product.name)
