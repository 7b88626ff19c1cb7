"""Words and terms: what must meet, and what must stay apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalog.keyboard import other_layout
from pipeline.text.linguistics import analyse, readings
from pipeline.text.phonetics import skeleton, sound
from pipeline.text.words import compounds, words


@pytest.mark.parametrize(
    "forms",
    [
        "часы часов часам часами",
        "умный умные умных умной",
        "ремешок ремешки ремешков",
        "весы весов весами",
        "очки очков",
        "духи духов",
        "носки носков носками",
        "кроссовки кроссовок",
        "наушники наушников наушник",
        "детские детская детской",
        "беспроводные беспроводной",
        "чехол чехлы чехлов",
        "headphones headphone",
        "batteries battery",
        "ёлка елки",
    ],
)
def test_forms_of_a_word_are_one_term(forms: str) -> None:
    assert len(set(analyse(forms))) == 1


@pytest.mark.parametrize(("one", "other"), [("часы", "час"), ("весы", "вес"), ("a52", "a53"), ("чехол", "чехия")])
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert analyse(one) != analyse(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('15,6" экран', ["15.6", "15.6inch", "экран"]),
        ("17-inch", ["17", "17inch"]),
        ("256 ГБ и 256gb", ["256", "256gb", "256", "256gb"]),
        ("20,100mAh, 10 000 мАч", ["20100", "20100mah", "10000", "10000mah"]),
        ("для и с the", []),
        ("Аpple", ["appl"]),
        ("А52s", ["a52s"]),
        ("<b>Wi&#45;Fi</b>™", ["wi", "fi"]),
        ("dv7-1211ea", ["dv7", "1211ea"]),
    ],
)
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    assert analyse(text) == expected


def test_compounds_are_joined() -> None:
    assert compounds("HP dv7-1211ea, Wi-Fi, 15.6") == ("dv71211ea", "wifi")


def test_a_query_asks_for_every_reading_of_a_form() -> None:
    assert set(readings("гарнитуры")) == {"гарнитура", "гарнитур"}


@pytest.mark.parametrize(
    ("russian", "english"),
    [
        ("самсунг", "samsung"),
        ("айфон", "iphone"),
        ("сяоми", "xiaomi"),
        ("филипс", "philips"),
        ("хуавей", "huawei"),
        ("бош", "bosch"),
        ("сони", "sony"),
        ("макбук", "macbook"),
    ],
)
def test_names_sound_the_same_in_both_alphabets(russian: str, english: str) -> None:
    assert sound(russian) == sound(english)


def test_near_names_share_their_consonants() -> None:
    assert skeleton("кэнон") == skeleton("canon")
    assert skeleton("логитек") == skeleton("logitech")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("fqajy", "айфон"), ("ыфьыгтп", "samsung"), ("evyst xfcs", "умные часы"), ("ipad про", "ipad про")],
)
def test_the_other_layout(typed: str, meant: str) -> None:
    assert other_layout(typed) == meant


@given(st.text())
def test_any_text_has_terms_that_white_space_divides(text: str) -> None:
    terms = analyse(text)
    assert " ".join(terms).split() == terms
    assert analyse(text) == terms


@given(st.text())
def test_words_know_no_case(text: str) -> None:
    assert words(text) == words(text)
    assert all(word == word.lower() for word in words(text) if word.isascii())
