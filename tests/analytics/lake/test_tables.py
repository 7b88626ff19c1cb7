"""Tables in a directory: what Delta Lake makes of our statements."""

from pathlib import Path
from typing import TYPE_CHECKING

from analytics.lake.purchases import ColumnNames, add_purchases, take_back
from analytics.transforms.products import versions
from analytics.transforms.requests import requests
from pipeline.contracts.lake import PRODUCT_HISTORY, PURCHASES, REQUEST_HISTORY
from tests.analytics.local_lake import LocalLake
from tests.analytics.transforms.records import Sent, records

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

PERSON = "ab" * 32


def test_pseudonyms_in_malformed_rows_of_earlier_releases_go(spark: "SparkSession", tmp_path: Path) -> None:
    from pyspark.sql import functions as F

    lake = LocalLake(spark, tmp_path)
    lake.create(REQUEST_HISTORY)
    known, broken = {"user": PERSON, "kind": "view"}, b"half of it"
    rows = requests(records(spark, [Sent("k", known), Sent("k", broken)]))
    as_it_was = F.when(F.col("user").isNull(), F.lit(f"of {PERSON}, cut")).otherwise(F.col("raw"))
    lake.append(rows.withColumn("raw", as_it_was), REQUEST_HISTORY)
    lake.take_names_out(REQUEST_HISTORY)
    found = {row["user"]: row["raw"] for row in lake.read(REQUEST_HISTORY).collect()}
    assert found[None] == "of …, cut"
    assert PERSON in found[PERSON]
    version = lake.version(REQUEST_HISTORY)
    lake.take_names_out(REQUEST_HISTORY)
    assert lake.version(REQUEST_HISTORY) == version, "there is nothing more to do"


def test_rows_that_kafka_no_longer_vouches_for_are_before_all_others(spark: "SparkSession", tmp_path: Path) -> None:
    lake = LocalLake(spark, tmp_path)
    lake.create(PRODUCT_HISTORY)
    sent = [Sent("s/a", {}, 0, 5), Sent("s/a", {}, 0, 9), Sent("s/b", {}, 1, 7), Sent("s/old", {}, 0, -8)]
    lake.append(versions(records(spark, sent)), PRODUCT_HISTORY)
    for _ in range(2):
        lake.set_aside(PRODUCT_HISTORY, {0: 6})
    rows = {row["offset"]: row["offer_id"] for row in lake.read(PRODUCT_HISTORY).collect()}
    order = [rows[offset] for offset in sorted(rows)]
    assert order == ["s/old", "s/a", "s/a", "s/b"]
    assert sorted(offset for offset in rows if offset >= 0) == [5, 7]


def test_files_that_overlap_bring_a_sale_once_and_one_can_be_taken_back(spark: "SparkSession", tmp_path: Path) -> None:
    lake = LocalLake(spark, tmp_path)
    first, second = tmp_path / "january.csv", tmp_path / "quarter.csv"
    first.write_text("user,product,time\na,s/1,2024-01-05\na,s/1,2024-01-05\nb,s/2,2024-01-09\n")
    second.write_text("user,product,time\na,s/1,2024-01-05\nb,s/2,2024-02-01\n")
    one = add_purchases(lake, first, ColumnNames(), str)
    assert (one.rows, one.known) == (3, 0)
    two = add_purchases(lake, second, ColumnNames(), str)
    assert (two.rows, two.known) == (1, 1)
    assert add_purchases(lake, second, ColumnNames(), str).before
    assert take_back(lake, second) == 1
    assert lake.read(PURCHASES).count() == 3
    assert add_purchases(lake, second, ColumnNames(), str).rows == 1
