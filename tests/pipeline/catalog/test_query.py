"""What a typed text asks for: words that are wanted and not, a price, an order; and how well words are slips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalog.query import Query, understand
from pipeline.catalog.request import SearchRequest
from pipeline.catalog.slips import is_slip


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("пылесос без мешка до 5000", Query("пылесос без мешка", "пылесос", ("мешка",), None, 5000)),
        ("самые дешёвые часы не casio", Query("часы не casio", "часы", ("casio",), sort="price_asc")),
        ("новинки часов", Query("часов", "часов", sort="newest")),
        ("newest headphones", Query("headphones", "headphones", sort="newest", language="en")),
        ("часы до 5.000 руб", Query("часы", "часы", (), None, 5000)),
        ("", Query("", "", language="en")),
    ],
)
def test_a_text_is_read_once_for_everybody(text: str, expected: Query) -> None:
    assert understand(text) == expected


def test_a_query_is_a_request() -> None:
    request = understand("самые дешёвые часы до 5 т.р.").request()
    assert request == SearchRequest(text="часы", price_max=5000, sort="price_asc")


@given(st.text(max_size=80))
def test_any_text_is_understood(text: str) -> None:
    query = understand(text)
    assert query == understand(text)
    assert all(phrase in query.text for phrase in query.unwanted)
    query.request()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("красовки", "кроссовки"), ("калонка", "колонка"), ("пылисос", "пылесос"), ("чсы", "часы"), ("часв", "часы"),
        ("телевизер", "телевизор"), ("настеные", "настенные"), ("вилосипед", "велосипед"), ("тетрать", "тетрадь"),
        ("samsng", "samsung"), ("wach", "watch"), ("headfones", "headphones"),
    ],
)  # fmt: skip
def test_what_sounds_alike_or_lies_near_on_the_keys_is_a_slip(typed: str, meant: str) -> None:
    assert is_slip(typed, meant)


@pytest.mark.parametrize(
    ("typed", "other"),
    [("удочка", "точка"), ("удачка", "точка"), ("гладилка", "сушилка"), ("quoted", "quilted"), ("red", "rod")],
)
def test_what_only_has_most_letters_in_common_is_none(typed: str, other: str) -> None:
    assert not is_slip(typed, other)
