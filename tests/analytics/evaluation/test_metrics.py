"""NDCG, hit rate and coverage against the textbook, said slowly."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.evaluation.metrics import quality

ITEMS = 15
LISTS = st.lists(st.permutations(range(ITEMS)).map(lambda order: order[:10]), min_size=1, max_size=6)


@given(LISTS, st.data())
def test_quality_by_hand(lists: list[list[int]], data: st.DataObject) -> None:
    wanted = [data.draw(st.sets(st.integers(0, ITEMS - 1), max_size=12)) for _ in lists]
    pairs = [(user, item) for user, items in enumerate(wanted) for item in sorted(items)]
    who, what = np.array(pairs, np.int64).reshape(-1, 2).T
    values = [
        sum(1 / math.log2(r + 2) for r, item in enumerate(ten) if item in items)
        / sum(1 / math.log2(r + 2) for r in range(min(10, len(items))))
        for ten, items in zip(lists, wanted, strict=True)
        if items
    ]
    found = quality(np.array(lists), who, what, ITEMS, 1.5)
    assert found.ndcg == pytest.approx(sum(values) / len(values) if values else 0.0)
    asked = [bool(items & set(ten)) for ten, items in zip(lists, wanted, strict=True) if items]
    assert found.hits == pytest.approx(sum(asked) / len(asked) if asked else 0.0)
    if asked:
        assert found.coverage == len({item for ten in lists for item in ten}) / ITEMS


def test_names_are_those_of_the_papers() -> None:
    found = quality(np.array([[2, -1]]), np.array([0]), np.array([2]), 4, 0.5)
    assert found.model_dump(by_alias=True) == {
        "ndcg@10": 1.0, "hr@10": 1.0, "coverage": 0.25, "ndcg@10_low": 1.0, "ndcg@10_high": 1.0, "top_1%": 1.0,
        "fit_s": 0.5,
    }  # fmt: skip
