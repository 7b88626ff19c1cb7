"""Records as Spark's Kafka source gives them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SCHEMA = "key BINARY, value BINARY, partition INT, offset BIGINT, timestamp TIMESTAMP"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Sent:
    """One record; `value` None is a tombstone."""

    key: str
    value: object
    partition: int = 0
    offset: int = 0
    at: datetime = NOON


def records(spark: "SparkSession", sent: Sequence[Sent]) -> "DataFrame":
    rows = [(one.key.encode(), _bytes(one.value), one.partition, one.offset, one.at) for one in sent]
    return spark.createDataFrame([tuple(map(_bytearray, row)) for row in rows], SCHEMA)


def _bytes(value: object) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    return orjson.dumps(value)


def _bytearray(value: object) -> object:
    return bytearray(value) if isinstance(value, bytes) else value
