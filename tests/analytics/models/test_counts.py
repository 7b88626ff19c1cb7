"""Transitions, co-occurrence and neighbour lists against loops that say the same slowly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.models import transitions as module
from analytics.models.cooccurrence import cooccurrence, strongest, within
from analytics.models.history import Decay, weigh
from analytics.models.interactions import Interactions
from analytics.models.transitions import together, transitions
from tests.analytics.models.made import ITEMS, sequences


@given(sequences(), st.floats(0.1, 1.0), st.integers(1, 5))
def test_transitions_count_what_follows(histories: list[list[int]], rate: float, window: int) -> None:
    expected = np.zeros((ITEMS, ITEMS))
    for history in histories:
        for s, source in enumerate(history):
            for t in range(s + 1, min(s + window, len(history) - 1) + 1):
                expected[source, history[t]] += rate ** (t - s - 1)
    np.fill_diagonal(expected, 0)
    data = Interactions.from_sequences(histories, ITEMS)
    np.testing.assert_allclose(transitions(data, rate, window).toarray(), expected, rtol=1e-4, atol=1e-6)


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    data = Interactions.from_sequences([[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [5, 1, 5, 2]], ITEMS)
    whole = transitions(data, 0.5, 3).toarray()
    monkeypatch.setattr(module, "CHUNK", 6)
    np.testing.assert_allclose(transitions(data, 0.5, 3).toarray(), whole)


@given(sequences(), st.floats(0, 1))
def test_cooccurrence_weighs_by_length(histories: list[list[int]], user_power: float) -> None:
    expected = np.zeros((ITEMS, ITEMS))
    for history in histories:
        own = set(history)
        for i in own:
            for j in own - {i}:
                expected[i, j] += len(own) ** -user_power
    found = cooccurrence(Interactions.from_sequences(histories, ITEMS), user_power)
    np.testing.assert_allclose(found.toarray(), expected, rtol=1e-4)


def test_a_budget_of_pairs_keeps_what_is_latest() -> None:
    data = Interactions.from_sequences([list(range(30)), [3, 4]], 30)
    kept = within(data, 30 * 30)
    assert kept.items.tolist()[-2:] == [3, 4]
    assert kept.items.tolist()[:-2] == list(range(30))[-(kept.items.size - 2) :]
    assert (kept.lengths**2).sum() <= 30 * 30
    assert within(data, 10**6).items.tolist() == data.items.tolist()


def test_one_basket_is_one_event() -> None:
    rows = np.array([0, 0, 0, 0])
    data = Interactions.from_rows(rows, np.array([1, 2, 3, 1]), np.array([5.0, 5.0, 9.0, 9.0]), 1, 4)
    assert data.events.tolist() == [0, 0, 1, 1]
    assert together(data).toarray().tolist() == [[0, 0, 0, 0], [0, 0, 1, 1], [0, 1, 0, 0], [0, 1, 0, 0]]
    assert transitions(data, 0.5, 2).toarray()[2].tolist() == [0, 1, 0, 1]


def test_rows_may_come_in_any_order() -> None:
    users, items, times = np.array([1, 0, 1, 0]), np.array([3, 2, 1, 0]), np.array([2.0, 8.0, 1.0, 4.0])
    data = Interactions.from_rows(users, items, times, 2, 4)
    assert data.items.tolist() == [0, 2, 1, 3]
    assert data.events.tolist() == [0, 1, 0, 1]
    assert data.age.tolist() == [1, 0, 1, 0]


@given(sequences(), st.integers(1, 6))
def test_only_the_strongest_stay(histories: list[list[int]], k: int) -> None:
    matrix = cooccurrence(Interactions.from_sequences(histories, ITEMS))
    whole, kept = matrix.toarray(), strongest(matrix, k).toarray()
    for before, after in zip(whole, kept, strict=True):
        best = sorted(range(ITEMS), key=lambda j: (-before[j], j))[:k]
        assert [before[j] if j in best else 0 for j in range(ITEMS)] == after.tolist()


@pytest.mark.parametrize(
    ("decay", "expected"),
    [(Decay(), [2, 1, 1]), (Decay(rate=0.5), [1.25, 0.5, 0]), (Decay(power=1.0), [4 / 3, 0.5, 0])],
)
def test_a_history_becomes_weights(decay: Decay, expected: list[float]) -> None:
    data = Interactions.from_sequences([[0, 1, 0]] if decay.rate < 1 or decay.power else [[0, 2, 1, 0]], 3)
    np.testing.assert_allclose(weigh(data, decay).toarray()[0], expected, rtol=1e-6)
