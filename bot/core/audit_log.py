"""The newest part of `audit` in memory, followed live, and writing to it."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Protocol

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaError

from ops.errors import UnprocessableMessage
from ops.kafka import Kafka
from ops.logs import get_logger
from pipeline.contracts.messages import HEADERS, AuditEntry, decode, encode
from pipeline.contracts.topics import AUDIT

log = get_logger(__name__)
KEPT = 20_000
RETRY_S = 1.0
PLACE = TopicPartition(AUDIT.name, 0)


class AuditLog(Protocol):
    """Who did what."""

    def newest(self) -> Iterator[AuditEntry]:
        """What is known, the newest first; an entry that was sent twice comes once."""

    def has(self, entry_id: str) -> bool:
        """Whether an entry with that id was written before, as far back as is known."""

    async def append(self, entry: AuditEntry) -> None:
        """Write an entry; durable when this returns. Raises KafkaError."""


class RecentAudit:
    """The last entries, each once."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[AuditEntry] = deque()
        self._ids: set[str] = set()
        self._kept = kept

    def add(self, entry: AuditEntry) -> None:
        """Take the next entry."""
        if entry.entry_id in self._ids:
            return
        self._ids.add(entry.entry_id)
        self._entries.append(entry)
        if len(self._entries) > self._kept:
            self._ids.discard(self._entries.popleft().entry_id)

    def newest(self) -> Iterator[AuditEntry]:
        """The newest first."""
        return iter(tuple(reversed(self._entries)))

    def has(self, entry_id: str) -> bool:
        """Whether it is among the kept."""
        return entry_id in self._ids


class KafkaAuditLog:
    """`AuditLog` over the topic; made by `followed`."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer
        self._entries = RecentAudit()

    def newest(self) -> Iterator[AuditEntry]:
        return self._entries.newest()

    def has(self, entry_id: str) -> bool:
        return self._entries.has(entry_id)

    async def append(self, entry: AuditEntry) -> None:
        await self._producer.send_and_wait(AUDIT.name, encode(entry), key=entry.actor.encode(), headers=HEADERS)
        self._entries.add(entry)

    def take(self, records: "Iterable[ConsumerRecord[bytes, bytes]]") -> None:
        """Read what somebody wrote."""
        for record in records:
            try:
                self._entries.add(decode(AuditEntry, record.value))
            except UnprocessableMessage as error:
                log.error("audit_entry_not_understood", offset=record.offset, fault=str(error))


@contextlib.asynccontextmanager
async def open_audit_log(kafka: Kafka, producer: AIOKafkaProducer) -> AsyncIterator[KafkaAuditLog]:
    """The trail, loaded to the end of the topic as of now and then followed. Raises KafkaError."""
    audit_log = KafkaAuditLog(producer)
    async with kafka.consumer(max_poll_records=2_000) as consumer:
        consumer.assign([PLACE])
        first = (await consumer.beginning_offsets([PLACE]))[PLACE]
        end = (await consumer.end_offsets([PLACE]))[PLACE]
        consumer.seek(PLACE, max(first, end - KEPT))
        while await consumer.position(PLACE) < end:
            audit_log.take((await consumer.getmany(PLACE, timeout_ms=200)).get(PLACE, ()))
        task = asyncio.create_task(_follow(consumer, audit_log), name="audit trail")
        try:
            yield audit_log
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _follow(consumer: AIOKafkaConsumer, audit_log: KafkaAuditLog) -> None:
    while True:
        try:
            audit_log.take((await consumer.getmany(PLACE, timeout_ms=1_000)).get(PLACE, ()))
        except KafkaError as error:
            log.warning("audit_waits_for_kafka", error=str(error))
            await asyncio.sleep(RETRY_S)
