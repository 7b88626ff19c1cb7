"""Reads a partition from its beginning to a known offset, beside the worker's own consumer."""

import time
from collections.abc import AsyncGenerator

from aiokafka import TopicPartition
from aiokafka.errors import KafkaTimeoutError

from ops.kafka import Kafka
from pipeline.filter.record import ProductRecord

PATIENCE_S = 120.0
RECORDS_AT_ONCE = 2_000


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
