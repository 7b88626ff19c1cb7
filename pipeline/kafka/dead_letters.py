"""Putting a message aside: the one way in which every consumer writes to `dead_letters`."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from ops import logs, metrics
from pipeline.contracts.messages import HEADERS, DeadLetter, encode
from pipeline.contracts.topics import DEAD_LETTERS
from pipeline.kafka.confirming_producer import ConfirmingProducer
from pipeline.kafka.consumed_record import ConsumedRecord, dead_letter_of

log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DeadLetters:
    """Writes dead letters for one service over its producer."""

    producer: ConfirmingProducer
    service: str

    async def put(self, dead_letter: DeadLetter) -> None:
        """Returns when it is on all in-sync copies; only then may the message's offset be committed.

        Raises KafkaError when it cannot be written: the caller then stops, or tries the same message again.
        Putting the same source aside twice leaves one open dead dead_letter.
        """
        await self._write(dead_letter)
        log.warning("dead letter", source=dead_letter.source, reason=dead_letter.reason, detail=dead_letter.detail)

    async def put_all(self, dead_letters: Sequence[DeadLetter]) -> None:
        """Put many aside at once; returns when all are on all in-sync copies, and tells of them in one line.

        Raises the first KafkaError: some may then be written, and the caller puts all of them aside again.
        """
        if not dead_letters:
            return
        written = await asyncio.gather(*map(self._write, dead_letters), return_exceptions=True)
        for outcome in written:
            if isinstance(outcome, BaseException):
                raise outcome
        log.warning(
            "dead letters", count=len(dead_letters), first=dead_letters[0].source, detail=dead_letters[0].detail
        )

    async def put_record(self, record: ConsumedRecord, reason: str, detail: str = "") -> None:
        """Put a consumed record aside; see `put`."""
        await self.put(dead_letter_of(record, reason, detail, self.service))

    async def _write(self, dead_letter: DeadLetter) -> None:
        await self.producer.send_and_wait(
            DEAD_LETTERS.name, encode(dead_letter), key=dead_letter.source.encode(), headers=HEADERS
        )
        metrics.DEAD_LETTERS.labels(dead_letter.topic or dead_letter.source.split(":", 1)[0], dead_letter.reason).inc()
