"""Other people's text, made fit to be shown; prices."""

import pytest
from hypothesis import given

from bot.features.search.choices import bands, round_price
from bot.ui.locale import Html, Language
from bot.ui.money import money, money_range, short_range
from bot.ui.text import clean, cut, escaped, fit, units, visible_units
from pipeline.catalog.page import Facets
from tests.bot.world import strategies


@pytest.mark.parametrize(
    ("amount", "currency", "russian", "english"),
    [
        (12990, "RUB", "12 990 ₽", "₽12,990"),
        (0, "RUB", "0 ₽", "₽0"),
        (999.5, "RUB", "999,50 ₽", "₽999.50"),
        (1234567.89, "USD", "1 234 567,89 $", "$1,234,567.89"),
        (0.005, "EUR", "0,01 €", "€0.01"),
        (5, "XAU", "5 XAU", "XAU 5"),
        (1e12, "RUB", "1 000 000 000 000 ₽", "₽1,000,000,000,000"),
    ],
)
def test_prices_are_written_as_people_write_them(amount: float, currency: str, russian: str, english: str) -> None:
    assert money(amount, currency, "ru") == russian.replace(" ", "\u00a0")
    assert money(amount, currency, "en") == english.replace(" ", "\u00a0")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_a_price_never_breaks_over_lines(language: Language) -> None:
    assert " " not in money(1234567.5, "KZT", language)


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ("  умные \n\t часы ", "умные часы"),
        ("\u202eтсет\u202c", "тсет"),
        ("a\u200bb\ufeffc", "abc"),
        ("👨‍👩‍👧 семья", "👨‍👩‍👧 семья"),
        ("z\u0301\u0301\u0301\u0301", "ź\u0301\u0301"),
        ("\ud83d!", "!"),
        ("\u200d\u200d", ""),
        ("ёжик", "ёжик"),
    ],
)
def test_invisible_and_direction_changing_characters_go(odd: str, plain: str) -> None:
    assert clean(odd) == plain


def test_a_huge_text_costs_no_more_than_a_small_one() -> None:
    assert len(clean("слово " * 100_000, 256)) <= 256


@pytest.mark.parametrize(
    ("currency", "russian", "english"),
    [("RUB", "2 000–5 000 ₽", "₽2,000–5,000"), ("BYN", "2 000–5 000 Br", "Br 2,000–5,000"),
     ("XAU", "2 000–5 000 XAU", "XAU 2,000–5,000")],
)  # fmt: skip
def test_a_range_of_prices_names_its_currency_once(currency: str, russian: str, english: str) -> None:
    assert money_range(2000, 5000, currency, "ru").replace("\u00a0", " ") == russian
    assert money_range(2000, 5000, currency, "en").replace("\u00a0", " ") == english


@pytest.mark.parametrize(
    ("low", "high", "russian", "english"),
    [(10_000, 20_000, "10–20 тыс. ₽", "₽10–20K"), (1_000_000, 5_000_000, "1–5 млн ₽", "₽1–5M"),
     (500_000, 1_000_000, "500 000–1 000 000 ₽", "₽500,000–1,000,000"), (500, 2_000, "500–2 000 ₽", "₽500–2,000"),
     (0, 5_000, "0–5 000 ₽", "₽0–5,000"), (2_500, 5_000, "2 500–5 000 ₽", "₽2,500–5,000")],
)  # fmt: skip
def test_a_range_on_a_button_is_short_where_it_is_round(low: float, high: float, russian: str, english: str) -> None:
    assert short_range(low, high, "RUB", "ru").replace("\u00a0", " ") == russian
    assert short_range(low, high, "RUB", "en") == english


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("короткий", 20, "короткий"),
        ("очень длинное описание товара", 20, "очень длинное…"),
        ("слово, другое", 8, "слово…"),
        ("а" * 30, 10, "а" * 9 + "…"),
        ("👍👍👍", 5, "👍👍…"),
    ],
)
def test_texts_are_cut_after_a_word(text: str, limit: int, short: str) -> None:
    assert cut(text, limit) == short
    assert units(cut(text, limit)) <= limit


@given(strategies.texts)
def test_cutting_keeps_to_the_limit(text: str) -> None:
    assert units(cut(text, 50)) <= 50
    assert visible_units(escaped(clean(text))) == units(clean(text))


def test_whole_blocks_are_left_out_when_there_is_no_room() -> None:
    blocks = [Html("<b>первый</b>"), Html(""), Html("второй"), Html("третий")]
    assert fit(blocks, 14) == "<b>первый</b>\n\nвторой"


@pytest.mark.parametrize(
    ("low", "high", "cuts"),
    [(990, 30_000, [2_000, 5_000, 10_000]), (100, 100, []), (0, 900, [200, 500]), (None, 5, [])],
)
def test_prices_are_parted_at_round_numbers(low: float | None, high: float, cuts: list[float]) -> None:
    found = bands(Facets(price_min=low, price_max=high))
    assert [band[1] for band in found[:-1]] == cuts


def test_round_prices_are_one_two_and_five() -> None:
    assert [round_price(value) for value in (1, 3, 7, 14, 160, 7_777)] == [1, 2, 5, 10, 200, 10_000]
