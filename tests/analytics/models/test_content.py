"""Content, popularity and diversity: what serves products and people without a past."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.models import content
from analytics.models.arrays import Sparse
from analytics.models.content import TokenCounts, alike, tf_idf
from analytics.models.diversity import diversify
from analytics.models.interactions import Interactions
from analytics.models.popularity import DAY, has_clock, popularity
from analytics.models.trend import trend


def vectors_of(documents: Sequence[Sequence[str]]) -> Sparse:
    """TF-IDF of the documents."""
    counts = TokenCounts()
    for document in documents:
        counts.add(document)
    return tf_idf(counts.matrix())


TOKENS = st.lists(st.sampled_from("abcdef"), max_size=6)


@given(st.lists(TOKENS, min_size=1, max_size=8))
def test_tf_idf_by_hand(documents: list[list[str]]) -> None:
    found = vectors_of(documents).toarray()
    order = list(dict.fromkeys(token for document in documents for token in document))
    for row, document in zip(found, documents, strict=True):
        weights = [
            (1 + math.log(document.count(t))) * math.log(len(documents) / sum(t in d for d in documents))
            if t in document else 0.0
            for t in order
        ]  # fmt: skip
        length = math.sqrt(sum(w * w for w in weights))
        np.testing.assert_allclose(row, [w / length if length else 0 for w in weights], atol=1e-5)


def test_a_new_product_is_near_its_like() -> None:
    vectors = vectors_of([["red", "mug"], ["red", "lamp"], ["blue", "mug"], ["blue", "mug", "big"], []])
    near = alike(vectors, 2)
    assert near.shape == (5, 5)
    assert near[[2]].indices[np.argmax(near[[2]].data)] == 3
    assert near.diagonal().tolist() == [0] * 5
    assert near[[4]].nnz == 0


@given(st.lists(TOKENS, max_size=8), st.integers(1, 4), st.integers(1, 30))
def test_likeness_is_the_same_however_much_is_in_memory_at_once(documents: list[list[str]], k: int, pairs: int) -> None:
    vectors = vectors_of(documents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "PAIRS_AT_ONCE", pairs)
        found = alike(vectors, k).toarray()
    cosine = (vectors @ vectors.T).toarray()
    np.fill_diagonal(cosine, 0)
    for row, own in zip(found, cosine, strict=True):
        np.testing.assert_allclose(np.sort(row)[::-1][:k], np.sort(own)[::-1][:k], atol=1e-6)
        assert np.count_nonzero(row) <= k


def test_what_everybody_says_is_no_likeness() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "COMMON", 2)
        near = alike(vectors_of([["new", "mug"], ["new", "mug"], ["new", "lamp"], ["old"]]), 3)
    assert near.toarray().astype(bool).tolist() == [[i + j == 1 for j in range(4)] for i in range(4)]


@given(
    st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.floats(0, 1)), max_size=8),
    st.integers(0, 8),
    st.floats(0.1, 1),
)
def test_diversify_chooses_each_once(items: list[tuple[str | None, float]], k: int, penalty: float) -> None:
    chosen = diversify([c for c, _ in items], [s for _, s in items], k, penalty)
    assert len(chosen) == len(set(chosen)) == min(k, len(items))
    if chosen:
        assert items[chosen[0]][1] == max(score for _, score in items)


def test_diversify_breaks_a_row_of_the_same() -> None:
    assert diversify(["a", "a", "a", "b", None], [1.0, 0.9, 0.8, 0.7, 0.1], 4, 0.5) == [0, 3, 1, 2]
    assert diversify(["a", "a", "b"], [1.0, 0.9, 0.8], 3, 1.0) == [0, 1, 2]
    with pytest.raises(ValueError, match="penalty"):
        diversify(["a"], [1.0], 1, 0.0)


def test_what_was_taken_lately_counts_more() -> None:
    days = np.array([0.0, 0.0, 0.0, 100.0])
    data = Interactions.from_rows(np.array([0, 1, 2, 3]), np.array([0, 0, 0, 1]), days * DAY, 4, 2)
    assert has_clock(data)
    assert popularity(data).tolist() == [3, 1]
    assert popularity(data, 25.0).tolist() == [3 / 16, 1]
    risen, fallen = trend(data, 0.25, 0.5)[[1, 0]]
    assert risen > 1 > fallen


def test_without_a_clock_there_is_no_trend() -> None:
    data = Interactions.from_sequences([[0, 1], [1, 0]], 2)
    assert not has_clock(data)
    assert trend(data, 0.25, 1.0).tolist() == [1, 1]
