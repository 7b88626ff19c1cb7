from typing import TYPE_CHECKING

import pytest

from analytics.transforms.requests import requests
from tests.analytics.transforms.records import Sent, records

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

VIEW = {"request_id": "r1", "user": "u1", "kind": "view", "at": "2026-11-20T23:30:00Z", "offer_id": "s/p1"}


@pytest.mark.parametrize(
    ("value", "fault", "user", "date"),
    [
        (VIEW, None, "u1", "2026-11-20"),
        ({**VIEW, "invented_later": {"deep": [1]}}, None, "u1", "2026-11-20"),
        ({**VIEW, "at": "yesterday"}, None, "u1", "2026-11-24"),
        ({**VIEW, "position": 10**12, "latency_ms": "slow", "hits": [1, None]}, None, "u1", "2026-11-20"),
        ({**VIEW, "at": "9999999-01-01T00:00:00Z"}, None, "u1", "2026-11-24"),
        ({**VIEW, "position": "first"}, None, "u1", "2026-11-20"),
        ({"kind": "view"}, "no_user", None, "2026-11-24"),
        ({"user": "u1", "request_id": "r"}, "no_kind", "u1", "2026-11-24"),
        (b"\x00\xff garbage", "not_json", None, "2026-11-24"),
        ([1, 2], "not_json", None, "2026-11-24"),
        (b"", "not_json", None, "2026-11-24"),
        (None, "not_json", None, "2026-11-24"),
    ],
)
def test_every_message_is_a_row(
    spark: "SparkSession", value: object, fault: str | None, user: str | None, date: str
) -> None:
    (row,) = requests(records(spark, [Sent("u1", value)])).collect()
    assert (row["fault"], row["user"], str(row["date"])) == (fault, user, date)
    assert (row["raw"] is None) == (value is None)


def test_lists_and_maps_come_along(spark: "SparkSession") -> None:
    search = {**VIEW, "kind": "search", "text": "часы", "hits": ["a", "b"], "filters": {"brand": "Норд"}, "total": 2}
    (row,) = requests(records(spark, [Sent("u1", search)])).collect()
    assert (row["hits"], row["filters"], row["total"], row["text"]) == (["a", "b"], {"brand": "Норд"}, 2, "часы")
