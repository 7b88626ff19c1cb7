"""The current view is the compacted topic, id by id: after feeds, bans, an unban, and a driver killed in between."""

import asyncio
from collections.abc import Iterator

import pytest

from ops.kafka import Kafka
from ops.stack.running import RunningStack
from tests.conftest import own_stack
from tests.faults.warm_lake import Kill, warm_lake
from tests.pipeline.filter import market
from tests.system.lake_count import count

pytestmark = [pytest.mark.faults, pytest.mark.system, pytest.mark.timeout(1_200)]
PRODUCTS = 500


@pytest.fixture
def shop() -> Iterator[RunningStack]:
    """A stack of its own with the filter and HDFS."""
    with own_stack("count", "filter", "namenode", "datanode") as running:
        yield running


async def test_kafka_hdfs_and_show_have_the_same_ids(shop: RunningStack) -> None:
    async with Kafka(shop.settings, "feed").producer() as feed:
        for number in range(PRODUCTS):
            key = f"shop-{number % 10}/{number // 10}"
            await (await market.send(feed, market.offer(key, brand=f"brand-{number % 7}")))
    await market.until_right(shop.settings, "shop-")
    async with warm_lake(shop) as lake, Kafka(shop.settings, "cli").producer() as cli:
        await lake.until_done("ingest")
        assert await ids(shop) == PRODUCTS

        for rule in ("seller:shop-3", "brand:brand-2", "product:shop-0/0"):
            await market.ban(cli, rule)
        await market.until_right(shop.settings, "shop-")
        await lake.run("ingest", Kill("worker", "putting the catalogue", 0.3))
        await lake.until_done("ingest")
        banned = sum(n % 10 == 3 or n % 7 == 2 or n == 0 for n in range(PRODUCTS))
        assert await ids(shop) == PRODUCTS - banned

        await market.unban(cli, "seller:shop-3")
        await market.until_right(shop.settings, "shop-")
        await lake.run("ingest", Kill("jvm", "reading filtered", 0.5))
        await lake.until_done("ingest")
        assert await ids(shop) == PRODUCTS - sum(n % 7 == 2 or n == 0 for n in range(PRODUCTS))


async def ids(shop: RunningStack) -> int:
    """How many there are; fails when they are not the same everywhere."""
    found = await asyncio.to_thread(count, shop)
    assert found.equal, found.told()
    return len(found.topic)
