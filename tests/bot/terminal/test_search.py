"""A search's answer in a terminal."""

import io

import pytest
from rich.console import Console

from bot.terminal.search import SearchedInTerminal, default_language, show, understood
from pipeline.catalog.page import SearchPage
from pipeline.catalog.query import NO_CONTEXT, QueryContext
from pipeline.catalog.request import SearchRequest
from tests.bot.world.memory import product


def _shown(request: SearchRequest, page: SearchPage) -> str:
    said = io.StringIO()
    show(SearchedInTerminal(request, page, 12.0), Console(file=said, width=120))
    return said.getvalue().replace("\u00a0", " ")


def test_the_price_that_was_understood_is_said() -> None:
    page = SearchPage(products=(product("p", "Часы", 1990.0),), total=1, kind="found")
    said = _shown(SearchRequest(text="часы", price_max=5000), page)
    assert said.startswith("до 5 000 ₽\n")
    assert "Часы" in said
    assert "1 товар · 12 ms" in said


def test_nothing_found_is_said() -> None:
    assert "Huawei" in _shown(SearchRequest(text="Huawei"), SearchPage())


def test_what_comes_near_stands_apart_and_is_not_counted() -> None:
    page = SearchPage(
        products=(product("p", "Часы", 1990.0),),
        near=(product("r", "Ремешок", 500.0),),
        total=1,
        near_total=1,
        kind="found",
    )
    said = _shown(SearchRequest(text="часы"), page)
    assert said.index("Часы") < said.index("Ещё похожее:") < said.index("Ремешок") < said.index("1 товар · 12 ms")


def test_a_price_that_leaves_nothing_tells_the_nearest_one() -> None:
    page = SearchPage(
        near=(product("p", "Наушники", 690.0),), near_total=1, kind="nearest", beyond=(690.0, 5000.0), no_rate=2
    )
    said = _shown(SearchRequest(text="наушники", price_max=100), page)
    assert "До 100 ₽ ничего нет. Самые дешёвые – 690 ₽." in said
    assert "Ещё 2 товара не показаны: для валюты их цены нет курса." in said
    assert said.endswith("0 товаров · 12 ms\n")


def test_the_rate_by_which_a_price_was_converted_is_said() -> None:
    context = QueryContext("RUB", {"USD": 90.0}, lambda: {"север": ("sever",)})
    request, query = understood(SearchRequest(text="самовар в Севере до 100 usd"), context)
    assert (request.text, request.price_max, request.shops) == ("самовар", 9000, ("sever",))
    said = io.StringIO()
    show(SearchedInTerminal(request, SearchPage(), 12.0, query.other), Console(file=said, width=120))
    assert "По курсу 1 $ = 90 ₽" in said.getvalue().replace("\u00a0", " ")


def test_what_is_given_beside_the_words_goes_before_them() -> None:
    given = SearchRequest(text="дешёвые часы до 5000", price_max=7000, sort="newest")
    request, _ = understood(given, NO_CONTEXT, keeps_order=True)
    assert (request.text, request.price_max, request.sort) == ("часы", 7000, "newest")


@pytest.mark.parametrize(
    ("text", "locale", "language"),
    [
        ("умные часы", "en_US.UTF-8", "ru"), ("smart watch", "C.UTF-8", "en"), ("smart watch", "ru_RU.UTF-8", "ru"),
        ("sw-0901", "C.UTF-8", "ru"), ("sw-0901", "", "ru"),
    ],
)  # fmt: skip
def test_an_article_does_not_change_the_language(text: str, locale: str, language: str) -> None:
    assert default_language(text, "ru", locale) == language
