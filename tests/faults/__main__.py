"""`make faults`: everything that is broken on purpose, part by part; a table, also in `<dir>/faults.json` and `.md`.

Each part has stacks of its own. A part that cannot be carried to its end is a line that says so, and does not stop the
others. The exit status is 1 when anything was lost or doubled.
"""

import argparse
import asyncio
import logging
import sys
import traceback
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from tests.faults.suite import line
from tests.faults.suite.line import Line
from tests.faults.suite.measured import broken

WIDE = 150


@dataclass(frozen=True)
class Options:
    """How much of it."""

    kills: int
    share: float
    seed: int
    only: tuple[str, ...]


def _kills(options: Options) -> Coroutine[object, object, list[Line]]:
    from tests.faults.suite import kills

    return kills.run(options.kills, options.share, options.seed)


def _network(options: Options) -> Coroutine[object, object, list[Line]]:
    from tests.faults.suite import network

    return network.run(options.share, options.seed, options.only)


def _disk(options: Options) -> Coroutine[object, object, list[Line]]:
    from tests.faults.suite import disk

    return disk.run(options.share, options.seed)


def _clock(options: Options) -> Coroutine[object, object, list[Line]]:
    from tests.faults.suite import clock

    return clock.run(options.share, options.seed)


def _tests(options: Options) -> Coroutine[object, object, list[Line]]:
    from tests.faults.suite import trials

    return trials.run(options.only)


PARTS: dict[str, Callable[[Options], Coroutine[object, object, list[Line]]]] = {
    "kills": _kills,
    "network": _network,
    "disk": _disk,
    "clock": _clock,
    "tests": _tests,
}


def main() -> int:
    """Run the chosen parts; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(".stack"), help="where faults.json is written")
    parser.add_argument("--kills", type=int, default=50, help="how many kills")
    parser.add_argument("--share", type=float, default=1.0, help="share of the load of 20,000 products and 200 people")
    parser.add_argument("--seed", type=int, default=20_261_127, help="another one kills at other moments")
    parser.add_argument("--only", action="append", default=[], help="of the network, disks and tests: names with this")
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help=f"some of {', '.join(PARTS)}; all by default")
    chosen = parser.parse_args()
    # A Kafka that is away is what this is about; its clients here say so a hundred times a second.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    console, options = Console(), Options(chosen.kills, chosen.share, chosen.seed, tuple(chosen.only))
    lines: list[Line] = []
    for part in chosen.parts or PARTS:
        console.print(f"{part} …")
        lines += _carried_out(part, options)
        line.write(chosen.dir, lines)
    # In a narrow terminal, or a file, the columns would be cut into words of three letters.
    console.print(line.table(lines)) if console.width >= WIDE else print(line.markdown(lines))  # noqa: T201
    return 0 if all(one.good for one in lines) else 1


def _carried_out(part: str, options: Options) -> list[Line]:
    try:
        return asyncio.run(PARTS[part](options))
    except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - the other parts must still be run
        traceback.print_exc()
        return [broken(part, "broke off", error)]


if __name__ == "__main__":
    sys.exit(main())
