"""`make bench`: every benchmark on a fresh stack of its own; a table, and `<dir>/bench.json`.

A benchmark that fails is named and does not stop the others; the exit status is 1 then.
"""

import argparse
import asyncio
import importlib
import os
import sys
import traceback
from pathlib import Path

import orjson
import uvloop
from rich.console import Console
from rich.table import Table

from ops.settings import STACK_DIR_NAME, load
from tests.benchmarks.rows import Row
from tests.conftest import own_stack

# Module, and the parts that it needs besides Kafka, Elasticsearch and the topics. Each has a stack of its own,
# because one benchmark's messages would be the next one's backlog.
BENCHMARKS: dict[str, tuple[str, ...]] = {
    "feed": (),
    "filter": (),
    "indexer": (),
    "search": (),
    "bot": (),
    "bans": (),
    "alerts": (),
    "recommend": ("filter", "indexer", "catalogue"),
    "models": (),
    "analytics": ("namenode", "datanode", "filter", "indexer", "catalogue", "history"),
}


def main() -> int:
    """Run the chosen benchmarks; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(".stack"), help="where bench.json is written")
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(BENCHMARKS)}; all by default")
    chosen = parser.parse_args()
    console, rows, failed = Console(), list[Row](), list[str]()
    for name in chosen.names or BENCHMARKS:
        console.print(f"{name} …")
        try:
            rows += _run(name)
        except Exception:  # noqa: BLE001 - the other benchmarks must still be run
            failed.append(name)
            traceback.print_exc()
        chosen.dir.mkdir(parents=True, exist_ok=True)
        written = [row.model_dump() for row in rows]
        (chosen.dir / "bench.json").write_bytes(orjson.dumps(written, option=orjson.OPT_INDENT_2))
    console.print(_table(rows))
    if failed:
        console.print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def _run(name: str) -> list[Row]:
    module = importlib.import_module(f"tests.benchmarks.bench_{name}")
    with own_stack("bench", "topics", *BENCHMARKS[name]) as stack:
        # Contenders are processes of their own and find the stack by their environment.
        os.environ[STACK_DIR_NAME] = str(stack.directory.root)
        settings = load()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            found: list[Row] = runner.run(module.run(settings))
            return found


def _table(rows: list[Row]) -> Table:
    table = Table("name", "value", "unit", "baseline", "its value", "ratio", "repeats")
    for row in rows:
        other = "" if row.baseline_value is None else f"{row.baseline_value:,.4g}"
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        table.add_row(row.name, f"{row.value:,.4g}", row.unit, row.baseline, other, ratio, str(row.repeats))
    return table


if __name__ == "__main__":
    sys.exit(main())
