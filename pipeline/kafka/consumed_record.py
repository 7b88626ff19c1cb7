"""A record as its consumer sees it, and what is kept of it as a dead letter. Pure; `dead_letters` writes it."""

from base64 import b64encode
from typing import Protocol

from pipeline.contracts.messages import DeadLetter

VALUE_KEPT = 2 << 20
"""Bytes of a message that are kept; base64 of it must fit into a message of 4 MiB."""

DETAIL_KEPT = 500


class ConsumedRecord(Protocol):
    """What is asked of a consumed record; aiokafka's ConsumerRecord is one."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


def dead_letter_of(record: ConsumedRecord, reason: str, detail: str, service: str) -> DeadLetter:
    """The dead letter of a record; a replay sends it to the record's own topic."""
    value = record.value or b""
    return DeadLetter(
        source=f"{record.topic}-{record.partition}-{record.offset}",
        topic=record.topic,
        key=None if record.key is None else record.key.decode("utf-8", "replace"),
        value=b64encode(value[:VALUE_KEPT]).decode(),
        truncated=len(value) > VALUE_KEPT,
        reason=reason,
        detail=detail[:DETAIL_KEPT],
        service=service,
    )
