"""The promised figures on the two samples, where they are at hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from analytics.evaluation.evaluate import Contestant, evaluate
from analytics.evaluation.purchases import read_purchases
from analytics.evaluation.sequences import read_sequences
from tests.conftest import samples

SPLIT = datetime(2011, 11, 8)  # noqa: DTZ001 - the file's clock has no zone

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def data() -> Path:
    """Where the samples are. They are not part of the project: where they are missing, the summary says so."""
    place = samples()
    if not place.is_dir():
        pytest.skip(f"the samples are not in {place}: put them there, or name another place by YARMARKA_DATA")
    return place


def test_sequences_beat_ease_and_neighbours(data: Path) -> None:
    task = read_sequences(data / "amazon_beauty_sequences.txt")
    ours = evaluate(task, Contestant.OURS)
    assert ours.ndcg >= 0.055
    assert ours.ndcg > evaluate(task, Contestant.ITEM_KNN).ndcg > evaluate(task, Contestant.POPULARITY).ndcg


def test_purchases_beat_ease_and_neighbours(data: Path) -> None:
    task = read_purchases(data / "online_retail.parquet", SPLIT)
    ours = evaluate(task, Contestant.OURS)
    assert ours.ndcg >= 0.12
    assert ours.ndcg > evaluate(task, Contestant.ITEM_KNN).ndcg > evaluate(task, Contestant.POPULARITY).ndcg


def test_many_items_are_served_as_well_as_few(data: Path) -> None:
    for task in (
        read_sequences(data / "amazon_beauty_sequences.txt"),
        read_purchases(data / "online_retail.parquet", SPLIT),
    ):
        assert evaluate(task, Contestant.LARGE).ndcg >= 0.97 * evaluate(task, Contestant.OURS).ndcg
