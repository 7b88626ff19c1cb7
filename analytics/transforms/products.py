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
"""A product's JSON; a field of another type becomes null, and `raw` keeps what was sent."""


def versions(records: DataFrame) -> DataFrame:
    """Every record as a row of `product_history`: the key is the product, no value means that it was taken back."""
    records = expect(records, KAFKA, "filtered_products")
    raw = F.col("value").cast("string")
    rows = records.select(
        F.col("key").cast("string").alias("product_id"),
        F.from_json(raw, MESSAGE).alias("sent"),
        F.col("value").isNull().alias("deleted"),
        raw.alias("raw"),
        "partition",
        "offset",
        F.col("timestamp").alias("written_at"),
        F.to_date("timestamp").alias("date"),
    )
    sent = {
        **{name: f"sent.{name}" for name in ("name", "description", "category", "brand", "store_id", "sku", "tags")},
        "price": "sent.price.amount",
        "currency": "sent.price.currency",
        "available": "sent.stock.available",
        "reserved": "sent.stock.reserved",
        "created_at": "sent.created_at",
        "updated_at": "sent.updated_at",
    }
    fields = {name: F.col(path) for name, path in sent.items()}
    return shaped(rows.withColumns({**fields, "image": F.get("sent.images", F.lit(0))["url"]}), PRODUCT_HISTORY)


def current(history: DataFrame) -> DataFrame:
    """The latest version of each product that was not taken back since, as rows of `catalogue`.

    Within a partition of Kafka the offset is the order of the versions. Only keys and offsets are read of what is
    superseded.
    """
    history = expect(history, PRODUCT_HISTORY.columns, PRODUCT_HISTORY.name)
    each = history.groupBy("product_id", "partition").agg(
        F.max("offset").alias("offset"), F.max("written_at").alias("written_at")
    )
    # A topic that was given more partitions holds older versions elsewhere; there the clock decides.
    latest = (
        each.groupBy("product_id")
        .agg(F.max(F.struct("written_at", "partition", "offset")).alias("last"))
        .select("product_id", "last.partition", "last.offset")
    )
    rows = history.join(latest, ["product_id", "partition", "offset"]).where(~F.col("deleted"))
    # Written twice is still one version: after a lost checkpoint, say.
    return shaped(rows.dropDuplicates(["product_id"]), CATALOGUE)
