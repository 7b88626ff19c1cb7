"""The job `ingest`: what is new in Kafka → the histories, then the catalogue as it is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from analytics.jobs.job import JobContext, JobResult
from analytics.lake import log_positions
from analytics.lake.checkpoints import reached
from analytics.lake.faults import LakeFault
from analytics.lake.forgotten import remembered
from analytics.lake.tables import positions
from analytics.spark.kafka_source import kafka_options
from analytics.spark.session import interpreted
from analytics.transforms.forgetting import without_forgotten
from analytics.transforms.products import current, followed, latest, versions
from analytics.transforms.requests import requests
from pipeline.contracts.lake import CATALOGUE, PRODUCT_HISTORY, REQUEST_HISTORY, Table
from pipeline.contracts.topics import CLIENT_REQUESTS, FILTERED_PRODUCTS, Topic
from pipeline.kafka.topic_history import TopicHistory

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession
    from pyspark.sql.streaming.query import StreamingQuery

    from analytics.lake.tables import Lake
    from ops.settings import Settings

BATCH_ROWS = 500_000
FEW = 50_000
"""Records that one core takes in sooner than Spark has shared them out."""
LOOK_EVERY_S = 1
EARLIEST = "earliest"
# Much at a time: by default a consumer hands over 500 records, and has 1 MB of a partition fetched. And at once: behind
# the fetch that waits half a second for more than there is, Spark asks for the partition's end before it goes on.
FETCHING = {
    "kafka.fetch.max.wait.ms": "10",
    "kafka.max.poll.records": "10000",
    "kafka.max.partition.fetch.bytes": str(8 << 20),
    "kafka.receive.buffer.bytes": str(1 << 20),
}


@dataclass(frozen=True)
class Stream:
    """One topic's way into its table."""

    topic: Topic
    table: Table
    shape: Callable[[DataFrame], DataFrame]


STREAMS = (
    Stream(FILTERED_PRODUCTS, PRODUCT_HISTORY, versions),
    Stream(CLIENT_REQUESTS, REQUEST_HISTORY, requests),
)


def run(context: JobContext) -> JobResult:
    """Take in both topics and bring the catalogue up to them. Every step is one commit or none."""
    taken = take_in(context, STREAMS)
    context.report("putting the catalogue in place", 80)
    return JobResult(taken, renew_catalogue(context.lake))


def take_in(context: JobContext, streams: Sequence[Stream], starts: Mapping[str, str] | None = None) -> int:
    """Append everything that the topics hold beyond their checkpoints, all at once; the number of records.

    Exactly once: the checkpoint names a batch before it is written, and the table's log remembers the batch.
    `starts` says for a topic from which offsets on, when it has no checkpoint yet. Raises LakeFault before anything is
    taken in when a topic is not the one that a table was filled from.
    """
    context.report(f"reading {', '.join(stream.topic.name for stream in streams)}", 10)
    known = starts or {}
    for stream in streams:
        _check(context.lake, stream.table, fresh=stream.topic.name in known)
    logs = [_same_log(context, stream, known.get(stream.topic.name, EARLIEST)) for stream in streams]
    with ExitStack() as started:
        queries = []
        for stream in streams:
            query = _start(context, stream, known.get(stream.topic.name, EARLIEST))
            started.callback(query.stop)
            queries.append(query)
        taken = sum(_follow(query, context, stream) for query, stream in zip(queries, streams, strict=True))
    for stream, log in zip(streams, logs, strict=True):
        # What was read is of the log as it was before, if it is so still; else the next run must find the difference.
        if _same_log(context, stream, EARLIEST) == log:
            log_positions.keep(context.lake.hdfs, stream.table, log)
    return taken


def _same_log(context: JobContext, stream: Stream, start: str) -> TopicHistory:
    """The stream's topic as it is. Raises LakeFault when it is not the one in which the stream is where it is."""
    hdfs, table, topic = context.lake.hdfs, stream.table, stream.topic
    known = reached(hdfs, table, topic)
    if not known and start != EARLIEST:
        known = {int(number): offset for number, offset in orjson.loads(start)[topic.name].items() if offset > 0}
    return log_positions.check(context.settings, hdfs, table, topic, known)


def records(session: SparkSession, settings: Settings, topic: str, start: str = EARLIEST) -> DataFrame:
    """A stream of what a topic holds, at most BATCH_ROWS records in a batch."""
    return (
        session.readStream.format("kafka")
        .options(**kafka_options(settings), **FETCHING)
        .option("subscribe", topic)
        .option("startingOffsets", start)
        .option("maxOffsetsPerTrigger", BATCH_ROWS)
        .load()
    )


