"""Spark's rows → arrays of numbers, a piece at a time: neither Spark's heap nor Python holds the history as text."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from analytics.jobs.past_actions import PastActions, ProductTable
from analytics.models.content import TokenCounts

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

    from analytics.models.arrays import Floats

WORD = re.compile(r"\w{2,}")
ROWS_AT_ONCE = 200_000
COLUMNS = ("offer_id", "name", "category", "brand", "tags", "available", "reserved", "created_at")


def collect(deeds: DataFrame, hidden: DataFrame, catalogue: DataFrame, at: float) -> tuple[PastActions, ProductTable]:
    """What people did (`transforms.signals.deeds`) until `at`, and the products, numbered in the same order each time.

    Spark's frames are read once for each piece: whoever calls this caches what is dear.
    """
    products = _Products()
    for frame in _pieces(catalogue.select(*COLUMNS), "offer_id"):
        products.add(frame.sort_values("offer_id"))
    listed = len(products.number)
    people: list[str] = []
    parts: list[tuple[np.ndarray, ...]] = []
    for frame in _pieces(deeds, "user"):
        names, users = np.unique(frame["user"].to_numpy(dtype=object).astype(str), return_inverse=True)
        ids, place = np.unique(frame["offer_id"].to_numpy(dtype=object).astype(str), return_inverse=True)
        items = np.array([products.number.setdefault(one, len(products.number)) for one in ids.tolist()], np.int64)
        units = frame["units"].to_numpy(np.int64)
        columns = users + len(people), items[place], _seconds(frame["at"]), frame["kind"].to_numpy(np.int64)
        parts.append(tuple(np.repeat(column, units) for column in columns))
        people += names.tolist()
    whole = [np.concatenate([part[n] for part in parts]) for n in range(4)]
    numbers = [whole[n].astype(np.int64) for n in (0, 1, 3)]
    past = PastActions(tuple(people), numbers[0], numbers[1], whole[2], numbers[2], at, _sets(hidden))
    return past, products.table(listed)


class _Products:
    """The catalogue as it comes, and then the products that are in it no more."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}
        self._categories: list[str] = []
        self._shown = array("b")
        self._created = array("d")
        self._words = TokenCounts()

    def add(self, frame: pd.DataFrame) -> None:
        for name in frame["offer_id"]:
            self.number[name] = len(self.number)
        self._categories += [str(category or "") for category in frame["category"]]
        # What is reserved is not for sale.
        self._shown.extend((frame["available"].fillna(0) > frame["reserved"].fillna(0).clip(lower=0)).astype(int))
        self._created.extend(_seconds(frame["created_at"]))
        for row in frame[["name", "category", "brand", "tags"]].itertuples(index=False):
            self._words.add(_words(row))

    def table(self, listed: int) -> ProductTable:
        """Of the first `listed` products what is known; the others are gone."""
        gone = len(self.number) - listed
        for _ in range(gone):
            self._words.add(())
        return ProductTable(
            ids=tuple(self.number),
            categories=(*self._categories, *("",) * gone),
            shown=np.r_[np.array(self._shown, np.bool_), np.zeros(gone, np.bool_)],
            listed=np.arange(len(self.number)) < listed,
            created=np.r_[np.array(self._created, np.float64), np.zeros(gone)],
            words=self._words.matrix(),
        )


def _pieces(rows: DataFrame, key: str) -> Iterator[pd.DataFrame]:
    """The rows in frames of about ROWS_AT_ONCE, those of one key together."""
    from pyspark.sql import functions as F

    count = max(1, -(-rows.count() // ROWS_AT_ONCE))
    for piece in range(count):
        yield rows.where(F.pmod(F.xxhash64(key), F.lit(count)) == piece).toPandas()


def _sets(hidden: DataFrame) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in hidden.toLocalIterator():
        found.setdefault(row["user"], set()).add(row["offer_id"])
    return {user: frozenset(products) for user, products in found.items()}


def _words(row: tuple[object, ...]) -> tuple[str, ...]:
    texts = [part for cell in row for part in (cell if isinstance(cell, list | np.ndarray) else (cell,))]
    return tuple(word for text in texts if text is not None for word in WORD.findall(str(text).lower()))


def _seconds(column: pd.Series[pd.Timestamp]) -> Floats:
    """Since 1970; 0 where there is none."""
    return np.where(column.isna(), 0, column.to_numpy("datetime64[ms]").astype(np.int64)) / 1_000
