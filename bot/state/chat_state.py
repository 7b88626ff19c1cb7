"""The one reader of each topic of state: it fills the process's stores in it, and each store writes for itself."""

import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from bot.state.entries import Entries
from bot.state.store import AnySpec, Listener, StoreSpec
from bot.state.stores import Stores
from ops import metrics
from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.contracts.messages import HEADERS, decode, encode
from pipeline.contracts.topics import Topic
from pipeline.kafka.confirming_producer import ConfirmingProducer
from pipeline.kafka.read_to_end import Record
from pipeline.kafka.topic_follower import RecordBatch, TopicFollower

log = get_logger(__name__)
M = TypeVar("M", bound=BaseModel)


class StateTopic:
    """Takes the topic's records into the stores, by the prefixes of their keys; other keys are passed over.

    A store with the empty prefix is the only one of its topic.
    """

    def __init__(self, kafka: Kafka, producer: ConfirmingProducer, topic: Topic, specs: Iterable[AnySpec]) -> None:
        self._producer = producer
        self._topic = topic
        self._follower = TopicFollower(kafka, topic, self._take, self._measure)
        self._stores = {spec.prefix: KafkaStore(spec, self) for spec in specs}

    @contextlib.asynccontextmanager
    async def followed(self) -> "AsyncIterator[tuple[KafkaStore[Any], ...]]":
        """The stores, with everything that was in the topic at this moment, followed until the end of the block."""
        async with self._follower:
            yield tuple(self._stores.values())

    async def write(self, key: str, value: bytes | None) -> None:
        """Write an entry, or its tombstone; in the stores when this returns.

        Raises KafkaError. One that was not confirmed in time may be in the stores later: see `BoundedProducer`.
        """
        written = await self._producer.send_and_wait(self._topic.name, value, key.encode(), headers=HEADERS)
        await self._follower.reached(written.partition, written.offset)

    def _take(self, record: Record) -> None:
        key = (record.key or b"").decode("utf-8", "replace")
        if (whole := self._stores.get("")) is not None:
            whole.take(key, record)
            return
        prefix, colon, name = key.partition(":")
        store = self._stores.get(prefix + colon)
        if store is not None:
            store.take(name, record)

    async def _measure(self, _: RecordBatch) -> None:
        for store in self._stores.values():
            metrics.LIVE_VIEW_ENTRIES.labels(store.spec.name).set(len(store))
        metrics.LIVE_VIEW_OFFSET.labels(self._topic.name).set(self._follower.offset)


class KafkaStore(Generic[M]):
    """`Store` over the entries of one prefix."""

    def __init__(self, spec: StoreSpec[M], state: StateTopic) -> None:
        self.spec = spec
        self._state = state
        self._entries = Entries(spec)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str) -> M | None:
        return self._entries.get(name)

    def entries(self) -> Iterator[tuple[str, M]]:
        return self._entries.entries()

    def of(self, person: str) -> tuple[tuple[str, M], ...]:
        return self._entries.of(person)

    def subscribe(self, listener: Listener[M]) -> None:
        self._entries.subscribe(listener)

    async def put(self, name: str, entry: M | None) -> None:
        await self._state.write(self.spec.prefix + name, None if entry is None else encode(entry))

    def take(self, name: str, record: Record) -> None:
        """Take in a record; one that is not understood is logged and counted, and the entry stays as it was."""
        try:
            entry = None if record.value is None else decode(self.spec.model, record.value)
        except UnprocessableMessage as error:
            metrics.DEAD_LETTERS.labels(self.spec.topic.name, "undecodable_state").inc()
            log.error("state_not_understood", store=self.spec.name, name=name, offset=record.offset, fault=str(error))
            return
        self._entries.apply(name, entry)


@contextlib.asynccontextmanager
async def open_stores(kafka: Kafka, producer: ConfirmingProducer, specs: Iterable[AnySpec]) -> AsyncIterator[Stores]:
    """The stores, loaded and followed; written by `producer`. Raises StartupError."""
    by_topic: dict[Topic, list[AnySpec]] = {}
    for spec in specs:
        by_topic.setdefault(spec.topic, []).append(spec)
    async with contextlib.AsyncExitStack() as stack:
        opened: list[KafkaStore[Any]] = []
        for topic, those in by_topic.items():
            opened += await stack.enter_async_context(StateTopic(kafka, producer, topic, those).followed())
        yield Stores((store.spec, store) for store in opened)
