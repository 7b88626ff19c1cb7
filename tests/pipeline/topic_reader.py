"""Reading a topic to its end, for tests that look at what arrived."""

from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.messages import AuditEntry, decode
from pipeline.contracts.topics import AUDIT
from pipeline.kafka.read_to_end import Record, partitions_of, read_to_end


async def read_topic(settings: Settings, topic: str, identity: str = "admin") -> list[Record]:
    """Every record of the topic as of now, each partition in order."""
    kafka = Kafka(settings, identity)
    async with kafka.consumer(max_poll_records=5_000) as consumer:
        partitions = await partitions_of(kafka, consumer, topic)
        return [record async for records in read_to_end(consumer, partitions) for record in records]


async def audit_entries(settings: Settings, holding: str) -> list[AuditEntry]:
    """What `audit` says with this text anywhere in it; other tests write there what nobody can read."""
    values = [record.value or b"" for record in await read_topic(settings, AUDIT.name, "cli")]
    return [decode(AuditEntry, value) for value in values if holding.encode() in value]
