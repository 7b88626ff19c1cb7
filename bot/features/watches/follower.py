"""Reads `filtered_products` for the watcher: what was there before is learnt, what comes after are changes.

Every record goes to the products in memory too, which are trusted while the topic is followed.

How far the changes are settled is committed to Kafka. After a restart, or a kill, the topic is read again up to there
without a word, and told from there on. When that position is lost, or the topic is another one or has lost its end,
nothing that is not newer than what was known is told as news; how new that was is noted beside the position.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Protocol

import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata
from elastic_transport import TransportError
from elasticsearch import ApiError

from bot.features.watches.log_places import FollowedProducts, LogPlace
from bot.features.watches.sent_times import SentTimes
from bot.features.watches.snapshots import Change, ProductSnapshots
from bot.features.watches.watcher import AT_ONCE, merged
from ops.errors import StartupError, UnprocessableMessage
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.contracts.messages import Product, decode
from pipeline.contracts.topics import FILTERED_PRODUCTS
from pipeline.kafka.log_position import Finding, LogNote
from pipeline.kafka.position_check import Examined, LogWatch, examine, metadata_of

log = get_logger(__name__)
GROUP = "bot-watch"
LOOK_S = 0.5
VOUCH_EVERY_S = 2.0
RETRY_S = 2.0
RECORDS_AT_ONCE = 500
# Beside a committed position: the time of the newest record below it, by who sent it.
SENT = "sent_ms"


class Settling(Protocol):
    """The part of the watcher that is needed here."""

    def anybody(self) -> bool: ...

    def concerns(self, change: Change) -> bool: ...

    async def look(self, changes: list[Change]) -> frozenset[str]: ...


class Learning(Protocol):
    """The products in memory, as far as they are kept right from here."""

    def learn(self, offer_id: str, product: Product | None, offset: int) -> None: ...

    def trust(self) -> None: ...

    def forget(self) -> None: ...


class Follower:
    """One reader of the topic. `ready` is set when everything that was known before has been learnt."""

    def __init__(
        self, kafka: Kafka, watcher: Settling, known: Learning, log_open: FollowedProducts | None = None
    ) -> None:
        """`log_open` is told by which consumer the log is read, for who asks where it ends."""
        self._kafka = kafka
        self._watcher = watcher
        self._known = known
        self._log = log_open or FollowedProducts()
        self._snapshots = ProductSnapshots()
        self._waiting: OrderedDict[str, tuple[Change, TopicPartition, int]] = OrderedDict()
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Follow until cancelled. While Kafka or the catalogue is away, wait for it."""
        while True:
            self._snapshots, self._waiting = ProductSnapshots(), OrderedDict()
            try:
                async with self._kafka.consumer(group=GROUP, max_poll_records=RECORDS_AT_ONCE) as consumer:
                    try:
                        await self._follow(consumer)
                    finally:
                        self._log.closed()
            except (KafkaError, StartupError) as error:
                self._known.forget()
                log.warning("watching_waits_for_kafka", error=str(error), again_in_s=RETRY_S)
                await asyncio.sleep(RETRY_S)

    async def _follow(self, consumer: AIOKafkaConsumer) -> None:
        examined = await examine(
            consumer, GROUP, GROUP, [FILTERED_PRODUCTS.name],
            known_before=self._watcher.anybody(), mended="what is there is learnt, and not told as news",
        )  # fmt: skip
        watch, looked_at, discovered_ms = LogWatch(consumer, examined.histories), time.monotonic(), time.time() * 1000
        places = list(examined.starts)
        sent = SentTimes(await _noted_times(consumer, places))
        noted = sent.noted()
        topic_id = examined.histories[FILTERED_PRODUCTS.name].topic_id
        consumer.assign(places)
        self._log.opened(consumer, topic_id, places)
        ends = await consumer.end_offsets(places)
        known = {place: _known(place, examined, ends[place]) for place in places}
        await consumer.seek_to_beginning(*places)
        committed: dict[TopicPartition, int] = {}
        while True:
            batches = await consumer.getmany(timeout_ms=round(1000 * LOOK_S))
            for place, records in batches.items():
                for record in records:
                    old = record.offset < known[place]
                    told = old or (examined.broken and sent.is_known(place, record.timestamp, discovered_ms))
                    if old or not examined.broken:
                        sent.learn(place, record.timestamp)
                    self._take(record, place, topic_id, told=told)
            positions = {place: await consumer.position(place) for place in places}
            if all(positions[place] >= ends[place] for place in places):
                self._known.trust()
            if all(positions[place] >= known[place] for place in places):
                if not self.ready.is_set():
                    log.info("products_known", count=len(self._snapshots))
                    self.ready.set()
                await self._settle()
                # What waits for the index is not told yet: of it the times must not say that it was.
                noted = noted if self._waiting else sent.noted()
                committed = await self._commit(consumer, watch, positions, committed, noted)
            if time.monotonic() - looked_at >= VOUCH_EVERY_S:
                looked_at = time.monotonic()
                await watch.vouch()

    def _take(
        self, record: "ConsumerRecord[bytes, bytes]", place: TopicPartition, topic_id: str, *, told: bool
    ) -> None:
        offer_id = (record.key or b"").decode("utf-8", "replace")
        try:
            product = None if record.value is None else decode(Product, record.value)
        except UnprocessableMessage as error:
            log.error("product_not_understood", key=offer_id, offset=record.offset, fault=str(error))
            self._known.learn(offer_id, None, record.offset)
            return
        self._known.learn(offer_id, product, record.offset)
        change = self._snapshots.put(offer_id, product, LogPlace(topic_id, place.partition, record.offset))
        if change is None or told:
            return
        there = self._waiting.get(offer_id)
        if there is None and not self._watcher.concerns(change):
            return
        first = record.offset if there is None else there[2]
        waiting = {offer_id: there[0]} if there is not None else {}
        self._waiting[offer_id] = (merged(waiting, change), place, first)

    async def _settle(self) -> None:
        changes = [change for change, _, _ in list(self._waiting.values())[:AT_ONCE]]
        if not changes:
            return
        try:
            settled = await self._watcher.look(changes)
        except (ApiError, TransportError) as error:
            log.warning("watching_waits_for_the_catalogue", error=str(error)[:200], changes=len(self._waiting))
            await asyncio.sleep(RETRY_S)
            return
        for change in changes:
            if change.offer_id in settled:
                del self._waiting[change.offer_id]
            else:
                # Those that the index has already must not wait behind it.
                self._waiting.move_to_end(change.offer_id)

    async def _commit(
        self,
        consumer: AIOKafkaConsumer,
        watch: LogWatch,
        positions: dict[TopicPartition, int],
        committed: dict[TopicPartition, int],
        sent: Mapping[TopicPartition, int],
    ) -> dict[TopicPartition, int]:
        safe = dict(positions)
        for _, place, first in self._waiting.values():
            safe[place] = min(safe[place], first)
        if safe != committed:
            await watch.vouch()
            await consumer.commit({
                place: OffsetAndMetadata(at, _note(watch.note(place), sent.get(place))) for place, at in safe.items()
            })  # fmt: skip
        return safe


def _known(place: TopicPartition, examined: Examined, end: int) -> int:
    """Up to where all is old: for who was never here, or cannot say how far, everything that is there."""
    finding = examined.findings.get(place)
    lost = finding in {Finding.OTHER_TOPIC, Finding.EXPIRED} or (finding is None and place in examined.uncommitted)
    return end if lost else min(examined.starts[place], end)


def _note(note: LogNote, sent_ms: int | None) -> str:
    """What is committed beside a position: the log's note, and how new the newest known record is."""
    return orjson.dumps({**note.fields(), **({} if sent_ms is None else {SENT: sent_ms})}).decode()


async def _noted_times(consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
    """The times that were noted beside the committed positions. Raises KafkaError."""
    found = await metadata_of(consumer, places)
    return {place: sent for place, text in found.items() if (sent := _sent_ms(text)) is not None}


def _sent_ms(metadata: str) -> int | None:
    try:
        fields = orjson.loads(metadata)
    except orjson.JSONDecodeError:
        return None
    sent = fields.get(SENT) if isinstance(fields, dict) else None
    return sent if isinstance(sent, int) else None
