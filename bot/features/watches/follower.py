"""Reads `filtered_products` for the watcher: what was there before is learnt, what comes after are changes.

Every record goes to the products in memory too, which are trusted while the topic is followed.

What is known of every product is on disk, with the position up to which it is: after a restart, or a kill, the topic is
read on from there. How far the changes are settled is committed to Kafka too: when the file is lost, the topic is read
again up to there without a word, and told from there on. When that position is lost too, or the topic is another one or
has lost its end, nothing that is not newer than what was known is told as news; how new that was is noted beside the
position.
"""

import asyncio
import contextlib
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
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
from bot.state.disk.database import SETTING, Database
from bot.state.disk.files import StateFiles
from bot.state.disk.view import LONGEST_AWAY_S
from ops import metrics
from ops.errors import StartupError, UnprocessableMessage
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.contracts.messages import Product, decode
from pipeline.contracts.topics import FILTERED_PRODUCTS
from pipeline.kafka.log_position import Finding, LogNote
from pipeline.kafka.position_check import Examined, LogWatch, compare, examine, metadata_of

log = get_logger(__name__)
GROUP = "bot-watch"
LOOK_S = 0.5
VOUCH_EVERY_S = 2.0
RETRY_S = 2.0
RECORDS_AT_ONCE = 500
PAUSE_AFTER = 50
UNWRITTEN = 4_000
# While the disk is full so many products wait in memory before the topic is read more slowly.
WAITING = 50_000
# Beside a committed position: the time of the newest record below it, by who sent it.
SENT = "sent_ms"


class Settling(Protocol):
    """The part of the watcher that is needed here."""

    def anybody(self) -> bool: ...

    def concerns(self, change: Change) -> bool: ...

    async def look(self, changes: list[Change]) -> frozenset[str]: ...


class Learning(Protocol):
    """The products in memory, as far as they are kept right from here."""

    def learn(self, offer_id: str, product: Product | None) -> None: ...

    def trust(self, newest: Callable[[str], int | None]) -> None: ...

    def forget(self) -> None: ...


