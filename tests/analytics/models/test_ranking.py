"""Ranks, validation gain and top lists against naive sorting; the sparse path against the dense one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array

from analytics.models.blend import Pool, weights
from analytics.models.holdout import gain, hold_out_after, hold_out_last, ranks
from analytics.models.interactions import Interactions
from analytics.models.top_lists import top
from analytics.models.trial import DenseTrial, SparseTrial
from tests.analytics.models.made import ITEMS, fashions, sequences


@given(sequences(), st.integers(0, 2**32 - 1))
def test_what_is_held_out_is_new_and_gone(histories: list[list[int]], seed: int) -> None:
    data = Interactions.from_sequences(histories, ITEMS)
    holdout = hold_out_last(data, 5, seed)
    able = [h for h in histories if len(h) > 1 and h[-1] not in h[:-1]]
    assert np.unique(holdout.who).size == holdout.queries.n_users <= min(5, len(able))
    for who, what in zip(holdout.who, holdout.what, strict=True):
        known = holdout.queries.items[holdout.queries.users == who].tolist()
        assert [*known, what] in able
    assert holdout.train.items.size + holdout.who.size <= data.items.size


def test_nothing_after_the_moment_is_learnt() -> None:
    data = fashions(60, 30, 100, seed=2)
    holdout = hold_out_after(data, 80 * 86400.0, 20, seed=1)
    assert holdout.train.times.max() < 80 * 86400
    assert holdout.queries.n_users == 20
    assert np.bincount(holdout.who).max() <= 5


@given(sequences(), st.integers(0, 1000))
def test_sparse_ranks_are_dense_ranks(histories: list[list[int]], seed: int) -> None:
    data = Interactions.from_sequences(histories, ITEMS)
    holdout = hold_out_last(data, 50, 0)
    random = np.random.default_rng(seed)
    shape = (holdout.queries.n_users, ITEMS)
    scores = (random.integers(0, 4, shape) * (random.random(shape) < 0.6)).astype(np.float32)
    target = random.choice([0.5, 1.0, 2.0], ITEMS).astype(np.float32)
    sparse = SparseTrial(csr_array(scores), holdout).ranks(target)
    dense = DenseTrial(scores.copy(), holdout).ranks(target)
    scored = scores[holdout.who, holdout.what] > 0
    assert sparse[scored].tolist() == dense[scored].tolist()
    assert (sparse[~scored] == ITEMS).all()


def test_ties_count_against_the_item() -> None:
    scores = np.array([[1, 1, 1, 0]], np.float32)
    assert ranks(scores, np.array([0, 0]), np.array([1, 3])).tolist() == [2, 3]


@pytest.mark.parametrize(
    ("rank", "who", "cutoff", "value"),
    [
        ([0], [0], 10, 1.0),
        ([1], [0], 10, 1 / np.log2(3)),
        ([10], [0], 10, 0.0),
        ([0, 10, 0], [0, 0, 1], 10, 0.75),
        ([], [], 10, 0.0),
    ],
)
def test_gain(rank: list[int], who: list[int], cutoff: int, value: float) -> None:
    assert gain(np.array(rank, np.int64), np.array(who, np.int64), cutoff) == pytest.approx(value)


@given(st.lists(st.lists(st.integers(-3, 3), min_size=6, max_size=6), min_size=1, max_size=5), st.integers(1, 8))
def test_top_sorts_by_score_then_number(rows: list[list[int]], k: int) -> None:
    scores = np.array(rows, np.float32)
    scores[scores == -3] = -np.inf
    ids, best = top(scores, k)
    for row, found, values in zip(scores, ids.tolist(), best.tolist(), strict=True):
        expected = sorted((i for i in range(6) if np.isfinite(row[i])), key=lambda i: (-row[i], i))[:k]
        assert found == expected + [-1] * (k - len(expected))
        assert values[: len(expected)] == [row[i] for i in expected]


@pytest.mark.parametrize(("values", "k"), [(3, 10), (1000, 10), (10**6, 40), (1, 5)])
def test_top_of_wide_rows_is_the_same(values: int, k: int) -> None:
    random = np.random.default_rng(values)
    scores = random.integers(0, values, (7, 9_000)).astype(np.float32)
    scores[random.random(scores.shape) < 0.3] = -np.inf
    scores[0] = -np.inf
    scores[1, 5:] = -np.inf
    ids, _ = top(scores, k)
    columns = np.arange(scores.shape[1])
    for row, found in zip(scores, ids.tolist(), strict=True):
        best = [column for column in np.lexsort((columns, -row))[:k].tolist() if np.isfinite(row[column])]
        assert found == best + [-1] * (k - len(best))


def test_weights_join_two_that_each_know_half() -> None:
    candidates = np.zeros((3, 40, 4), np.float32)
    candidates[0, :20, 0], candidates[0, 20:, 1:] = 1, 0.3
    candidates[1, 20:, 0], candidates[1, :20, 1:] = 1, 0.3
    candidates[2] = np.random.default_rng(1).random((40, 4))
    candidates[2, :, 0] = 0
    found = weights(Pool(candidates, candidates[:, :, 0].copy(), np.arange(40)))
    assert found[0] > 0
    assert found[1] > 0
    assert found[2] == 0


def test_a_component_that_does_not_help_gets_nothing() -> None:
    candidates = np.zeros((2, 30, 3), np.float32)
    candidates[0, :, 0] = 1
    candidates[1, :, 1] = 1
    assert weights(Pool(candidates, candidates[:, :, 0].copy(), np.arange(30))).tolist() == [1, 0]
