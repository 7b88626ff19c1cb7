from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from analytics.transforms.forgetting import without_forgotten
from analytics.transforms.requests import requests
from ops.backup.forgotten import Forgotten
from pipeline.contracts.lake import REQUEST_HISTORY
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


def test_a_message_that_is_not_understood_keeps_no_pseudonym(spark: "SparkSession") -> None:
    person = "0f" * 32
    broken = [b'{"user": "%b", "kind": "view"' % person.encode(), {"kind": "view", "who": person}]
    rows = requests(records(spark, [Sent(person, value) for value in broken])).collect()
    assert [row["fault"] for row in rows] == ["not_json", "no_user"]
    assert [row["raw"] for row in rows] == ['{"user": "…", "kind": "view"', '{"kind":"view","who":"…"}']
    (known,) = requests(records(spark, [Sent(person, {"user": person, "kind": "view"})])).collect()
    assert person in known["raw"], "that row goes with the person"


def test_lists_and_maps_come_along(spark: "SparkSession") -> None:
    search = {**VIEW, "kind": "search", "text": "часы", "hits": ["a", "b"], "filters": {"brand": "Норд"}, "total": 2}
    (row,) = requests(records(spark, [Sent("u1", search)])).collect()
    assert (row["hits"], row["filters"], row["total"], row["text"]) == (["a", "b"], {"brand": "Норд"}, 2, "часы")


def test_what_comes_late_of_somebody_who_was_forgotten_is_no_row(spark: "SparkSession") -> None:
    asked = datetime(2026, 11, 22, tzinfo=UTC)
    sent = [
        Sent("u1", VIEW),
        Sent("u1", {**VIEW, "request_id": "later", "at": "2026-11-22T00:00:01Z"}),
        Sent("u2", {**VIEW, "request_id": "of another", "user": "u2"}),
        Sent("u1", b"not understood"),
    ]
    rows = requests(records(spark, sent))
    left = without_forgotten(rows, REQUEST_HISTORY, Forgotten.asked({"u1": asked}))
    assert [row["request_id"] for row in left.collect()] == ["later", "of another", None]
    assert without_forgotten(rows, REQUEST_HISTORY, Forgotten()).count() == len(sent)
