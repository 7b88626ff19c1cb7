"""Following a topic: everything that is in it, then every record as it comes."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError, KafkaTimeoutError

from ops import logs, metrics
from ops.errors import StartupError
from ops.kafka import Kafka
from pipeline.contracts.topics import Topic
from pipeline.kafka.followed_log import FollowedLog
from pipeline.kafka.log_position import LogNote
from pipeline.kafka.position_check import LogMovedError, Noted
from pipeline.kafka.read_to_end import Record, partitions_of, read_to_end

log = logs.get_logger(__name__)
RETRY_S = 1.0
LONGEST_PAUSE_S = 60.0
POLL_MS = 1_000
RECORDS_AT_ONCE = 2_000
# What was written is read within milliseconds, or Kafka went away between the two.
REACH_S = 1.5


@dataclass(frozen=True, slots=True)
class RecordBatch:
    """Records that were taken together; `loading` while the follower reads what was there when it was entered.

    `again` while it reads once more what it has read before, since the log is another one.
    """

    records: Sequence[Record]
    loading: bool
    again: bool = False


OnRecord = Callable[[Record], None]
OnBatch = Callable[[RecordBatch], Awaitable[None]]
OnReloaded = Callable[[], Awaitable[None]]


class Keeper(Protocol):
    """Keeps what was taken, and up to where, so that a follower in a later process goes on from there."""

    def positions(self) -> Mapping[int, Noted]:
        """Up to where each partition is kept, and of which log that is true."""

    @property
    def full(self) -> bool:
        """So much was taken and not kept that it is to be kept now, before more is taken."""

    async def keep(self, positions: Mapping[int, int], notes: Mapping[int, LogNote]) -> None:
        """Keep what was taken: it is everything before these positions. Raises nothing when that cannot be done."""

    async def begin_again(self) -> None:
        """What is kept is of another log: everything in the topic is taken once more."""

    async def whole(self) -> None:
        """Everything that is in the topic has been taken, of what was to be taken once more too."""


class TopicFollower:
    """Hands every record of a topic to `on_record`, once and in the order of its partition.

    `async with TopicFollower(kafka, BANS, take) as follower:` returns when everything that was in the topic at that
    moment has been taken; from then on a task of its own follows the topic until the block is left. While Kafka is
    away it tries again every second, and goes on where it was. Entering raises StartupError when the topic cannot be
    read, and whatever a callback raises.

    `on_record` is called for each record, a tombstone too, with nothing else in between: who waits in `reached` or
    `moved` goes on only when the whole batch has been taken. Then `on_batch` is awaited, before the next batch is
    fetched. Neither may raise once the topic is followed: a fault is logged, and the next record or batch is taken.

    It begins at the beginning, or, with `last`, that many offsets before the end of each partition, or, with `keeper`,
    where that stands. A keeper is asked to keep what is known to be of the log that is read, every two seconds.

    A topic that was made anew meanwhile, or lost records that were taken, is told to the operators and read again: its
    records are handed out once more, then `on_reloaded` is awaited. New partitions are taken in. When a partition
    changes its leader, the records of the last seconds may be handed out again.
    """

    def __init__(
        self,
        kafka: Kafka,
        topic: Topic,
        on_record: OnRecord,
        on_batch: OnBatch | None = None,
        *,
        last: int | None = None,
        on_reloaded: OnReloaded | None = None,
        keeper: Keeper | None = None,
    ) -> None:
        self._kafka = kafka
        self._topic = topic
        self._on_record = on_record
        self._on_batch = on_batch
        self._last = last
        self._on_reloaded = on_reloaded
        self._keeper = keeper
        self._reloading = False
        self._log: FollowedLog | None = None
        self._consumer: AIOKafkaConsumer | None = None
        self._moves = 0
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
        self._consumer = consumer
        task = asyncio.create_task(self._follow(consumer), name=f"follows {self._topic.name}")
        self._stack.push_async_callback(_cancel, task)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    @property
    def behind(self) -> int:
        """How many records are in the topic that were not taken yet, as of the last answer of the brokers."""
        if self._consumer is None:
            return 0
        ends = {place: self._consumer.highwater(place) for place in self._consumer.assignment()}
        return sum(max(0, (end or 0) - self._positions.get(place.partition, 0)) for place, end in ends.items())

    @property
    def offset(self) -> int:
        """The next offset to be read, summed over the partitions: it grows with every record."""
        return sum(self._positions.values())

    def note(self, partition: int) -> LogNote | None:
        """Which log the positions are of; None before it is entered."""
        return None if self._log is None else self._log.note(partition)

    async def moved(self, offset: int) -> int:
        """Wait until the follower is beyond `offset`, or its log has moved; returns the offset it is at then."""
        moves = self._moves
        async with self._moved:
            await self._moved.wait_for(lambda: self.offset > offset or self._moves != moves)
            return self.offset

    async def reached(self, partition: int, offset: int) -> None:
        """Wait until the record at this partition and offset was taken: read what you have just written.

        Raises KafkaTimeoutError when that takes longer than `REACH_S`: it is written, and will be taken later.
        """
        try:
            async with asyncio.timeout(REACH_S), self._moved:
                await self._moved.wait_for(lambda: self._positions.get(partition, 0) > offset)
        except TimeoutError:
            raise KafkaTimeoutError(f"{self._topic.name}: written, but not read within {REACH_S:g} s") from None

    async def caught_up(self) -> None:
        """Wait until everything that is in the topic at this moment was taken: read what others have written.

        Meant for topics without transactions, whose marks no record passes. Raises KafkaError; KafkaTimeoutError when
        that takes longer than `REACH_S`.
        """
        if self._consumer is None:
            raise RuntimeError("the follower is not entered")
        try:
            async with asyncio.timeout(REACH_S):
                ends = await self._consumer.end_offsets(list(self._places()))
                async with self._moved:
                    await self._moved.wait_for(
                        lambda: all(self._positions.get(one.partition, 0) >= end for one, end in ends.items())
                    )
        except TimeoutError:
            raise KafkaTimeoutError(f"{self._topic.name}: not read to its end within {REACH_S:g} s") from None

    async def _load(self, consumer: AIOKafkaConsumer) -> None:
        partitions = await partitions_of(self._kafka, consumer, self._topic.name)
        try:
            self._log = await FollowedLog.opened(self._kafka.identity, consumer, self._topic.name)
            while not await self._loaded(consumer, partitions, self._log):
                self._positions.clear()
        except KafkaError as error:
            raise StartupError(
                f"Kafka at {self._kafka.bootstrap}: `{self._kafka.identity}` cannot read {self._topic.name} ({error}); "
                "`python -m pipeline topics` shows what differs."
            ) from None

    async def _loaded(
        self, consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition], log_: FollowedLog
    ) -> bool:
        """Read everything; False when the log moved meanwhile, so that it has to be read again. Raises KafkaError."""
        start = await self._start(consumer, partitions)
        self._positions |= {one.partition: at for one, at in (start or {}).items()} if self._keeper is not None else {}
        async for records in read_to_end(consumer, partitions, start=start):
            await self._take(records, loading=True)
            if self._keeper is not None and self._keeper.full and not await self._kept(consumer, self._keeper, log_):
                return False
        # Also of partitions that handed out nothing, or whose last offsets no record holds any more.
        self._positions |= {one.partition: await consumer.position(one) for one in partitions}
        if self._keeper is None:
            await log_.look(consumer, self._places())
            return True
        if not await self._kept(consumer, self._keeper, log_):
            return False
        await self._keeper.whole()
        return True

    async def _kept(self, consumer: AIOKafkaConsumer, keeper: Keeper, log_: FollowedLog) -> bool:
        """Have everything kept that was taken; False when it is not known to be of one log. Raises KafkaError."""
        if await log_.look(consumer, self._places(), now=True) is not None:
            return False
        await keeper.keep(dict(self._positions), {number: log_.note(number) for number in self._positions})
        return True

    async def _start(
        self, consumer: AIOKafkaConsumer, partitions: Sequence[TopicPartition]
    ) -> dict[TopicPartition, int] | None:
        if self._keeper is not None:
            return await self._kept_start(consumer, self._keeper)
        if self._last is None:
            return None
        firsts = await consumer.beginning_offsets(partitions)
        ends = await consumer.end_offsets(partitions)
        return {one: max(firsts[one], ends[one] - self._last) for one in partitions}

    async def _kept_start(self, consumer: AIOKafkaConsumer, keeper: Keeper) -> dict[TopicPartition, int] | None:
        """Where to go on, when what is kept is of this log; else everything is taken once more."""
        if self._log is None or not (kept := keeper.positions()):
            return None
        starts = await self._log.go_on(consumer, kept)
        if starts is None:
            await keeper.begin_again()
        return starts

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        pause_s = RETRY_S
        restarts = metrics.BACKGROUND_RESTARTS.labels(f"follows-{self._topic.name}")
        while True:
            try:
                batches = await consumer.getmany(timeout_ms=POLL_MS)
                if records := [record for batch in batches.values() for record in batch]:
                    await self._take(records, loading=False)
                await self._look(consumer)
            except KafkaError as error:
                log.warning("waits for Kafka to follow a topic", topic=self._topic.name, error=str(error))
                await asyncio.sleep(RETRY_S)
            except Exception:
                # Nobody awaits this task: if it ended, its views would stay as they are for ever, without a word.
                restarts.inc()
                log.exception("a topic was not followed", topic=self._topic.name, again_in_s=pause_s)
                await asyncio.sleep(pause_s)
                pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
            else:
                pause_s = RETRY_S

    async def _look(self, consumer: AIOKafkaConsumer) -> None:
        """Whether the log is still the one that was read; what is not is read again. Raises KafkaError."""
        if self._log is None:
            return
        if moved := await self._log.look(consumer, self._places()):
            self._reloading |= moved.again
            if not moved.again:
                consumer.assign(list(moved.positions))
                for place, position in moved.positions.items():
                    consumer.seek(place, position)
                await self._notify(moved=True)
        if self._reloading:
            await self._reload(consumer)
            self._reloading = False
            await self._notify(moved=True)
        if self._keeper is not None and self._log.vouches(self._places()):
            await self._keeper.keep(
                dict(self._positions), {number: self._log.note(number) for number in self._positions}
            )

    def _places(self) -> dict[TopicPartition, int]:
        return {TopicPartition(self._topic.name, number): at for number, at in self._positions.items()}

    async def _reload(self, consumer: AIOKafkaConsumer) -> None:
        partitions = await partitions_of(self._kafka, consumer, self._topic.name)
        self._positions.clear()
        if self._keeper is not None:
            await self._keeper.begin_again()
        async for records in read_to_end(consumer, partitions, start=await self._start(consumer, partitions)):
            await self._take(records, loading=False, again=True)
            if self._keeper is not None and self._keeper.full and self._log is not None:  # noqa: SIM102
                if not await self._kept(consumer, self._keeper, self._log):
                    raise LogMovedError(f"{self._topic.name} has moved while it was read again")
        self._positions |= {one.partition: await consumer.position(one) for one in partitions}
        if self._keeper is not None:
            await self._keeper.whole()
        if self._on_reloaded is not None:
            await self._on_reloaded()

    async def _notify(self, *, moved: bool = False) -> None:
        self._moves += moved
        async with self._moved:
            self._moved.notify_all()

    async def _take(self, records: list[Record], *, loading: bool, again: bool = False) -> None:
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
        await self._notify()
        if self._on_batch is None:
            return
        try:
            await self._on_batch(RecordBatch(records, loading, again))
        except Exception:
            if loading:
                raise
            # Here too: everything else that depends on this topic must go on.
            log.exception("a batch was not taken", topic=self._topic.name, records=len(records))


async def _cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
