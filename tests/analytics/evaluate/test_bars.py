"""The promised figures on the two samples, where they are at hand."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import pytest

from analytics.evaluate import Contestant, evaluate
from analytics.evaluate_data import read_purchases, read_sequences

DATA = Path(os.environ.get("YARMARKA_DATA", "../shared/data"))
SPLIT = datetime(2011, 11, 8)  # noqa: DTZ001 - the file's clock has no zone

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"not there: {DATA} (YARMARKA_DATA names another place)"),
]


def test_sequences_beat_ease_and_neighbours() -> None:
    task = read_sequences(DATA / "amazon_beauty_sequences.txt")
    ours = evaluate(task, Contestant.OURS)
    assert ours.ndcg >= 0.055
    assert ours.ndcg > evaluate(task, Contestant.ITEM_KNN).ndcg > evaluate(task, Contestant.POPULARITY).ndcg


def test_purchases_beat_ease_and_neighbours() -> None:
    task = read_purchases(DATA / "online_retail.parquet", SPLIT)
    ours = evaluate(task, Contestant.OURS)
    assert ours.ndcg >= 0.12
    assert ours.ndcg > evaluate(task, Contestant.ITEM_KNN).ndcg > evaluate(task, Contestant.POPULARITY).ndcg
