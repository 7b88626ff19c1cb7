"""Reading single records of a partition by their offsets."""

from collections.abc import AsyncGenerator, Sequence
from itertools import chain

from aiokafka import AIOKafkaConsumer, TopicPartition

from pipeline.kafka.read_to_end import Record

POLL_MS = 200
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
            batches = await consumer.getmany(place, timeout_ms=POLL_MS, max_records=AT_ONCE)
            if not batches and await consumer.position(place) >= (await consumer.end_offsets([place]))[place]:
                # The log has lost its end meanwhile: nothing more will come.
                break
            for record in chain.from_iterable(batches.values()):
                if record.offset in stretch:
                    yield record


def _stretches(offsets: Sequence[int]) -> list[tuple[int, int]]:
    """The first and last of offsets that are near one another."""
    found: list[tuple[int, int]] = []
    for offset in offsets:
        if found and offset - found[-1][1] <= NEAR:
            found[-1] = (found[-1][0], offset)
        else:
            found.append((offset, offset))
    return found
