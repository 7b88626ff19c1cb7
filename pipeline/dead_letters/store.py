"""Reading `dead_letters`, and settling a letter by sending its message again or by dismissing it.

The topic only grows. A letter is open until a record with its key and no value follows: that one says in its
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
    """What became of a letter."""

    REPLAYED = "replayed"
    SUPERSEDED = "superseded"
    DISCARDED = "discarded"


class CannotReplay(Exception):
    """This letter cannot be sent again; the text says what to do instead."""


@dataclass(frozen=True, slots=True)
class OpenLetter:
    """An open letter without its message, and where it is."""

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

    def __init__(self, settings: Settings) -> None:
        self._kafka = Kafka(settings, IDENTITY)

    async def open_letters(self) -> list[OpenLetter]:
        """Every letter that is not settled, the oldest first. Reads the whole topic, keeps no messages in memory."""
        found: dict[bytes | None, OpenLetter] = {}
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

    async def read(self, entry: OpenLetter) -> DeadLetter:
        """The letter with its message."""
        async with self._kafka.consumer() as consumer:
            return await self._read(consumer, entry)

    async def replay(self, entries: Collection[OpenLetter], by: Actor) -> dict[Outcome, int]:
        """Send the messages of these letters again, and settle them; how many came to what.

        A product is sent to `products` as its latest record there: what came after the letter must not be
        overwritten by what came before it, and a letter whose record is no longer the latest counts as superseded.
        Raises CannotReplay, with nothing sent, for a letter that has no message to send. A crash in between sends
        a message twice, which changes nothing.
        """
        counts = {Outcome.REPLAYED: 0, Outcome.SUPERSEDED: 0}
        async with self._kafka.consumer() as consumer, self._kafka.producer() as producer:
            letters = [await self._read(consumer, entry) for entry in entries]
            for letter in letters:
                _check(letter)
            await _announce(producer, by, "replay", entries, "")
            latest = await self._latest_products(consumer, letters)
            for letter in letters:
                outcome = await self._send(producer, letter, latest)
                await _settle(producer, letter.source, outcome, by.id, "")
                counts[outcome] += 1
        return counts

    async def discard(self, entries: Collection[OpenLetter], by: Actor, reason: str) -> None:
        """Settle letters without sending anything; the reason stays in the topic."""
        async with self._kafka.producer() as producer:
            await _announce(producer, by, "discard", entries, reason)
            for entry in entries:
                await _settle(producer, entry.source, Outcome.DISCARDED, by.id, reason)

    async def _send(self, producer: AIOKafkaProducer, letter: DeadLetter, latest: dict[str, Record]) -> Outcome:
        headers = [*HEADERS, ("replayed_from", letter.source.encode())]
        if letter.key is None or not _is_product(letter):
            key = None if letter.key is None else letter.key.encode()
            await producer.send_and_wait(letter.topic, b64decode(letter.value), key=key, headers=headers)
            return Outcome.REPLAYED
        record = latest.get(letter.key)
        if record is None or (letter.topic == PRODUCTS.name and letter.source != _source(record)):
            return Outcome.SUPERSEDED
        await producer.send_and_wait(PRODUCTS.name, record.value, key=record.key, headers=headers)
        return Outcome.REPLAYED

    async def _latest_products(self, consumer: AIOKafkaConsumer, letters: Collection[DeadLetter]) -> dict[str, Record]:
        wanted = {letter.key.encode() for letter in letters if letter.key is not None and _is_product(letter)}
        found: dict[str, Record] = {}
        if wanted:
            async for record in self._records(consumer, PRODUCTS):
                if record.key in wanted:
                    found[record.key.decode("utf-8", "replace")] = record
        return found

    async def _read(self, consumer: AIOKafkaConsumer, entry: OpenLetter) -> DeadLetter:
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
    producer: AIOKafkaProducer, by: Actor, action: str, entries: Collection[OpenLetter], reason: str
) -> None:
    """Write to `audit` what is about to be done."""
    sources = [entry.source for entry in entries]
    target = sources[0] if len(sources) == 1 else f"{len(sources)} dead letters"
    await append_audit(producer, by, f"dead_letters:{action}", target, reason or ", ".join(sources[:10]))


async def _settle(producer: AIOKafkaProducer, source: str, outcome: Outcome, by: str, reason: str) -> None:
    headers = [*HEADERS, ("outcome", outcome.encode()), ("by", by.encode()), ("reason", reason.encode())]
    await producer.send_and_wait(DEAD_LETTERS.name, None, key=source.encode(), headers=headers)


def _entry(record: Record) -> OpenLetter:
    letter = decode(DeadLetter, record.value)
    return OpenLetter(
        source=letter.source,
        topic=letter.topic,
        reason=letter.reason,
        detail=letter.detail,
        service=letter.service,
        at=letter.at,
        partition=record.partition,
        offset=record.offset,
    )


def _source(record: Record) -> str:
    return f"{record.topic}-{record.partition}-{record.offset}"


def _is_product(letter: DeadLetter) -> bool:
    return letter.topic in {PRODUCTS.name, FILTERED_PRODUCTS.name}


def _check(letter: DeadLetter) -> None:
    if not letter.topic:
        raise CannotReplay(f"{letter.source} is a row of a feed; correct it and feed the file again, then discard it.")
    if letter.topic == FILTERED_PRODUCTS.name and letter.key is None:
        raise CannotReplay(f"{letter.source} has no key, so it names no product; discard it.")
    if letter.truncated and not _is_product(letter):
        raise CannotReplay(f"{letter.source} was kept in part only; discard it.")
