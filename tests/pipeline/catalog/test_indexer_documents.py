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
    wanted, refused = operations([FakeRecord(b"s/1", product("1"), 41)])
    action, body = wanted[0].lines.split(b"\n")
    assert refused == []
    assert orjson.loads(action) == {"index": {"_id": "s/1", "version": 41, "version_type": "external"}}
    assert orjson.loads(body)["product"]["name"] == "Умные часы"


def test_a_tombstone_is_a_delete() -> None:
    wanted, _ = operations([FakeRecord(b"s/1", None, 42)])
    assert wanted[0].is_delete
    assert orjson.loads(wanted[0].lines) == {"delete": {"_id": "s/1", "version": 42, "version_type": "external"}}


def test_only_the_last_record_of_a_key_is_written() -> None:
    records = [FakeRecord(b"s/1", product("1"), 1), FakeRecord(b"s/2", product("2"), 2), FakeRecord(b"s/1", None, 3)]
    wanted, _ = operations(records)
    assert sorted((one.key, one.record.offset) for one in wanted) == [("s/1", 3), ("s/2", 2)]


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        (None, product("1"), "no_key"),
        (b"", product("1"), "invalid"),
        (b"\xff", None, "invalid"),
        (b"s/1", b"{", "invalid"),
        (b"s/1", b"[]", "invalid"),
        (b"s/1", b"\xff\xfe", "invalid"),
        (b"s/1", b'{"product_id": "1"}', "invalid"),
        (b"s/2", product("1"), "invalid"),
        (b"1", product("1"), "invalid"),
        (b"t/1", product("1"), "invalid"),
    ],
)
def test_a_record_beyond_help_stops_nothing(key: bytes | None, value: bytes | None, reason: str) -> None:
    wanted, refused = operations([FakeRecord(key, value, 7), FakeRecord(b"s/9", product("9"), 8)])
    assert [one.key for one in wanted] == ["s/9"]
    assert [(one.reason, one.record.offset) for one in refused] == [(reason, 7)]


def test_a_fault_of_our_own_code_stops_nothing() -> None:
    def make(product: Product) -> object:
        raise KeyError(product.product_id)

    wanted, refused = operations([FakeRecord(b"s/1", product("1"))], make)  # type: ignore[arg-type]
    assert (wanted, refused[0].reason, refused[0].detail) == ([], "no_document", "KeyError: '1'")


@pytest.mark.parametrize("letter", ["x", "ы", "🛍"])
def test_the_longest_id_of_the_longest_shop_is_an_id_that_elasticsearch_takes(letter: str) -> None:
    shop, identifier = letter * 200, letter * 200
    key = f"{shop}/{identifier}".encode()
    sent = encode(Product(product_id=identifier, name="Часы", price=Price(amount=1.0, currency="RUB"), store_id=shop))
    (indexed,), refused = operations([FakeRecord(key, sent, 1)])
    (deleted,), _ = operations([FakeRecord(key, None, 2)])
    names = {orjson.loads(one.lines.split(b"\n")[0]).popitem()[1]["_id"] for one in (indexed, deleted)}
    assert (refused, len(names)) == ([], 1)
    assert len(names.pop().encode()) <= 512
