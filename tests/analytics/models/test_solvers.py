"""Closed forms against their definitions."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from analytics.models.cooccurrence import taken
from analytics.models.interactions import Interactions
from analytics.models.latent import right_factors
from analytics.models.ridge import ease, next_item
from tests.analytics.models.made import ITEMS, sequences, tastes


@given(sequences(), st.floats(1, 100))
def test_ease_is_the_constrained_ridge(histories: list[list[int]], penalty: float) -> None:
    matrix = taken(Interactions.from_sequences(histories, ITEMS)).toarray().astype(np.float64)
    found = ease((matrix.T @ matrix).astype(np.float32), penalty)
    assert np.all(np.diag(found) == 0)
    for j in range(ITEMS):
        rest = [i for i in range(ITEMS) if i != j]
        others = matrix[:, rest]
        own = np.linalg.solve(others.T @ others + penalty * np.eye(ITEMS - 1), others.T @ matrix[:, j])
        np.testing.assert_allclose(found[rest, j], own, atol=1e-3)


def test_next_item_solves_the_normal_equations() -> None:
    random = np.random.default_rng(3)
    rows = random.random((50, 6)).astype(np.float32)
    follows = random.random((6, 6)).astype(np.float32)
    found = next_item(rows.T @ rows, follows, np.full(6, 2.0, np.float32))
    expected = np.linalg.solve(rows.T @ rows + 2 * np.eye(6), follows)
    np.fill_diagonal(expected, 0)
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_an_indefinite_memory_is_mended() -> None:
    memory = np.array([[0, 5], [5, 0]], np.float32)
    assert np.isfinite(next_item(memory, np.eye(2, dtype=np.float32)[::-1].copy(), np.ones(2, np.float32))).all()


def test_factors_span_what_an_exact_svd_finds() -> None:
    matrix = taken(Interactions.from_sequences(tastes(200, 40, 4, 5, seed=1), 40))
    found = right_factors(matrix, 4, seed=0, passes=6)
    exact = np.linalg.svd(matrix.toarray())[2][:4]
    np.testing.assert_allclose(np.linalg.svd(exact @ found)[1], 1, atol=1e-2)
    assert np.array_equal(found, right_factors(matrix, 4, seed=0, passes=6))
