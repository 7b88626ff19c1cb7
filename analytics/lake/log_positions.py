"""Whether Kafka's logs are still those that a stream's positions speak of; no table mixes the rows of two logs.

Spark's checkpoint holds offsets alone. Beside them stands, in `kafka.json`, which topic they are of and in which epoch
of each partition's leader they were reached; see `pipeline.kafka.log_position`. Where a stream goes on that found its
topic other than it was, stands beside the checkpoint until the new one has begun.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from aiokafka.errors import KafkaError

from analytics.identity import IDENTITY
from analytics.lake.faults import LakeFault
from analytics.lake.hdfs import Hdfs
from ops.errors import StartupError
from ops.kafka import Kafka
from ops.settings import Settings
from pipeline.contracts.lake import Table
from pipeline.contracts.topics import Topic
from pipeline.kafka.log_position import Finding, LogNote, Verdict
from pipeline.kafka.position_check import compare, histories_of
from pipeline.kafka.topic_history import TopicHistory

NOTE = "kafka.json"
WITHIN_S = 60.0


@dataclass(frozen=True)
class LogState:
    """A topic as it is now, beside what a stream has reached in it: a verdict for each of its partitions."""

    history: TopicHistory
    reached: Mapping[int, int]
    verdicts: Mapping[int, Verdict]

    @property
    def findings(self) -> frozenset[Finding]:
        """How the topic differs from what was noted of it."""
        return frozenset(one.finding for one in self.verdicts.values() if one.finding is not None)

    @property
    def starts(self) -> dict[int, int]:
        """Where to go on, for every partition."""
        return {number: verdict.start for number, verdict in self.verdicts.items()}

    @property
    def aside(self) -> dict[int, int]:
        """For the partitions whose records are not those any more that were read, from which offset on."""
        return {
            number: 0 if verdict.finding is Finding.OTHER_TOPIC else verdict.start
            for number, verdict in self.verdicts.items()
            if verdict.finding in {Finding.OTHER_TOPIC, Finding.SHORTENED}
        }

    @property
    def unread(self) -> int:
        """Records that nobody has read and that are not there any more."""
        return self._difference(Finding.HOLE)

    @property
    def vanished(self) -> int:
        """Records that were read, and that the topic has lost with its end."""
        return -self._difference(Finding.SHORTENED)

    def _difference(self, finding: Finding) -> int:
        those = {number: one.start for number, one in self.verdicts.items() if one.finding is finding}
        return sum(start - self.reached.get(number, 0) for number, start in those.items())


def examine(settings: Settings, hdfs: Hdfs, table: Table, topic: Topic, reached: Mapping[int, int]) -> LogState:
    """Compare what was reached with the topic. Raises LakeFault when Kafka cannot be asked."""
    try:
        return asyncio.run(_examine(settings, _noted(hdfs, table), topic, reached))
    except (KafkaError, StartupError, TimeoutError) as error:
        raise LakeFault(f"Kafka cannot be asked about {topic.name} ({type(error).__name__}); try again.") from error


def keep(hdfs: Hdfs, table: Table, history: TopicHistory) -> None:
    """Note that what the stream has reached is of this topic."""
    notes = {number: LogNote(history.topic_id, epoch).fields() for number, epoch in history.epochs.items()}
    hdfs.write(f"{table.checkpoint}/{NOTE}", orjson.dumps(notes, option=orjson.OPT_NON_STR_KEYS))
    hdfs.delete(_start_of(table))


def begin_anew(hdfs: Hdfs, table: Table, starts: Mapping[int, int]) -> None:
    """Have the stream begin a new checkpoint at these offsets. Where that breaks off, it is the old one or the new."""
    hdfs.write(_start_of(table), orjson.dumps(starts, option=orjson.OPT_NON_STR_KEYS))
    hdfs.delete(table.checkpoint)


def new_start(hdfs: Hdfs, table: Table) -> dict[int, int]:
    """Where a stream without a checkpoint begins, by partition; empty when nobody has said so."""
    path = _start_of(table)
    if not hdfs.exists(path):
        return {}
    try:
        return {int(number): int(offset) for number, offset in orjson.loads(hdfs.read(path)).items()}
    except (orjson.JSONDecodeError, AttributeError, TypeError, ValueError):
        return {}  # it was being written when its writer was killed, and the old checkpoint is there still


async def _examine(
    settings: Settings, notes: Mapping[int, LogNote], topic: Topic, reached: Mapping[int, int]
) -> LogState:
    async with asyncio.timeout(WITHIN_S), Kafka(settings, IDENTITY).consumer() as consumer:
        history = (await histories_of(consumer, [topic.name]))[topic.name]
        noted = {number: (offset, notes.get(number)) for number, offset in reached.items()}
        return LogState(history, reached, await compare(consumer, history, noted))


def _noted(hdfs: Hdfs, table: Table) -> dict[int, LogNote]:
    path = f"{table.checkpoint}/{NOTE}"
    if not hdfs.exists(path):
        return {}
    try:
        fields = orjson.loads(hdfs.read(path))
        return {int(number): note for number, one in fields.items() if (note := LogNote.of(one)) is not None}
    except (orjson.JSONDecodeError, AttributeError, ValueError):
        return {}  # it was being written when its writer was killed; the offsets are still compared with the ends


def _start_of(table: Table) -> str:
    return f"{table.checkpoint}.start.json"
