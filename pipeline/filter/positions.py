"""Whether what the workers have committed is still true of the three logs it speaks of: input, output and rules.

A partition whose input or output differs is committed anew at its beginning, before any worker reads it: everything in
it is decided again. Of an input that lost records, what was let through before may be all that is known of a product;
such products stay, as today's rules say, until a shop sends them again.
"""

import contextlib
from collections.abc import AsyncIterator, Mapping, Set
from dataclasses import dataclass
from datetime import UTC, datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import CommitFailedError
from aiokafka.structs import OffsetAndMetadata

from ops.kafka import Kafka
from pipeline.contracts.topics import BANS, FILTERED_PRODUCTS, PRODUCTS
from pipeline.filter.checkpoint import Commit, Mark, encode_anew, encode_mark, parse_commit
from pipeline.kafka.log_position import Finding, LogNote, Verdict
from pipeline.kafka.position_check import BROKEN, LogWatch, Noted, compare, histories_of, tell
from pipeline.kafka.topic_history import TopicHistory

READER = "filter"
AGAIN = "every product is decided again"
TOPICS = (PRODUCTS.name, FILTERED_PRODUCTS.name, BANS.name)


@dataclass(frozen=True, slots=True)
class CommittedPartition:
    """A partition's committed offset, and what was noted with it."""

    offset: int
    commit: Commit


class SessionLogs:
    """The logs of one session, as they were examined at its beginning; and the group's commits, which speak of them."""

    def __init__(self, consumer: AIOKafkaConsumer, histories: Mapping[str, TopicHistory]) -> None:
        self._consumer = consumer  # reads nothing: it lends its connections
        self._products = histories[PRODUCTS.name]
        self._watch = LogWatch(consumer, histories)

    @classmethod
    @contextlib.asynccontextmanager
    async def examined(cls, kafka: Kafka, group: str) -> AsyncIterator["SessionLogs"]:
        """See `examine`. Raises KafkaError, or StartupError when Kafka cannot be reached."""
        async with kafka.consumer(group=group) as consumer:
            yield cls(consumer, await examine(consumer))

    async def committed(self, numbers: list[int]) -> dict[int, CommittedPartition]:
        """What was committed of each partition; those that never were are not there."""
        return await committed_partitions(self._consumer, numbers)

    async def vouch(self) -> None:
        """Compare the logs before a commit, as `LogWatch.vouch` does; raises what it raises."""
        await self._watch.vouch()

    def metadata(self, partition: int, mark: Mark) -> str:
        """What is committed with the mark's offset."""
        output = self._watch.find(TopicPartition(FILTERED_PRODUCTS.name, partition))
        return encode_mark(mark, self.note(partition), output)

    def note(self, partition: int) -> LogNote:
        """Which log the partition of `products` is."""
        return self._watch.note(TopicPartition(PRODUCTS.name, partition))

    async def doubted(self, positions: Mapping[int, tuple[int, LogNote | None]]) -> set[int]:
        """The partitions of `products` of which what was read below these positions may not be there."""
        verdicts = await compare(self._consumer, self._products, positions)
        return {number for number in positions if verdicts[number].finding in BROKEN}


async def committed_partitions(consumer: AIOKafkaConsumer, numbers: list[int]) -> dict[int, CommittedPartition]:
    """What the consumer's group has committed of these partitions. Raises KafkaError."""
    places = [TopicPartition(PRODUCTS.name, number) for number in numbers]
    found = await consumer._coordinator.fetch_committed_offsets(places)
    now = datetime.now(UTC)
    return {
        place.partition: CommittedPartition(one.offset, parse_commit(one.metadata, now))
        for place, one in found.items()
        if one.offset >= 0
    }


