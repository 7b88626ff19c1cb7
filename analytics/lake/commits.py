"""The commits of a Delta Lake table, read without Spark: a few milliseconds where a query takes a second.

The files `_delta_log/<version>.json` are described in Delta's protocol (PROTOCOL.md, "Delta Log Entries").
"""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from analytics.lake.faults import LakeFault
from analytics.lake.hdfs import Hdfs
from pipeline.contracts.lake import Table

SUFFIX = ".json"


def log_of(table: Table) -> str:
    """The directory of the commits."""
    return f"{table.path}/_delta_log"


def version(hdfs: Hdfs, table: Table) -> int:
    """The number of the last commit. Raises LakeFault when there is no table."""
    found = versions(hdfs, table)
    if not found:
        raise LakeFault(f"There is no table {table.name} yet; `python -m analytics run ingest` makes it.")
    return found[-1]


def note(hdfs: Hdfs, table: Table) -> str:
    """The note of the last commit that has one, empty when none is known."""
    for number in reversed(versions(hdfs, table)):
        for action in actions(hdfs, table, number):
            said = action.get("commitInfo", {}).get("userMetadata")
            if said:
                return str(said)
    return ""


def rows_written(hdfs: Hdfs, table: Table) -> int:
    """The rows that the last commit wrote; a commit without any does not name their number."""
    for action in actions(hdfs, table, version(hdfs, table)):
        said = action.get("commitInfo", {}).get("operationMetrics")
        if isinstance(said, dict) and "numOutputRows" in said:
            return int(said["numOutputRows"])
    return 0


def versions(hdfs: Hdfs, table: Table) -> list[int]:
    """The numbers of the commits that the log still holds, ascending."""
    names = (name.removesuffix(SUFFIX) for name in hdfs.list(log_of(table)) if name.endswith(SUFFIX))
    return sorted(int(name) for name in names if name.isdigit())


def actions(hdfs: Hdfs, table: Table, number: int) -> Iterator[dict[str, dict[str, object]]]:
    """What the commit of this number says, in the words of the protocol."""
    for line in hdfs.read(f"{log_of(table)}/{number:020}{SUFFIX}").splitlines():
        yield orjson.loads(line)