class Follower:
    """One reader of the topic. `ready` is set when everything that was known before has been learnt."""

    def __init__(
        self,
        kafka: Kafka,
        files: StateFiles,
        watcher: Settling,
        known: Learning,
        log_open: FollowedProducts | None = None,
    ) -> None:
        """`log_open` is told by which consumer the log is read, for who asks where it ends."""
        self._kafka = kafka
        self._files = files
        self._watcher = watcher
        self._known = known
        self._log = log_open or FollowedProducts()
        self._snapshots = ProductSnapshots()
        self._waiting: OrderedDict[str, tuple[Change, TopicPartition, int]] = OrderedDict()
        self._full = False
        self.ready = asyncio.Event()

    async def run(self) -> None:
        """Follow until cancelled. While Kafka or the catalogue is away, wait for it; a damaged file is made anew."""
        while True:
            self._waiting = OrderedDict()
            try:
                async with self._kafka.consumer(group=GROUP, max_poll_records=RECORDS_AT_ONCE) as consumer:
                    examined = await self._examined(consumer)
                    with contextlib.closing(await self._opened(consumer, examined)) as disk:
                        self._snapshots = ProductSnapshots(disk)
                        try:
                            await self._follow(consumer, examined, disk)
                        finally:
                            self._known.forget()
                            self._log.closed()
            except (KafkaError, StartupError) as error:
                log.warning("watching_waits_for_kafka", error=str(error), again_in_s=RETRY_S)
                await asyncio.sleep(RETRY_S)

    async def _examined(self, consumer: AIOKafkaConsumer) -> Examined:
        return await examine(
            consumer, GROUP, GROUP, [FILTERED_PRODUCTS.name],
            known_before=self._watcher.anybody(), mended="what is there is learnt, and not told as news",
        )  # fmt: skip

    async def _opened(self, consumer: AIOKafkaConsumer, examined: Examined) -> Database:
        """The file of what is known, when that is of this log and not too old; else an empty one."""
        disk = self._files.database(FILTERED_PRODUCTS)
        kept = disk.positions()
        verdicts = await compare(consumer, examined.histories[FILTERED_PRODUCTS.name], kept)
        findings = {number: one.finding for number, one in verdicts.items() if one.finding is not None}
        if not findings and (not kept or disk.away_s() < LONGEST_AWAY_S):
            return disk
        log.warning("products_are_learnt_again", findings=sorted(set(findings.values())))
        disk.close()
        return self._files.database(FILTERED_PRODUCTS, anew=True)

    async def _follow(self, consumer: AIOKafkaConsumer, examined: Examined, disk: Database) -> None:
        begun = time.monotonic()
        watch, looked_at, discovered_ms = LogWatch(consumer, examined.histories), time.monotonic(), time.time() * 1000
        places = list(examined.starts)
        sent = SentTimes(await _noted_times(consumer, places))
        noted = sent.noted()
        topic_id = examined.histories[FILTERED_PRODUCTS.name].topic_id
        consumer.assign(places)
        self._log.opened(consumer, topic_id, places)
        ends = await consumer.end_offsets(places)
        known = {place: _known(place, examined, ends[place]) for place in places}
        await self._begin(consumer, places, disk)
        committed: dict[TopicPartition, int] = {}
        kept: dict[TopicPartition, int] = {}
        while True:
            batches = await consumer.getmany(timeout_ms=round(1000 * LOOK_S))
            for place, records in batches.items():
                for number, record in enumerate(records):
                    if number % PAUSE_AFTER == 0:
                        # Whoever writes meanwhile must not wait for all of them.
                        await asyncio.sleep(0)
                    old = record.offset < known[place]
                    told = old or (examined.broken and sent.is_known(place, record.timestamp, discovered_ms))
                    if old or not examined.broken:
                        sent.learn(place, record.timestamp)
                    self._take(record, place, topic_id, told=told)
            positions = {place: await consumer.position(place) for place in places}
            if all(positions[place] >= ends[place] for place in places):
                self._known.trust(self._snapshots.offset_of)
            if all(positions[place] >= known[place] for place in places):
                if not self.ready.is_set():
                    log.info("products_known", took_s=round(time.monotonic() - begun, 1))
                    metrics.STATE_START_SECONDS.labels(FILTERED_PRODUCTS.name).set(time.monotonic() - begun)
                    self.ready.set()
                await self._settle()
                # What waits for the index is not told yet: of it the times must not say that it was.
                noted = noted if self._waiting else sent.noted()
                committed = await self._commit(consumer, watch, positions, committed, noted)
                if committed != kept or self._snapshots.unwritten > len(self._waiting):
                    kept = await self._keep(watch, committed, disk)
            elif self._snapshots.unwritten >= UNWRITTEN:
                await watch.vouch()
                kept = await self._keep(watch, positions, disk)
            if time.monotonic() - looked_at >= VOUCH_EVERY_S:
                looked_at = time.monotonic()
                await watch.vouch()

    def _take(
        self, record: "ConsumerRecord[bytes, bytes]", place: TopicPartition, topic_id: str, *, told: bool
    ) -> None:
        offer_id, at = (
            (record.key or b"").decode("utf-8", "replace"),
            LogPlace(topic_id, place.partition, record.offset),
        )
        try:
            product = None if record.value is None else decode(Product, record.value)
        except UnprocessableMessage as error:
            log.error("product_not_understood", key=offer_id, offset=record.offset, fault=str(error))
            self._snapshots.pass_over(offer_id, at)
            self._known.learn(offer_id, None)
            return
        change = self._snapshots.put(offer_id, product, at)
        self._known.learn(offer_id, product)
        if change is None or told:
            return
        there = self._waiting.get(offer_id)
        if there is None and not self._watcher.concerns(change):
            return
        first = record.offset if there is None else there[2]
        waiting = {offer_id: there[0]} if there is not None else {}
        self._waiting[offer_id] = (merged(waiting, change), place, first)

    async def _begin(self, consumer: AIOKafkaConsumer, places: Sequence[TopicPartition], disk: Database) -> None:
        """Read on from where the file is."""
        kept = disk.positions()
        for place in places:
            offset, _ = kept.get(place.partition, (None, None))
            if offset is None:
                await consumer.seek_to_beginning(place)
            else:
                consumer.seek(place, offset)

    async def _keep(
        self, watch: LogWatch, positions: dict[TopicPartition, int], disk: Database
    ) -> dict[TopicPartition, int]:
        """Write what is known, and up to where; the positions that are in the file then. A full disk is told, once."""
        notes = {place.partition: watch.note(place) for place in positions}
        waiting = frozenset(self._waiting)
        try:
            await self._snapshots.keep(waiting, {place.partition: at for place, at in positions.items()}, notes)
        except sqlite3.OperationalError as error:
            if not self._full:
                log.error("state_not_written", setting=SETTING, file=str(disk.path), error=str(error),
                          next_step="free some space; meanwhile it waits in memory")  # fmt: skip
            self._full = True
            metrics.STATE_NOT_WRITTEN.labels(FILTERED_PRODUCTS.name).set(self._snapshots.unwritten)
            await asyncio.sleep(RETRY_S if self._snapshots.unwritten >= WAITING else 0)
            return {}
        self._full = False
        metrics.STATE_NOT_WRITTEN.labels(FILTERED_PRODUCTS.name).set(0)
        metrics.STATE_BYTES.labels(FILTERED_PRODUCTS.name).set(disk.size())
        return positions

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
