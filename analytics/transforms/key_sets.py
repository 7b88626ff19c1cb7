"""Sets of keys as a number and a hash: two that are the same set say the same, in whatever order, wherever counted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.transforms.schema import KAFKA, expect

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

DIGITS = 15
"""Hexadecimal digits of a key's SHA-256 that count: they fit into a BIGINT."""


@dataclass(frozen=True)
class KeySet:
    """How many keys, and the exclusive or of their hashes."""

    count: int = 0
    digest: int = 0

    def with_key(self, key: str) -> KeySet:
        """The set with one key more."""
        return KeySet(self.count + 1, self.digest ^ int(hashlib.sha256(key.encode()).hexdigest()[:DIGITS], 16))


def key_set(keys: Iterable[str]) -> KeySet:
    """The set of these keys, none of which comes twice."""
    found = KeySet()
    for key in keys:
        found = found.with_key(key)
    return found


def key_sets(rows: DataFrame) -> dict[int, KeySet]:
    """The `offer_id`s of each `partition`; partitions without any are left out."""
    from pyspark.sql import functions as F

    number = F.conv(F.substring(F.sha2("offer_id", 256), 1, DIGITS), 16, 10).cast("bigint")
    sets = rows.groupBy("partition").agg(F.count("*").alias("count"), F.bit_xor(number).alias("digest"))
    return {int(row["partition"]): KeySet(int(row["count"]), int(row["digest"])) for row in sets.collect()}


def let_through(records: DataFrame) -> DataFrame:
    """(offer_id, partition) of the keys of `filtered_products` that were not taken back since."""
    from pyspark.sql import functions as F

    records = expect(records, KAFKA, "filtered_products")
    keyed = records.select(
        F.col("key").cast("string").alias("offer_id"), "partition", "offset", F.isnull("value").alias("gone")
    )
    last = keyed.groupBy("offer_id", "partition").agg(F.max_by("gone", "offset").alias("gone"))
    return last.where("NOT gone").select("offer_id", "partition")
