"""Committed positions are believed only with the topic's id and the epoch in which they were committed.

Who reads with committed positions examines them before it begins, has what differs told and committed anew, and then
commits only what its `LogWatch` vouches for.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError, KafkaError
from aiokafka.structs import OffsetAndMetadata

from ops import logs, metrics
from ops.kafka import Kafka
from pipeline.kafka.log_position import Finding, LogNote, PartitionLog, Verdict, judge, parse_note
from pipeline.kafka.topic_history import TopicHistory, epoch_ends, topic_histories

log = logs.get_logger(__name__)
ANSWERS_WITHIN_S = 10.0
AGAIN_S = 0.3
# After these what was made of the log's records may be of records that it never held, or holds no more.
BROKEN = frozenset({Finding.OTHER_TOPIC, Finding.SHORTENED, Finding.EXPIRED})

Noted: TypeAlias = tuple[int | None, LogNote | None]
"""A committed offset (None: there is none) and what was noted beside it."""


class LogMovedError(KafkaError):  # type: ignore[misc] # aiokafka is not typed
    """A topic, a partition's leader or the number of partitions is another one: what was read has to be examined."""


async def histories_of(consumer: AIOKafkaConsumer, topics: Sequence[str]) -> dict[str, TopicHistory]:
    """See `topic_histories`; waits up to ten seconds while a topic has just been made or a leader is being elected."""
    deadline = time.monotonic() + ANSWERS_WITHIN_S
    while True:
        try:
            return await topic_histories(consumer, list(topics))
        except KafkaError as error:
            if not error.retriable or time.monotonic() > deadline:
                raise
        await asyncio.sleep(AGAIN_S)


async def compare(consumer: AIOKafkaConsumer, history: TopicHistory, noted: Mapping[int, Noted]) -> dict[int, Verdict]:
    """A verdict for each of the topic's partitions; `noted` may lack some. Raises KafkaError."""
    places = [TopicPartition(history.topic, number) for number in sorted(history.epochs)]
    begins = await consumer.beginning_offsets(places)
    missing: Noted = (None, None)
    epochs = {}
    for place in places:
        _, note = noted.get(place.partition, missing)
        ours = note is not None and note.topic_id == history.topic_id
        epochs[place.partition] = note.epoch if note is not None and ours else history.epochs[place.partition]
    reaches = await epoch_ends(consumer, history, epochs)
    return {
        place.partition: judge(
            *noted.get(place.partition, missing),
            PartitionLog(history.topic_id, begins[place], reaches[place.partition]),
        )
        for place in places
    }


def tell(reader: str, topic: str, findings: Mapping[int, Finding], mended: str) -> None:
    """Log what was found of a topic, a line for each kind, and set the metric that the operators' alert looks at."""
    for finding in sorted(set(findings.values())):
        metrics.LOG_DIFFERENCE.labels(reader, topic, finding.value).set_to_current_time()
        partitions = sorted(number for number, found in findings.items() if found is finding)
        log.error("the log is not as it was noted", reader=reader, topic=topic, finding=finding.value,
                  partitions=partitions, mended=mended)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Examined:
    """What the committed positions of a group are worth: where to go on, and what differs."""

    group: str
    histories: Mapping[str, TopicHistory]
    starts: Mapping[TopicPartition, int]
    findings: Mapping[TopicPartition, Finding]
    uncommitted: frozenset[TopicPartition]

    @property
    def broken(self) -> bool:
        """Whether what was made of these topics may not be what they hold."""
        return not BROKEN.isdisjoint(self.findings.values())

    @property
    def found(self) -> bool:
        """Whether any partition was committed before."""
        return len(self.uncommitted) < len(self.starts)

    def note(self, place: TopicPartition) -> LogNote:
        """What to note beside a position of this partition."""
        history = self.histories[place.topic]
        return LogNote(history.topic_id, history.epochs[place.partition])

    async def commit(self, consumer: AIOKafkaConsumer) -> None:
        """Commit anew what differs, and what never was committed: whoever finds nothing later knows that it expired.

        `consumer` is one of the group, without a subscription. Raises KafkaError, while other members live too.
        """
        wanted = {
            place: OffsetAndMetadata(self.starts[place], self.note(place).encode())
            for place in self.findings.keys() | self.uncommitted
        }
        if not wanted:
            return
        consumer.assign(list(self.starts))
        try:
            await consumer.commit(wanted)
        except CommitFailedError:
            # Another member lives. Only what differs has to wait for it: it will see the difference too.
            if self.broken:
                raise
        finally:
            consumer.unsubscribe()


