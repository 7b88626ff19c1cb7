"""The whole recommender on made-up data whose structure is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from analytics.evaluation.baselines import ItemKnn, popularity_lists
from analytics.evaluation.metrics import quality
from analytics.models.arrays import Ints
from analytics.models.hybrid import Config, fit
from analytics.models.interactions import Interactions
from tests.analytics.models.made import ITEMS, chains, fashions, sequences, tastes

SMALL = Config(queries=300, validation_cells=100_000)


def ndcg(histories: list[list[int]], n_items: int, lists: Ints) -> float:
    who = np.arange(len(histories))
    return quality(lists, who, np.array([history[-1] for history in histories]), n_items, 0.0).ndcg


@pytest.mark.parametrize(
    ("histories", "n_items", "margin"),
    [
        pytest.param(chains(600, 200, 8, seed=1), 200, 1.3, id="order is everything"),
        pytest.param(tastes(600, 200, 8, 6, seed=2), 200, 0.97, id="order is nothing"),
        pytest.param(chains(600, 5000, 8, seed=3), 5000, 1.3, id="many items, no dense solver"),
    ],
)
def test_the_choice_fits_the_data(histories: list[list[int]], n_items: int, margin: float) -> None:
    train = Interactions.from_sequences([history[:-1] for history in histories], n_items)
    ours = ndcg(histories, n_items, fit(train, SMALL).recommend(train, 10).ids)
    assert ours > margin * ndcg(histories, n_items, ItemKnn(train).lists(train, 10))
    assert ours > ndcg(histories, n_items, popularity_lists(train, train, 10))


def test_fashions_are_followed() -> None:
    data = fashions(400, 200, 360, seed=4)
    late = data.times >= 330 * 86400
    train = data.keep(~late)
    found = fit(train, SMALL).recommend(train, 10, explain=False).ids
    pairs = np.setdiff1d(data.users[late] * 200 + data.items[late], train.users * 200 + train.items)
    ours = quality(found, pairs // 200, pairs % 200, 200, 0.0).ndcg
    assert ours > 2 * quality(ItemKnn(train).lists(train, 10), pairs // 200, pairs % 200, 200, 0.0).ndcg


@settings(max_examples=25, deadline=None)
@given(sequences())
def test_whatever_the_data_nothing_seen_is_shown(histories: list[list[int]]) -> None:
    data = Interactions.from_sequences(histories, ITEMS)
    banned = np.arange(ITEMS) == 3
    found = fit(data, SMALL).recommend(data, 5, banned)
    for history, ids, scores, reasons in zip(histories, *(part.tolist() for part in found), strict=True):
        shown = [one for one in ids if one >= 0]
        assert len(set(shown)) == len(shown) == min(5, len(set(range(ITEMS)) - set(history) - {3}))
        assert not set(shown) & (set(history) | {3})
        assert scores[: len(shown)] == sorted(scores[: len(shown)], reverse=True)
        assert set(reasons) <= set(history) | {-1}


def test_twice_the_same_and_whatever_the_threads() -> None:
    data = Interactions.from_sequences(tastes(300, 100, 5, 6, seed=5), 100)
    one, two = fit(data, SMALL), fit(data, replace(SMALL, threads=1))
    assert one.recipes == two.recipes
    assert one.weights.tolist() == two.weights.tolist()
    first, second = one.recommend(data, 10), two.recommend(data, 10, batch=7)
    assert first.ids.tolist() == second.ids.tolist()
    assert first.reasons.tolist() == second.reasons.tolist()
    np.testing.assert_allclose(first.scores, second.scores, rtol=1e-4)


def test_a_newcomer_gets_what_is_popular() -> None:
    data = Interactions.from_sequences([[2, 1], [2, 3], [2, 1], [1, 0]], 5)
    nobody = Interactions.from_sequences([[]], 5)
    found = fit(data).recommend(nobody, 3)
    assert found.ids.tolist() == [[1, 2, 0]]
    assert found.reasons.tolist() == [[-1, -1, -1]]


def test_the_reason_is_what_led_there() -> None:
    walks = [[0, 1], [0, 1], [0, 1], [2, 3], [2, 3], [2, 3], [4, 5], [5, 4]] * 5
    model = fit(Interactions.from_sequences(walks, 6))
    found = model.recommend(Interactions.from_sequences([[4, 0]], 6), 2)
    assert dict(zip(found.ids[0].tolist(), found.reasons[0].tolist(), strict=True)) == {1: 0, 5: 4}


def test_similar_is_what_goes_with_it() -> None:
    model = fit(Interactions.from_sequences([[0, 1], [0, 1], [0, 2], [3, 4]] * 5, 6))
    assert model.similar(0, 5)[0].tolist()[:2] == [1, 2]
    assert model.similar(5, 5)[0].size == 0
