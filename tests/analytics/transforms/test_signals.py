from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from analytics.transforms.requests import requests
from analytics.transforms.signals import deeds, hides, signals
from pipeline.contracts.lake import PURCHASES
from tests.analytics.transforms.records import Sent, records

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def view(request_id: str, product: str) -> dict[str, object]:
    return {"request_id": request_id, "user": "u", "kind": "view", "offer_id": product}


def did(number: int, user: str, kind: str, product: str | None = None, minute: int = 0) -> Sent:
    value = {"request_id": f"r{number}", "user": user, "kind": kind, "at": f"2026-11-20T10:{minute:02}:00Z"}
    return Sent(user, value if product is None else {**value, "offer_id": product}, 0, number)


def history(spark: "SparkSession", sent: list[Sent]) -> "DataFrame":
    return requests(records(spark, sent))


def test_each_deed_has_its_weight_and_counts_once(spark: "SparkSession") -> None:
    sent = [
        did(1, "u", "view", "n/1"), did(1, "u", "view", "n/1"), did(2, "u", "like", "n/1"),
        did(3, "u", "purchase", "s/1"),
        did(4, "u", "search"), did(5, "u", "hide", "c"), Sent("u", b"garbage", 0, 6),
    ]  # fmt: skip
    sold = spark.createDataFrame([("v", "c", 2, NOW, "file")], PURCHASES.ddl)
    found = signals(history(spark, sent), sold, NOW).select("user", "offer_id", "kind").collect()
    assert sorted(map(tuple, found)) == [
        ("u", "n/1", "like"), ("u", "n/1", "view"), ("u", "s/1", "purchase"), ("u", "s/1", "purchase"),
        ("v", "c", "purchase"), ("v", "c", "purchase"),
    ]  # fmt: skip


def test_a_date_outside_reason_is_no_signal(spark: "SparkSession") -> None:
    sent = [did(1, "u", "view", "n/1"), Sent("u", {**view("r2", "n/2"), "at": "2099-01-01T00:00:00Z"}, 0, 2)]
    days = {"long ago": datetime(1999, 12, 31, tzinfo=UTC), "tomorrow": NOW + timedelta(hours=23), "never": None}
    days |= {"late": NOW + timedelta(hours=25), "sound": datetime(2010, 12, 1, tzinfo=UTC)}
    sold = spark.createDataFrame([("v", name, 1, day, "file") for name, day in days.items()], PURCHASES.ddl)
    found = signals(history(spark, sent), sold, NOW).select("offer_id").distinct().collect()
    assert {row["offer_id"] for row in found} == {"n/1", "tomorrow", "sound"}


def test_what_is_not_wanted_again(spark: "SparkSession") -> None:
    sent = [did(1, "u", "hide", "a"), did(2, "u", "hide", "a"), did(3, "v", "dislike", "b"), did(4, "v", "like", "c")]
    assert sorted(map(tuple, hides(history(spark, sent)).collect())) == [("u", "a"), ("v", "b")]


def test_what_was_hidden_and_brought_back_is_wanted_again_and_the_last_word_counts(spark: "SparkSession") -> None:
    sent = [
        did(1, "u", "hide", "a", 1), did(2, "u", "unhide", "a", 2),
        did(3, "u", "dislike", "b", 1), did(4, "u", "like", "b", 2),
        did(5, "u", "hide", "c", 1), did(6, "u", "unhide", "c", 2), did(7, "u", "hide", "c", 3),
        did(8, "v", "unhide", "a", 1), did(9, "v", "hide", "a", 2),
    ]  # fmt: skip
    assert sorted(map(tuple, hides(history(spark, sent)).collect())) == [("u", "c"), ("v", "a")]


def test_two_thousand_taps_are_one_deed_a_day_and_of_an_account_the_latest_stay(spark: "SparkSession") -> None:
    taps = [("a", "n/1", "view", NOW + timedelta(seconds=second)) for second in range(2_000)]
    bought = [("b", "n/2", kind, NOW) for kind in ("view", "purchase", "purchase")]
    everything = [("c", f"n/{number}", "view", NOW - timedelta(days=number)) for number in range(50)]
    rows = spark.createDataFrame(
        [*taps, *bought, *everything], "user string, offer_id string, kind string, at timestamp"
    )
    found = [tuple(row) for row in deeds(rows, 10).select("user", "offer_id", "kind", "units").collect()]
    assert {row for row in found if row[0] != "c"} == {("a", "n/1", 0, 3), ("b", "n/2", 2, 3)}
    assert {row[1] for row in found if row[0] == "c"} == {f"n/{number}" for number in range(10)}
