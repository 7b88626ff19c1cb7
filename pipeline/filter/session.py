"""One membership in the consumer group: a Faust app, and a writer for each partition it is given."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncGenerator, Collection, Mapping
from typing import cast

import faust
from aiokafka import AIOKafkaProducer
from faust.app.base import BootStrategy
from faust.auth import SSLCredentials
from faust.streams import Stream
from faust.types import TP, EventT, StreamT
from yarl import URL

from ops import logs, metrics
from ops.kafka import Kafka
from ops.service import Service
from pipeline.contracts.topics import FILTERED_PRODUCTS, PRODUCTS
from pipeline.filter.batches import BatchSchema, BatchTransport, FetchedBatch
from pipeline.filter.checkpoint import Commit, Mark
from pipeline.filter.offer_index.indexes import OfferIndexes
from pipeline.filter.offer_index.partition_index import PartitionIndex
from pipeline.filter.output import PartitionOutput
from pipeline.filter.partition_writer import PartitionWriter
from pipeline.filter.positions import CommittedPartition, SessionLogs
from pipeline.filter.products_reader import KafkaProducts
from pipeline.filter.record import ProductRecord
from pipeline.filter.rule_change import Pace
from pipeline.filter.rules_subscription import RulesSource
from pipeline.filter.scan import scan_all
from pipeline.kafka.dead_letters import DeadLetters

log = logs.get_logger(__name__)
GROUP = "filter"
# How often the writers are asked; what a partition with a backlog answers is older, see `PartitionWriter.settle`.
COMMIT_EVERY_S = 0.15
SCANS_AT_ONCE = 1
RECORDS_AT_ONCE = 2_000
# A worker that died is noticed after this; it must exceed what a busy machine may pause us.
SESSION_TIMEOUT_S = 12.0
# A member that does not answer holds up the others for so long; it must be less than a request may take.
REBALANCE_TIMEOUT_S = 20.0
STOP_WITHIN_S = 20.0
NEVER_COMMITTED = CommittedPartition(0, Commit())
HARD_EXIT = 70  # EX_SOFTWARE; whoever supervises starts another worker


class _Boot(BootStrategy):
    """Without Faust's own producer: the writers have theirs."""

    enable_kafka_producer = False


class FilterApp(faust.App):
    """The Faust application of the filter."""

    BootStrategy = _Boot
    logger = logging.getLogger("faust.app")


class _StreamBatch:
    """A batch and the event that brought it."""

    __slots__ = ("_event", "records", "start")

    def __init__(self, batch: FetchedBatch, event: EventT[FetchedBatch]) -> None:
        self.records: list[ProductRecord] = batch.records
        self.start = batch.start
        self._event = event

    def finish(self) -> None:
        self._event.ack()


