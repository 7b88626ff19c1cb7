"""Following a topic: everything that is in it, then every record as it comes."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from ops import logs
from ops.errors import StartupError
from ops.kafka import Kafka
from pipeline.contracts.topics import Topic
from pipeline.kafka.read_to_end import Record, partitions_of, read_to_end

log = logs.get_logger(__name__)
RETRY_S = 1.0
POLL_MS = 1_000
RECORDS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """Records that were taken together; `loading` while the follower reads what was there when it was entered."""

    records: Sequence[Record]
    loading: bool


OnRecord = Callable[[Record], None]
OnBatch = Callable[[RecordBatch], Awaitable[None]]


class TopicFollower:
    """Hands every record of a topic to `on_record`, once and in the order of its partition.

    `async with TopicFollower(kafka, BANS, take) as follower:` returns when everything that was in the topic at that
    moment has been taken; from then on a task of its own follows the topic until the block is left. While Kafka is
    away it tries again every second, and goes on where it was. Entering raises StartupError when the topic cannot be
    read, and whatever a callback raises.

    `on_record` is called for each record, a tombstone too, with nothing else in between: who waits in `reached` or
    `moved` goes on only when the whole batch has been taken. Then `on_batch` is awaited, before the next batch is
    fetched. Neither may raise once the topic is followed: a fault is logged, and the next record or batch is taken.

    It begins at the beginning, or, with `last`, that many offsets before the end of each partition.
    """

    def __init__(
        self,
        kafka: Kafka,
        topic: Topic,
        on_record: OnRecord,
        on_batch: OnBatch | None = None,
        *,
        last: int | None = None,
    ) -> None:
        self._kafka = kafka
        self._topic = topic
        self._on_record = on_record
        self._on_batch = on_batch
        self._last = last
        self._positions: dict[int, int] = {}
        self._moved = asyncio.Condition()
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        consumer = await self._stack.enter_async_context(self._kafka.consumer(max_poll_records=RECORDS_AT_ONCE))
        try:
            await self._load(consumer)
        except BaseException:
            await self._stack.aclose()
            raise
        task = asyncio.create_task(self._follow(consumer), name=f"follows {self._topic.name}")
        self._stack.push_async_callback(_cancel, task)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def offset(self) -> int:
        """The next offset to be read, summed over the partitions: it grows with every record."""
        return sum(self._positions.values())

    async def moved(self, offset: int) -> int:
        """Wait until the follower is beyond `offset`; returns the offset it is at then."""
        async with self._moved:
            await self._moved.wait_for(lambda: self.offset > offset)
            return self.offset

    async def reached(self, partition: int, offset: int) -> None:
        """Wait until the record at this partition and offset was taken: read what you have just written."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._positions.get(partition, 0) > offset)

    async def _load(self, consumer: AIOKafkaConsumer) -> None:
        partitions = await partitions_of(self._kafka, consumer, self._topic.name)
        try:
            start = await self._start(consumer, partitions)
            async for records in read_to_end(consumer, partitions, start=start):
                await self._take(records, loading=True)
            # Also of partitions that handed out nothing, or whose last offsets no record holds any more.
            self._positions |= {one.partition: await consumer.position(one) for one in partitions}
        except KafkaError as error:
            raise StartupError(
                f"Kafka at {self._kafka.bootstrap}: `{self._kafka.identity}` cannot read {self._topic.name} ({error}); "
                "`python -m pipeline topics` shows what differs."
            ) from None

    async def _start(
        self, consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]
    ) -> dict[TopicPartition, int] | None:
        if self._last is None:
            return None
        firsts = await consumer.beginning_offsets(partitions)
        ends = await consumer.end_offsets(partitions)
        return {one: max(firsts[one], ends[one] - self._last) for one in partitions}

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            try:
                batches = await consumer.getmany(timeout_ms=POLL_MS)
            except KafkaError as error:
                log.warning("waits for Kafka to follow a topic", topic=self._topic.name, error=str(error))
                await asyncio.sleep(RETRY_S)
                continue
            if records := [record for batch in batches.values() for record in batch]:
                await self._take(records, loading=False)

    async def _take(self, records: list[Record], *, loading: bool) -> None:
        for record in records:
            self._positions[record.partition] = record.offset + 1
            try:
                self._on_record(record)
            except Exception:
                if loading:
                    raise
                # Everything else that depends on this topic must go on.
                log.exception("a record was not taken", topic=record.topic, partition=record.partition,
                              offset=record.offset)  # fmt: skip
        async with self._moved:
            self._moved.notify_all()
        if self._on_batch is None:
            return
        try:
            await self._on_batch(RecordBatch(records, loading))
        except Exception:
            if loading:
                raise
            log.exception("a batch was not taken", topic=self._topic.name, records=len(records))


async def _cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
