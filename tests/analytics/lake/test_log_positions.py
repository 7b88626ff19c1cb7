"""A stream goes on only in the log in which it is where it is."""

import asyncio
from dataclasses import dataclass, field
from typing import cast

import orjson
import pytest

from analytics.lake import log_positions
from analytics.lake.faults import LakeFault
from analytics.lake.hdfs import Hdfs
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.lake import PRODUCT_HISTORY
from pipeline.contracts.topics import FILTERED_PRODUCTS
from pipeline.kafka.topic_history import TopicHistory

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]
NOTE = f"{PRODUCT_HISTORY.checkpoint}/{log_positions.NOTE}"


@dataclass
class Files:
    """As much of HDFS as is asked for."""

    files: dict[str, bytes] = field(default_factory=dict)

    def exists(self, path: str) -> bool:
        return path in self.files

    def read(self, path: str) -> bytes:
        return self.files[path]

    def write(self, path: str, data: bytes) -> None:
        self.files[path] = data


async def check(settings: Settings, files: Files, reached: dict[int, int]) -> TopicHistory:
    return await asyncio.to_thread(
        log_positions.check, settings, cast(Hdfs, files), PRODUCT_HISTORY, FILTERED_PRODUCTS, reached
    )


async def one_record(settings: Settings) -> None:
    """Something is in partition 0."""
    async with Kafka(settings, "admin").producer() as producer:
        await producer.send_and_wait(FILTERED_PRODUCTS.name, None, key=b"nothing", partition=0)


async def test_the_same_log(settings: Settings) -> None:
    await one_record(settings)
    files = Files()
    history = await check(settings, files, {0: 1})
    assert history.epochs.keys() == set(range(FILTERED_PRODUCTS.partitions))
    log_positions.keep(cast(Hdfs, files), PRODUCT_HISTORY, history)
    assert await check(settings, files, {0: 1}) == history


async def test_another_topic_of_that_name(settings: Settings) -> None:
    await one_record(settings)
    files = Files({NOTE: orjson.dumps({"0": {"topic_id": "another", "epoch": 0}})})
    with pytest.raises(LakeFault, match=r"filtered_products was made anew .*\(partitions 0\).*move /yarmarka"):
        await check(settings, files, {0: 1})


@pytest.mark.parametrize("note", [b"", b"{", b"[1]", b"{}"])
async def test_offsets_beyond_the_end_whatever_was_noted(settings: Settings, note: bytes) -> None:
    with pytest.raises(LakeFault, match="filtered_products has lost its end"):
        await check(settings, Files({NOTE: note}), {0: 1 << 40})
