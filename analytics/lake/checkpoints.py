"""How far a stream is, read from its checkpoint without Spark.

A checkpoint names each batch in `offsets/<number>` before it is written and in `commits/<number>` afterwards; the last
line of the former is where the batch ends (Spark's OffsetSeqLog, "Structured Streaming Programming Guide").
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from analytics.lake.hdfs import Hdfs
from pipeline.contracts.lake import Table
from pipeline.contracts.topics import Topic


def reached(hdfs: Hdfs, table: Table, topic: Topic) -> Mapping[int, int]:
    """For each partition of which there was something, the offset after the last batch; empty when there was none."""
    done = [int(name) for name in hdfs.list(f"{table.checkpoint}/commits") if name.isdigit()]
    if not done:
        return {}
    end = hdfs.read(f"{table.checkpoint}/offsets/{max(done)}").splitlines()[-1]
    return {int(partition): offset for partition, offset in orjson.loads(end)[topic.name].items() if offset > 0}
