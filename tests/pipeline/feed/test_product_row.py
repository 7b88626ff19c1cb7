"""A shop's JSON as a product, or a reason why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contracts.messages import Product
from pipeline.feed.product_row import Defaults, product
from pipeline.feed.rows import RowRefused

ROW: dict[str, object] = {
    "product_id": "w-1",
    "name": " Умные  часы ",
    "description": " С GPS. \x00",
    "price": {"amount": "12 990,50", "currency": "rur"},
    "category": "Часы /  Умные часы",
    "brand": "Полёт",
    "stock": {"available": 3, "reserved": 1},
    "sku": 100,
    "tags": [" gps ", "gps", "", "новинка"],
    "images": ["https://shop.example/1.jpg", {"url": "https://shop.example/2.jpg", "alt": "Сбоку"}],
    "specifications": {"Диаметр": 44, "GPS": True, "Цвета": ["чёрный", "синий"], "Вес": None},
    "created_at": "24.11.2026",
    "updated_at": None,
    "store_id": "dvor",
    "rating": 4.5,
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def test_a_row_is_tidied() -> None:
    made = product(ROW, Defaults())
    assert (made.name, made.description, made.sku) == ("Умные часы", "С GPS.", "100")
    assert (made.price.amount, made.price.currency, made.category) == (12990.5, "RUB", "Часы / Умные часы")
    assert made.tags == ("gps", "новинка")
    assert [image.alt for image in made.images] == ["", "Сбоку"]
    assert made.specifications == {"Диаметр": 44, "GPS": True, "Цвета": "чёрный, синий"}
    assert made.created_at is not None
    assert made.updated_at is None
    assert made.model_extra == {"rating": 4.5}


def test_the_least_that_is_a_product() -> None:
    row: dict[str, object] = {"product_id": 1, "name": "Часы", "price": {"amount": 1, "currency": "RUB"}}
    made = product(row, Defaults(store="dvor", id_prefix="d-"))
    assert (made.product_id, made.store_id) == ("d-1", "dvor")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"product_id": None}, "product_id: "),
        ({"product_id": " "}, "product_id: the row has no id"),
        ({"product_id": "a\nb"}, "product_id: must be text"),
        ({"product_id": 1.5}, "product_id: "),
        ({"product_id": "x" * 300}, "product_id: "),
        ({"name": ""}, "name: "),
        ({"name": None}, "name: "),
        ({"name": ["Часы"]}, "name: "),
        ({"price": None}, "price: "),
        ({"price": 100}, "price: "),
        ({"price": {"currency": "RUB"}}, "price.amount: "),
        ({"price": {"amount": "дорого", "currency": "RUB"}}, "price.amount: «дорого» is not a number"),
        ({"price": {"amount": -1, "currency": "RUB"}}, "price.amount: «-1» is not a price"),
        ({"price": {"amount": 1, "currency": "₽"}}, "price.currency: "),
        ({"stock": {"available": "штук пять"}}, "stock.available: "),
        ({"stock": "много"}, "stock: "),
        ({"tags": {"a": 1}}, "tags: "),
        ({"images": [{"alt": "нет адреса"}]}, "images.0.url: "),
        ({"specifications": "нет"}, "specifications: "),
        ({"created_at": "вчера"}, "created_at: «вчера» is not a date"),
        ({"store_id": None}, "store_id: "),
    ],
)
def test_what_is_no_product(change: dict[str, object], reason: str) -> None:
    with pytest.raises(RowRefused) as refused:
        product(ROW | change, Defaults())
    assert str(refused.value).startswith(reason)


@given(st.dictionaries(st.sampled_from(sorted(ROW)), JSON, max_size=5), JSON)
def test_no_values_at_all_do_more_than_refuse(change: dict[str, object], other: object) -> None:
    for value in (ROW | change, other):
        try:
            made = product(value, Defaults())
        except RowRefused as error:
            assert str(error)
        else:
            assert isinstance(made, Product)