class Session:
    """Runs until it is told to stop, or until something fails that only a new session can mend."""

    def __init__(
        self,
        kafka: Kafka,
        logs_read: SessionLogs,
        rules_source: RulesSource,
        dead_letters: DeadLetters,
        service: Service,
        *,
        group: str = GROUP,
    ) -> None:
        self._kafka = kafka
        self._logs = logs_read
        self._rules_source = rules_source
        self._dead_letters = dead_letters
        self._service = service
        self._group = group
        self._writers: dict[int, PartitionWriter] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._producers = contextlib.AsyncExitStack()
        self._generation = -1
        self._scanning = asyncio.Semaphore(SCANS_AT_ONCE)
        self._complete = asyncio.Event()  # every assigned partition has its writer
        self._draining: asyncio.Task[None] | None = None
        self._final: dict[int, Mark] = {}
        self._pace = Pace()
        self._products: KafkaProducts  # both are there while it runs
        self._indexes: OfferIndexes
        self._app = self._build()

    async def run(self) -> None:
        """Returns after `service.stopping`; raises what made the session useless."""
        app = self._app
        async with KafkaProducts.connected(self._kafka) as self._products:
            directory = self._kafka.settings.stack_dir / "offer_index" / self._group
            self._indexes = OfferIndexes(directory, self._products, self._logs)
            keeping = asyncio.create_task(
                self._indexes.keep_up(lambda: list(self._writers.values()), self._idle), name="offer index"
            )
            keeping.add_done_callback(self._ended)
            try:
                await app.start()
                await app.wait(self._service.stopping.wait())
                if app.crash_reason is not None:
                    raise app.crash_reason
            finally:
                await _end([keeping])
                await self._stop()

    @property
    def durable(self) -> Mapping[int, int]:
        """By partition, the offset below which everything is durably decided."""
        return {number: writer.durable for number, writer in self._writers.items()}

    # --- what the consumer asks (`batches.PartitionWriters`) ---

    async def settle(self) -> Mapping[int, Mark]:
        """What may be committed now, as `batches.PartitionWriters` says."""
        if not self._writers:
            return self._final
        writers = dict(self._writers)  # others may be added while these settle
        marks = await asyncio.gather(*(writer.settle(self._end(number)) for number, writer in writers.items()))
        self._measure()
        return {number: mark for number, mark in zip(writers, marks, strict=True) if mark is not None}

    async def drain(self) -> None:
        """See `batches.PartitionWriters`. A caller that is cancelled does not stop it halfway."""
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain(), name="drain")
        await asyncio.shield(self._draining)

    async def _drain(self) -> None:
        self._service.ready("partitions", False)
        self._complete.clear()
        writers, self._writers = self._writers, {}
        tasks, self._tasks = self._tasks, {}
        for writer in writers.values():
            writer.refuse()
        await _end(tasks.values())
        closed = await asyncio.gather(*(writer.close() for writer in writers.values()), return_exceptions=True)
        for number, mark in zip(writers, closed, strict=True):
            if isinstance(mark, Mark):
                self._final[number] = mark
            elif mark is not None:
                log.warning("partition given up unfinished", partition=number, reason=str(mark))
        await self._indexes.close()
        await self._producers.aclose()

    # --- what Faust calls ---

    async def _assigned(self, _: object, assigned: set[TP], **__: object) -> None:
        numbers = sorted(tp.partition for tp in assigned if tp.topic == PRODUCTS.name)
        self._final = {}
        self._generation = self._app.consumer_generation_id
        commits = await self._logs.committed(numbers)
        producers = await asyncio.gather(*map(self._producer, numbers))
        indexes = await self._indexes.open(numbers)
        for number, producer in zip(numbers, producers, strict=True):
            begun = commits.get(number, NEVER_COMMITTED)
            self._writers[number] = self._writer(number, begun, producer, indexes[number])
            task = asyncio.create_task(self._writers[number].run(), name=f"filter products-{number}")
            task.add_done_callback(self._ended)
            self._tasks[number] = task
        self._complete.set()
        log.info("assigned", partitions=numbers, generation=self._generation)
        self._service.ready("partitions")

    async def _give(self, stream: StreamT[FetchedBatch]) -> None:
        """The agent: hands each fetch to the writer of its partition."""
        async for event in cast(Stream[FetchedBatch], stream).noack().events():
            batch = event.value
            # Faust lets records flow before the writers are there: this one must wait and not be dropped.
            await self._complete.wait()
            writer = self._writers.get(batch.partition)
            if writer is not None and batch.generation == self._generation:
                writer.submit(_StreamBatch(batch, event))

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            self._crashing = asyncio.ensure_future(self._app.crash(error))

    # --- parts ---

    async def _stop(self) -> None:
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await self._app.stop()
                await self.drain()
        except TimeoutError:
            # Faust waits without end for a consumer thread that is gone. In the same process a thread that is not
            # gone would keep its place in the group beside the next session, so there must not be a next one.
            log.error("the session does not end, the process ends instead", within_s=STOP_WITHIN_S)
            os._exit(HARD_EXIT)

    def _build(self) -> FilterApp:
        broker = [URL(f"kafka://{address}") for address in self._kafka.bootstrap.split(",")]
        context = self._kafka.ssl_context()
        app = FilterApp(
            self._group,
            broker=broker,
            broker_credentials=SSLCredentials(context=context),
            broker_client_id=self._kafka.identity,
            broker_commit_interval=COMMIT_EVERY_S,
            broker_max_poll_records=RECORDS_AT_ONCE,
            broker_session_timeout=SESSION_TIMEOUT_S,
            broker_heartbeat_interval=SESSION_TIMEOUT_S / 4,
            broker_request_timeout=30.0,
            broker_rebalance_timeout=REBALANCE_TIMEOUT_S,
            broker_max_poll_interval=600.0,
            consumer_max_fetch_size=8 << 20,
            consumer_auto_offset_reset="earliest",
            datadir=self._kafka.settings.stack_dir / "run" / "filter",
            stream_recovery_delay=0.0,
            topic_allow_declare=False,
            topic_disable_leader=True,
            web_enabled=False,
        )
        app.transport = BatchTransport(broker, app, topic=PRODUCTS.name, writers=self, logs=self._logs)
        app.agent(app.topic(PRODUCTS.name, schema=BatchSchema()), name="filter")(self._give)
        app.on_partitions_assigned.connect(self._assigned)  # type: ignore[arg-type] # Faust types it for any signal
        return app

    async def _producer(self, partition: int) -> AIOKafkaProducer:
        identity = f"{self._group}-{PRODUCTS.name}-{partition}"
        return await self._producers.enter_async_context(self._kafka.producer(transactional_id=identity))

    def _writer(
        self, number: int, begun: CommittedPartition, producer: AIOKafkaProducer, index: PartitionIndex
    ) -> PartitionWriter:
        return PartitionWriter(
            number,
            begun.offset,
            begun.commit,
            rules_source=self._rules_source,
            output=PartitionOutput(producer, FILTERED_PRODUCTS.name, number),
            dead_letters=self._dead_letters,
            index=index,
            products=self._products,
            pace=self._pace,
            scan_output=self._scan_output,
        )

    async def _scan_output(self, partition: int) -> AsyncGenerator[list[ProductRecord], None]:
        # One after another: together they would take no less time, and more memory.
        lists = scan_all(self._kafka, FILTERED_PRODUCTS.name, partition)
        async with self._scanning, contextlib.aclosing(lists) as lists:
            async for records in lists:
                yield records

    def _idle(self) -> bool:
        """Whether nothing waits to be decided."""
        return not any(
            writer.busy or (end := self._end(number)) is None or writer.position < end
            for number, writer in self._writers.items()
        )

    def _measure(self) -> None:
        for number, writer in self._writers.items():
            end = self._end(number)
            if end is not None:
                lag = max(0, end - writer.position)
                metrics.CONSUMER_LAG.labels(PRODUCTS.name, str(number)).set(lag)

    def _end(self, partition: int) -> int | None:
        """Where the partition ended at its last fetch."""
        end: int | None = self._app.consumer.highwater(TP(PRODUCTS.name, partition))
        return end


async def _end(tasks: Collection["asyncio.Task[None]"]) -> None:
    """Cancel tasks until they end: `asyncio.wait_for` of Python 3.11, deep in aiokafka, may swallow a cancellation."""
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=1.0)
