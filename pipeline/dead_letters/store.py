"""Reading `dead_letters`, and settling a dead letter by sending its message again or by dismissing it.

The topic only grows. A dead letter is open until a record with its key and no value follows: that one says in its
headers how it was settled, by whom and why.
"""

from base64 import b64decode
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from ops import logs
from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.messages import HEADERS, DeadLetter, decode
from pipeline.contracts.topics import DEAD_LETTERS, FILTERED_PRODUCTS, PRODUCTS, Topic
from pipeline.kafka.audit import Actor, append_audit
from pipeline.kafka.read_to_end import Record, partitions_of, read_to_end

log = logs.get_logger(__name__)
IDENTITY = "replay"
AT_ONCE = 500


class Outcome(StrEnum):
    """What became of a dead dead_letter."""

    REPLAYED = "replayed"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


class CannotReplay(Exception):
    """This dead letter cannot be sent again; the text says what to do instead."""


@dataclass(frozen=True, slots=True)
class OpenDeadLetter:
    """An open dead letter without its message, and where it is."""

    source: str
    topic: str
    reason: str
    detail: str
    service: str
    at: datetime
    partition: int
    offset: int


class DeadLetterStore:
    """The dead letters, as the identity `replay` may see and settle them; the bot and the terminal act as it."""

    def __init__(self, settings: Settings, *, open_within_s: float | None = None) -> None:
        self._kafka = Kafka(settings, IDENTITY, open_within_s=open_within_s)

    async def open_dead_letters(self) -> list[OpenDeadLetter]:
        """Every dead letter that is not settled, the oldest first. Reads the whole topic, keeps no messages."""
        found: dict[bytes | None, OpenDeadLetter] = {}
        async with self._kafka.consumer() as consumer:
            async for record in self._records(consumer, DEAD_LETTERS):
                if record.value is None:
                    found.pop(record.key, None)
                    continue
                try:
                    found[record.key] = _entry(record)
                except UnprocessableMessage as error:
                    log.error("dead letter not understood", offset=record.offset, fault=str(error))
        return sorted(found.values(), key=lambda entry: (entry.at, entry.offset))

    async def read(self, entry: OpenDeadLetter) -> DeadLetter:
        """The dead letter with its message."""
        async with self._kafka.consumer() as consumer:
            return await self._read(consumer, entry)

    async def replay(self, entries: Collection[OpenDeadLetter], by: Actor) -> dict[Outcome, int]:
        """Send the messages of these dead letters again, and settle them; how many came to what.

        A product is sent to `products` as its latest record there: what came after it was put aside must not be
        overwritten by what came before it, and one whose record is no longer the latest counts as superseded.
        Raises CannotReplay, with nothing sent, for one that has no message to send. A crash in between sends
        a message twice, which changes nothing.
        """
        counts = {Outcome.REPLAYED: 0, Outcome.SUPERSEDED: 0}
        async with self._kafka.consumer() as consumer, self._kafka.producer() as producer:
            dead_letters = [await self._read(consumer, entry) for entry in entries]
            for dead_letter in dead_letters:
                _check(dead_letter)
            await _announce(producer, by, "replay", entries, "")
            latest = await self._latest_products(consumer, dead_letters)
            for dead_letter in dead_letters:
                outcome = await self._send(producer, dead_letter, latest)
                await _settle(producer, dead_letter.source, outcome, by.id, "")
                counts[outcome] += 1
        return counts

    async def discard(self, entries: Collection[OpenDeadLetter], by: Actor, reason: str) -> None:
        """Settle dead letters without sending anything; the reason stays in the topic."""
        async with self._kafka.producer() as producer:
            await _announce(producer, by, "discard", entries, reason)
            for entry in entries:
                await _settle(producer, entry.source, Outcome.DISCARDED, by.id, reason)

    async def _send(self, producer: AIOKafkaProducer, dead_letter: DeadLetter, latest: dict[str, Record]) -> Outcome:
        headers = [*HEADERS, ("replayed_from", dead_letter.source.encode())]
        if dead_letter.key is None or not _is_product(dead_letter):
            key = None if dead_letter.key is None else dead_letter.key.encode()
            await producer.send_and_wait(dead_letter.topic, b64decode(dead_letter.value), key=key, headers=headers)
            return Outcome.REPLAYED
        record = latest.get(dead_letter.key)
        if record is None or (dead_letter.topic == PRODUCTS.name and dead_letter.source != _source(record)):
            return Outcome.SUPERSEDED
        await producer.send_and_wait(
            PRODUCTS.name, record.value, key=record.key, headers=headers, partition=record.partition
        )
        return Outcome.REPLAYED

    async def _latest_products(
        self, consumer: AIOKafkaConsumer, dead_letters: Collection[DeadLetter]
    ) -> dict[str, Record]:
        wanted = {
            dead_letter.key.encode()
            for dead_letter in dead_letters
            if dead_letter.key is not None and _is_product(dead_letter)
        }
        found: dict[str, Record] = {}
        if wanted:
            async for record in self._records(consumer, PRODUCTS):
                if record.key in wanted:
                    found[record.key.decode("utf-8", "replace")] = record
        return found

    async def _read(self, consumer: AIOKafkaConsumer, entry: OpenDeadLetter) -> DeadLetter:
        partition = TopicPartition(DEAD_LETTERS.name, entry.partition)
        consumer.assign([partition])
        consumer.seek(partition, entry.offset)
        record = await consumer.getone(partition)
        return decode(DeadLetter, record.value)

    async def _records(self, consumer: AIOKafkaConsumer, topic: Topic) -> AsyncIterator[Record]:
        partitions = await partitions_of(self._kafka, consumer, topic.name)
        async for records in read_to_end(consumer, partitions, at_once=AT_ONCE):
            for record in records:
                yield record


