from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from analytics.transforms.products import current, parsed, versions
from analytics.transforms.schema import SchemaError
from pipeline.contracts.lake import CATALOGUE, PRODUCT_HISTORY
from tests.analytics.transforms.records import NOON, Sent, records

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LAMP = {
    "product_id": "a", "name": "Лампа", "price": {"amount": 990.5, "currency": "RUB"}, "stock": {"available": 3},
    "store_id": "s1", "tags": ["свет"], "images": [{"url": "demo:lamp", "alt": ""}],
    "updated_at": "2026-11-01T10:00:00Z", "colour_of_the_box": "red",
}  # fmt: skip


def test_a_version_has_its_fields_and_the_message_as_it_was(spark: "SparkSession") -> None:
    row = parsed(versions(records(spark, [Sent("s1/a", LAMP, 2, 7)]))).first()
    assert row is not None
    assert (row["offer_id"], row["product_id"], row["store_id"]) == ("s1/a", "a", "s1")
    assert (row["name"], row["price"], row["currency"]) == ("Лампа", 990.5, "RUB")
    assert (row["available"], row["reserved"], row["tags"], row["image"]) == (3, None, ["свет"], "demo:lamp")
    assert (row["partition"], row["offset"], row["deleted"]) == (2, 7, False)
    assert "colour_of_the_box" in row["raw"]
    assert str(row["date"]) == "2026-11-24"


@pytest.mark.parametrize(
    ("value", "price"),
    [
        (b"not json at all", None),
        ({**LAMP, "price": "cheap"}, None),
        ({**LAMP, "stock": ["many"]}, 990.5),
        ({"product_id": "a"}, None),
        ({**LAMP, "images": []}, 990.5),
        ({**LAMP, "images": [None]}, 990.5),
        ({**LAMP, "images": ["demo:lamp"]}, 990.5),
        ({**LAMP, "stock": {"available": 10**12}, "updated_at": "9999999-99-99"}, 990.5),
        ([LAMP, LAMP], None),
        (None, None),
    ],
)
def test_odd_messages_are_rows_too(spark: "SparkSession", value: object, price: float | None) -> None:
    (row,) = parsed(versions(records(spark, [Sent("a", value)]))).collect()
    assert (row["offer_id"], row["price"], row["deleted"]) == ("a", price, value is None)
    assert bool(row["raw"]) is (value is not None)


def at(minutes: int, key: str, value: object, partition: int, offset: int) -> Sent:
    return Sent(key, value, partition, offset, NOON + timedelta(minutes=minutes))


CASES = [
    ("the latest version wins", [at(0, "a", {"name": "1"}, 0, 1), at(1, "a", {"name": "2"}, 0, 2)], {"a": "2"}),
    ("the offset is the order", [at(5, "a", {"name": "1"}, 0, 1), at(0, "a", {"name": "2"}, 0, 2)],
     {"a": "2"}),
    ("taken back", [at(0, "a", {"name": "1"}, 0, 1), at(1, "a", None, 0, 2)], {}),
    ("and let in again", [at(0, "a", {"name": "1"}, 0, 1), at(1, "a", None, 0, 2), at(2, "a", {"name": "3"}, 0, 3)],
     {"a": "3"}),
    ("written twice", [at(0, "a", {"name": "1"}, 0, 1), at(0, "a", {"name": "1"}, 0, 1)], {"a": "1"}),
    ("moved to a new partition", [at(0, "a", {"name": "1"}, 0, 900), at(9, "a", {"name": "2"}, 6, 0)], {"a": "2"}),
    ("the others stay", [at(0, "a", None, 0, 1), at(0, "b", {"name": "b"}, 0, 2), at(0, "c", {"name": "c"}, 1, 1)],
     {"b": "b", "c": "c"}),
    ("one number in two shops", [at(0, "n/1", {"name": "n"}, 0, 1), at(1, "s/1", {"name": "s"}, 0, 2),
                                 at(2, "n/1", None, 0, 3)], {"s/1": "s"}),
    ("nothing", [], {}),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_the_catalogue_is_what_is_let_through_now(
    spark: "SparkSession", sent: list[Sent], expected: dict[str, str]
) -> None:
    made = current(versions(records(spark, sent)))
    assert made.columns == list(CATALOGUE.names)
    assert {row["offer_id"]: row["name"] for row in made.collect()} == expected


def test_another_schema_is_refused(spark: "SparkSession") -> None:
    with pytest.raises(SchemaError, match="filtered_products has no column value"):
        versions(spark.createDataFrame([], "key BINARY"))
    with pytest.raises(SchemaError, match="product_history has no column deleted"):
        current(spark.createDataFrame([], "offer_id STRING"))
    assert PRODUCT_HISTORY.partitioned_by == ("date",)
