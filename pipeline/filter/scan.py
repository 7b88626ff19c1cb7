"""Reads all of a partition beside the worker's own consumer."""

import contextlib
from collections.abc import AsyncGenerator

from aiokafka import TopicPartition

from ops.kafka import Kafka
from pipeline.filter.record import ProductRecord
from pipeline.kafka.read_to_end import read_to_end

RECORDS_AT_ONCE = 2_000


async def scan_all(kafka: Kafka, topic: str, partition: int) -> AsyncGenerator[list[ProductRecord], None]:
    """Every record that is in the partition now, in order, in lists. Raises `KafkaError`."""
    async with (
        kafka.consumer(max_poll_records=RECORDS_AT_ONCE) as consumer,
        contextlib.aclosing(read_to_end(consumer, [TopicPartition(topic, partition)])) as lists,
    ):
        async for records in lists:
            yield list(records)
