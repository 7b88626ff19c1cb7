"""A stream goes on only in the log in which it is where it is."""

import asyncio
from dataclasses import dataclass, field
from typing import cast

import orjson
import pytest

from analytics.lake import log_positions
from analytics.lake.hdfs import Hdfs
from analytics.lake.log_positions import LogState
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.lake import PRODUCT_HISTORY
from pipeline.contracts.topics import FILTERED_PRODUCTS
from pipeline.kafka.log_position import Finding
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

    def delete(self, path: str) -> None:
        self.files = {
            name: data for name, data in self.files.items() if name != path and not name.startswith(f"{path}/")
        }


async def examine(settings: Settings, files: Files, reached: dict[int, int]) -> LogState:
    return await asyncio.to_thread(
        log_positions.examine, settings, cast(Hdfs, files), PRODUCT_HISTORY, FILTERED_PRODUCTS, reached
    )


async def one_record(settings: Settings) -> None:
    """Something is in partition 0."""
    async with Kafka(settings, "admin").producer() as producer:
        await producer.send_and_wait(FILTERED_PRODUCTS.name, None, key=b"nothing", partition=0)


async def test_the_same_log(settings: Settings) -> None:
    await one_record(settings)
    files = Files()
    state = await examine(settings, files, {0: 1})
    assert state.history.epochs.keys() == set(range(FILTERED_PRODUCTS.partitions))
    log_positions.keep(cast(Hdfs, files), PRODUCT_HISTORY, state.history)
    again = await examine(settings, files, {0: 1})
    assert (again.history, again.findings, again.aside) == (state.history, frozenset(), {})
    assert again.starts[0] == 1


async def test_another_topic_of_that_name(settings: Settings) -> None:
    await one_record(settings)
    files = Files({NOTE: orjson.dumps({"0": {"topic_id": "another", "epoch": 0}})})
    state = await examine(settings, files, {0: 1})
    assert state.findings == {Finding.OTHER_TOPIC}
    assert (state.starts[0], state.aside) == (0, {0: 0})


@pytest.mark.parametrize("note", [b"", b"{", b"[1]", b"{}"])
async def test_offsets_beyond_the_end_whatever_was_noted(settings: Settings, note: bytes) -> None:
    state = await examine(settings, Files({NOTE: note}), {0: 1 << 40})
    assert state.findings == {Finding.SHORTENED}
    assert state.aside == {0: state.starts[0]}
    assert state.vanished == (1 << 40) - state.starts[0]


def test_where_to_begin_anew_is_known_until_it_has_begun() -> None:
    files = Files({NOTE: b"{}"})
    hdfs = cast(Hdfs, files)
    assert log_positions.new_start(hdfs, PRODUCT_HISTORY) == {}
    log_positions.begin_anew(hdfs, PRODUCT_HISTORY, {0: 7, 1: 0})
    assert NOTE not in files.files, "with the checkpoint goes what was noted in it"
    assert log_positions.new_start(hdfs, PRODUCT_HISTORY) == {0: 7, 1: 0}
    log_positions.keep(hdfs, PRODUCT_HISTORY, TopicHistory("t", "id", {0: 3}, {0: 0}))
    assert log_positions.new_start(hdfs, PRODUCT_HISTORY) == {}
    files.files[f"{PRODUCT_HISTORY.checkpoint}.start.json"] = b'{"0'
    assert log_positions.new_start(hdfs, PRODUCT_HISTORY) == {}, "a draft of it is none"
