"""Reading what is in a topic now, from its beginning or from a position, and no further."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition

from ops.errors import StartupError
from ops.kafka import Kafka

Record: TypeAlias = "ConsumerRecord[bytes, bytes]"
TOPIC_WITHIN_S = 5.0
POLL_MS = 200


async def partitions_of(kafka: Kafka, consumer: AIOKafkaConsumer, topic: str) -> list[TopicPartition]:
    """The topic's partitions in order, as the brokers know them; `consumer` is one of `kafka`, without a subscription.

    Raises StartupError when there is no such topic five seconds later, or when this identity may not see it.
    """
    # A consumer without a subscription knows no topics until it is told to ask for them.
    await consumer._client.set_topics([topic])
    deadline = asyncio.get_running_loop().time() + TOPIC_WITHIN_S
    # A broker that has just started, or a topic that was just made, may not be known at the first question.
    while not (numbers := consumer.partitions_for_topic(topic)):
        if asyncio.get_running_loop().time() > deadline:
            raise StartupError(
                f"Kafka at {kafka.bootstrap} has no topic {topic}, or `{kafka.identity}` may not read it; "
                "`python -m pipeline topics` mends both."
            )
        await asyncio.sleep(0.2)
        await consumer._client.force_metadata_update()
    return [TopicPartition(topic, number) for number in sorted(numbers)]


async def read_to_end(
    consumer: AIOKafkaConsumer,
    partitions: Sequence[TopicPartition],
    *,
    start: Mapping[TopicPartition, int] | None = None,
    at_once: int | None = None,
) -> AsyncGenerator[list[Record], None]:
    """Everything that is in the partitions at the time of the call, in lists of at most `at_once` records.

    Each partition is in order; lists are never empty. Reading begins where `start` says, and at the beginning of a
    partition that `start` does not name. The consumer is assigned to the partitions, and afterwards stands behind the
    last record that was handed out, so that who goes on with `getmany` misses none: therefore records that were
    written meanwhile may come along. Without `at_once` the consumer's `max_poll_records` holds.

    It ends by the consumer's positions and not by the offsets of records: an empty partition ends at once, and the
    position also passes what is never handed out (records that compaction or a transaction took away, and the marks
    of transactions). Of transactions that are open at the time of the call nothing is read, nor waited for.

    There is no limit of time here: Kafka may be away, and the caller's `asyncio.timeout` says for how long. Raises
    KafkaError.
    """
    consumer.assign(partitions)
    ends = await consumer.end_offsets(partitions)
    for partition in partitions:
        if start is not None and partition in start:
            consumer.seek(partition, start[partition])
        else:
            await consumer.seek_to_beginning(partition)
    while not await _reached(consumer, ends):
        batches = await consumer.getmany(timeout_ms=POLL_MS, max_records=at_once)
        if records := [record for batch in batches.values() for record in batch]:
            yield records


async def _reached(consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> bool:
    for partition, end in ends.items():
        if await consumer.position(partition) < end:
            return False
    return True
