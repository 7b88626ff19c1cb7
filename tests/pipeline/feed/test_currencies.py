"""What beside a price is a currency, and what one currency is worth in another."""

import pytest

from pipeline.feed.currencies import DeclaredRate, Rates, agreed, file_rates
from pipeline.feed.product_row import Defaults, product
from pipeline.feed.rows import RowRefused

ROW: dict[str, object] = {"product_id": "1", "name": "Самовар", "store_id": "s"}


@pytest.mark.parametrize(
    ("sign", "given", "code"),
    [("", "RUB", "RUB"), ("₽", "", "RUB"), ("руб.", "RUB", "RUB"), ("руб", "BYN", "BYN"), ("$", "", "USD"),
     ("$", "CAD", "CAD"), ("¥", "JPY", "JPY"), ("RUR", "RUB", "RUB"), ("kr", "SEK", "SEK")],
)  # fmt: skip
def test_a_sign_and_a_field_agree(sign: str, given: str, code: str) -> None:
    assert agreed(sign, given, "price") == code


@pytest.mark.parametrize(("sign", "given"), [("$", "RUB"), ("USD", "EUR"), ("₽", "USD"), ("¥", ""), ("kr", "")])
def test_a_sign_and_a_field_that_differ_are_refused(sign: str, given: str) -> None:
    with pytest.raises(RowRefused, match=r"^price: "):
        agreed(sign, given, "price")


@pytest.mark.parametrize(
    ("declared", "settings", "worth"),
    [
        ([("RUB", "1"), ("USD", "90")], {}, {"USD": 90}),
        ([("RUB", "1"), ("USD", "90,5")], {}, {"USD": 90.5}),
        ([("RUB", "1"), ("USD", "90.125")], {}, {"USD": 90.125}),
        # The catalogue's base is another one.
        ([("USD", "1"), ("RUB", "0.0125")], {}, {"USD": 80}),
        ([("USD", "1"), ("EUR", "1.1")], {"USD": 90}, {"USD": 90, "EUR": 99}),
        ([("UAH", "1"), ("USD", "40")], {}, {}),
        # Banks.
        ([("RUB", "1"), ("USD", "CBRF")], {"USD": 90}, {"USD": 90}),
        ([("RUB", "1"), ("USD", "cbrf", "3")], {"USD": 100}, {"USD": 103}),
        ([("RUB", "1"), ("USD", "NBU", "2.5")], {"USD": 100}, {"USD": 102.5}),
        ([("RUB", "1"), ("USD", "CBRF")], {}, {}),
        # Of no use.
        ([("RUB", "1"), ("USD", "0")], {"USD": 90}, {"USD": 90}),
        ([("RUB", "1"), ("USD", "-5")], {}, {}),
        ([("RUB", "1"), ("USD", "дорого")], {"USD": 90}, {"USD": 90}),
        ([("RUB", "1"), ("USD", "1")], {"USD": 90}, {"USD": 90}),
        ([], {"EUR": 98}, {"EUR": 98}),
    ],
)
def test_rates(declared: list[tuple[str, ...]], settings: dict[str, float], worth: dict[str, float]) -> None:
    rates, _ = file_rates([DeclaredRate(*each) for each in declared], Rates("RUB", settings))
    assert rates.plain == pytest.approx(worth)
    assert rates.of("RUB") == 1


def test_a_rate_that_is_none_is_told() -> None:
    _, told = file_rates([DeclaredRate("RUB", "1"), DeclaredRate("USD", "x"), DeclaredRate("EUR", "1")], Rates())
    assert len(told) == 2


def test_a_price_brings_what_it_is_worth() -> None:
    told: list[str] = []
    priced = product(
        {**ROW, "price": {"amount": "$90", "currency": "USD"}}, Defaults(rates=Rates("RUB", {"USD": 90.0}))
    )
    assert priced.price.within("RUB") == 8_100
    without = product({**ROW, "price": {"amount": 90, "currency": "USD"}}, Defaults(), told.append)
    assert without.price.within("RUB") is None
    assert without.price.within("USD") == 90
    assert told == ["price: there is no rate of USD, so that nobody finds it by price in RUB"]


def test_who_sends_a_conversion_is_not_believed() -> None:
    price = {"amount": 90, "currency": "USD", "converted": {"amount": 1, "currency": "RUB"}}
    assert product({**ROW, "price": price}, Defaults()).price.converted is None


@pytest.mark.parametrize(
    ("price", "amount", "least"),
    [
        ({"amount": "1 299 руб."}, 1299, None),
        ("1299 RUB", 1299, None),
        ({"amount": 45_000, "currency": "RUB", "from": True}, 45_000, True),
        ({"amount": 45_000, "currency": "RUB", "from": "true"}, 45_000, True),
        ({"amount": 45_000, "currency": "RUB", "from": "false"}, 45_000, None),
        ({"amount": 45_000, "currency": "RUB", "atLeast": True}, 45_000, True),
        ({"amount": "от 45 000", "currency": "RUB"}, 45_000, True),
        # On request from nowhere on.
        ({"amount": 0, "currency": "RUB", "from": True}, 0, None),
        ({"Amount": 5, "Currency": "rub"}, 5, None),
    ],
)
def test_forms_of_a_price(price: object, amount: float, least: bool | None) -> None:
    made = product({**ROW, "price": price}, Defaults()).price
    assert (made.amount, made.currency, made.at_least) == (amount, "RUB", least)
    assert made.on_request is (amount == 0)


def test_an_old_price_beside_one_that_is_none_is_of_no_use() -> None:
    with pytest.raises(RowRefused, match=r"^price.amount: Field required"):
        product({**ROW, "price": {"currency": "RUB"}, "old_price": 5}, Defaults())


@pytest.mark.parametrize(
    ("old", "kept"),
    [(1500, 1500), ("1 500,00", 1500), (1000, None), (900, None), (0, None), ("-", None), ("12.500", None),
    ("$2000", None)],
)  # fmt: skip
def test_an_old_price_that_makes_no_sense_is_left_out_and_told(old: object, kept: float | None) -> None:
    told: list[str] = []
    row = {**ROW, "price": {"amount": 1000, "currency": "RUB"}, "old_price": old}
    made = product(row, Defaults(), told.append)
    assert (made.old_price, made.before) == (kept, kept)
    assert "Старая цена" not in made.specifications
    assert bool(told) is (kept is None)
