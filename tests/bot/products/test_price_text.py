"""A price as people read it, on a card and in a list."""

import pytest

from bot.products.card import product_card
from bot.products.price_text import compared, price_text
from bot.products.product_item import list_item
from bot.ui.locale import Language, texts
from pipeline.contracts.messages import ConvertedPrice, Price, Stock
from tests.bot.world.memory import product


def usd(amount: float, worth: float | None, **more: bool) -> Price:
    converted = None if worth is None else ConvertedPrice(amount=worth, currency="RUB")
    return Price.model_validate({"amount": amount, "currency": "USD", "converted": converted, **more})


@pytest.mark.parametrize(
    ("price", "language", "text"),
    [
        (Price(amount=12_990, currency="RUB"), "ru", "12\u00a0990\u00a0₽"),
        (Price(amount=45_000, currency="RUB", at_least=True), "ru", "от 45\u00a0000\u00a0₽"),
        (Price(amount=45_000, currency="RUB", at_least=True), "en", "from ₽45,000"),
        (Price(amount=0, currency="RUB"), "ru", "цена по запросу"),
        (Price(amount=0, currency="RUB"), "en", "price on request"),
        (usd(90, 8_100), "ru", "90\u00a0$ ≈ 8\u00a0100\u00a0₽"),
        (usd(90, 8_123.45), "en", "$90 ≈ ₽8,123"),
        (usd(0.5, 45.25), "en", "$0.50 ≈ ₽45.25"),
        (usd(90, None), "ru", "90\u00a0$"),
        (usd(90, 8_100, at_least=True), "ru", "от 90\u00a0$ ≈ 8\u00a0100\u00a0₽"),
    ],
)
def test_prices_in_words(price: Price, language: Language, text: str) -> None:
    assert price_text(price, texts(language)) == text


@pytest.mark.parametrize(
    ("price", "by"),
    [
        (Price(amount=5, currency="RUB"), (5, "RUB")),
        (Price(amount=0, currency="RUB"), None),
        (usd(90, 8_100), (8_100, "RUB")),
        (usd(90, None), (90, "USD")),
    ],
)
def test_by_what_a_price_is_watched(price: Price, by: tuple[float, str] | None) -> None:
    assert compared(price) == by


@pytest.mark.parametrize(
    ("stock", "in_list", "on_card"),
    [
        (Stock(available=3, reserved=3), "нет в наличии", "Нет в наличии"),
        (Stock(available=5, reserved=3), "осталось 2", "2"),
        (Stock(available=3, reserved=9), "нет в наличии", "Нет в наличии"),
        (Stock(available=9), "в наличии", "9"),
    ],
)
def test_what_is_reserved_is_for_sale_nowhere(stock: Stock, in_list: str, on_card: str) -> None:
    offered = product("p", "Чайник", stock=stock)
    assert in_list in list_item(1, offered, texts("ru"))
    assert on_card in product_card(offered, texts("ru")).text
