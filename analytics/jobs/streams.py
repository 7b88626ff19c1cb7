"""How topics get into their tables: exactly once, and each by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import orjson

from analytics.jobs.job import JobContext
from analytics.lake import log_positions, witness
from analytics.lake.checkpoints import reached
from analytics.lake.faults import LakeFault, reason
from analytics.lake.forgotten import remembered
from analytics.lake.log_positions import LogState
from analytics.lake.tables import positions
from analytics.spark.kafka_source import kafka_options
from analytics.transforms.forgetting import without_forgotten
from analytics.transforms.products import versions
from analytics.transforms.requests import requests
from ops import logs
from pipeline.contracts.lake import PRODUCT_HISTORY, REQUEST_HISTORY, Table
from pipeline.contracts.topics import CLIENT_REQUESTS, FILTERED_PRODUCTS, Topic
from pipeline.kafka.log_position import Finding
from pipeline.kafka.topic_history import TopicHistory

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession
    from pyspark.sql.streaming.query import StreamingQuery

    from analytics.lake.tables import Lake
    from ops.settings import Settings

BATCH_ROWS = 500_000
LOOK_EVERY_S = 1
TOLD = {
    Finding.OTHER_TOPIC: "{topic} was made anew: it is read from its beginning, and what {table} had of the earlier "
    "one stays there as history alone.",
    Finding.SHORTENED: "{topic} has lost its last {vanished:,} records, which {table} had: they stay there as history "
    "alone, and it goes on from where the topic ends.",
    Finding.HOLE: "{topic} no longer held the {unread:,} records that came next: they are lost, and it goes on from "
    "the oldest that there are.",
}
log = logs.get_logger(__name__)
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


class Resuming(StrEnum):
    """Where streams go on."""

    NO = "no"
    """Where their checkpoints say."""
    LAST_ROW = "last_row"
    """After the last rows of the tables, with new checkpoints."""
    BEGINNING = "beginning"
    """Products at the beginning of their topic: rows that are there already are there twice, and count once. What
    people did would count twice, so it goes on after the last row."""


@dataclass(frozen=True)
class LogDifference:
    """A topic that was not as the lake had read it; `finding` as the metric calls it, `told` for people."""

    topic: str
    finding: str
    told: str


PRODUCTS = Stream(FILTERED_PRODUCTS, PRODUCT_HISTORY, versions)
REQUESTS = Stream(CLIENT_REQUESTS, REQUEST_HISTORY, requests)
STREAMS = (PRODUCTS, REQUESTS)


class Intake:
    """Streams that take in what is new; begun together, and followed one by one.

    What goes wrong with one is kept for `check`, and hinders no other.
    """

    def __init__(self, context: JobContext, resuming: Resuming) -> None:
        self._context = context
        self._resuming = resuming
        self._queries: dict[Stream, tuple[StreamingQuery, TopicHistory]] = {}
        self._faults: list[Exception] = []
        self.taken = 0
        """Records, of the streams that were followed."""
        self.differences: list[LogDifference] = []
        """Topics that were not as the lake had read them, and what is lost."""

    def begin(self, stream: Stream) -> None:
        """Exactly once: the checkpoint names a batch before it is written, and the table's log remembers the batch.

        A topic that is not as it was is told of, and gone on from with what it holds.
        """
        context = self._context
        try:
            if self._resuming is Resuming.NO:
                _check(context.lake, stream.table)
            state = _state(context, stream, self._resuming)
            if state.findings or self._resuming is not Resuming.NO:
                self.differences += _begin_anew(context, stream, state)
            made = context.lake.create(stream.table)
            self._queries[stream] = _start(context, stream), state.history
            if made:
                witness.remember(context.settings, [stream.table])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told when the others are done
            self._faults.append(error)

    def follow(self, stream: Stream) -> bool:
        """Wait until all is taken in that was there when the stream began; whether nothing went wrong with it."""
        if stream not in self._queries:
            return False
        (query, log), hdfs = self._queries[stream], self._context.lake.hdfs
        try:
            self.taken += _follow(query, self._context, stream)
            # What was read is of the log as it was before, if it is so still; else the next run must find the
            # difference.
            after = _state(self._context, stream)
            if after.history == log and not after.findings:
                log_positions.keep(hdfs, stream.table, log)
        except Exception as error:  # noqa: BLE001 - as above
            self._faults.append(error)
            return False
        return True

    def check(self) -> None:
        """Raises LakeFault with all that went wrong."""
        if self._faults:
            raise LakeFault(" ".join(dict.fromkeys(map(reason, self._faults)))) from self._faults[0]

    def stop(self) -> None:
        for query, _ in self._queries.values():
            query.stop()


def take_in(context: JobContext, streams: Sequence[Stream], resuming: Resuming = Resuming.NO) -> Intake:
    """Append everything that the topics hold beyond their checkpoints, all at once.

    Raises LakeFault when something went wrong with a stream; the others are taken in nevertheless.
    """
    context.report(f"reading {', '.join(stream.topic.name for stream in streams)}", 10)
    with intake(context, streams, resuming) as taking:
        for stream in streams:
            taking.follow(stream)
    taking.check()
    return taking


@contextmanager
def intake(context: JobContext, streams: Sequence[Stream], resuming: Resuming = Resuming.NO) -> Iterator[Intake]:
    """Streams that have begun, and are stopped with the block."""
    taking = Intake(context, resuming)
    try:
        for stream in streams:
            taking.begin(stream)
        yield taking
    finally:
        taking.stop()


def _state(context: JobContext, stream: Stream, resuming: Resuming = Resuming.NO) -> LogState:
    """The stream's topic beside what the stream, or when it is resumed its table, has reached."""
    lake, table, topic = context.lake, stream.table, stream.topic
    if resuming is Resuming.BEGINNING and table.personal is None:
        known: Mapping[int, int] = {}
    elif resuming is not Resuming.NO:
        known = positions(lake.read(table)) if lake.exists(table) else {}
    else:
        known = reached(lake.hdfs, table) or log_positions.new_start(lake.hdfs, table)
    # Rows of an earlier Kafka say nothing of this one.
    known = {number: offset for number, offset in known.items() if offset > 0}
    return log_positions.examine(context.settings, lake.hdfs, table, topic, known)