async def examine(
    consumer: AIOKafkaConsumer, reader: str, group: str, topics: Sequence[str], *, known_before: bool, mended: str
) -> Examined:
    """Compare the group's committed positions with the topics, and tell what differs. Raises KafkaError.

    `known_before` says whether the reader has been here before, by what it has made: if so, a group without any
    position is one that has expired. `mended` is told to the operators: what the reader does about a difference.
    """
    histories = await histories_of(consumer, topics)
    places = [TopicPartition(name, number) for name, history in histories.items() for number in sorted(history.epochs)]
    committed = await committed_of(consumer, places)
    starts: dict[TopicPartition, int] = {}
    findings: dict[TopicPartition, Finding] = {}
    for name, history in histories.items():
        noted = {place.partition: noted for place, noted in committed.items() if place.topic == name}
        for number, verdict in (await compare(consumer, history, noted)).items():
            starts[TopicPartition(name, number)] = verdict.start
            if verdict.finding is not None:
                findings[TopicPartition(name, number)] = verdict.finding
    uncommitted = frozenset(places) - committed.keys()
    if committed:
        findings |= dict.fromkeys(uncommitted, Finding.PARTITION_ADDED)
    elif known_before:
        findings |= dict.fromkeys(uncommitted, Finding.EXPIRED)
    for name in topics:
        tell(reader, name, {place.partition: one for place, one in findings.items() if place.topic == name}, mended)
    return Examined(group, histories, starts, findings, uncommitted)


async def committed_of(consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]) -> dict[TopicPartition, Noted]:
    """The committed offset and note of each partition that has one."""
    found = await consumer._coordinator.fetch_committed_offsets(list(places))
    return {place: (one.offset, parse_note(one.metadata)) for place, one in found.items() if one.offset >= 0}


async def metadata_of(consumer: AIOKafkaConsumer, places: Sequence[TopicPartition]) -> dict[TopicPartition, str]:
    """What is written beside the committed offset of each partition that has one. Raises KafkaError."""
    found = await consumer._coordinator.fetch_committed_offsets(list(places))
    return {place: one.metadata for place, one in found.items() if one.offset >= 0}


async def examine_group(
    kafka: Kafka, reader: str, group: str, topics: Sequence[str], *, known_before: bool, mended: str
) -> Examined:
    """See `examine`, and commit anew what differs. For groups whose members only go on from where they are told to."""
    async with kafka.consumer(group=group) as consumer:
        examined = await examine(consumer, reader, group, topics, known_before=known_before, mended=mended)
        await examined.commit(consumer)
        return examined


class LogWatch:
    """Vouches for positions: what was read before `vouch` returns, was read from the topics that were examined.

    `consumer` lends its connections; it may be the one that reads.
    """

    def __init__(self, consumer: AIOKafkaConsumer, histories: Mapping[str, TopicHistory]) -> None:
        self._consumer = consumer
        self._histories = histories

    def note(self, place: TopicPartition) -> LogNote:
        """What to note beside a position of this partition."""
        history = self._histories[place.topic]
        return LogNote(history.topic_id, history.epochs[place.partition])

    def find(self, place: TopicPartition) -> LogNote | None:
        """The same; None for a partition that is not there."""
        return self.note(place) if place.partition in self._histories[place.topic].epochs else None

    def noted(self, positions: Mapping[TopicPartition, int]) -> dict[TopicPartition, OffsetAndMetadata]:
        """The positions as they are committed."""
        return {place: OffsetAndMetadata(at, self.note(place).encode()) for place, at in positions.items()}

    async def vouch(self) -> None:
        """Raises LogMovedError when anything changed since the topics were examined, KafkaError when nobody answers."""
        now = await topic_histories(self._consumer, list(self._histories))
        for name, before in self._histories.items():
            after = now[name]
            if (after.topic_id, after.epochs) != (before.topic_id, before.epochs):
                raise LogMovedError(f"the topic {name} has moved; what was read of it is examined again")
