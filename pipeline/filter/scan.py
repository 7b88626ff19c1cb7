"""Reads a partition from its beginning to a known offset, or to its end, beside the worker's own consumer."""

import contextlib
import time
from collections.abc import AsyncGenerator

from aiokafka import TopicPartition
from aiokafka.errors import KafkaTimeoutError

from ops.kafka import Kafka
from pipeline.filter.record import ProductRecord
from pipeline.kafka.read_to_end import read_to_end

PATIENCE_S = 120.0
RECORDS_AT_ONCE = 2_000


async def scan_all(kafka: Kafka, topic: str, partition: int) -> AsyncGenerator[list[ProductRecord], None]:
    """Every record that is in the partition now, in order, in lists. Raises `KafkaError`."""
    async with (
        kafka.consumer(max_poll_records=RECORDS_AT_ONCE) as consumer,
        contextlib.aclosing(read_to_end(consumer, [TopicPartition(topic, partition)])) as lists,
    ):
        async for records in lists:
            yield list(records)


async def scan(kafka: Kafka, topic: str, partition: int, end: int) -> AsyncGenerator[list[ProductRecord], None]:
    """Every record below `end` that compaction has left, in order, in lists.

    Raises `KafkaTimeoutError` when Kafka gives nothing for two minutes.
    """
    if end <= 0:
        return
    place = TopicPartition(topic, partition)
    async with kafka.consumer(max_poll_records=RECORDS_AT_ONCE) as consumer:
        consumer.assign([place])
        await consumer.seek_to_beginning(place)
        heard = time.monotonic()
        while await consumer.position(place) < end:
            records = (await consumer.getmany(place, timeout_ms=200)).get(place, [])
            if records:
                heard = time.monotonic()
                yield [record for record in records if record.offset < end]
            elif time.monotonic() - heard > PATIENCE_S:
                raise KafkaTimeoutError(f"{topic}-{partition} gave nothing below {end} for {PATIENCE_S:.0f} s")
