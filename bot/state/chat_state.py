"""The one reader of each topic of state: it fills the process's stores in it, and each store writes for itself."""

import contextlib
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from bot.state.disk.entries import DiskEntries
from bot.state.disk.files import StateFiles
from bot.state.disk.store import LargeEntries
from bot.state.disk.view import DiskView
from bot.state.entries import Entries
from bot.state.store import AnySpec, Listener, StoreSpec
from bot.state.stores import Stores
from ops import metrics
from ops.errors import UnprocessableMessage
from ops.logs import get_logger
from pipeline.contracts.messages import HEADERS, decode, encode
from pipeline.contracts.topics import Topic
from pipeline.kafka.confirming_producer import ConfirmingProducer
from pipeline.kafka.read_to_end import Record
from pipeline.kafka.topic_follower import RecordBatch

log = get_logger(__name__)
M = TypeVar("M", bound=BaseModel)
# The offset of a deletion that no record tells of.
UNKNOWN = -1


class StateTopic:
    """Takes the topic's records into the stores, by the prefixes of their keys; other keys are kept for later versions.

    A store with the empty prefix is the only one of its topic. All is on disk; what is not large is in memory too.
    """

    def __init__(self, files: StateFiles, producer: ConfirmingProducer, topic: Topic, specs: Iterable[AnySpec]) -> None:
        """Raises StartupError."""
        self._producer = producer
        self._topic = topic
        self._view = files.view(topic, self._take, on_batch=self._measure, on_gone=self._gone)
        self._loading = True
        self._stores = {spec.prefix: KafkaStore(spec, self) for spec in specs}

    @contextlib.asynccontextmanager
    async def followed(self) -> "AsyncIterator[tuple[KafkaStore[Any], ...]]":
        """The stores, with everything that was in the topic at this moment, followed until the end of the block."""
        for store in self._stores.values():
            store.load()
        async with self._view.followed():
            self._loading = False
            for store in self._stores.values():
                store.loaded()
            self._show()
            yield tuple(self._stores.values())

    @property
    def view(self) -> DiskView:
        return self._view

    async def write(self, key: str, value: bytes | None) -> None:
        """Write an entry, or its tombstone; in the stores when this returns.

        Raises KafkaError. One that was not confirmed in time may be in the stores later: see `BoundedProducer`.
        """
        written = await self._producer.send_and_wait(self._topic.name, value, key.encode(), headers=HEADERS)
        await self._view.reached(written.partition, written.offset)

    def _take(self, record: Record) -> None:
        self._change(record.key or b"", record.value, record.offset)

    def _gone(self, key: bytes) -> None:
        self._change(key, None, UNKNOWN)

    def _change(self, key: bytes, value: bytes | None, offset: int) -> None:
        text = key.decode("utf-8", "replace")
        prefix, colon, name = text.partition(":")
        store = self._stores.get("")
        if store is None and (store := self._stores.get(prefix + colon)) is None:
            self._view.put(key, value)
            return
        store.take(name if store.spec.prefix else text, value, offset, loading=self._loading)

    async def _measure(self, _: RecordBatch) -> None:
        if not self._loading:
            self._show()

    def _show(self) -> None:
        for store in self._stores.values():
            metrics.LIVE_VIEW_ENTRIES.labels(store.spec.name).set(len(store))
        metrics.LIVE_VIEW_OFFSET.labels(self._topic.name).set(self._view.offset)


class KafkaStore(Generic[M]):
    """`Store` over the entries of one prefix."""

    def __init__(self, spec: StoreSpec[M], state: StateTopic) -> None:
        self.spec = spec
        self._state = state
        self._entries = LargeEntries(spec, state.view) if spec.large else Entries(spec)

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, name: str) -> M | None:
        return self._entries.get(name)

    def entries(self) -> Iterator[tuple[str, M]]:
        return self._entries.entries()

    def pages(self) -> Iterator[list[tuple[str, M]]]:
        return self._entries.pages()

    def marked(self, mark: str) -> tuple[str, ...]:
        return self._entries.marked(mark)

    def of(self, person: str) -> tuple[tuple[str, M], ...]:
        return self._entries.of(person)

    def subscribe(self, listener: Listener[M]) -> None:
        self._entries.subscribe(listener)

    async def put(self, name: str, entry: M | None) -> None:
        await self._state.write(self.spec.prefix + name, None if entry is None else encode(entry))

    def load(self) -> None:
        """Take from disk what is to be in memory."""
        if isinstance(self._entries, Entries):
            for name, entry in DiskEntries(self._state.view, self.spec.model, self.spec.prefix).entries():
                self._entries.apply(name, entry)

    def loaded(self) -> None:
        """Everything that was in the topic is in the store."""
        if isinstance(self._entries, LargeEntries):
            self._entries.loaded()

    def take(self, name: str, value: bytes | None, offset: int, *, loading: bool) -> None:
        """Take in a record; one that is not understood is logged and counted, and the entry stays as it was."""
        try:
            entry = None if value is None else decode(self.spec.model, value)
        except UnprocessableMessage as error:
            metrics.DEAD_LETTERS.labels(self.spec.topic.name, "undecodable_state").inc()
            log.error("state_not_understood", store=self.spec.name, name=name, offset=offset, fault=str(error))
            return
        if isinstance(self._entries, LargeEntries):
            self._entries.take(name, entry, value, loading=loading)
        else:
            self._state.view.put(f"{self.spec.prefix}{name}".encode(), value)
            self._entries.apply(name, entry)


@contextlib.asynccontextmanager
async def open_stores(
    files: StateFiles, producer: ConfirmingProducer, specs: Iterable[AnySpec]
) -> AsyncIterator[Stores]:
    """The stores, loaded and followed; written by `producer`. Raises StartupError."""
    by_topic: dict[Topic, list[AnySpec]] = {}
    for spec in specs:
        by_topic.setdefault(spec.topic, []).append(spec)
    async with contextlib.AsyncExitStack() as stack:
        opened: list[KafkaStore[Any]] = []
        for topic, those in by_topic.items():
            opened += await stack.enter_async_context(StateTopic(files, producer, topic, those).followed())
        yield Stores((store.spec, store) for store in opened)
