"""Whether a start file was applied before, told by `audit`."""

import contextlib

from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from pipeline.contracts.messages import AuditEntry, decode
from pipeline.contracts.topics import AUDIT
from pipeline.kafka.read_to_end import partitions_of, read_to_end


async def was_applied(kafka: Kafka, name: str) -> bool:
    """True if `audit` says that the file was applied, and also if the audit no longer reaches back to its beginning.

    Audit lines are kept for a year. Once the first of them are gone, their silence proves nothing, and the
    first start is long past.
    """
    async with kafka.consumer(max_poll_records=2_000) as consumer:
        partitions = await partitions_of(kafka, consumer, AUDIT.name)
        if any((await consumer.beginning_offsets(partitions)).values()):
            return True
        async with contextlib.aclosing(read_to_end(consumer, partitions)) as lists:
            async for records in lists:
                if any(_says_so(record.value, name) for record in records):
                    return True
    return False


def _says_so(value: bytes | None, name: str) -> bool:
    try:
        entry = decode(AuditEntry, value)
    except UnprocessableMessage:
        return False
    return entry.action == "apply_bans" and entry.target == name and entry.result == "done"
