"""What is a product: the quick check against the contract."""

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ops.errors import UnprocessableMessage
from pipeline.bans import Rules, decide, parse_rule
from pipeline.contracts.messages import Product, decode
from pipeline.filter.reading import LARGEST, MalformedError, PlainOffer, plainly_valid, read_product
from tests.pipeline.filter.market import offer

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (b"s/p", b"", "not_json"),
        (b"s/p", b"{", "not_json"),
        (b"s/p", b"\xff\xfe", "not_json"),
        (b"s/p", b"null", "invalid"),
        (b"s/p", b"[]", "invalid"),
        (b"s/p", b'"p"', "invalid"),
        (b"s/p", b"{}", "invalid"),
        (b"s/q", orjson.dumps(offer("s/p")), "key_differs"),
        (b"p", orjson.dumps(offer("s/p")), "key_differs"),
        (b"t/p", orjson.dumps(offer("s/p")), "key_differs"),
        (b"s/t/p", orjson.dumps(offer("s/p", store_id="s/t")), "invalid"),
        (b"", orjson.dumps(offer("s/p")), "key_differs"),
        (b"\xff", orjson.dumps(offer("s/p")), "key_differs"),
        (None, orjson.dumps(offer("s/p")), "no_key"),
        (b"s/p", orjson.dumps(offer("s/p", price=None)), "invalid"),
        (b"s/p", orjson.dumps(offer("s/p", price={"amount": -1, "currency": "RUB"})), "invalid"),
        (b"s/p", orjson.dumps(offer("s/p", price={"amount": 1, "currency": "рубль"})), "invalid"),
        (b"s/p", orjson.dumps(offer("s/p", name="  ")), "invalid"),
        (b"s/p", orjson.dumps(offer("s/p", name=["a"])), "invalid"),
        (b"s/p", orjson.dumps(offer("s/p", tags="кухня")), "invalid"),
        (b"s/p", orjson.dumps(offer("s/p", store_id="")), "invalid"),
        (b"s/p", orjson.dumps(offer("s/p", created_at="yesterday")), "invalid"),
        (b"s/p", orjson.dumps(offer("s/p", stock={"available": -1})), "invalid"),
        (b"s/p", orjson.dumps(offer("s/p", description="x" * LARGEST)), "too_large"),
    ],
)
def test_malformed(key: bytes | None, value: bytes, reason: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read_product(key, value)
    assert caught.value.reason == reason
    assert str(caught.value)


@pytest.mark.parametrize(
    ("key", "document"),
    [
        (b"s/7", offer("s/x") | {"product_id": 7}),
        (b"s/p", offer("s/ p ")),
        (b"s/p", offer("s/p", brand=12)),
        (b"s/p", offer("s/p", specifications={"порты": ["USB", "HDMI"], "нет": None})),
        (b"s/p", offer("s/p", price={"amount": "12.5", "currency": "RUB"})),
    ],
)
def test_what_the_contract_mends_is_taken(key: bytes, document: dict[str, object]) -> None:
    value = orjson.dumps(document)
    assert not plainly_valid(orjson.loads(value))
    assert read_product(key, value).offer_id == key.decode()


def test_a_list_in_specifications_is_searched_too() -> None:
    value = orjson.dumps(offer("s/p", specifications={"порты": ["USB", "HDMI"]}))
    rules = Rules([(parse_rule("keyword:hdmi"), None)])
    assert not decide(read_product(b"s/p", value), rules, NOW).allowed


ODD = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False), st.text(max_size=6))
MOMENTS = st.sampled_from(
    [
        "2024-05-01T10:00:00Z", "2024-05-01T10:00:00.123+03:00", "2024-13-01T10:00:00Z", "2024-02-30T10:00:00",
        "2024-05-01", "20240501T100000Z", "2024-W01-1T00:00:00", "2024-05-01T24:00:00", "2024-05-01T10:00:60Z",
        "2024-05-01T10:00:00+25:00", "0000-01-01T00:00:00", "1714557600", "2024-05-01 10:00:00",
    ]
)  # fmt: skip
CHANGES = st.dictionaries(
    st.sampled_from(
        sorted([*offer("s/p"), "created_at", "updated_at", "url", "old_price", "delivery", "contact", "unknown"])
    ),
    st.one_of(
        ODD, MOMENTS, st.lists(ODD, max_size=2), st.dictionaries(st.text(max_size=3), ODD, max_size=2),
        st.fixed_dictionaries({"amount": ODD, "currency": st.sampled_from(["RUB", "rub", "RUBL", 7])}),
        st.fixed_dictionaries({}, optional={"available": ODD, "reserved": ODD}),
        st.lists(st.fixed_dictionaries({"url": ODD}, optional={"alt": ODD}), max_size=2),
    ),
    max_size=3,
)  # fmt: skip


@settings(max_examples=1_500, deadline=None)
@given(CHANGES, st.sets(st.sampled_from(sorted(offer("s/p"))), max_size=2))
def test_the_quick_check_takes_nothing_that_the_contract_refuses(changes: dict[str, Any], missing: set[str]) -> None:
    document = {name: value for name, value in (offer("s/p") | changes).items() if name not in missing}
    value = orjson.dumps(document)
    read = orjson.loads(value)
    try:
        product = decode(Product, value)
    except UnprocessableMessage:
        assert not plainly_valid(read)
        return
    if plainly_valid(read):
        quick = PlainOffer(read)
        assert (quick.offer_id, quick.store_id) == (product.offer_id, product.store_id)
        assert quick.name.strip() == product.name
        assert (quick.category, quick.brand, tuple(quick.tags)) == (product.category, product.brand, product.tags)
        assert dict(quick.specifications) == product.specifications


@given(st.binary(max_size=60) | CHANGES.map(orjson.dumps), st.binary(max_size=4) | st.none())
def test_nothing_else_is_raised(value: bytes, key: bytes | None) -> None:
    try:
        read_product(key, value)
    except MalformedError as fault:
        assert fault.reason in {"not_json", "invalid", "no_key", "key_differs", "too_large"}
