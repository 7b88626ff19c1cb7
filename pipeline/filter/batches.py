"""Faust's own extension points, used to feed an agent whole fetches instead of single records.

Stock Faust creates several tasks, an event and two queue hops for every record, which holds it at a few
thousand records a second. Here the consumer yields one message for each partition and fetch, whose value is
the list of raw records; everything above it (conductor, channel, stream, agent, rebalance) is Faust's and does
its work once a fetch. Three things of the stock consumer would be wrong for such messages and are replaced:

- acknowledging offsets one by one and joining the gaps between them: a batch's records are durable when its
  decisions are, which only the partition's writer knows. So an acknowledgement here only gives the partition
  room for another fetch, and what is committed is asked of `PartitionWriters`.
- commits without metadata: they carry the state of the rules, and of which logs the offsets are.
- waiting for single messages when partitions are taken away: the writers are told to finish.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

import faust
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import OffsetAndMetadata
from faust.serializers.schemas import DecodeFunction
from faust.transport.drivers.aiokafka import Consumer, Transport
from faust.types import TP, AppT, ConsumerMessage, EventT, Message
from yarl import URL

from ops import logs, metrics
from pipeline.filter.checkpoint import Mark
from pipeline.filter.record import ProductRecord

log = logs.get_logger(__name__)
# Fetches of a partition that may wait to be decided or to become durable. With two, as many products again wait for a
# fetch as are decided; from four on the decisions never wait.
FETCHES_AHEAD = 4
# How long a fetch waits for other partitions while one has no room: it must notice soon when there is room again.
SHORT_WAIT_S = 0.05
COMMIT_WITHIN_S = 15.0
# The broker is asked about the logs before each commit, and this often when there is nothing to commit.
VOUCH_EVERY_S = 1.0


class PartitionWriters(Protocol):
    """What the consumer asks of the writers."""

    async def settle(self) -> Mapping[int, Mark]:
        """What may be committed now, by partition."""
        ...

    async def drain(self) -> None:
        """Stop taking work and make durable what was sent, because partitions are taken away."""
        ...


class Logs(Protocol):
    """What the consumer asks about the logs that the session reads and writes."""

    async def vouch(self) -> None:
        """Raises KafkaError, LogMovedError among them, unless all logs are those that the session began with."""
        ...

    def metadata(self, partition: int, mark: Mark) -> str:
        """What is committed with the mark's offset."""
        ...


@dataclass(slots=True)
class FetchedBatch:
    """One fetch of one partition. `start` is the first offset not given out before."""

    partition: int
    records: list[ProductRecord]
    start: int
    generation: int


