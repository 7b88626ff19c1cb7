"""Reading a topic to its end, for tests that look at what arrived."""

from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.kafka.read_to_end import Record, partitions_of, read_to_end


async def read_topic(settings: Settings, topic: str, identity: str = "admin") -> list[Record]:
    """Every record of the topic as of now, each partition in order."""
    kafka = Kafka(settings, identity)
    async with kafka.consumer(max_poll_records=5_000) as consumer:
        partitions = await partitions_of(kafka, consumer, topic)
        return [record async for records in read_to_end(consumer, partitions) for record in records]