def _begin_anew(context: JobContext, stream: Stream, state: LogState) -> list[LogDifference]:
    lake, found = context.lake, list[LogDifference]()
    for finding in sorted(state.findings):
        text = TOLD[finding].format(
            topic=stream.topic.name, table=stream.table.name, unread=state.unread, vanished=state.vanished
        )
        log.error("the log is not as it was noted", topic=stream.topic.name, finding=finding.value, mended=text)
        found.append(LogDifference(stream.topic.name, finding.value, text))
    if state.aside and lake.exists(stream.table):
        lake.set_aside(stream.table, state.aside)
    log_positions.begin_anew(lake.hdfs, stream.table, state.starts)
    return found


def records(
    session: SparkSession, settings: Settings, topic: str, starts: Mapping[int, int] | None = None
) -> DataFrame:
    """A stream of what a topic holds, from its beginning or these offsets on, at most BATCH_ROWS in a batch."""
    start = orjson.dumps({topic: starts}, option=orjson.OPT_NON_STR_KEYS).decode() if starts else "earliest"
    return (
        session.readStream.format("kafka")
        .options(**kafka_options(settings), **FETCHING)
        .option("subscribe", topic)
        .option("startingOffsets", start)
        .option("maxOffsetsPerTrigger", BATCH_ROWS)
        .load()
    )


def _start(context: JobContext, stream: Stream) -> StreamingQuery:
    lake = context.lake
    starts = log_positions.new_start(lake.hdfs, stream.table)
    # A task for each core: a task for each of Kafka's partitions would write as many files.
    rows = records(lake.session, context.settings, stream.topic.name, starts)
    rows = rows.coalesce(context.settings.analytics.cores)
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


def _check(lake: Lake, table: Table) -> None:
    begun, there = lake.hdfs.exists(f"{table.checkpoint}/offsets"), lake.exists(table)
    if not begun and not there:
        witness.is_there(lake, table)
    if begun and not there:
        raise LakeFault(
            f"The table {table.name} is missing although its checkpoint says that it was filled; "
            "`python -m analytics resume` fills it anew."
        )
    if there and not begun and not log_positions.new_start(lake.hdfs, table) and not lake.read(table).isEmpty():
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