def _start(context: JobContext, stream: Stream, start: str) -> StreamingQuery:
    lake = context.lake
    lake.create(stream.table)
    # A task for each core: a task for each of Kafka's partitions would write as many files.
    rows = records(lake.session, context.settings, stream.topic.name, start).coalesce(context.settings.analytics.cores)
    # What waited on a bot's disk may come long after the person was forgotten.
    new = without_forgotten(stream.shape(rows), stream.table, remembered(lake.hdfs))
    return (
        new.writeStream.format("delta")
        .outputMode("append")
        .option("checkpointLocation", f"{context.settings.hdfs.url}{stream.table.checkpoint}")
        .option("mergeSchema", "true")
        .trigger(availableNow=True)
        .start(lake.url(stream.table))
    )


def resume(context: JobContext) -> int:
    """Begin new checkpoints after the last record that each table holds, take in the rest, make the catalogue anew."""
    lake, starts = context.lake, dict[str, str]()
    for stream in STREAMS:
        lake.hdfs.delete(stream.table.checkpoint)
        known = positions(lake.read(stream.table)) if lake.exists(stream.table) else {}
        starts[stream.topic.name] = _offsets(stream.topic, known) if known else EARLIEST
    taken = take_in(context, STREAMS, starts)
    renew_catalogue(lake, anew=True)
    return taken


def renew_catalogue(lake: Lake, *, anew: bool = False) -> int:
    """Replace the catalogue if the history holds more than it was made of; rows written.

    Only what came since is read of the history, unless that is unknown, a partition or a column is new, or `anew` asks
    for all.
    """
    history = lake.read(PRODUCT_HISTORY)
    anew |= lake.create(CATALOGUE)
    made_of = {} if anew else _noted(lake.note(CATALOGUE))
    # A checkpoint that is as new as the table's last rows knows what otherwise takes a look at all of them.
    until = {} if anew else reached(lake.hdfs, PRODUCT_HISTORY, FILTERED_PRODUCTS)
    until = until or {**made_of, **positions(history.where(_beyond(made_of)))}
    if until == made_of and not anew:
        return 0
    note = orjson.dumps({"offsets": until}, option=orjson.OPT_NON_STR_KEYS).decode()
    if not made_of or not until.keys() <= made_of.keys():
        return lake.replace(current(history), CATALOGUE, note)
    few = sum(until.values()) - sum(made_of.values()) <= FEW
    with interpreted(lake.session) if few else nullcontext():
        since = latest(history.where(_beyond(made_of)), few=few).persist()
        try:
            return lake.replace(followed(lake.read(CATALOGUE), since), CATALOGUE, note)
        finally:
            since.unpersist()


def _noted(note: str) -> dict[int, int]:
    """For each partition of Kafka, the offset up to which the catalogue was made; empty when that is not known."""
    try:
        return {int(partition): int(offset) for partition, offset in orjson.loads(note)["offsets"].items()}
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return {}


def _beyond(made_of: Mapping[int, int]) -> Column:
    from pyspark.sql import functions as F

    if not made_of:
        return F.lit(True)
    later = (f"(`partition` = {partition} AND `offset` >= {offset})" for partition, offset in made_of.items())
    return F.expr(f"{' OR '.join(later)} OR `partition` NOT IN ({', '.join(map(str, made_of))})")


def _check(lake: Lake, table: Table, *, fresh: bool) -> None:
    begun, there = lake.hdfs.exists(f"{table.checkpoint}/offsets"), lake.exists(table)
    if begun and not there:
        raise LakeFault(
            f"The table {table.name} is missing although its checkpoint says that it was filled; "
            "`python -m analytics resume` fills it anew."
        )
    if there and not begun and not fresh and not lake.read(table).isEmpty():
        raise LakeFault(
            f"The checkpoint {table.checkpoint} is missing in HDFS; "
            f"`python -m analytics resume` goes on after the last row of {table.name}."
        )


def _follow(query: StreamingQuery, context: JobContext, stream: Stream) -> int:
    taken: dict[int, int] = {}
    while not query.awaitTermination(LOOK_EVERY_S):
        _count(query, taken)
        context.report(f"{stream.topic.name}: {sum(taken.values()):,} records", 40)
    _count(query, taken)
    return sum(taken.values())


def _count(query: StreamingQuery, taken: dict[int, int]) -> None:
    for progress in query.recentProgress:
        taken[int(progress["batchId"])] = int(progress["numInputRows"])


def _offsets(topic: Topic, known: Mapping[int, int]) -> str:
    # -2 is Kafka's word for the earliest, for partitions of which there is nothing yet.
    # So are those of which there are but rows of an earlier cluster, whose offsets are below zero.
    after = {str(n): known[n] if known.get(n, -1) >= 0 else -2 for n in range(topic.partitions)}
    return orjson.dumps({topic.name: after}).decode()
