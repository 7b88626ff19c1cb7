"""Keeping the index of dead letters up to date with the topic: for as long as a bot runs, or once for a command."""

import asyncio
from collections.abc import Callable
from time import monotonic

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from ops import logs
from ops.errors import StartupError
from ops.kafka import Kafka
from pipeline.contracts.topics import DEAD_LETTERS
from pipeline.dead_letters.letter_index import LetterIndex
from pipeline.kafka.position_check import BROKEN, LogMovedError, LogWatch, compare, histories_of, tell

log = logs.get_logger(__name__)
PLACE = TopicPartition(DEAD_LETTERS.name, 0)
AT_ONCE = 2_000
POLL_MS = 1_000
RETRY_S = 1.0
FORGET_EVERY_S = 60.0
MENDED = "the dead letters are counted anew"

Told = Callable[[int, int], None]


class IndexFollower:
    """Counts the topic into the index, from where it was counted before. A log that is another one is counted anew."""

    def __init__(self, kafka: Kafka, index: LetterIndex) -> None:
        self._kafka = kafka
        self._index = index
        self._moved = asyncio.Condition()
        self._position = -1

    @property
    def position(self) -> int:
        """Up to where the topic is counted; -1 before it was looked at."""
        return self._position

    async def run(self) -> None:
        """Follow the topic until cancelled. While Kafka is away it tries again every second.

        Raises sqlite3.Error when the index cannot be written: whoever starts it again goes on from what is in it.
        """
        while True:
            try:
                await self._follow(to_end=False)
            except (KafkaError, StartupError) as error:
                log.warning("waits for Kafka to count dead letters", error=str(error))
            await asyncio.sleep(RETRY_S)

    async def catch_up(self, told: Told | None = None) -> None:
        """Count what is in the topic now, telling how far it is and how far it has to go. Raises KafkaError."""
        while True:
            try:
                await self._follow(to_end=True, told=told)
                return
            except LogMovedError:
                await asyncio.sleep(RETRY_S)

    async def reached(self, offset: int) -> None:
        """Wait until everything before `offset` is counted; the caller says for how long."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._position >= offset)

    async def _follow(self, *, to_end: bool, told: Told | None = None) -> None:
        async with self._kafka.consumer(max_poll_records=AT_ONCE) as consumer:
            watch = await self._begin(consumer)
            end = (await consumer.end_offsets([PLACE]))[PLACE] if to_end else None
            forgotten_at = float("-inf")
            while end is None or self._position < end:
                records = (await consumer.getmany(PLACE, timeout_ms=POLL_MS)).get(PLACE, [])
                position = await consumer.position(PLACE)
                if records or position != self._position:
                    # Only what was read of the log that was examined is counted.
                    await watch.vouch()
                    await asyncio.to_thread(self._index.take, records, position, watch.note(PLACE))
                    await self._at(position)
                    if told is not None and end is not None:
                        told(min(position, end), end)
                if monotonic() - forgotten_at > FORGET_EVERY_S:
                    forgotten_at = monotonic()
                    await watch.vouch()
                    begin = (await consumer.beginning_offsets([PLACE]))[PLACE]
                    await asyncio.to_thread(self._index.forget_before, begin)

    async def _begin(self, consumer: AIOKafkaConsumer) -> LogWatch:
        """Stand where the index ends, or at the beginning when that is of another log."""
        histories = await histories_of(consumer, [PLACE.topic])
        counted = await asyncio.to_thread(self._index.counted)
        noted = {PLACE.partition: (counted.offset, counted.note)} if counted is not None else {}
        verdict = (await compare(consumer, histories[PLACE.topic], noted))[PLACE.partition]
        if verdict.finding is not None:
            tell(f"{self._kafka.identity}-letters", PLACE.topic, {PLACE.partition: verdict.finding}, MENDED)
        start = verdict.start
        if verdict.finding in BROKEN:
            await asyncio.to_thread(self._index.clear)
            start = (await consumer.beginning_offsets([PLACE]))[PLACE]
        consumer.assign([PLACE])
        consumer.seek(PLACE, start)
        await self._at(start)
        return LogWatch(consumer, histories)

    async def _at(self, position: int) -> None:
        self._position = position
        async with self._moved:
            self._moved.notify_all()