async def _announce(
    producer: AIOKafkaProducer, by: Actor, action: str, entries: Collection[OpenDeadLetter], reason: str
) -> None:
    """Write to `audit` what is about to be done."""
    sources = [entry.source for entry in entries]
    target = sources[0] if len(sources) == 1 else f"{len(sources)} dead letters"
    await append_audit(producer, by, f"dead_letters:{action}", target, reason or ", ".join(sources[:10]))


async def _settle(producer: AIOKafkaProducer, source: str, outcome: Outcome, by: str, reason: str) -> None:
    headers = [*HEADERS, ("outcome", outcome.encode()), ("by", by.encode()), ("reason", reason.encode())]
    await producer.send_and_wait(DEAD_LETTERS.name, None, key=source.encode(), headers=headers)


def _entry(record: Record) -> OpenDeadLetter:
    dead_letter = decode(DeadLetter, record.value)
    return OpenDeadLetter(
        source=dead_letter.source,
        topic=dead_letter.topic,
        reason=dead_letter.reason,
        detail=dead_letter.detail,
        service=dead_letter.service,
        at=dead_letter.at,
        partition=record.partition,
        offset=record.offset,
    )


def _source(record: Record) -> str:
    return f"{record.topic}-{record.partition}-{record.offset}"


def _is_product(dead_letter: DeadLetter) -> bool:
    return dead_letter.topic in {PRODUCTS.name, FILTERED_PRODUCTS.name}


def _check(dead_letter: DeadLetter) -> None:
    if not dead_letter.topic:
        raise CannotReplay(
            f"{dead_letter.source} is a row of a feed; correct it and feed the file again, then discard it."
        )
    if dead_letter.topic == FILTERED_PRODUCTS.name and dead_letter.key is None:
        raise CannotReplay(f"{dead_letter.source} has no key, so it names no product; discard it.")
    if dead_letter.truncated and not _is_product(dead_letter):
        raise CannotReplay(f"{dead_letter.source} was kept in part only; discard it.")
