"""Shops that a query names in its own words, and words that only look so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.catalog.shop_words import ShopCalls, ShopSaid

NAMES = {
    "север": ("sever",), "northshop": ("north",), "гигават": ("gigavat",), "теплые руки": ("ruki",),
    "полка и лампа": ("polka",), "домовенок": ("domovoy",), "harbour & pine": ("harbour",), "м.видео": ("mvideo",),
    "техно дом": ("techno",), "заря": ("zarya-1", "zarya-2"),
}  # fmt: skip
CALLS = ShopCalls(NAMES)


@pytest.mark.parametrize(
    ("query", "text", "shop"),
    [
        ("наушники в Севере", "наушники", "sever"), ("наушники в севере", "наушники", "sever"),
        ("наушники из Севера", "наушники", "sever"), ("сумка от Севера", "сумка", "sever"),
        ("в Севере", "", "sever"), ("магазин Север", "", "sever"), ("из магазина север чай", "чай", "sever"),
        ("headphones from NorthShop", "headphones", "north"), ("headphones at north shop", "headphones", "north"),
        ("headphones at the northshop store", "headphones", "north"), ("наушники в нортшопе", "наушники", "north"),
        ("наушники магазин Гигават", "наушники", "gigavat"), ("в гигавате часы", "часы", "gigavat"),
        ("часы у Тёплых рук", "часы", "ruki"), ("шарф в «Тёплых руках» синий", "шарф синий", "ruki"),
        ("книга в Полке и лампе", "книга", "polka"), ("щётка в Домовёнке", "щётка", "domovoy"),
        ("watch from Harbour & Pine", "watch", "harbour"), ("watch from harbour and pine", "watch", "harbour"),
        ("телевизор в М.Видео", "телевизор", "mvideo"), ("телевизор в мвидео", "телевизор", "mvideo"),
        ("чайник в технодоме", "чайник", "techno"),
    ],
)  # fmt: skip
def test_a_shop_is_known_by_its_name_in_any_case_and_alphabet(query: str, text: str, shop: str) -> None:
    assert CALLS.taken_from(query) == ShopSaid(text, (shop,))


def test_a_name_of_several_shops_is_all_of_them() -> None:
    assert CALLS.taken_from("чай в Заре").shops == ("zarya-1", "zarya-2")


@pytest.mark.parametrize(
    "query",
    [
        "наушники от севера", "часы в подарок", "витамин в 12", "сумка из кожи", "часы не в Севере", "север",
        "наушники кроме в Севере", "часы в северном стиле", "made in", "от", "в", "магазин", "shop", "в магазине",
    ],
)  # fmt: skip
def test_what_is_no_shop_stays(query: str) -> None:
    assert CALLS.taken_from(query) == ShopSaid(query)


@given(st.text(max_size=80), st.lists(st.text(max_size=12), max_size=4))
def test_any_text_is_read_among_shops_of_any_name(text: str, names: list[str]) -> None:
    said = ShopCalls({name: (name,) for name in names}).taken_from(text)
    assert said.shops or said.text == text
