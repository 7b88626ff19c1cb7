"""The tables that nothing else can bring back, to archives of a backup and from them.

Restored rows keep what they say and lose what they are to Kafka: the offsets of the cluster that they come from mean
nothing in a new one. They are moved below zero, in their order, and below those of an earlier restoration; so whatever
asks for the last row, or goes on after it, finds the new cluster's.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

from analytics.lake import commits
from analytics.lake.tables import EARLIER_KAFKA
from analytics.transforms.forgetting import without_forgotten
from analytics.transforms.schema import shaped
from ops.backup.archive import SUFFIX, ArchiveHead, writing
from ops.backup.forgotten import Forgotten
from pipeline.contracts.lake import PRODUCT_HISTORY, PURCHASES, REQUEST_HISTORY, ROOT, Table

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

    from analytics.lake.tables import Lake

# Table → the columns by which a row is known to be there already.
KEPT: dict[Table, tuple[str, ...]] = {
    REQUEST_HISTORY: ("request_id", "user", "kind", "written_at"),
    PRODUCT_HISTORY: ("offer_id", "deleted", "written_at"),
    PURCHASES: ("import_id",),
}
JSON = {"timestampFormat": "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX", "ignoreNullFields": "true", "mode": "FAILFAST"}
PASSING = f"{ROOT}/passing"


@dataclass(frozen=True)
class Restored:
    """Rows of the archive, and how many were added: not what was there already, nor of who asked to be forgotten."""

    read: int
    added: int


def export(lake: Lake, table: Table, target: Path) -> int:
    """Write all rows of a table to `target/<table>.jsonl.gz`, mode 600; how many. Memory does not grow with them."""
    from pyspark.sql import functions as F

    head = ArchiveHead(table=table.name, columns=table.ddl, taken_at=datetime.now(UTC).isoformat(timespec="seconds"))
    with _passing(lake) as place, _private(target / f"{table.name}{SUFFIX}") as raw, writing(raw, head) as writer:
        # By way of HDFS: what Spark hands to Python comes a partition at a time, which may be larger than its memory.
        lines = lake.read(table).select(F.to_json(F.struct("*"), JSON))
        lines.write.text(f"{lake.settings.hdfs.url}{place}", compression="gzip")
        for name in lake.hdfs.list(place):
            if name.endswith(".gz"):
                for line in lake.hdfs.unpacked_lines(f"{place}/{name}"):
                    writer.row(line)
        return writer.records


def restore(lake: Lake, table: Table, rows: Iterable[bytes], forgotten: Forgotten) -> Restored:
    """Add an archive's rows to the table, in one commit. A repeat, also after a kill, changes nothing."""
    lake.create(table)
    with _passing(lake) as place:
        counted = _Counted(rows)
        lake.hdfs.put_lines(place, counted)
        found = _rows(lake, table, place)
        missing = _without_those_there(lake, table, without_forgotten(found, table, forgotten))
        version = lake.version(table)
        lake.append(missing, table)
        added = commits.rows_written(lake.hdfs, table) if lake.version(table) > version else 0
    return Restored(counted.number, added)


def _rows(lake: Lake, table: Table, place: str) -> DataFrame:
    from pyspark.sql import functions as F

    lines = lake.session.read.text(f"{lake.settings.hdfs.url}{place}")
    rows = lines.select(F.from_json("value", table.ddl, JSON).alias("row")).select("row.*")
    if "offset" in table.names:
        rows = rows.withColumn("offset", F.col("offset") - F.lit(EARLIER_KAFKA))
    return shaped(rows, table)


def _without_those_there(lake: Lake, table: Table, rows: DataFrame) -> DataFrame:
    keys = KEPT[table]
    there = lake.read(table).select(*(_renamed(name) for name in keys)).distinct()
    same = [rows[name].eqNullSafe(there[f"there_{name}"]) for name in keys]
    return rows.join(there, same, "left_anti")


def _renamed(name: str) -> Column:
    from pyspark.sql import functions as F

    return F.col(name).alias(f"there_{name}")


class _Counted:
    """Lines, counted while they pass."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = lines
        self.number = 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.number += 1
            yield line


@contextmanager
def _passing(lake: Lake) -> Iterator[str]:
    """A place in HDFS that is gone with the block."""
    place = f"{PASSING}/{uuid.uuid4().hex}"
    try:
        yield place
    finally:
        lake.hdfs.delete(place)


@contextmanager
def _private(path: Path) -> Iterator[IO[bytes]]:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw:
        yield raw
