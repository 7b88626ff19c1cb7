"""How far a stream is, read from its checkpoint without Spark.

A checkpoint names each batch in `offsets/<number>` before it is written and in `commits/<number>` afterwards; the last
line of the former is where the batch ends (Spark's OffsetSeqLog, "Structured Streaming Programming Guide").
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from analytics.lake.hdfs import Hdfs
from pipeline.contracts.lake import Table


def reached(hdfs: Hdfs, table: Table) -> Mapping[int, int]:
    """For each partition of which there was something, the offset after the last batch; empty when there was none."""
    done = [int(name) for name in hdfs.list(f"{table.checkpoint}/commits") if name.isdigit()]
    if not done:
        return {}
    end = hdfs.read(f"{table.checkpoint}/offsets/{max(done)}").splitlines()[-1]
    # A stream reads one topic.
    (offsets,) = orjson.loads(end).values()
    return {int(partition): offset for partition, offset in offsets.items() if offset > 0}


def stream_id(hdfs: Hdfs, table: Table) -> str:
    """The name that Spark gave the checkpoint when it began; empty when there is none."""
    path = f"{table.checkpoint}/metadata"
    return str(orjson.loads(hdfs.read(path))["id"]) if hdfs.exists(path) else ""
