"""`make scale N=20000`: a market of so many offers on a stack of its own; what the stages do, and what an offer costs.

Figures go into `<dir>/scale.json`, by size, and into a table beside those of 20,000 offers if there are any. A part
that fails is named and does not stop the others; the exit status is 1 then.
"""

import argparse
import asyncio
import sys
import traceback
from pathlib import Path

import orjson
import uvloop
from rich.console import Console
from rich.table import Table

from ops.stack.running import RunningStack
from tests.conftest import own_stack
from tests.scale.market_model import MarketModel
from tests.scale.measured import PARTS, Figures
from tests.scale.trial_market import TrialMarket

USUAL = 20_000


def main() -> int:
    """Measure; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.scale", description=__doc__)
    parser.add_argument("--dir", type=Path, default=Path(".stack"), help="where scale.json is written")
    parser.add_argument("--offers", type=int, default=USUAL, help="how many offers the market has")
    parser.add_argument("names", nargs="*", help=f"some of {', '.join(PARTS)}; all by default, feed always")
    chosen = parser.parse_args()
    names = [name for name in PARTS if name == "feed" or not chosen.names or name in chosen.names]
    console = Console()
    with (
        own_stack("scale", "topics", "filter", "indexer") as stack,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        kept, failed = runner.run(_measure(stack, chosen, names, console))
    console.print(_table(kept, chosen.offers))
    if failed:
        console.print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


async def _measure(
    stack: RunningStack, chosen: argparse.Namespace, names: list[str], console: Console
) -> tuple[dict[int, Figures], list[str]]:
    kept = _kept(chosen.dir / "scale.json", chosen.offers, {})
    failed: list[str] = []
    async with TrialMarket(stack, MarketModel(chosen.offers)) as market:
        for name in names:
            console.print(f"{name} …")
            try:
                kept = _kept(chosen.dir / "scale.json", chosen.offers, await PARTS[name](market))
            except Exception:  # noqa: BLE001 - the other parts must still be measured
                failed.append(name)
                traceback.print_exc()
                if name == "feed":
                    break
    return kept, failed


def _kept(path: Path, offers: int, figures: Figures) -> dict[int, Figures]:
    """Put the figures beside those of former runs; all of them, by size."""
    path.parent.mkdir(parents=True, exist_ok=True)
    former = orjson.loads(path.read_bytes()) if path.exists() else {}
    former[str(offers)] = former.get(str(offers), {}) | {name: round(value, 3) for name, value in figures.items()}
    path.write_bytes(orjson.dumps(former, option=orjson.OPT_INDENT_2))
    return {int(size): found for size, found in former.items()}


def _table(found: dict[int, Figures], offers: int) -> Table:
    """The figures of this size, beside those of the usual one; what is held also for an offer."""
    table = Table("figure", f"{offers:,}", f"beside {USUAL:,}", "ratio")
    usual = found.get(USUAL, {}) if offers != USUAL else {}
    for name, value in found[offers].items():
        _add(table, name, value, usual.get(name))
        if name.startswith(("rss_", "disk_")):
            other = usual.get(name)
            each = f"  bytes an offer of {name.removesuffix('_mb')}"
            _add(table, each, value * 1e6 / offers, None if other is None else other * 1e6 / USUAL)
    return table


def _add(table: Table, name: str, value: float, other: float | None) -> None:
    beside = ("", "") if not other else (_shown(other), f"{value / other:.2f}")
    table.add_row(name, _shown(value), *beside)


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"


if __name__ == "__main__":
    sys.exit(main())
