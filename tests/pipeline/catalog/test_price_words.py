"""What is a price in a query, and what is an age, a size, a capacity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalog.price_words import PriceWords, bare_price, without_price

PRICES = (
    ("умные часы до 5000", "умные часы", None, 5000),
    ("умные часы до 5 000 руб.", "умные часы", None, 5000),
    ("умные часы до 5000₽", "умные часы", None, 5000),
    ("часы от 1000 до 5000", "часы", 1000, 5000),
    ("часы от 1000 до 5000 рублей", "часы", 1000, 5000),
    ("рюкзак от 3 до 5 тысяч", "рюкзак", 3000, 5000),
    ("ноутбук до 70 тыс", "ноутбук", None, 70000),
    ("ноутбук до 1,5 млн рублей", "ноутбук", None, 1_500_000),
    ("чайник не дороже 3000", "чайник", None, 3000),
    ("чайник дешевле 2к", "чайник", None, 2000),
    ("кофемашина от 20000", "кофемашина", 20000, None),
    ("часы цена до 5000", "часы", None, 5000),
    ("до 5000 умные часы", "умные часы", None, 5000),
    ("часы до 5000 женские", "часы женские", None, 5000),
    ("книга до 300", "книга", None, 300),
    ("носки до 100 руб", "носки", None, 100),
    ("до 5000", "", None, 5000),
    ("smart watch under 5000", "smart watch", None, 5000),
    ("headphones from 1000 to 5000", "headphones", 1000, 5000),
    ("headphones between 1000 and 5000 rub", "headphones", 1000, 5000),
    ("under 5000 headphones", "headphones", None, 5000),
    ("backpack over 2000", "backpack", 2000, None),
    ("backpack up to 2.5k", "backpack", None, 2500),
    ("headphones under 100", "headphones", None, 100),
    ("headphones under ₽5,000", "headphones", None, 5000),
    ("under ₽5,000", "", None, 5000),
    ("headphones 5000 to 10000", "headphones", 5000, 10000),
    ("watch ₽1,000-₽5,000", "watch", 1000, 5000),
    ("наушники 1000-3000", "наушники", 1000, 3000),
    ("наушники 1000 – 3000", "наушники", 1000, 3000),
    ("часы 3000-5000 руб", "часы", 3000, 5000),
    ("наушники до 100", "наушники", None, 100),
    ("часы до 5.000 руб", "часы", None, 5000),
    ("часы до 5 т.р.", "часы", None, 5000),
    ("часы до 5к", "часы", None, 5000),
    ("часы до 5 тыс", "часы", None, 5000),
    ("часы до 5 000 р", "часы", None, 5000),
    ("часы до 5.000р.", "часы", None, 5000),
    ("часы до 5 тр", "часы", None, 5000),
    ("часы до 5 косарей", "часы", None, 5000),
    ("часы максимум 5000", "часы", None, 5000),
    ("часы до пяти тысяч", "часы", None, 5000),
    ("часы до тысячи рублей", "часы", None, 1000),
    ("часы <5000", "часы", None, 5000),
    ("часы меньше 5000 рублей", "часы", None, 5000),
    ("часы в пределах 5000", "часы", None, 5000),
    ("часы бюджет 5000", "часы", None, 5000),
    ("часы с бюджетом до 5000", "часы", None, 5000),
    ("часы стоимостью до 5000", "часы", None, 5000),
    ("часы 3-5к", "часы", 3000, 5000),
    ("часы 3000..5000", "часы", 3000, 5000),
    ("часы между 3000 и 5000", "часы", 3000, 5000),
    ("часы с 3000 по 5000", "часы", 3000, 5000),
    ("часы больше 5000", "часы", 5000, None),
    ("часы свыше 5000", "часы", 5000, None),
    ("часы выше 5000 руб", "часы", 5000, None),
    ("часы не менее 5000", "часы", 5000, None),
    ("часы > 5000", "часы", 5000, None),
    ("watch under five thousand", "watch", None, 5000),
    ("watch under 1,000", "watch", None, 1000),
    ("watch no more than 5000", "watch", None, 5000),
    ("watch at most 5000", "watch", None, 5000),
    ("watch within 5000", "watch", None, 5000),
    ("watch budget of 5000", "watch", None, 5000),
    ("watch 3k-5k", "watch", 3000, 5000),
    ("watch no less than 5000", "watch", 5000, None),
    # About so much.
    ("часы ~5000", "часы", 4000, 6000),
    ("часы ценой 5000", "часы", 4000, 6000),
    ("часы тысяч за 5", "часы", 4000, 6000),
    ("watch approx 5000", "watch", 4000, 6000),
    ("наушники за 3000", "наушники", 2400, 3600),
    ("headphones around 3000", "headphones", 2400, 3600),
    ("часы 5 тыс", "часы", 4000, 6000),
    ("часы 5000 руб", "часы", 4000, 6000),
    ("повербанк 20000 мач до 3000", "повербанк 20000 мач", None, 3000),
)
ORDERS = (
    ("недорогие часы", PriceWords("часы", sort="price_asc")),
    ("не дорогие часы", PriceWords("часы", sort="price_asc")),
    ("часы подешевле", PriceWords("часы", sort="price_asc")),
    ("часы дешевле", PriceWords("часы", sort="price_asc")),
    ("дешёвые часы", PriceWords("часы", sort="price_asc")),
    ("самые дешевые наушники", PriceWords("наушники", sort="price_asc")),
    ("самые дешёвые часы до 5000", PriceWords("часы", None, 5000, "price_asc")),
    ("cheapest watch under 3000", PriceWords("watch", None, 3000, "price_asc")),
    ("cheap headphones", PriceWords("headphones", sort="price_asc")),
    ("самые дорогие часы", PriceWords("часы", sort="price_desc")),
    ("most expensive watch", PriceWords("watch", sort="price_desc")),
    ("чайник дешевле 3000", PriceWords("чайник", None, 3000)),
)
NOT_PRICES = (
    "телевизор 55",
    "телевизор до 55",
    "телевизор до 55 дюймов",
    "конструктор до 5 лет",
    "игрушки от 3 до 6 лет",
    "ноутбук от 16 гб",
    "повербанк от 10000 мач",
    "повербанк от 10000 до 20000 mah",
    "шагомер до 10000 шагов",
    "палатка до 4 человек",
    "платье до 500 размера",
    "лампа от 100 до 240 в",
    "чайник до 2200 вт",
    "power bank up to 20000 mah",
    "book up to 1000 pages",
    "iphone 15",
    "samsung a55 5000",
    "весы до 300 кг",
    "скидка до 500%",
    "гирлянда до 1000 ламп",
    "часы от 5000 до 1000",
    "дорогой до5000",
    "дорогие часы",
    "монитор 5к",
    "календарь 2025-2026",
    "лампа 100-240 в",
    "коврик 60-90",
    "чехол A4-300",
    "часы за 5 минут",
    "power bank 10000-20000 mah",
    "toys under 12",
    "вес не более 500 г",
    "шум меньше 40 дб",
    "вилка 5 евро плоская",
    "до пяти лет",
    "two steps",
    "пазл 1000 деталей",
    "домкрат до 5 т",
    "игры до 10",
    "",
)


@pytest.mark.parametrize(("query", "text", "low", "high"), PRICES)
def test_a_price_is_taken_out(query: str, text: str, low: float | None, high: float | None) -> None:
    assert without_price(query)._replace(currency="") == PriceWords(text, low, high)


IN_CURRENCIES = (
    ("watch under 90 usd", None, 90, "USD"),
    ("часы до 100$", None, 100, "USD"),
    ("часы до $100", None, 100, "USD"),
    ("часы до 100 долларов", None, 100, "USD"),
    ("часы до 100 баксов", None, 100, "USD"),
    ("часы до ста долларов", None, 100, "USD"),
    ("часы за 100 долл", 80, 120, "USD"),
    ("часы до 100 у.е.", None, 100, "USD"),
    ("watch under us$90", None, 90, "USD"),
    ("watch $50-$90", 50, 90, "USD"),
    ("watch $50 - 90", 50, 90, "USD"),
    ("часы до 1,5к $", None, 1500, "USD"),
    ("часы дешевле 50 евро", None, 50, "EUR"),
    ("часы от 50 до 100 евро", 50, 100, "EUR"),
    ("watch under €50", None, 50, "EUR"),
    ("watch 50-90 eur", 50, 90, "EUR"),
    ("watch £50", 40, 60, "GBP"),
    ("часы до 40000 тенге", None, 40000, "KZT"),
    ("часы до 500 юаней", None, 500, "CNY"),
    ("часы до 100 бел. руб.", None, 100, "BYN"),
    ("часы до 5000 руб", None, 5000, "RUB"),
    ("watch under 5000 try", None, None, ""),
    ("watch under 500 TRY", None, 500, "TRY"),
)


@pytest.mark.parametrize(("query", "low", "high", "currency"), IN_CURRENCIES)
def test_a_price_has_the_currency_that_is_named(
    query: str, low: float | None, high: float | None, currency: str
) -> None:
    found = without_price(query)
    assert (found.low, found.high, found.currency) == (low, high, currency)
    assert found.text in ("часы", "watch") or low is high is None


@pytest.mark.parametrize("query", NOT_PRICES)
def test_what_is_no_price_stays(query: str) -> None:
    assert without_price(query) == PriceWords(query)


@pytest.mark.parametrize(("query", "found"), ORDERS)
def test_cheap_and_dear_are_an_order(query: str, found: PriceWords) -> None:
    assert without_price(query) == found


@given(st.text(max_size=60))
def test_any_text_is_read_and_a_price_is_read_once(query: str) -> None:
    found = without_price(query)
    assert found.low is None or found.high is None or found.low <= found.high
    if found.low is found.high is None and found.sort == "relevance":
        assert found.text == query


@pytest.mark.parametrize(
    ("written", "price"),
    [
        ("12 000", 12_000), ("12 000 ₽", 12_000), ("₽5,000", 5_000), ("12.000", 12_000), ("1,234,567", 1_234_567),
        ("12 тыс", 12_000), ("5 тыс.", 5_000), ("5к", 5_000), ("1,5к", 1_500), ("12k", 12_000), ("5 т.р.", 5_000),
        ("4500,50", 4_500.5), ("4 500,50 руб.", 4_500.5), ("за 3000р", 3_000), ("9 000!", 9_000),
        ("1,5 млн", 1_500_000), ("дорого", None), ("0", None), ("-5", None), ("Huawei 5", None), ("5 часов", None),
        ("1 2 3", None),
    ],
)  # fmt: skip
def test_a_price_that_was_asked_for_is_taken_as_people_write_it(written: str, price: float | None) -> None:
    assert bare_price(written) == price
