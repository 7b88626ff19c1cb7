"""Whether a start file was applied before, told by `audit`."""

from aiokafka import TopicPartition

from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from pipeline.contracts.messages import AuditEntry, decode
from pipeline.contracts.topics import AUDIT


async def was_applied(kafka: Kafka, name: str) -> bool:
    """True if `audit` says that the file was applied, and also if the audit no longer reaches back to its beginning.

    Audit lines are kept for a year. Once the first of them are gone, their silence proves nothing, and the
    first start is long past.
    """
    place = TopicPartition(AUDIT.name, 0)
    async with kafka.consumer(max_poll_records=2_000) as consumer:
        consumer.assign([place])
        if (await consumer.beginning_offsets([place]))[place] > 0:
            return True
        end = (await consumer.end_offsets([place]))[place]
        await consumer.seek_to_beginning(place)
        while await consumer.position(place) < end:
            for record in (await consumer.getmany(place, timeout_ms=500)).get(place, []):
                if _says_so(record.value, name):
                    return True
    return False


def _says_so(value: bytes | None, name: str) -> bool:
    try:
        entry = decode(AuditEntry, value)
    except UnprocessableMessage:
        return False
    return entry.action == "apply_bans" and entry.target == name and entry.result == "done"