class BatchConsumer(Consumer):
    """Faust's consumer, yielding fetches."""

    logger = logging.getLogger("faust.consumer")

    def __init__(self, *arguments: object, **options: object) -> None:
        super().__init__(*arguments, **options)
        self._fetch_generation = -1
        self._given_out: dict[TP, int] = {}
        self._unfinished: Counter[TP] = Counter()
        self._room = asyncio.Event()
        self._committing = asyncio.Lock()
        self._committed: dict[int, Mark] = {}
        self._vouched_at = float("-inf")

    transport: "BatchTransport"

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Message]]:  # noqa: ASYNC109 - Faust's signature
        """One message for each partition that has records."""
        fetched, _ = await self._wait_next_records(timeout)
        generation = self._fetch_generation
        if fetched is None or self.should_stop:
            return
        if not self.flow_active or self.app.consumer_generation_id != generation:
            await self.perform_seek()  # what was fetched is not given out, so it must be fetched again
            return
        for tp, records in fetched.items():
            if not self.flow_active or self.app.consumer_generation_id != generation:
                await self.perform_seek()
                return
            yield tp, self._message(tp, records, generation)

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Mapping[TP, list[object]]:  # noqa: ASYNC109
        self._fetch_generation = self.app.consumer_generation_id
        active = active_partitions or set()
        free = {tp for tp in active if self._unfinished[tp] < FETCHES_AHEAD}
        if not free:
            self._room.clear()
            await self.wait_first(self._room.wait(), timeout=SHORT_WAIT_S)
            return {}
        return await super()._getmany(free, timeout if free == active else SHORT_WAIT_S)

    def _message(self, tp: TP, records: list[ProductRecord], generation: int) -> ConsumerMessage:
        first, last = records[0], records[-1]
        batch = FetchedBatch(tp.partition, records, self._given_out.get(tp, first.offset), generation)
        self._given_out[tp] = last.offset + 1
        self._unfinished[tp] += 1
        return ConsumerMessage(
            tp.topic,
            tp.partition,
            last.offset,
            last.timestamp / 1000.0,
            last.timestamp_type,
            [],
            None,
            cast(bytes, batch),  # Faust never looks into it; BatchSchema hands it on
            None,
            0,
            len(records),
            tp,
            time_in=time.monotonic(),
            generation_id=generation,
        )

    def track_message(self, message: Message) -> None:
        """Nothing is waited for message by message; see `wait_empty`."""

    def ack(self, message: Message) -> bool:
        """The batch is durable: its partition has room for another fetch."""
        if message.acked:
            return False
        message.acked = True
        if message.generation_id == self.app.consumer_generation_id and self._unfinished[message.tp] > 0:
            self._unfinished[message.tp] -= 1
            self._room.set()
        return True

    async def perform_seek(self) -> None:
        """Go back to the committed offsets; what was given out beyond them will be given out again."""
        await super().perform_seek()
        self._unfinished.clear()
        # Compaction may have taken the record at the committed offset: the next one is no sign of a lost batch.
        self._given_out = {tp: self._read_offset[tp] or 0 for tp in self.assignment()}

    async def on_partitions_assigned(self, assigned: set[TP], generation_id: int = 0) -> None:
        """Forget what was known of the former assignment."""
        self._given_out.clear()
        self._unfinished.clear()
        self._committed.clear()
        await super().on_partitions_assigned(assigned, generation_id)

    async def _add_gap(self, tp: TP, offset_from: int, offset_to: int) -> None:
        """Gaps between batches mean nothing: offsets are not counted one by one."""

    async def wait_empty(self) -> None:
        """Partitions are taken away, or the worker stops: finish and commit."""
        await self.transport.writers.drain()
        self._vouched_at = float("-inf")
        await self.commit()

    async def commit(self, topics: object = None, start_new_transaction: bool = True) -> bool:
        """Commit what the writers have made durable, with the state of the rules; False if nothing is new.

        At most once in `VOUCH_EVERY_S`, and only while the logs are those that the session began with: otherwise the
        session crashes, and the next one examines them.
        """
        if self.crashed:
            return False  # the thread that would commit is gone, and the next owner repeats what is not committed
        async with self._committing:
            try:
                marks = await self.transport.writers.settle()
                if time.monotonic() - self._vouched_at < VOUCH_EVERY_S:
                    return False
                await self.transport.logs.vouch()
                self._vouched_at = time.monotonic()
                return await self._commit_marks(marks)
            except (CommitFailedError, IllegalStateError) as error:
                log.info("not committed, the partitions have a new owner", reason=str(error))
            except (KafkaError, TimeoutError) as error:
                await self.crash(error)
            return False

    async def _commit_marks(self, marks: Mapping[int, Mark]) -> bool:
        topic = self.transport.topic
        mine = {tp.partition for tp in self.assignment() if tp.topic == topic}
        new = {number: mark for number, mark in marks.items() if number in mine and mark != self._committed.get(number)}
        metrics.LAST_COMMIT.set_to_current_time()
        if not new:
            return False
        offsets = {
            TopicPartition(topic, number): OffsetAndMetadata(mark.offset, self.transport.logs.metadata(number, mark))
            for number, mark in new.items()
        }
        async with asyncio.timeout(COMMIT_WITHIN_S):
            await self._thread.call_thread(self._thread._ensure_consumer().commit, offsets)
        self._committed.update(new)
        return True


class BatchTransport(Transport):
    """Faust's transport with that consumer."""

    Consumer = BatchConsumer

    def __init__(self, url: list[URL], app: AppT, *, topic: str, writers: PartitionWriters, logs: Logs) -> None:
        super().__init__(url, app)
        self.topic = topic
        self.writers = writers
        self.logs = logs


class BatchSchema(faust.Schema[bytes, FetchedBatch]):
    """Passes the batch through as the event's value."""

    def compile(self, app: AppT, **_: object) -> DecodeFunction:
        """Faust's hook for decoding, called for every message."""

        async def decode(message: Message, *, propagate: bool = False) -> EventT[FetchedBatch]:
            return app.create_event(None, message.value, {}, message)

        return decode
