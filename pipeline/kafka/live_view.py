"""A live view of a compacted topic: the one way in which services know the state.

It is loaded to the end offset before it is entered, then followed in the background. Kafka may go away
and come back; until then the view stays as it was.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, ItemsView
from types import TracebackType
from typing import Generic, Self, TypeVar

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from pydantic import BaseModel

from ops import logs, metrics
from ops.errors import StartupError, UnprocessableMessage
from ops.kafka import Kafka
from pipeline.contracts.messages import decode
from pipeline.contracts.topics import Topic

log = logs.get_logger(__name__)
M = TypeVar("M", bound=BaseModel)

# Called after the view has changed: key, value before, value now (None: not there).
Listener = Callable[[str, M | None, M | None], Awaitable[None]]
RETRY_S = 1.0
TOPIC_WITHIN_S = 5.0


class LiveView(Generic[M]):
    """key → latest message of a compacted topic, as of `offset`.

    `async with LiveView(kafka, BANS, Ban) as view:` returns when everything that was in the topic at
    that moment is in the view. Keys with a prefix only: give `prefix`. A record that cannot be decoded
    is logged and counted, and the key keeps its former value.
    """

    def __init__(self, kafka: Kafka, topic: Topic, model: type[M], *, prefix: str = "") -> None:
        self._kafka = kafka
        self._topic = topic
        self._model = model
        self._prefix = prefix
        self._entries: dict[str, M] = {}
        self._changed_at: dict[str, int] = {}
        self._positions: dict[int, int] = {}
        self._listeners: list[Listener[M]] = []
        self._moved = asyncio.Condition()
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        consumer = await self._stack.enter_async_context(self._kafka.consumer(max_poll_records=2_000))
        try:
            await self._load(consumer)
        except BaseException:
            await self._stack.aclose()
            raise
        task = asyncio.create_task(self._follow(consumer), name=f"live view of {self._topic.name}")
        self._stack.push_async_callback(_cancel, task)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def get(self, key: str) -> M | None:
        return self._entries.get(key)

    def items(self) -> ItemsView[str, M]:
        """All entries; do not keep the view over an await."""
        return self._entries.items()

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    @property
    def offset(self) -> int:
        """The next offset to be read, summed over the partitions: it grows with every record."""
        return sum(self._positions.values())

    def changed_since(self, offset: int) -> frozenset[str]:
        """Keys written or deleted at or after `offset`; meant for topics of one partition."""
        return frozenset(key for key, at in self._changed_at.items() if at >= offset)

    def subscribe(self, listener: Listener[M]) -> None:
        """Have `listener` awaited after each change, in order; not for what was loaded before."""
        self._listeners.append(listener)

    async def moved(self, offset: int) -> int:
        """Wait until the view is beyond `offset`; returns the offset it is at then."""
        async with self._moved:
            await self._moved.wait_for(lambda: self.offset > offset)
            return self.offset

    async def reached(self, partition: int, offset: int) -> None:
        """Wait until the record at this partition and offset is in the view: read what you have just written."""
        async with self._moved:
            await self._moved.wait_for(lambda: self._positions.get(partition, 0) > offset)

    async def _load(self, consumer: AIOKafkaConsumer) -> None:
        # A consumer without a subscription knows no topics until it is told to ask for them.
        await consumer._client.set_topics([self._topic.name])
        deadline = asyncio.get_running_loop().time() + TOPIC_WITHIN_S
        # A broker that has just started, or a topic that was just made, may not be known at the first question.
        while not (numbers := consumer.partitions_for_topic(self._topic.name)):
            if asyncio.get_running_loop().time() < deadline:
                await asyncio.sleep(0.2)
                await consumer._client.force_metadata_update()
                continue
            raise StartupError(
                f"Kafka at {self._kafka.bootstrap} has no topic {self._topic.name}, or `{self._kafka.identity}` may "
                "not read it; `python -m pipeline topics` mends both."
            )
        partitions = [TopicPartition(self._topic.name, number) for number in sorted(numbers)]
        consumer.assign(partitions)
        try:
            ends = await consumer.end_offsets(partitions)
            await consumer.seek_to_beginning(*partitions)
            while not await self._at(consumer, ends):
                await self._take(await consumer.getmany(timeout_ms=200), quiet=True)
        except KafkaError as error:
            raise StartupError(
                f"Kafka at {self._kafka.bootstrap}: `{self._kafka.identity}` cannot read {self._topic.name} ({error}); "
                "`python -m pipeline topics` shows what differs."
            ) from None

    async def _at(self, consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
        for partition, end in ends.items():
            position = await consumer.position(partition)
            self._positions[partition.partition] = max(position, self._positions.get(partition.partition, 0))
            if position < end:
                return False
        return True

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            try:
                await self._take(await consumer.getmany(timeout_ms=1_000), quiet=False)
            except KafkaError as error:
                log.warning("live view waits for Kafka", topic=self._topic.name, error=str(error))
                await asyncio.sleep(RETRY_S)

    async def _take(self, batches: dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]], *, quiet: bool) -> None:
        changes = [change for records in batches.values() for record in records if (change := self._apply(record))]
        if not batches:
            return
        metrics.LIVE_VIEW_ENTRIES.labels(self._topic.name).set(len(self._entries))
        metrics.LIVE_VIEW_OFFSET.labels(self._topic.name).set(self.offset)
        async with self._moved:
            self._moved.notify_all()
        if not quiet:
            for change in changes:
                await self._tell(*change)

    def _apply(self, record: "ConsumerRecord[bytes, bytes]") -> tuple[str, M | None, M | None] | None:
        self._positions[record.partition] = record.offset + 1
        key = (record.key or b"").decode("utf-8", "replace")
        if not key.startswith(self._prefix):
            return None
        before = self._entries.get(key)
        if record.value is None:
            self._entries.pop(key, None)
            after = None
        else:
            try:
                after = self._entries[key] = decode(self._model, record.value)
            except UnprocessableMessage as error:
                metrics.DEAD_LETTERS.labels(self._topic.name, "undecodable_state").inc()
                log.error("state not understood, the former value stays", topic=record.topic, key=key,
                          partition=record.partition, offset=record.offset, fault=str(error))  # fmt: skip
                return None
        self._changed_at[key] = record.offset
        return key, before, after

    async def _tell(self, key: str, before: M | None, after: M | None) -> None:
        for listener in self._listeners:
            try:
                await listener(key, before, after)
            except Exception:
                # A listener's fault must not stop the view, on which everything else depends.
                log.exception("listener of a live view failed", topic=self._topic.name, key=key)


async def _cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
