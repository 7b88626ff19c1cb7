"""What a typed text asks for: words that are wanted and not, a price, an order; and how well words are slips."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalog.query import OtherCurrency, Query, QueryContext, understand
from pipeline.catalog.query_pieces import pieces
from pipeline.catalog.request import SearchRequest
from pipeline.catalog.slips import is_slip

READ = (
    "умные часы до 5 000 руб", "пылесос без мешка не samsung", "наушники в Севере до 100$", "ssd 500 гб 3000-5000",
    "1.1.1.1,1,1 000 000 000 000 1.1.1.1", "самые дешёвые кроссовки белые 42", "до до до до до до до до до до",
    "smart watch under 5000", "1 2 3 4 5 6 7 8 9 10 11 12", "детский велосипед с бюджетом до двадцати тысяч рублей",
)  # fmt: skip


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


def test_a_price_in_another_currency_is_converted_by_the_rates_of_the_marketplace() -> None:
    context = QueryContext("RUB", {"USD": 90.0}, lambda: {"север": ("sever",)})
    query = understand("самовар в Севере до 100$", context)
    assert (query.text, query.shops, query.high) == ("самовар", ("sever",), 9000)
    assert query.other == OtherCurrency("USD", 90.0)
    assert understand("самовар до 5000 руб", context).other is None
    in_dollars = QueryContext("USD", {"RUB": 0.01})
    assert understand("самовар до 5000 руб", in_dollars).high == 50
    assert understand("самовар до 50", in_dollars).other is None


def test_without_a_rate_the_price_narrows_nothing_and_that_is_said() -> None:
    query = understand("самовар до 5000 тенге")
    assert (query.text, query.low, query.high, query.other) == ("самовар", None, None, OtherCurrency("KZT", None))


def test_a_shop_that_is_registered_later_is_known() -> None:
    names: dict[str, tuple[str, ...]] = {}
    context = QueryContext(shops=lambda: dict(names))
    assert understand("чай в Заре", context).shops == ()
    names["заря"] = ("zarya",)
    assert understand("чай в Заре", context).shops == ("zarya",)


def test_reading_takes_a_millisecond_at_most() -> None:
    texts = [f"{text} {number}" for number in range(40) for text in READ]
    took = sorted(_seconds(text) for text in texts)
    assert took[int(0.95 * len(took))] <= 0.001


def _seconds(text: str) -> float:
    begun = time.perf_counter()
    understand(text)
    return time.perf_counter() - begun


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


@pytest.mark.parametrize(
    ("text", "makers", "said"),
    [
        ("пылесос без мешка", (), ("без мешка",)),
        ("молоко без сахара и лактозы 1 л", (), ("без сахара и лактозы", "1 л")),
        ("пылесос -samsung не apple", (), ("-samsung", "не apple")),
        ("смартфон Samsung 256 ГБ", ("samsung",), ("Samsung", "256 ГБ")),
        ("шины 205/55 r16", (), ("205/55 r16",)),
        ("гвозди 3х70", (), ("3х70",)),
        ("платье размер 42", (), ("размер 42",)),
        ("sugar-free chocolate", (), ("sugar-free",)),
        ("samsung", ("samsung",), ()),
        ("256 гб", (), ()),
        ("часы", (), ()),
    ],
)
def test_parts_of_a_text_can_be_taken_away(text: str, makers: tuple[str, ...], said: tuple[str, ...]) -> None:
    assert tuple(piece.said for piece in pieces(text, makers)) == said


def test_what_is_left_is_the_query_without_the_part() -> None:
    assert [piece.rest for piece in pieces("пылесос без мешка 2000 вт")] == ["пылесос 2000 вт", "пылесос без мешка"]


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=5), max_size=3))
def test_any_text_has_parts_that_are_shorter_than_it(text: str, makers: list[str]) -> None:
    for piece in pieces(text, tuple(makers)):
        assert piece.said in text
        assert len(piece.rest) < len(text)
        assert piece.rest
