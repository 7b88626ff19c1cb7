"""What a text says is not there, in queries and in names of goods."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.lacking import Wish, lacks, wish


@pytest.mark.parametrize(
    ("text", "wanted", "unwanted"),
    [
        ("пылесос без мешка", "пылесос", ("мешка",)),
        ("без мешка пылесосы", "пылесосы", ("мешка",)),
        ("кофе без добавления сахара", "кофе", ("добавления сахара",)),
        ("раковина без сливного отверстия", "раковина", ("сливного отверстия",)),
        ("мармелад без сахара и глютена", "мармелад", ("сахара", "глютена")),
        ("йогурт без сахара и лактозы", "йогурт", ("сахара", "лактозы")),
        ("вафли без сахара", "вафли", ("сахара",)),
        ("без сахара вафли", "вафли", ("сахара",)),
        ("колонка без проводов и будильник", "колонка и будильник", ("проводов",)),
        ("куртка без капюшона женская", "куртка женская", ("капюшона",)),
        ("пылесос не самсунг", "пылесос", ("самсунг",)),
        ("смартфон -apple -samsung", "смартфон", ("apple", "samsung")),
        ("пылесос кроме самсунг и бош", "пылесос", ("самсунг", "бош")),
        ("не самсунг", "", ("самсунг",)),
        ("vacuum without bag", "vacuum", ("bag",)),
        ("sugar-free gum", "gum", ("sugar",)),
        ("sugar free gum", "gum", ("sugar",)),
    ],
)
def test_what_is_not_wanted_is_taken_out(text: str, wanted: str, unwanted: tuple[str, ...]) -> None:
    assert wish(text)[:2] == Wish(wanted, unwanted)[:2]


@pytest.mark.parametrize(
    "text",
    [
        "wi-fi роутер", "перчатки - чёрные", "-5 градусов", "пылесос без", "hands free headset", "не только часы",
        "часы -", "кола не 1,5 л", "фитнес-браслет", "бездна", "нежный крем",
    ],
)  # fmt: skip
def test_what_denies_nothing_stays(text: str) -> None:
    assert wish(text) == Wish(text)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Пылесос без мешка «Проба»", ("мешок",)),
        ("Йогурт без сахара и лактозы", ("сахар", "лактоза")),
        ("Не содержит лактозы", ("лактоза",)),
        ("Sugar-free gum", ("sugar",)),
        ("Пылесос с мешком", ()),
    ],
)
def test_a_name_says_what_the_thing_lacks(text: str, terms: tuple[str, ...]) -> None:
    assert lacks(text) == terms


@given(st.text(alphabet="без неи -сахарwithoutfree,", max_size=60))
def test_any_text_comes_apart_and_no_word_comes_of_nothing(text: str) -> None:
    asked = wish(text)
    said = set(re.findall(r"\w+", text))
    assert set(re.findall(r"\w+", " ".join((asked.text, *asked.unwanted)))) <= said
    lacks(text)
