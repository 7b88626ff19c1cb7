"""Reading single records of a partition by their offsets, and what follows a position."""

from collections.abc import AsyncGenerator, Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline.kafka.read_to_end import POLL_MS, Record

# Reading over so many records costs less than asking the broker anew.
NEAR = 500
AT_ONCE = 500


async def read_at(
    consumer: AIOKafkaConsumer, place: TopicPartition, offsets: Sequence[int]
) -> AsyncGenerator[Record, None]:
    """The records at these offsets, which rise; without those that are not there any more.

    The consumer is assigned to the partition. There is no limit of time here: the caller's `asyncio.timeout` says for
    how long. Raises KafkaError.
    """
    if not offsets:
        return
    consumer.assign([place])
    begin = (await consumer.beginning_offsets([place]))[place]
    end = (await consumer.end_offsets([place]))[place]
    wanted = [offset for offset in offsets if begin <= offset < end]
    for first, last in _stretches(wanted):
        stretch = {offset for offset in wanted if first <= offset <= last}
        consumer.seek(place, first)
        while await consumer.position(place) <= last:
            records = await next_records(consumer, place, AT_ONCE)
            if records is None:
                break
            for record in records:
                if record.offset in stretch:
                    yield record


async def next_records(consumer: AIOKafkaConsumer, place: TopicPartition, at_once: int) -> list[Record] | None:
    """What follows the consumer's position, at most so many; empty when nothing came yet.

    None: the log has lost its end meanwhile, and nothing more will come up to an end that was asked for before. Raises
    KafkaError.
    """
    records = (await consumer.getmany(place, timeout_ms=POLL_MS, max_records=at_once)).get(place)
    if records:
        return list(records)
    at_end = await consumer.position(place) >= (await consumer.end_offsets([place]))[place]
    return None if at_end else []


def _stretches(offsets: Sequence[int]) -> list[tuple[int, int]]:
    """The first and last of offsets that are near one another."""
    found: list[tuple[int, int]] = []
    for offset in offsets:
        if found and offset - found[-1][1] <= NEAR:
            found[-1] = (found[-1][0], offset)
        else:
            found.append((offset, offset))
    return found
