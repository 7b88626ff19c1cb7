"""The newest record of one key, looked for from the end of its partition backwards, in bounded time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline.kafka.read_at import next_records, read_at
from pipeline.kafka.read_to_end import Record

FIRST_STRETCH = 2_000
LONGEST_STRETCH = 50_000
GROWTH = 4
AT_ONCE = 2_000

# Called with the share of the partition that was read, from 0 to 1.
Told = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class KeySearch:
    """What was found. `share`: how much of what can hold the key was read; below 1 a newer record may be unread."""

    record: "Record | None"
    share: float


async def newest_of_key(
    consumer: AIOKafkaConsumer,
    place: TopicPartition,
    key: bytes,
    *,
    known: int | None = None,
    within_s: float,
    told: Told = lambda _: None,
) -> KeySearch:
    """The newest record of the key that is in the partition at the time of the call.

    `known` is the offset of a record that it had before, so that nothing older has to be read. It reads backwards in
    stretches, since what somebody asks about was mostly sent of late; when `within_s` is over it gives the known one.
    A Kafka that does not answer is not its matter: the caller's `asyncio.timeout` says for how long. Raises KafkaError.
    """
    consumer.assign([place])
    end = (await consumer.end_offsets([place]))[place]
    first = (await consumer.beginning_offsets([place]))[place]
    # A log that ends before the known record is another one than that which had it.
    begin = max(first, known) if known is not None and known < end else first
    deadline = asyncio.get_running_loop().time() + within_s
    upper, stretch = end, FIRST_STRETCH
    while upper > begin:
        lower = max(begin, upper - stretch)
        found, whole = await _newest_within(consumer, place, key, (lower, upper), deadline)
        if not whole:
            return KeySearch(await _at(consumer, place, key, known), (end - upper) / (end - begin))
        if found is not None:
            return KeySearch(found, 1.0)
        upper, stretch = lower, min(stretch * GROWTH, LONGEST_STRETCH)
        told((end - upper) / (end - begin))
    return KeySearch(None, 1.0)


async def _newest_within(
    consumer: AIOKafkaConsumer, place: TopicPartition, key: bytes, stretch: tuple[int, int], deadline: float
) -> "tuple[Record | None, bool]":
    """The key's last record of a stretch, and whether the whole stretch was read before the deadline."""
    lower, upper = stretch
    found: Record | None = None
    consumer.seek(place, lower)
    while await consumer.position(place) < upper:
        if asyncio.get_running_loop().time() > deadline:
            return None, False
        records = await next_records(consumer, place, AT_ONCE)
        if records is None:
            break
        for record in records:
            if record.key == key and record.offset < upper:
                found = record
    return found, True


async def _at(consumer: AIOKafkaConsumer, place: TopicPartition, key: bytes, known: int | None) -> "Record | None":
    if known is None:
        return None
    async for record in read_at(consumer, place, [known]):
        if record.key == key:
            return record
    return None
