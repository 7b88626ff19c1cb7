"""Records of `filtered_products` → versions of products → the catalogue as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from analytics.transforms.schema import KAFKA, expect, shaped
from pipeline.contracts.lake import CATALOGUE, PRODUCT_HISTORY

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

MESSAGE = """
    product_id STRING, name STRING, description STRING, category STRING, brand STRING,
    price STRUCT<amount: DOUBLE, currency: STRING>, stock STRUCT<available: INT, reserved: INT>,
    store_id STRING, sku STRING, tags ARRAY<STRING>, images ARRAY<STRUCT<url: STRING>>,
    created_at TIMESTAMP, updated_at TIMESTAMP
"""
"""An offer's JSON; a field of another type becomes null, and `raw` keeps what was sent."""


SAME = ("product_id", "name", "description", "category", "brand", "store_id", "sku", "tags")


def versions(records: DataFrame) -> DataFrame:
    """Every record as a row of `product_history`: the key is the offer, no value means that it was taken back.

    Nothing is taken apart here, so that a lake which has much to catch up with is as fast as a copy.
    """
    records = expect(records, KAFKA, "filtered_products")
    return shaped(
        records.select(
            F.col("key").cast("string").alias("offer_id"),
            F.col("value").isNull().alias("deleted"),
            F.col("value").cast("string").alias("raw"),
            "partition",
            "offset",
            F.col("timestamp").alias("written_at"),
            F.to_date("timestamp").alias("date"),
        ),
        PRODUCT_HISTORY,
    )


def parsed(history: DataFrame) -> DataFrame:
    """Versions with the fields parsed from their messages; null for what is missing or cannot be understood."""
    sent = {
        **{name: f"sent.{name}" for name in SAME},
        "price": "sent.price.amount",
        "currency": "sent.price.currency",
        "available": "sent.stock.available",
        "reserved": "sent.stock.reserved",
        "created_at": "sent.created_at",
        "updated_at": "sent.updated_at",
    }
    fields = {name: F.col(path) for name, path in sent.items()}
    rows = expect(history, PRODUCT_HISTORY.columns, PRODUCT_HISTORY.name)
    rows = rows.withColumn("sent", F.from_json("raw", MESSAGE))
    return rows.withColumns({**fields, "image": F.get("sent.images", F.lit(0))["url"]}).drop("sent")


def current(history: DataFrame) -> DataFrame:
    """The latest version of each offer that was not taken back since, as rows of `catalogue`."""
    return offered(latest(history))


def offered(last: DataFrame) -> DataFrame:
    """Of the `latest` versions those that were not taken back, as rows of `catalogue`."""
    return shaped(parsed(last.where(~F.col("deleted"))).drop("deleted", "date"), CATALOGUE)


def latest(history: DataFrame, *, few: bool = False) -> DataFrame:
    """The last version of each offer, tombstones too: within a partition of Kafka the offset is their order.

    `few` versions are taken in one piece, which needs no exchange; that costs more than they do.
    """
    history = expect(history, PRODUCT_HISTORY.columns, PRODUCT_HISTORY.name)
    # One exchange for both steps: what is together by its offer is so by offer and partition.
    together = history.coalesce(1) if few else history.repartition(F.col("offer_id"))
    each = together.groupBy("offer_id", "partition").agg(
        F.max_by(F.struct(*history.columns), "offset").alias("row"), F.max("written_at").alias("at")
    )
    # A topic that was given more partitions holds older versions elsewhere; there the clock decides.
    last = each.groupBy("offer_id").agg(F.max_by("row", F.struct("at", "partition")).alias("row"))
    return last.select("row.*")
