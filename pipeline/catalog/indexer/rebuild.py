"""A new index beside the one that is searched, filled from the beginning, put in its place in one step.

Safe at every moment: until the alias moves, searches and the live indexer know nothing of it. Before it moves,
what has been written is committed for the group of the new index, so the live indexer goes on from there. If this
process dies, the next rebuild removes what it left.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Protocol

from aiokafka import AIOKafkaConsumer
from elasticsearch import ApiError, TransportError

from ops import logs
from ops.kafka import Kafka
from pipeline.catalog.indexer.alias import Indices, group_of
from pipeline.catalog.indexer.documents import operations_in
from pipeline.contracts.topics import FILTERED_PRODUCTS, Topic
from pipeline.kafka.dead_letters import DeadLetters
from pipeline.kafka.position_check import LogWatch, histories_of
from pipeline.kafka.read_to_end import partitions_of
from pipeline.sink.bulk import Bulk
from pipeline.sink.consume_loop import ConsumeLoop
from pipeline.sink.size import BulkSize

log = logs.get_logger(__name__)
SIGN_EVERY_S = 5.0
# Searches that began on the old index may end on it.
KEEP_OLD_S = 2.0


class OnProgress(Protocol):
    """Called with how far a rebuild is: records done, records there were in sight."""

    def __call__(self, done: int, total: int, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it."""

    index: str
    records: int
    seconds: float
    removed: tuple[str, ...]


async def rebuild(kafka: Kafka, indices: Indices, on_progress: OnProgress, topic: Topic = FILTERED_PRODUCTS) -> Rebuilt:
    """Returns when the alias leads to the new index and the old ones are gone.

    Raises StartupError while another rebuild is alive, IndexGone when somebody removes the index meanwhile, and
    LogMovedError when the topic changes under it.
    """
    started = time.monotonic()
    index = await indices.start_building()
    log.info("filling", index=index)
    async with kafka.producer() as producer, kafka.consumer(group=group_of(index)) as consumer:
        await _assign(consumer, kafka, topic)
        size = BulkSize(target_s=1.0)
        bulk = Bulk(indices.client, size, lambda holds: None, lambda operation, outcome: None, indices.building)
        watch = LogWatch(consumer, await histories_of(consumer, [topic.name]))
        consume_loop = ConsumeLoop(
            consumer, bulk, operations_in(indices.currency), DeadLetters(producer, "indexer"), watch
        )
        try:
            records = await _fill(consume_loop, consumer, indices, index, on_progress)
            await indices.make_searchable(index)
            # What came meanwhile, so that the alias moves to an index that is behind by moments only.
            records += await _catch_up(consume_loop, consumer, on_progress, records)
            positions = {one: await consumer.position(one) for one in consumer.assignment()}
            await watch.vouch()
            await consumer.commit(watch.noted(positions))
        finally:
            await consume_loop.abandon()
    old = await indices.switch(index)
    log.info("alias moved", index=index, old=old)
    await asyncio.sleep(KEEP_OLD_S if old else 0)
    removed = sorted({*old, *await indices.orphans()})
    for name in removed:
        await indices.remove(name)
    return Rebuilt(index, records, time.monotonic() - started, tuple(removed))


async def _fill(
    consume_loop: ConsumeLoop, consumer: AIOKafkaConsumer, indices: Indices, index: str, on_progress: OnProgress
) -> int:
    signing = asyncio.create_task(_sign(indices, index), name="sign of life")
    try:
        return await _catch_up(consume_loop, consumer, on_progress, 0)
    finally:
        signing.cancel()
        await asyncio.gather(signing, return_exceptions=True)


async def _catch_up(consume_loop: ConsumeLoop, consumer: AIOKafkaConsumer, on_progress: OnProgress, done: int) -> int:
    """Consume until everything that is in the topic now is durable in the index; how many."""
    ends = await consumer.end_offsets(consumer.assignment())
    records = 0
    while True:
        left = sum([max(end - await consumer.position(partition), 0) for partition, end in ends.items()])
        on_progress(done + records, done + records + left)
        if not left:
            break
        records += await consume_loop.step()
    await consume_loop.drain()
    return records


async def _assign(consumer: AIOKafkaConsumer, kafka: Kafka, topic: Topic) -> None:
    partitions = await partitions_of(kafka, consumer, topic.name)
    consumer.assign(partitions)
    await consumer.seek_to_beginning(*partitions)


async def _sign(indices: Indices, index: str) -> None:
    while True:
        await asyncio.sleep(SIGN_EVERY_S)
        try:
            await indices.sign_of_life(index)
        except (ApiError, TransportError) as error:
            # Without signs another rebuild would take the index for one that was left behind, and remove it.
            log.warning("no sign of life given", index=index, error=str(error)[:200], again_in_s=SIGN_EVERY_S)
