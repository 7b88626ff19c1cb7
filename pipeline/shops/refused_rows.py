"""The rows of a feed that were refused, for the shop that sent it: read back from the dead letters."""

import asyncio
from base64 import b64decode
from typing import Protocol

from aiokafka import AIOKafkaConsumer, TopicPartition

from ops import logs
from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from pipeline.contracts.feeds import FeedRun, RefusedRow
from pipeline.contracts.messages import DeadLetter, decode
from pipeline.contracts.topics import DEAD_LETTERS
from pipeline.kafka.read_to_end import partitions_of, read_to_end

log = logs.get_logger(__name__)
WITHIN_S = 20.0
AT_ONCE = 500
MOST_ROWS = 1_000
ROW_BYTES = 4 * 1024
BEFORE_MS = 60_000
"""The clocks of the feed service and of Kafka may differ so much."""


class RefusedRows(Protocol):
    """What is asked here; `KafkaRefusedRows` answers."""

    async def of(self, run: FeedRun) -> list[RefusedRow]:
        """The rows that have letters of their own, in the order of the file; at most a thousand. Raises KafkaError."""
        ...


class KafkaRefusedRows:
    """Reads the letters that were written since the run began."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka

    async def of(self, run: FeedRun) -> list[RefusedRow]:
        """See `RefusedRows`. Raises TimeoutError when there is too much to read."""
        found: dict[str, RefusedRow] = {}
        async with asyncio.timeout(WITHIN_S), self._kafka.consumer() as consumer:
            places = await partitions_of(self._kafka, consumer, DEAD_LETTERS.name)
            start = await self._start(consumer, places, int(run.began.timestamp() * 1_000) - BEFORE_MS)
            async for records in read_to_end(consumer, places, start=start, at_once=AT_ONCE):
                for record in records:
                    letter = _letter(record.value)
                    if letter is not None and run.began <= letter.at and (run.ended is None or letter.at <= run.ended):
                        row = row_of(run, letter)
                        if row is not None:
                            found[letter.source] = row
                if len(found) > 2 * MOST_ROWS:
                    found = _first(found)
        return list(_first(found).values())

    @staticmethod
    async def _start(
        consumer: AIOKafkaConsumer, places: list[TopicPartition], since_ms: int
    ) -> dict[TopicPartition, int]:
        offsets = await consumer.offsets_for_times(dict.fromkeys(places, since_ms))
        ends = await consumer.end_offsets(places)
        return {place: offsets[place].offset if offsets.get(place) else ends[place] for place in places}


def _first(found: dict[str, RefusedRow]) -> dict[str, RefusedRow]:
    """The first rows of the file; partitions are read in no order of lines."""
    return dict(sorted(found.items(), key=lambda one: one[1].line)[:MOST_ROWS])


def row_of(run: FeedRun, letter: DeadLetter) -> RefusedRow | None:
    """The row of a letter; None for a letter of something else. Pure."""
    prefix = f"feed:{run.file}:"
    if not letter.source.startswith(prefix):
        return None
    line, _, offset = letter.source.removeprefix(prefix).partition(":")
    if not line.isdecimal() or not offset.isdecimal():
        return None
    row = b64decode(letter.value)[:ROW_BYTES].decode("utf-8", "replace")
    return RefusedRow(line=int(line), reason=letter.detail, fault=letter.fault, row=row)


def _letter(value: bytes | None) -> DeadLetter | None:
    if value is None:
        return None
    try:
        return decode(DeadLetter, value)
    except UnprocessableMessage as error:
        log.error("letter not understood", fault=str(error))
        return None
