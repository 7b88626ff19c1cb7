"""Putting a message aside: the one way in which every consumer writes to `dead_letters`."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Protocol

from aiokafka import AIOKafkaProducer

from ops import logs, metrics
from pipeline.contracts.messages import HEADERS, DeadLetter, encode
from pipeline.contracts.topics import DEAD_LETTERS

log = logs.get_logger(__name__)
VALUE_KEPT = 2 << 20
"""Bytes of a message that are kept; base64 of it must fit into a message of 4 MiB."""

DETAIL_KEPT = 500


class Record(Protocol):
    """What is asked of a consumed record; aiokafka's ConsumerRecord is one."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Writes dead letters for one service over its producer."""

    producer: AIOKafkaProducer
    service: str

    async def put(self, letter: DeadLetter) -> None:
        """Returns when the letter is on all in-sync copies; only then may the message's offset be committed.

        Raises KafkaError when it cannot be written: the caller then stops, or tries the same message again.
        Putting the same source aside twice leaves one open letter.
        """
        await self.producer.send_and_wait(
            DEAD_LETTERS.name, encode(letter), key=letter.source.encode(), headers=HEADERS
        )
        metrics.DEAD_LETTERS.labels(letter.topic or letter.source.split(":", 1)[0], letter.reason).inc()
        log.warning("dead letter", source=letter.source, reason=letter.reason, detail=letter.detail)

    async def put_record(self, record: Record, reason: str, detail: str = "") -> None:
        """Put a consumed record aside; see `put`."""
        await self.put(letter_of(record, reason, detail, self.service))


def letter_of(record: Record, reason: str, detail: str, service: str) -> DeadLetter:
    """The letter for a record; a replay sends it to the record's own topic."""
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
