"""Messages: what is accepted, what is refused and with which words."""

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.errors import UnprocessableMessage
from pipeline.contracts.messages import Ban, ClientRequest, Product, decode, encode, offer_id, parts_of_offer_id

LEAST = {"product_id": "p1", "name": "Часы", "price": {"amount": 10, "currency": "RUB"}, "store_id": "s1"}


def product(**fields: object) -> Product:
    return decode(Product, orjson.dumps({**LEAST, **fields}))


def test_the_least_product() -> None:
    found = product()
    assert found.stock.available == 0
    assert found.images == ()


def test_numbers_are_taken_for_ids_and_lists_for_text() -> None:
    found = product(product_id=77, sku=5, specifications={"Цвет": ["чёрный", "белый"], "Вес": 1.5, "Нет": None})
    assert found.product_id == "77"
    assert found.sku == "5"
    assert found.specifications == {"Цвет": "чёрный, белый", "Вес": 1.5}


@given(store=st.text(min_size=1).filter(lambda text: "/" not in text), number=st.text(min_size=1))
def test_an_offer_of_each_shop_has_a_name_of_its_own(store: str, number: str) -> None:
    assert parts_of_offer_id(offer_id(store, number)) == (store, number)
    assert product(product_id="a/1").offer_id == "s1/a/1"
    assert parts_of_offer_id("1") == ("", "1")
    with pytest.raises(UnprocessableMessage, match="store_id"):
        product(store_id="a/b")


def test_unknown_fields_travel_along() -> None:
    assert orjson.loads(encode(product(warranty="1 год")))["warranty"] == "1 год"


def test_a_moment_without_zone_is_utc() -> None:
    assert product(created_at="2026-01-02T03:04:05").created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"name": " "}, "name"),
        ({"price": {"amount": -1, "currency": "RUB"}}, "price.amount"),
        ({"price": {"amount": "many", "currency": "RUB"}}, "price.amount"),
        ({"price": {"amount": 1, "currency": "roubles"}}, "price.currency"),
        ({"product_id": ""}, "product_id"),
        ({"product_id": "a\nb"}, "product_id"),
        ({"product_id": True}, "product_id"),
        ({"product_id": "x" * 201}, "product_id"),
        ({"stock": {"available": -3}}, "stock.available"),
        ({"tags": "one"}, "tags"),
    ],
)
def test_a_bad_field_is_named(fields: dict[str, object], place: str) -> None:
    with pytest.raises(UnprocessableMessage, match=f"^{place}: "):
        product(**fields)


@pytest.mark.parametrize("value", [None, b"", b"{", b"[]", b"7", b"null", b'{"rule": 5}', b"\xff\xfe"])
def test_garbage_is_unprocessable(value: bytes | None) -> None:
    with pytest.raises(UnprocessableMessage):
        decode(Ban, value)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(value: bytes) -> None:
    with pytest.raises(UnprocessableMessage):
        decode(ClientRequest, value)


@given(
    st.text(), st.floats(0, 1e12), st.dictionaries(st.text(), st.booleans() | st.floats(allow_nan=False) | st.text())
)
def test_it_comes_back_as_it_went(description: str, amount: float, specifications: dict[str, object]) -> None:
    went = product(description=description, price={"amount": amount, "currency": "EUR"}, specifications=specifications)
    assert decode(Product, encode(went)) == went
