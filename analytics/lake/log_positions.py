"""Whether Kafka's logs are still those that a stream's positions speak of; no job mixes the rows of two logs.

Spark's checkpoint holds offsets alone. Beside them stands, in `kafka.json`, which topic they are of and in which epoch
of each partition's leader they were reached; see `pipeline.kafka.log_position`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

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
from pipeline.kafka.log_position import Finding, LogNote
from pipeline.kafka.position_check import BROKEN, compare, histories_of
from pipeline.kafka.topic_history import TopicHistory

NOTE = "kafka.json"
WITHIN_S = 60.0
WORDS = {
    Finding.OTHER_TOPIC: "was made anew",
    Finding.SHORTENED: "has lost its end",
}


def check(settings: Settings, hdfs: Hdfs, table: Table, topic: Topic, reached: Mapping[int, int]) -> TopicHistory:
    """The topic as it is, for `keep`. Raises LakeFault when it is not the one in which `reached` was reached."""
    try:
        return asyncio.run(_check(settings, _noted(hdfs, table), table, topic, reached))
    except (KafkaError, StartupError, TimeoutError) as error:
        raise LakeFault(f"Kafka cannot be asked about {topic.name} ({type(error).__name__}); try again.") from error


def keep(hdfs: Hdfs, table: Table, history: TopicHistory) -> None:
    """Note that what the stream has reached is of this topic."""
    notes = {number: LogNote(history.topic_id, epoch).fields() for number, epoch in history.epochs.items()}
    hdfs.write(f"{table.checkpoint}/{NOTE}", orjson.dumps(notes, option=orjson.OPT_NON_STR_KEYS))


async def _check(
    settings: Settings, notes: Mapping[int, LogNote], table: Table, topic: Topic, reached: Mapping[int, int]
) -> TopicHistory:
    async with asyncio.timeout(WITHIN_S), Kafka(settings, IDENTITY).consumer() as consumer:
        history = (await histories_of(consumer, [topic.name]))[topic.name]
        verdicts = await compare(
            consumer, history, {number: (offset, notes.get(number)) for number, offset in reached.items()}
        )
    broken = {number: one.finding for number, one in verdicts.items() if one.finding in BROKEN}
    if broken:
        finding = Finding.OTHER_TOPIC if Finding.OTHER_TOPIC in broken.values() else Finding.SHORTENED
        raise LakeFault(
            f"The topic {topic.name} {WORDS[finding]} since {table.name} was filled from it (partitions "
            f"{', '.join(map(str, sorted(broken)))}), so nothing is taken in; move {table.path} and {table.checkpoint} "
            "aside in HDFS, and the next run fills the table from what the topic holds."
        )
    return history


def _noted(hdfs: Hdfs, table: Table) -> dict[int, LogNote]:
    path = f"{table.checkpoint}/{NOTE}"
    if not hdfs.exists(path):
        return {}
    try:
        fields = orjson.loads(hdfs.read(path))
        return {int(number): note for number, one in fields.items() if (note := LogNote.of(one)) is not None}
    except (orjson.JSONDecodeError, AttributeError, ValueError):
        return {}  # it was being written when its writer was killed; the offsets are still compared with the ends
