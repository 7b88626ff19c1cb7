"""Keeping the store of what shops have sent in step with `products`, which alone says what was sent."""

import asyncio
from collections.abc import Iterable
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, TopicPartition

from ops import logs
from ops.kafka import Kafka
from pipeline.contracts.feeds import RUN_HEADER, moment_of
from pipeline.contracts.messages import parts_of_offer_id
from pipeline.contracts.topics import PRODUCTS
from pipeline.feed.offer_digest import GONE, digest_of
from pipeline.feed.offer_store import OfferChange, OfferStore
from pipeline.kafka.confirming_producer import WrittenRecord
from pipeline.kafka.log_position import Finding
from pipeline.kafka.position_check import BROKEN, LogMovedError, LogWatch, compare, histories_of, tell
from pipeline.kafka.read_to_end import Record, partitions_of, read_to_end

log = logs.get_logger(__name__)
AT_ONCE = 2_000
READER = "feed"
LONGEST_SLEEP_S = 20 * 86_400
"""Tombstones are kept for thirty days: a store that was away for longer would take for on sale what is withdrawn."""
MENDED = "what shops have sent is read again from products"


class ProductsLog:
    """A reader of `products` without a group: its positions are in the store, beside what was read.

    Entered, it has a connection; `catch_up` then reads whatever the store lacks. When the topic is another one, or has
    lost its end, the store is emptied and all is read again.
    """

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self._stack = AsyncExitStack()
        self._consumer: AIOKafkaConsumer | None = None
        self._places: list[TopicPartition] = []
        self._watch: LogWatch | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connection; the next `catch_up` makes a new one."""
        self._consumer, self._watch = None, None
        await self._stack.aclose()
        self._stack = AsyncExitStack()

    async def catch_up(self, store: OfferStore) -> None:
        """When it returns, the store has all that was in `products` at the call. Raises KafkaError, StartupError."""
        if self._consumer is None:
            self._consumer = await self._stack.enter_async_context(self._kafka.consumer(max_poll_records=AT_ONCE))
        consumer: AIOKafkaConsumer = self._consumer
        if self._watch is not None:
            try:
                await self._watch.vouch()
            except LogMovedError:
                self._watch = None
        watch = self._watch or await self._examined(consumer, store)
        positions = {TopicPartition(PRODUCTS.name, number): at for number, (at, _) in store.positions().items()}
        ends: dict[TopicPartition, int] = await consumer.end_offsets(self._places)
        if any(positions.get(place, -1) < end for place, end in ends.items()):
            await self._read(consumer, store, positions, watch)
        self._watch = watch

    def advance(self, store: OfferStore, written: Iterable[WrittenRecord]) -> None:
        """What was written just now is in the store already: it needs not be read, unless others wrote in between."""
        watch = self._watch
        if watch is None:
            return
        positions = {number: position for number, (position, _) in store.positions().items()}
        moved: dict[int, int] = {}
        for record in sorted(written, key=lambda one: one.offset):
            if moved.get(record.partition, positions.get(record.partition)) == record.offset:
                moved[record.partition] = record.offset + 1
        store.move(moved, {number: watch.note(TopicPartition(PRODUCTS.name, number)) for number in moved})

    async def _examined(self, consumer: AIOKafkaConsumer, store: OfferStore) -> LogWatch:
        """Compare the store's positions with the topic; empty the store when it is of another log."""
        self._places = await partitions_of(self._kafka, consumer, PRODUCTS.name)
        (history,) = (await histories_of(consumer, [PRODUCTS.name])).values()
        verdicts = await compare(consumer, history, store.positions())
        findings = {number: one.finding for number, one in verdicts.items() if one.finding is not None}
        broken = not (BROKEN | {Finding.HOLE}).isdisjoint(findings.values())
        if broken:
            tell(READER, PRODUCTS.name, findings, MENDED)
        if broken or store.asleep_s() > LONGEST_SLEEP_S:
            with store.transaction():
                store.empty()
        return LogWatch(consumer, {PRODUCTS.name: history})

    async def _read(
        self, consumer: AIOKafkaConsumer, store: OfferStore, positions: dict[TopicPartition, int], watch: LogWatch
    ) -> None:
        count = 0
        async for records in read_to_end(consumer, self._places, start=positions, at_once=AT_ONCE):
            await asyncio.to_thread(_take, store, records, watch)
            count += len(records)
        ends = {place.partition: await consumer.position(place) for place in self._places}
        consumer.pause(*self._places)
        with store.transaction():
            store.move(ends, {place.partition: watch.note(place) for place in self._places})
        if count > AT_ONCE:
            log.info("read what shops have sent", records=count)


def _take(store: OfferStore, records: list[Record], watch: LogWatch) -> None:
    changes = [change for record in records if (change := _change(record)) is not None]
    positions = {record.partition: record.offset + 1 for record in records}
    with store.transaction():
        store.change(changes)
        notes = {number: watch.note(TopicPartition(PRODUCTS.name, number)) for number in positions}
        store.move(positions, notes)


def _change(record: Record) -> OfferChange | None:
    """What a record says; None when it is no offer's."""
    store, product = parts_of_offer_id((record.key or b"").decode("utf-8", "replace"))
    if not store:
        return None
    try:
        digest = GONE if record.value is None else digest_of(record.value)
    except ValueError:
        # Not ours; whatever the shop sends next is something else.
        digest = b"?"
    return OfferChange(store, product, digest, _mark(record))


def _mark(record: Record) -> int:
    """The mark of the run that sent it; without one, when it was written."""
    for name, value in record.headers:
        if name == RUN_HEADER:
            try:
                return moment_of(value.decode())
            except ValueError:
                break
    return int(record.timestamp) * 1_000
