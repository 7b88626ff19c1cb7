"""Records of filtered_products as writes."""

import orjson
import pytest

from pipeline.catalog.indexer.documents import operations
from pipeline.contracts.messages import Price, Product, encode
from tests.pipeline.sink.records import FakeRecord


def product(identifier: str, name: str = "Умные часы") -> bytes:
    price = Price(amount=1.0, currency="RUB")
    return encode(Product(product_id=identifier, name=name, price=price, store_id="s"))


def test_a_product_is_indexed_at_its_offset() -> None:
    wanted, refused = operations([FakeRecord(b"1", product("1"), 41)])
    action, body = wanted[0].lines.split(b"\n")
    assert refused == []
    assert orjson.loads(action) == {"index": {"_id": "1", "version": 41, "version_type": "external"}}
    assert orjson.loads(body)["product"]["name"] == "Умные часы"


def test_a_tombstone_is_a_delete() -> None:
    wanted, _ = operations([FakeRecord(b"1", None, 42)])
    assert wanted[0].is_delete
    assert orjson.loads(wanted[0].lines) == {"delete": {"_id": "1", "version": 42, "version_type": "external"}}


def test_only_the_last_record_of_a_key_is_written() -> None:
    records = [FakeRecord(b"1", product("1"), 1), FakeRecord(b"2", product("2"), 2), FakeRecord(b"1", None, 3)]
    wanted, _ = operations(records)
    assert sorted((one.key, one.record.offset) for one in wanted) == [("1", 3), ("2", 2)]


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (None, product("1"), "no_key"),
        (b"", product("1"), "invalid"),
        ("ы".encode() * 300, None, "invalid"),
        (b"\xff", None, "invalid"),
        (b"1", b"{", "invalid"),
        (b"1", b"[]", "invalid"),
        (b"1", b"\xff\xfe", "invalid"),
        (b"1", b'{"product_id": "1"}', "invalid"),
        (b"2", product("1"), "invalid"),
    ],
)
def test_a_record_beyond_help_stops_nothing(key: bytes | None, value: bytes | None, reason: str) -> None:
    wanted, refused = operations([FakeRecord(key, value, 7), FakeRecord(b"9", product("9"), 8)])
    assert [one.key for one in wanted] == ["9"]
    assert [(one.reason, one.record.offset) for one in refused] == [(reason, 7)]


def test_a_fault_of_our_own_code_stops_nothing() -> None:
    def make(product: Product) -> object:
        raise KeyError(product.product_id)

    wanted, refused = operations([FakeRecord(b"1", product("1"))], make)  # type: ignore[arg-type]
    assert (wanted, refused[0].reason, refused[0].detail) == ([], "no_document", "KeyError: '1'")