async def examine(consumer: AIOKafkaConsumer) -> Mapping[str, TopicHistory]:
    """Compare what was committed with the logs, tell what differs, and commit anew what must be decided again.

    `consumer` is one of the group, without a subscription. The logs as they were then. Raises KafkaError; while other
    workers live, also when something differs: they find it too, and end.
    """
    histories = await histories_of(consumer, TOPICS)
    committed = await committed_partitions(consumer, sorted(histories[PRODUCTS.name].epochs))
    source = await _input(consumer, histories, committed)
    output = await _output(consumer, histories[FILTERED_PRODUCTS.name], committed)
    rules = await _rules(consumer, histories[BANS.name], committed)
    for topic, findings in ((PRODUCTS, source), (FILTERED_PRODUCTS, output), (BANS, rules)):
        tell(READER, topic.name, findings, AGAIN)
    lost = {number for number, finding in source.items() if finding in BROKEN}
    again = lost | {number for number, finding in output.items() if finding in BROKEN}
    orphans = lost | {number for number, one in committed.items() if one.commit.orphans}
    starts = dict.fromkeys(again | (histories[PRODUCTS.name].epochs.keys() - committed.keys()), 0)
    if not BROKEN.isdisjoint(rules.values()):
        starts = {number: one.offset for number, one in committed.items()} | starts
    await _commit_anew(consumer, histories[PRODUCTS.name], starts, orphans, urgent=bool(again or rules))
    return histories


async def _input(
    consumer: AIOKafkaConsumer, histories: Mapping[str, TopicHistory], committed: Mapping[int, CommittedPartition]
) -> dict[int, Finding]:
    history = histories[PRODUCTS.name]
    noted: dict[int, Noted] = {number: (one.offset, one.commit.note) for number, one in committed.items()}
    findings = _findings(await compare(consumer, history, noted))
    uncommitted = history.epochs.keys() - committed.keys()
    if committed:
        return findings | dict.fromkeys(uncommitted, Finding.PARTITION_ADDED)
    output = histories[FILTERED_PRODUCTS.name]
    ends = await consumer.end_offsets([TopicPartition(output.topic, number) for number in output.epochs])
    return dict.fromkeys(uncommitted, Finding.EXPIRED) if any(ends.values()) else {}


async def _output(
    consumer: AIOKafkaConsumer, history: TopicHistory, committed: Mapping[int, CommittedPartition]
) -> dict[int, Finding]:
    noted: dict[int, Noted] = {
        number: (one.commit.written, one.commit.output)
        for number, one in committed.items()
        if one.commit.output is not None
    }
    return _findings(await compare(consumer, history, noted))


async def _rules(
    consumer: AIOKafkaConsumer, history: TopicHistory, committed: Mapping[int, CommittedPartition]
) -> dict[int, Finding]:
    found: dict[int, Finding] = {}
    checkpoints = {one.commit.checkpoint for one in committed.values() if one.commit.checkpoint is not None}
    for noted in {(one.bans_offset, one.bans) for one in checkpoints}:
        found |= _findings(await compare(consumer, history, {0: noted}))
    return found


def _findings(verdicts: Mapping[int, Verdict]) -> dict[int, Finding]:
    return {number: one.finding for number, one in verdicts.items() if one.finding is not None}


async def _commit_anew(
    consumer: AIOKafkaConsumer, history: TopicHistory, starts: Mapping[int, int], orphans: Set[int], *, urgent: bool
) -> None:
    """Commit these offsets without any rules, so that whoever goes on from there decides again all that is below."""
    if not starts:
        return
    consumer.assign([TopicPartition(history.topic, number) for number in history.epochs])
    wanted = {}
    for number, offset in starts.items():
        metadata = encode_anew(LogNote(history.topic_id, history.epochs[number]), orphans=number in orphans)
        wanted[TopicPartition(history.topic, number)] = OffsetAndMetadata(offset, metadata)
    try:
        await consumer.commit(wanted)
    except CommitFailedError:
        # Other workers live. A first position is theirs to commit; what differs has to wait until they have ended too.
        if urgent:
            raise
    finally:
        consumer.unsubscribe()
