"""Reading a topic to its end, for tests that count what arrived."""

from aiokafka import ConsumerRecord, TopicPartition

from ops.kafka import Kafka
from ops.settings import Settings

Records = list["ConsumerRecord[bytes, bytes]"]


async def read_topic(settings: Settings, topic: str) -> Records:
    """Every record of the topic as of now, partition by partition."""
    found: Records = []
    async with Kafka(settings, "admin").consumer() as consumer:
        await consumer._client.set_topics([topic])
        partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        await consumer.seek_to_beginning(*partitions)
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += records
    return found
