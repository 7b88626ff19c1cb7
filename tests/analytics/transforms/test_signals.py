from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analytics.models.cooccurrence import cooccurrence, strongest
from analytics.models.interactions import Interactions
from analytics.transforms.requests import requests
from analytics.transforms.signals import SIGNAL, hides, pairs, signals
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


@pytest.mark.parametrize("neighbours", [3, 100])
def test_spark_counts_the_pairs_that_the_compact_solver_counts(spark: "SparkSession", neighbours: int) -> None:
    random = np.random.default_rng(5)
    users, items = random.integers(0, 40, 600), random.zipf(1.4, 600) % 25
    ours = strongest(
        cooccurrence(Interactions.from_rows(users, items, np.arange(600, dtype=np.float64), 40, 25)), neighbours
    ).toarray()
    schema = ", ".join(f"{column.name} {column.kind}" for column in SIGNAL)
    rows = [(str(user), f"{item:02}", "view", None) for user, item in zip(users, items, strict=True)]
    theirs = np.zeros((25, 25))
    for row in pairs(spark.createDataFrame(rows, schema), neighbours).collect():
        theirs[int(row["item"]), int(row["other"])] = row["weight"]
    # Equal weights may be cut in either order: then the weights are compared, not who has them.
    np.testing.assert_allclose(np.sort(ours, axis=1), np.sort(theirs, axis=1), rtol=1e-5, atol=1e-6)
    if neighbours == 100:
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)
