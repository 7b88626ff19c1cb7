"""Which words a Russian diminutive may be one of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.diminutives import diminutives


@pytest.mark.parametrize(
    ("word", "of"),
    [
        ("шоколадка", "шоколад"), ("молочко", "молоко"), ("коврик", "ковер"), ("лампочка", "лампа"),
        ("тетрадка", "тетрадь"), ("блокнотик", "блокнот"), ("диванчик", "диван"),
        ("лопатка", "лопата"),
    ],
)  # fmt: skip
def test_a_diminutive_is_known_by_its_word(word: str, of: str) -> None:
    assert of in diminutives(word)


@pytest.mark.parametrize("word", ["полка", "майка", "кошка", "точка", "watch", "s23", "к", ""])
def test_a_short_root_is_another_word(word: str) -> None:
    assert not [*diminutives(word)]


@given(st.text(max_size=30))
def test_any_word_is_read(word: str) -> None:
    assert all(len(each) > 3 for each in diminutives(word))
