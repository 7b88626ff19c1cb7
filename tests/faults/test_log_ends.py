"""Kafka's logs are other than the services remember them: made anew, cut, widened, or their readers forgotten.

After each, every product is where today's rules say, in `filtered_products` and in the index, and whoever reads the
logs has told the operators what was found.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping

import aiohttp
import pytest

from ops.service import running_services
from ops.stack.running import RunningStack
from pipeline.contracts.topics import BANS, FILTERED_PRODUCTS, PRODUCTS, Topic
from tests.conftest import own_stack
from tests.faults import kafka_data
from tests.faults.shop_state import change_rules, send_products, until_right

pytestmark = [pytest.mark.system, pytest.mark.faults, pytest.mark.timeout(600)]
PRODUCTS_SENT = 400
BRANDS = 4
TOLD_WITHIN_S = 60.0


@pytest.fixture(scope="module")
def shop() -> Iterator[RunningStack]:
    """A stack of its own with everything between feed and index."""
    with own_stack("ends", "filter", "indexer", "requests") as running:
        yield running


def versions(prefix: str, name: str, numbers: range = range(PRODUCTS_SENT)) -> Mapping[str, Mapping[str, object]]:
    """A version of each of these products, a quarter of them of each brand."""
    return {f"{prefix}/{n}": {"name": name, "brand": f"{prefix}-brand-{n % BRANDS}"} for n in numbers}


async def test_kafka_is_made_anew(shop: RunningStack, unique: str) -> None:
    settings = shop.settings
    for name in ("first", "second", "third"):
        await send_products(settings, versions(unique, name))
    await change_rules(settings, bans=(f"brand:{unique}-brand-0",))
    await until_right(settings, unique)
    async with kafka_data.without(shop, "kafka"):
        kafka_data.remove_data(shop)
    await asyncio.to_thread(kafka_data.make_topics, shop)
    await change_rules(settings, bans=(f"brand:{unique}-brand-1",))
    await send_products(settings, versions(unique, "after", range(PRODUCTS_SENT // 2)))
    found = await until_right(settings, unique)
    assert (len(found), sum(product is not None for product in found.values())) == (200, 150)
    await told(shop, "indexer", FILTERED_PRODUCTS.name)


@pytest.mark.parametrize("later", [0, 4], ids=["and left so", "and written past its former end"])
@pytest.mark.parametrize("topic", [PRODUCTS, FILTERED_PRODUCTS, BANS], ids=lambda topic: topic.name)
async def test_a_log_loses_its_end(shop: RunningStack, unique: str, topic: Topic, later: int) -> None:
    settings = shop.settings
    await change_rules(settings, bans=(f"brand:{unique}-brand-0",))
    for name in ("first", "second", "third"):
        await send_products(settings, versions(unique, name))
    # The rule that is in force at the end is in the log's middle, so that a cut takes what came after it.
    rules = [f"brand:{unique}-other-{n}" for n in range(20)]
    await change_rules(settings, bans=(*rules, f"brand:{unique}-brand-1", *rules), lifted=(f"brand:{unique}-brand-0",))
    await until_right(settings, unique)
    async with kafka_data.without(shop, "kafka"):
        for number in range(topic.partitions):
            kafka_data.cut(shop, topic.name, number, keep=0.6)
    for number in range(later):
        await send_products(settings, versions(unique, f"later {number}", range(0, PRODUCTS_SENT, 2)))
        await change_rules(settings, bans=tuple(rules))
    await until_right(settings, unique)
    for reader in READERS[topic.name]:
        await told(shop, reader, topic.name)


READERS = {
    PRODUCTS.name: ("filter",),
    FILTERED_PRODUCTS.name: ("filter", "indexer"),
    BANS.name: ("filter",),
}


async def test_partitions_are_raised(shop: RunningStack, unique: str) -> None:
    settings = shop.settings
    for name in ("first", "second"):
        await send_products(settings, versions(unique, name))
    await until_right(settings, unique)
    await kafka_data.raise_partitions(shop, [PRODUCTS.name, FILTERED_PRODUCTS.name], 8)
    await send_products(settings, versions(unique, "third"))
    await change_rules(settings, bans=(f"brand:{unique}-brand-0",))
    await send_products(settings, versions(unique, "fourth", range(PRODUCTS_SENT // 2)))
    await change_rules(settings, bans=(f"brand:{unique}-brand-1",), lifted=(f"brand:{unique}-brand-0",))
    found = await until_right(settings, unique)
    assert sum(product is not None for product in found.values()) == PRODUCTS_SENT * 3 // 4
    for reader, topic in (("filter", PRODUCTS), ("indexer", FILTERED_PRODUCTS)):
        await told(shop, reader, topic.name)


async def test_the_groups_are_forgotten(shop: RunningStack, unique: str) -> None:
    settings = shop.settings
    await send_products(settings, versions(unique, "first"))
    await change_rules(settings, bans=(f"brand:{unique}-brand-0",))
    await until_right(settings, unique)
    async with kafka_data.without(shop, "filter", "indexer", "requests"):
        assert len(await kafka_data.expire(shop, "filter", "indexer", "requests")) >= 2
        await send_products(settings, versions(unique, "second", range(PRODUCTS_SENT // 2)))
        await change_rules(settings, bans=(f"brand:{unique}-brand-1",), lifted=(f"brand:{unique}-brand-0",))
    await until_right(settings, unique)
    for reader, topic in (("filter", PRODUCTS), ("indexer", FILTERED_PRODUCTS)):
        await told(shop, reader, topic.name)


async def told(shop: RunningStack, reader: str, topic: str) -> None:
    """Wait until the reader's metrics say that it found the topic other than it was; fails with what they say."""
    name = "yarmarka_log_difference_timestamp_seconds{"
    deadline = time.monotonic() + TOLD_WITHIN_S
    async with aiohttp.ClientSession() as session:
        while True:
            said = ""
            for service in running_services(shop.directory.root):
                if service.name == reader:
                    async with session.get(f"{service.http}/metrics") as answer:
                        said += await answer.text()
            lines = [line for line in said.splitlines() if line.startswith(name)]
            if any(f'reader="{reader}"' in line and f'topic="{topic}"' in line for line in lines):
                return
            assert time.monotonic() < deadline, f"{reader} says nothing of {topic}: {lines}"
            await asyncio.sleep(0.5)
