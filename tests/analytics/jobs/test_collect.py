"""The history and the catalogue by pieces are those that they are in one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from analytics.jobs import collect as module
from analytics.jobs.collect import collect
from analytics.jobs.kept_choice import KEPT_S, kept_choice
from analytics.jobs.past_actions import PastActions, ProductTable
from analytics.jobs.recommendation_tables import expected_keys, recommendation_lists
from analytics.models.hybrid import fit
from tests.analytics.jobs.made_past import PRODUCTS, crowd, past

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

AT = datetime(2026, 11, 21, tzinfo=UTC)
OFFERS = (
    "offer_id string, name string, category string, brand string, tags array<string>, available int, reserved int, "
    "created_at timestamp"
)
DEEDS = "user string, offer_id string, kind int, at timestamp, units int"


def frames(spark: SparkSession) -> tuple[DataFrame, DataFrame, DataFrame]:
    goods = [
        ("n/1", "Red cup", "cups", "A", ["gift"], 3, 0, AT), ("n/2", "Blue cup", "cups", None, None, 1, 1, None),
        ("n/3", "Lamp", None, "B", [], None, None, AT), ("n/4", "Red lamp", "lamps", "B", [], 5, 2, AT),
    ]  # fmt: skip
    done = [("b", "n/1", 2, AT, 3), ("a", "n/1", 0, AT, 1), ("a", "gone/9", 1, AT, 2), ("c", "n/4", 0, AT, 1)]
    hidden = [("a", "n/4"), ("a", "n/1")]
    return (
        spark.createDataFrame(done, DEEDS),
        spark.createDataFrame(hidden, "user string, offer_id string"),
        spark.createDataFrame(goods, OFFERS),
    )


def said(found: tuple[PastActions, ProductTable]) -> list[tuple[str, str, int, float]]:
    done, table = found
    rows = zip(done.users.tolist(), done.items.tolist(), done.kinds.tolist(), done.times.tolist(), strict=True)
    return sorted((done.people[user], table.ids[item], kind, at) for user, item, kind, at in rows)


@pytest.mark.parametrize("at_once", [200_000, 1])
def test_pieces_are_the_whole(spark: SparkSession, monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr(module, "ROWS_AT_ONCE", at_once)
    deeds, hidden, catalogue = frames(spark)
    done, table = found = collect(deeds, hidden, catalogue, AT.timestamp())
    at = AT.timestamp()
    assert said(found) == [
        ("a", "gone/9", 1, at), ("a", "gone/9", 1, at), ("a", "n/1", 0, at),
        ("b", "n/1", 2, at), ("b", "n/1", 2, at), ("b", "n/1", 2, at), ("c", "n/4", 0, at),
    ]  # fmt: skip
    assert done.hidden == {"a": {"n/1", "n/4"}}
    known = dict(
        zip(table.ids, zip(table.shown.tolist(), table.listed.tolist(), table.categories, strict=True), strict=True)
    )
    assert known == {
        "n/1": (True, True, "cups"), "n/2": (False, True, "cups"), "n/3": (False, True, ""),
        "n/4": (True, True, "lamps"), "gone/9": (False, False, ""),
    }  # fmt: skip
    words = dict(zip(table.ids, np.asarray(table.words.sum(axis=1)).astype(int).tolist(), strict=True))
    assert words == {"n/1": 4, "n/2": 3, "n/3": 1, "n/4": 3, "gone/9": 0}


def test_an_empty_marketplace_has_its_new_products_only(spark: SparkSession) -> None:
    deeds, hidden, catalogue = frames(spark)
    done, table = collect(deeds.limit(0), hidden.limit(0), catalogue, AT.timestamp())
    files = Memory()
    data = done.interactions(len(table.ids))
    assert kept_choice(files, data, done.at) is None
    lists = dict(recommendation_lists(fit(data), done, table))
    assert lists.keys() <= expected_keys(done, table)
    assert {one.offer_id for one in lists["popular"]} == {"n/1", "n/4"}
    nothing, none = collect(deeds.limit(0), hidden.limit(0), catalogue.limit(0), AT.timestamp())
    assert dict(recommendation_lists(fit(nothing.interactions(0)), nothing, none)) == {"popular": ()}


class Memory:
    """HDFS' small files."""

    def __init__(self) -> None:
        self.content = b""
        self.written = 0

    def read_replaced(self, path: str) -> bytes:
        return self.content

    def replace(self, path: str, content: bytes) -> None:
        self.content = content
        self.written += 1


def test_what_was_chosen_holds_for_a_day_or_until_there_is_much_more() -> None:
    files = Memory()
    few, many = (past(crowd(deeds=deeds)).interactions(PRODUCTS) for deeds in (1_000, 2_000))
    first = kept_choice(files, few, 1_000.0)
    assert kept_choice(files, few, 1_000.0 + KEPT_S - 1) == first
    assert files.written == 1
    kept_choice(files, many, 1_010.0)
    assert files.written == 2
    kept_choice(files, many, 1_010.0 + KEPT_S)
    assert files.written == 3
    files.content = b"{"
    assert kept_choice(files, many, 1_010.0) is not None
    assert files.written == 4
