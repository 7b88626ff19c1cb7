"""Counts the catalogue three times: in Kafka, in the files that HDFS lists, and as `show` prints it.

`python -m tests.system.lake_count --dir .stack` prints the numbers; the exit status is 1 when the ids differ.
"""

import argparse
import asyncio
import io
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet

from analytics.lake import commits
from analytics.lake.hdfs import Hdfs
from ops.settings import Settings
from ops.stack.directory import StackDirectory
from ops.stack.running import RunningStack
from pipeline.contracts.lake import CATALOGUE, Table
from pipeline.contracts.topics import FILTERED_PRODUCTS
from tests.faults.lake import LakeUser
from tests.pipeline.filter import market
from tests.system.deletion_vectors import replaced_rows


@dataclass(frozen=True)
class Counts:
    """Ids of products by where they were found; a list has an id twice where there are two rows of it."""

    topic: list[str]
    files: list[str]
    shown: list[str]

    @property
    def equal(self) -> bool:
        return self.topic == self.files == self.shown

    def told(self) -> str:
        return (
            f"filtered_products, compacted: {len(self.topic):,}\n"
            f"files of {CATALOGUE.path} in HDFS: {len(self.files):,}\n"
            f"python -m analytics show {CATALOGUE.name}: {len(self.shown):,}\n"
            f"{'the same ids' if self.equal else 'NOT the same ids'}"
        )


def count(stack: RunningStack) -> Counts:
    """What is there now; nobody may be writing meanwhile."""
    topic = asyncio.run(let_through(stack.settings))
    shown = [str(row["offer_id"]) for row in LakeUser(stack).rows(CATALOGUE.name)]
    return Counts(sorted(topic), sorted(in_files(Hdfs(stack.settings))), sorted(shown))


async def let_through(settings: Settings) -> set[str]:
    """The keys of the compacted topic whose last record is no tombstone."""
    last = {key: value for key, value, _ in await market.records(settings, "admin", FILTERED_PRODUCTS)}
    return {key for key, value in last.items() if value is not None}


def in_files(hdfs: Hdfs) -> list[str]:
    """The ids in every Parquet file that the last commit of the catalogue names, read without Spark."""
    ids = list[str]()
    for name, vector in live_files(hdfs, CATALOGUE).items():
        content = pyarrow.parquet.read_table(io.BytesIO(hdfs.read(f"{CATALOGUE.path}/{name}")), columns=["offer_id"])
        gone = replaced_rows(hdfs, CATALOGUE, vector) if vector else frozenset[int]()
        found = content.column("offer_id").to_pylist()
        ids += [offer for number, offer in enumerate(found) if number not in gone]
    return ids


def live_files(hdfs: Hdfs, table: Table) -> dict[str, Mapping[str, object]]:
    """Delta's protocol: what commits have added and none has removed since; the log is whole for a day.

    With what it says of the rows that are not there any more; empty when all are.
    """
    live = dict[str, Mapping[str, object]]()
    for number in commits.versions(hdfs, table):
        said = list(commits.actions(hdfs, table, number))
        # A file of which rows were replaced is taken out and put in again, in whatever order.
        for action in said:
            if "remove" in action:
                live.pop(str(action["remove"]["path"]), None)
        for action in said:
            if "add" in action:
                vector = action["add"].get("deletionVector")
                live[str(action["add"]["path"])] = vector if isinstance(vector, dict) else {}
    return live


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.system.lake_count", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(".stack"), help="the directory of a running stack")
    counts = count(RunningStack(StackDirectory.at(parser.parse_args().dir.resolve())))
    sys.stdout.write(f"{counts.told()}\n")
    sys.exit(0 if counts.equal else 1)
