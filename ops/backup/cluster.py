"""Topics and their records, as a backup reads and writes them; everything as the identity `admin`."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from ops.backup import archive
from ops.backup.archive import ArchivedRecord, ArchiveHead, Reader
from ops.backup.forgotten import Forgotten
from ops.errors import StartupError
from ops.kafka import Kafka

DAY_MS = 24 * 3_600_000
# What is kept for so long is kept for its own sake, like the audit; the rest passes.
LASTING_MS = 300 * DAY_MS
IN_FLIGHT = 2_000


@dataclass(frozen=True)
class BackupTopic:
    """A topic and how many partitions it has."""

    name: str
    partitions: int

    def places(self) -> list[TopicPartition]:
        return [TopicPartition(self.name, number) for number in range(self.partitions)]


async def topics(kafka: Kafka) -> dict[str, BackupTopic]:
    """Every topic of the cluster but Kafka's own."""
    async with kafka.admin() as admin:
        names = [name for name in await admin.list_topics() if not name.startswith("_")]
        described = await admin.describe_topics(names) if names else []
    return {one["topic"]: BackupTopic(one["topic"], len(one["partitions"])) for one in described}


async def of_state(kafka: Kafka) -> tuple[tuple[BackupTopic, ...], tuple[str, ...]]:
    """Compacted topics, and those that are kept for a year: what nobody could make again; and the names of the rest."""
    found = await topics(kafka)
    async with kafka.admin() as admin:
        kept = [name for name in sorted(found) if _of_state(await _config(admin, name))]
    return tuple(found[name] for name in kept), tuple(sorted(found.keys() - set(kept)))


async def filled(kafka: Kafka, topic: BackupTopic) -> bool:
    """True when the topic has, or ever had, a record."""
    async with kafka.consumer() as consumer:
        ends = await consumer.end_offsets(topic.places())
    return any(ends.values())


async def read(kafka: Kafka, topic: BackupTopic) -> AsyncIterator[list[ArchivedRecord]]:
    """Everything that is in the topic at this moment, batch by batch, each partition in order.

    What a transaction took back is left out. Raises StartupError when Kafka goes away meanwhile.
    """
    async with kafka.consumer(max_poll_records=5_000) as consumer:
        places = topic.places()
        consumer.assign(places)
        ends = await consumer.end_offsets(places)
        await consumer.seek_to_beginning(*places)
        while not await _reached(consumer, ends):
            try:
                batches = await consumer.getmany(timeout_ms=500)
            except KafkaError as error:
                raise StartupError(
                    f"Kafka at {kafka.bootstrap} broke off while {topic.name} was read ({error})."
                ) from None
            yield [
                ArchivedRecord(
                    partition=place.partition,
                    timestamp_ms=one.timestamp,
                    key=archive.pack(one.key),
                    value=archive.pack(one.value),
                    headers=tuple((name, archive.pack(value) or "") for name, value in one.headers),
                )
                for place, batch in batches.items()
                for one in batch
                if one.offset < ends[place]
            ]


@dataclass(frozen=True)
class Written:
    """How many records are confirmed by all copies, and how many were left out: their people asked to be forgotten."""

    sent: int = 0
    left_out: int = 0


async def write(kafka: Kafka, topic: BackupTopic, archived: Reader, forgotten: Forgotten) -> AsyncIterator[Written]:
    """Send the archive's records to the topic; yields how far it is.

    A record goes to the partition that it came from, or, when the topic has another number of them, to its key's. The
    order within a key stays. Raises StartupError when Kafka refuses one.
    """
    same = archived.head.partitions == topic.partitions
    done = Written()
    async with kafka.producer(linger_ms=20) as producer:
        for read in _batches(archived.records()):
            batch = [one for one in read if not forgotten.covers(topic.name, archive.unpack(one.key), one.timestamp_ms)]
            waiting = [
                await producer.send(
                    topic.name,
                    key=archive.unpack(one.key),
                    value=archive.unpack(one.value),
                    headers=[(name, archive.unpack(value)) for name, value in one.headers],
                    timestamp_ms=one.timestamp_ms,
                    partition=one.partition if same else None,
                )
                for one in batch
            ]
            try:
                await asyncio.gather(*waiting)
            except KafkaError as error:
                raise StartupError(f"Kafka at {kafka.bootstrap} refuses records of {topic.name} ({error}).") from None
            done = Written(done.sent + len(batch), done.left_out + len(read) - len(batch))
            yield done


def head(topic: BackupTopic, taken_at: str) -> ArchiveHead:
    """The head of this topic's archive."""
    return ArchiveHead(topic=topic.name, partitions=topic.partitions, taken_at=taken_at)


def _batches(records: Iterator[ArchivedRecord]) -> Iterator[list[ArchivedRecord]]:
    batch: list[ArchivedRecord] = []
    for record in records:
        batch.append(record)
        if len(batch) == IN_FLIGHT:
            yield batch
            batch = []
    if batch:
        yield batch


def _of_state(config: Mapping[str, str]) -> bool:
    lasting = int(config.get("retention.ms", "0"))
    return "compact" in config.get("cleanup.policy", "") or lasting == -1 or lasting >= LASTING_MS


async def _config(admin: AIOKafkaAdminClient, name: str) -> Mapping[str, str]:
    responses = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    return {entry[0]: entry[1] for response in responses for resource in response.resources for entry in resource[4]}


async def _reached(consumer: "AIOKafkaConsumer[bytes, bytes]", ends: Mapping[TopicPartition, int]) -> bool:
    for place, end in ends.items():
        if await consumer.position(place) < end:
            return False
    return True
