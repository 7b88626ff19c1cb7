"""From a consumer to an index: fetch, make documents, write, commit; each step while the next ones go on."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from ops import logs, metrics
from pipeline.kafka.dead_letters import DeadLetters
from pipeline.kafka.position_check import LogMovedError, LogWatch
from pipeline.sink.bulk import Bulk, BulkOutcome
from pipeline.sink.operation import Convert, Operation, Refused

log = logs.get_logger(__name__)
IN_FLIGHT = 2
FETCH_MS = 200
COMMIT_EVERY_S = 0.5
DRAIN_S = 10.0

Records = dict[TopicPartition, list["ConsumerRecord[bytes, bytes]"]]


@dataclass(slots=True)
class InFlightBatch:
    """Records on their way: where they begin, the positions that may be committed when they are done, their keys."""

    starts: dict[TopicPartition, int]
    positions: dict[TopicPartition, int]
    keys: frozenset[str]
    task: "asyncio.Task[BulkOutcome]"


@dataclass(slots=True)
class ConsumeLoop(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka is not typed
    """Writes the records of one consumer to Elasticsearch.

    The committed position never passes a record that is not durable in the index or in `dead_letters`, and is one that
    `watch` vouches for. Two bulk requests are on their way at a time, never two with the same key.
    """

    consumer: AIOKafkaConsumer
    bulk: Bulk
    convert: Convert
    dead_letters: DeadLetters
    watch: LogWatch
    indices: set[str] = field(default_factory=set)
    """Every index that a write went to since the loop began."""

    _batches: deque[InFlightBatch] = field(default_factory=deque)
    _done: dict[TopicPartition, int] = field(default_factory=dict)
    _committed_at: float = 0.0

    async def step(self) -> int:
        """Fetch what there is, up to the present size of a bulk request, and send it off; how many records.

        Waits while two requests are on their way. Raises IndexGone, LogMovedError, and KafkaError when a dead letter
        could not be written: what was not committed is read again by the next loop.
        """
        fetched: Records = await self.consumer.getmany(timeout_ms=FETCH_MS, max_records=self.bulk.size.value)
        records = [record for some in fetched.values() for record in some]
        if records:
            # In a thread: the answers to the requests on their way are read meanwhile.
            wanted, refused = await asyncio.to_thread(self.convert, records)
            keys = frozenset(operation.key for operation in wanted)
            await self._room(keys)
            starts = {partition: some[0].offset for partition, some in fetched.items() if some}
            positions = {partition: some[-1].offset + 1 for partition, some in fetched.items() if some}
            task = asyncio.create_task(self._deliver(wanted, refused), name="bulk")
            self._batches.append(InFlightBatch(starts, positions, keys, task))
        await self._settle(wait=not records)
        return len(records)

    async def drain(self) -> None:
        """Wait until everything that was fetched is durable, and commit it."""
        while self._batches:
            await self._oldest()
        await self.commit()

    async def abandon(self) -> None:
        """Stop what is on its way; it is read again."""
        tasks = [batch.task for batch in self._batches]
        self._batches.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def commit(self) -> None:
        """Commit what is durable of the partitions that are ours; another member will do the others again.

        Raises LogMovedError when the topics are no longer those that were examined.
        """
        self._committed_at = time.monotonic()
        done = {partition: at for partition, at in self._done.items() if partition in self.consumer.assignment()}
        self._done.clear()
        if not done:
            return
        try:
            await self.watch.vouch()
            await self.consumer.commit(self.watch.noted(done))
            metrics.LAST_COMMIT.set_to_current_time()
        except LogMovedError:
            raise
        except (CommitFailedError, IllegalStateError) as error:
            log.info("not committed, the partitions have moved", error=type(error).__name__)
        except KafkaError as error:
            # The next commit covers it; until then it would only be written once more.
            self._done = done | self._done
            log.warning("commit has to wait", error=str(error))

    async def measure(self) -> None:
        """Set the metrics of lag: how far the end of each partition is from what is durable."""
        behind = 0
        for partition in self.consumer.assignment():
            end = self.consumer.highwater(partition)
            # The end is known after the first answer only; from then on the position is too.
            if end is None:
                continue
            waiting = [batch.starts[partition] for batch in self._batches if partition in batch.starts]
            position = min(waiting) if waiting else await self.consumer.position(partition)
            lag = max(end - position, 0)
            behind += lag
            metrics.CONSUMER_LAG.labels(partition.topic, str(partition.partition)).set(lag)
        if not behind:
            metrics.LAST_COMMIT.set_to_current_time()

    async def on_partitions_revoked(self, revoked: "set[TopicPartition]") -> None:
        # The others wait for us: what is not done by then, the next owner does again.
        with contextlib.suppress(TimeoutError, LogMovedError):
            await asyncio.wait_for(self.drain(), DRAIN_S)

    async def on_partitions_assigned(self, assigned: "set[TopicPartition]") -> None:
        log.info("partitions", assigned=sorted(partition.partition for partition in assigned))

    async def _room(self, keys: frozenset[str]) -> None:
        while len(self._batches) >= IN_FLIGHT or any(batch.keys & keys for batch in self._batches):
            await self._oldest()

    async def _settle(self, *, wait: bool) -> None:
        while self._batches and (wait or self._batches[0].task.done()):
            await self._oldest()
        if time.monotonic() - self._committed_at >= COMMIT_EVERY_S:
            await self.commit()

    async def _oldest(self) -> None:
        batch = self._batches[0]
        # Not awaited itself: to cancel the waiting must not cancel the request.
        await asyncio.wait({batch.task})
        written = batch.task.result()
        if not self._batches or self._batches[0] is not batch:
            return  # a rebalance was waiting for it too
        self._batches.popleft()
        self.indices |= written.indices
        for partition, position in batch.positions.items():
            self._done[partition] = max(position, self._done.get(partition, 0))

    async def _deliver(self, wanted: Sequence[Operation], refused: Sequence[Refused]) -> BulkOutcome:
        written = await self.bulk.write(wanted) if wanted else BulkOutcome()
        for one in refused:
            await self.dead_letters.put_record(one.record, one.reason, one.detail)
        for rejected in written.rejected:
            await self.dead_letters.put_record(rejected.operation.record, "refused_by_index", rejected.reason)
        if wanted:
            oldest = min(operation.record.timestamp for operation in wanted)
            metrics.INDEX_DELAY.observe(max(time.time() - oldest / 1000, 0))
        return written
