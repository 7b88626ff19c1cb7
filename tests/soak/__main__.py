"""`make soak HOURS=2`: the demo under the simulator's load, measured every half minute into `<dir>/soak.json`.

At the end a table with a verdict for every figure; the exit status is 1 when one of them is broken.
"""

import argparse
import asyncio
import logging
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import aiohttp
import orjson
from rich.console import Console
from rich.table import Table

from ops.stack.running import RunningStack
from tests.conftest import start_stack, wait_for_stack
from tests.soak.life import Life
from tests.soak.samples import Sample, sample
from tests.soak.verdicts import Verdict, verdicts

EVERY_S = 30.0
PER_SECOND = 2.0


def main() -> int:
    """Soak; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(".stack"), help="where soak.json is written")
    parser.add_argument("--hours", type=float, default=2.0, help="how long; fractions are hours too")
    parser.add_argument("--every", type=float, default=EVERY_S, help="seconds between two samples")
    parser.add_argument("--per-second", type=float, default=PER_SECOND, help="searches a second")
    chosen = parser.parse_args()
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    console = Console()
    # The same as `python -m ops demo`, but that it ends with this process, whatever happens to it.
    with tempfile.TemporaryDirectory(prefix="yarmarka-soak-") as name:
        process = start_stack(Path(name), "all")
        try:
            stack = wait_for_stack(Path(name), process)
            samples, life = asyncio.run(_soak(stack, chosen, console))
        finally:
            process.terminate()
            process.wait()
    try:
        found = verdicts(samples)
    except ValueError as error:
        console.print(f"{error}.")
        return 1
    _write(chosen.dir, samples, found, life)
    console.print(_table(found))
    console.print(life)
    return 0 if all(one.good for one in found) and not life["unanswered"] else 1


async def _soak(
    stack: RunningStack, chosen: argparse.Namespace, console: Console
) -> tuple[list[Sample], dict[str, int]]:
    samples: list[Sample] = []
    async with aiohttp.ClientSession() as session:
        life = Life(stack, session, chosen.per_second)
        living = asyncio.create_task(life.run())
        begun = monotonic()
        try:
            while (at := monotonic() - begun) < chosen.hours * 3600:
                await asyncio.wait([living], timeout=chosen.every)
                if living.done():
                    living.result()
                samples.append(await sample(stack, session, monotonic() - begun, life.taken()))
                _write(chosen.dir, samples, [], life.counted())
                console.print(f"{at / 60:.0f} min, {samples[-1].answers} answers, p95 {samples[-1].p95_s or 0:.2f} s")
        finally:
            living.cancel()
            await asyncio.wait([living])
        return samples, life.counted()


def _write(directory: Path, samples: Sequence[Sample], found: Sequence[Verdict], life: dict[str, int]) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    content = {
        "life": life,
        "verdicts": [{**one.model_dump(), "good": one.good} for one in found],
        "samples": [one.model_dump() for one in samples],
    }
    draft = directory / f".soak.json.{os.getpid()}"
    draft.write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2))
    draft.replace(directory / "soak.json")


def _table(found: Sequence[Verdict]) -> Table:
    table = Table("part", "figure", "early", "at the end", "at most", "")
    for one in found:
        row = (one.part, one.what, f"{one.early:,.4g}", f"{one.late:,.4g}", f"{one.limit:,.4g}")
        table.add_row(*row, "" if one.good else "broken", style=None if one.good else "red")
    return table


if __name__ == "__main__":
    sys.exit(main())
