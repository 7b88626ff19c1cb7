"""A shop is found by its id, its name or an alias, however somebody writes it."""

import pytest

from pipeline.contracts.feeds import Shop
from pipeline.shops.directory import ShopNames

NAMES = ShopNames.of(
    [
        Shop(store_id="sever", name="ООО «Север»", aliases=("Север",)),
        Shop(store_id="yug", name="Юг", aliases=("Тёплый юг", "север")),
        Shop(store_id="Юг", name="Другой"),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sever", ["sever"]),
        ("SEVER", ["sever"]),
        ('ооо "север"', ["sever"]),
        ("  СЕВЕР ", ["sever", "yug"]),
        ("теплый  Юг", ["yug"]),
        ("Юг", ["Юг"]),
        ("юг", ["yug", "Юг"]),
        ("запад", []),
        ("", []),
    ],
)
def test_found(text: str, found: list[str]) -> None:
    assert sorted(shop.store_id for shop in NAMES.find(text)) == sorted(found)


def test_an_unknown_shop_shows_its_id() -> None:
    assert (NAMES.shown("yug"), NAMES.shown("vostok")) == ("Юг", "vostok")
