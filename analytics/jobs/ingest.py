"""The job `ingest`: what is new in Kafka → the histories, then the catalogue as it is now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from analytics.faults import LakeFault
from analytics.jobs.job import Rows, Work
from analytics.spark import kafka_options
from analytics.transforms.products import current, versions
from analytics.transforms.requests import requests
from pipeline.contracts.lake import CATALOGUE, PRODUCT_HISTORY, REQUEST_HISTORY, Table
from pipeline.contracts.topics import CLIENT_REQUESTS, FILTERED_PRODUCTS, Topic

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.streaming.query import StreamingQuery

    from analytics.tables import Lake

BATCH_ROWS = 500_000
LOOK_EVERY_S = 1


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


def run(work: Work) -> Rows:
    """Take in both topics and rebuild the catalogue if it is behind. Every step is one commit or none."""
    taken = 0
    for place, stream in enumerate(STREAMS):
        work.report(f"reading {stream.topic.name}", 40 * place)
        taken += take_in(work, stream)
    work.report("putting the catalogue in place", 80)
    return Rows(taken, renew_catalogue(work.lake))


def take_in(work: Work, stream: Stream, start: str = "earliest") -> int:
    """Append everything that the topic holds beyond the checkpoint; the number of records.

    Exactly once: the checkpoint names a batch before it is written, and the table's log remembers the batch.
    """
    lake = work.lake
    _check(lake, stream.table, fresh=start != "earliest")
    lake.create(stream.table)
    records = (
        lake.session.readStream.format("kafka")
        .options(**kafka_options(work.settings))
        .option("subscribe", stream.topic.name)
        .option("startingOffsets", start)
        .option("maxOffsetsPerTrigger", BATCH_ROWS)
        .load()
    )
    query = (
        stream.shape(records)
        .writeStream.format("delta")
        .outputMode("append")
        .option("checkpointLocation", f"{work.settings.hdfs.url}{stream.table.checkpoint}")
        .option("mergeSchema", "true")
        .trigger(availableNow=True)
        .start(lake.url(stream.table))
    )
    return _follow(query, work, stream)


def resume(work: Work, stream: Stream) -> int:
    """Begin a new checkpoint after the last record that the table holds, then take in the rest."""
    from analytics.tables import positions

    lake = work.lake
    start = "earliest"
    lake.hdfs.delete(stream.table.checkpoint)
    if lake.exists(stream.table):
        known = positions(lake.read(stream.table))
        start = _offsets(stream.topic, known) if known else "earliest"
    return take_in(work, stream, start)


def renew_catalogue(lake: Lake) -> int:
    """Replace the catalogue unless it was made of the history as it is; rows written."""
    note = f"{PRODUCT_HISTORY.name} {lake.version(PRODUCT_HISTORY)}"
    lake.create(CATALOGUE)
    if lake.note(CATALOGUE) == note:
        return 0
    lake.replace(current(lake.read(PRODUCT_HISTORY)), CATALOGUE, note)
    return lake.read(CATALOGUE).count()


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


def _follow(query: StreamingQuery, work: Work, stream: Stream) -> int:
    taken: dict[int, int] = {}
    try:
        while not query.awaitTermination(LOOK_EVERY_S):
            _count(query, taken)
            work.report(f"{stream.topic.name}: {sum(taken.values()):,} records", 40 * STREAMS.index(stream))
    finally:
        query.stop()
    _count(query, taken)
    return sum(taken.values())


def _count(query: StreamingQuery, taken: dict[int, int]) -> None:
    for progress in query.recentProgress:
        taken[int(progress["batchId"])] = int(progress["numInputRows"])


def _offsets(topic: Topic, known: Mapping[int, int]) -> str:
    # -2 is Kafka's word for the earliest, for partitions of which there is nothing yet.
    return orjson.dumps({topic.name: {str(n): known.get(n, -2) for n in range(topic.partitions)}}).decode()
