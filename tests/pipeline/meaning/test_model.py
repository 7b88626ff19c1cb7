"""The encoder: what it promises of any text, and that what means alike lies near."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.meaning.model import DIMENSIONS, RememberedVectors, SentenceEncoder, Vector, encoder


@cache
def sentences() -> SentenceEncoder:
    return SentenceEncoder()


def alike(one: str, other: str) -> float:
    """The cosine between two texts."""
    left, right = (np.frombuffer(each, dtype=np.int8).astype(float) for each in sentences().vectors([one, other]))
    return float(left @ right / np.linalg.norm(left) / np.linalg.norm(right))


@given(st.text(max_size=600))
def test_any_text_has_a_vector_that_points_somewhere(text: str) -> None:
    (vector,) = sentences().vectors([text])
    assert len(vector) == DIMENSIONS
    assert any(vector)


def test_a_text_has_the_same_vector_alone_and_among_others() -> None:
    texts = ["чем подстричь газон", "беговые кроссовки", "", "desk lamp"]
    for together, text in zip(sentences().vectors(texts), texts, strict=True):
        alone = np.frombuffer(sentences().vectors([text])[0], dtype=np.int8).astype(int)
        # One of 127 steps is what rounding may do.
        assert np.abs(alone - np.frombuffer(together, dtype=np.int8)).max() <= 1


@pytest.mark.parametrize(
    ("query", "meant", "other"),
    [
        ("чем подстричь газон", "Газонокосилка", "Наушники"),
        ("обувь для бега", "Беговые кроссовки", "Кофемашина"),
        ("running shoes", "Беговые кроссовки", "Кофемашина"),
        ("портативный компьютер", "Ноутбук", "Чайник"),
    ],
)
def test_what_means_alike_lies_nearer_also_across_languages(query: str, meant: str, other: str) -> None:
    assert alike(query, meant) > alike(query, other) + 0.1


class Counting:
    """An encoder that notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def vectors(self, texts: Sequence[str]) -> list[Vector]:
        self.asked += texts
        return [text.encode() for text in texts]


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=12), st.integers(1, 4))
def test_what_is_remembered_is_what_the_encoder_says_and_never_more_than_wanted(
    asked: list[list[str]], most: int
) -> None:
    remembered = RememberedVectors(Counting(), most)
    for texts in asked:
        assert remembered.vectors(texts) == [text.encode() for text in texts]
        assert len(remembered.known("abcdef")) <= most


def test_what_is_remembered_is_not_asked_for_again() -> None:
    counting = Counting()
    remembered = RememberedVectors(counting, 2)
    remembered.vectors(["a", "b", "a"])
    remembered.vectors(["b", "a"])
    assert counting.asked == ["a", "b"]
    remembered.vectors(["c"])
    assert set(remembered.known(["a", "b", "c"])) == {"a", "c"}


def test_who_does_not_want_it_has_none() -> None:
    assert encoder(wanted=False, most=1) is None
    assert encoder(wanted=True, most=1) is not None
