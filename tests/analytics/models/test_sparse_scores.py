"""What is scored sparsely is what is scored densely, and costs what a history leads to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.sparse import csr_array

from analytics.evaluation.metrics import quality
from analytics.models.hybrid import LARGE, Config, HybridModel, fit
from analytics.models.interactions import Interactions
from tests.analytics.models.made import ITEMS, chains, sequences, tastes

SMALL = replace(LARGE, queries=300, validation_cells=100_000)


def both(data: Interactions) -> tuple[HybridModel, HybridModel]:
    """One model that scores sparsely, and the same dense."""
    model = fit(data, SMALL)
    return replace(model, sparse=True), replace(model, sparse=False)


@settings(max_examples=30, deadline=None)
@given(sequences())
def test_sparse_lists_are_the_dense_ones(histories: list[list[int]]) -> None:
    data = Interactions.from_sequences(histories, ITEMS)
    sparse, dense = both(data)
    # What a latent component alone would find, only the dense way finds.
    if any(recipe.kind == "latent" for recipe in dense.recipes):
        return
    banned = np.arange(ITEMS) == 3
    ours, theirs = sparse.recommend(data, 5, banned), dense.recommend(data, 5, banned)
    np.testing.assert_allclose(
        np.where(ours.scores > 1e-3, ours.scores, 0), np.where(theirs.scores > 1e-3, theirs.scores, 0), atol=1e-4
    )
    assert (ours.ids >= 0).sum() == (theirs.ids >= 0).sum()
    for history, shown in zip(histories, ours.ids.tolist(), strict=True):
        known = [one for one in shown if one >= 0]
        assert len(set(known)) == len(known)
        assert not set(known) & (set(history) | {3})


@pytest.mark.parametrize("histories", [chains(600, 200, 8, seed=1), tastes(600, 200, 8, 6, seed=2)])
def test_many_items_are_served_as_well_as_few(histories: list[list[int]]) -> None:
    train = Interactions.from_sequences([history[:-1] for history in histories], 200)

    def ndcg(config: Config) -> float:
        lists = fit(train, config).recommend(train, 10).ids
        return quality(lists, np.arange(600), np.array([history[-1] for history in histories]), 200, 0.0).ndcg

    assert ndcg(SMALL) >= 0.97 * ndcg(replace(SMALL, sparse_items=10**9))


def test_reasons_and_fill_are_there() -> None:
    walks = [[0, 1], [0, 1], [0, 1], [2, 3], [2, 3], [2, 3], [4, 5], [5, 4]] * 5
    model = replace(fit(Interactions.from_sequences(walks, 6), SMALL), sparse=True)
    found = model.recommend(Interactions.from_sequences([[4, 0], [], [1]], 6), 3)
    said = dict(zip(found.ids[0].tolist(), found.reasons[0].tolist(), strict=True))
    assert (said[1], said[5]) == (0, 4)
    assert found.ids[1].tolist() == [0, 1, 2]
    assert found.reasons[1].tolist() == [-1] * 3
    assert (found.ids >= 0).all()


def test_settings_are_chosen_on_a_part_where_there_is_much() -> None:
    data = Interactions.from_sequences(chains(400, 300, 8, seed=4), 300)
    model = fit(data, replace(SMALL, sample_rows=800, sample_items=100))
    assert model.popular.size == 300
    found = model.recommend(data, 5)
    assert found.ids.max() > 250


def test_one_account_that_took_everything_counts_as_much_as_a_busy_person() -> None:
    everything = Interactions.from_sequences([list(range(5_000)), [1, 2, 3], [2, 3, 4]], 5_000)
    model = fit(everything, replace(Config(), history=20, queries=10, validation_cells=1))
    assert max(component.source.sum() for component in model.components) <= 5_000
    found = [
        component.operator.apply(csr_array(np.eye(1, 5_000, 2, dtype=np.float32))) for component in model.components
    ]
    assert all(np.count_nonzero(scores) < 100 for scores in found)
