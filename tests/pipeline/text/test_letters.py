"""The tables of letters, and what bans and search each make of them."""

import pytest

from pipeline.text import letters, rule_words, words

TWINS = [(chr(cyrillic), chr(latin)) for cyrillic, latin in letters.TO_LATIN.items()]


@pytest.mark.parametrize(("cyrillic", "latin"), TWINS)
def test_twins_are_of_different_alphabets_and_lead_to_each_other(cyrillic: str, latin: str) -> None:
    assert "а" <= cyrillic <= "я"
    assert "a" <= latin <= "z"
    assert latin.translate(letters.TO_CYRILLIC) == cyrillic


@pytest.mark.parametrize(("cyrillic", "latin"), TWINS)
def test_bans_and_search_see_through_every_twin(cyrillic: str, latin: str) -> None:
    # A letter that only Cyrillic has, twice, so that the word is Russian with one letter put in.
    assert rule_words.keys(f"жж{latin}") == (f"жж{cyrillic}",)
    assert words.one_alphabet(f"жж{latin}") == f"жж{cyrillic}"


@pytest.mark.parametrize("character", letters.INVISIBLE)
def test_what_is_invisible_divides_no_word(character: str) -> None:
    assert rule_words.keys(f"ча{character}сы") == rule_words.keys("часы")
    assert words.words(f"ча{character}сы") == words.words("часы")


@pytest.mark.parametrize(
    ("text", "folded"),
    [("  Зелёный   Край ", "зеленый край"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("и\u0306", "й"), ("", "")],
)
def test_folded(text: str, folded: str) -> None:
    assert letters.folded(text) == folded
