"""What recommendations are worth, and what they cost to learn, beside popularity, item neighbours and Spark's ALS.

On the public samples where they are at hand (YARMARKA_DATA, or `shared/data` beside the checkout), and always on a
made-up crowd of tastes, which every checkout has.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import orjson

from ops.settings import Settings
from tests.analytics.models.made import tastes
from tests.benchmarks.rows import Row
from tests.conftest import CHECKOUT, samples

BASELINES = ("popularity", "item_knn", "spark_als")
BEAUTY, RETAIL, SPLIT = "amazon_beauty_sequences.txt", "online_retail.parquet", "2011-11-08"


async def run(settings: Settings) -> list[Row]:
    """For each data set: NDCG@10 beside each baseline's, and the seconds of the fit beside those of ALS."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="yarmarka-models-") as directory:
        for name, arguments in _sets(Path(directory)):
            rows += _rows(name, _evaluated(arguments))
    return rows


def _sets(directory: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    made = directory / "tastes.txt"
    lines = (" ".join(map(str, (user, *items))) for user, items in enumerate(tastes(3_000, 800, 20, 10, seed=3)))
    made.write_text("\n".join(lines), encoding="utf-8")
    yield "made", ("--sequences", str(made))
    if (beauty := samples() / BEAUTY).is_file():
        yield "beauty", ("--sequences", str(beauty))
    if (retail := samples() / RETAIL).is_file():
        yield "retail", ("--purchases", str(retail), "--split", SPLIT)


def _evaluated(arguments: tuple[str, ...]) -> dict[str, dict[str, float]]:
    command = [sys.executable, "-m", "analytics", "evaluate", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, cwd=CHECKOUT)
    found: dict[str, dict[str, float]] = orjson.loads(done.stdout)
    return found


def _rows(name: str, found: dict[str, dict[str, float]]) -> Iterator[Row]:
    figures = [(f"recommend_ndcg10_{name}_vs_{baseline}", "NDCG@10", baseline, "ndcg@10") for baseline in BASELINES]
    figures.append((f"recommend_fit_{name}_vs_spark_als", "s", "spark_als", "fit_s"))
    for row, unit, baseline, figure in figures:
        value, other = found["ours"][figure], found[baseline][figure]
        ratio = value / other if other else None
        yield Row(name=row, value=value, unit=unit, baseline=baseline, baseline_value=other, ratio=ratio, repeats=1)
