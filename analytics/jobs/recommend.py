"""The job `recommend`: history and catalogue → models → the topic that the bot looks them up in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Set
from typing import TYPE_CHECKING

import numpy as np

from analytics.identity import IDENTITY
from analytics.jobs.job import JobContext, JobResult
from analytics.jobs.list_removal import check_removal
from analytics.jobs.past_actions import STRENGTH, PastActions, ProductTable
from analytics.jobs.recommendation_tables import NEIGHBOURS, fit_hybrid, model_of_pairs, recommendation_lists
from analytics.lake.witness import is_there
from analytics.transforms.signals import hides, pairs, signals
from ops.kafka import Kafka
from pipeline.contracts.lake import CATALOGUE, PURCHASES, REQUEST_HISTORY
from pipeline.contracts.messages import HEADERS, Recommendations, Recommended, encode, now
from pipeline.contracts.topics import RECOMMENDATIONS
from pipeline.kafka.live_view import LiveView

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.sql import DataFrame

    from analytics.models.arrays import Floats, Ints
    from analytics.models.hybrid import HybridModel
    from ops.settings import Settings

WORD = re.compile(r"\w{2,}")
NOTHING_YET = "there is nothing yet to recommend"
HISTORY_KEPT = 100
"""The latest rows of each person that a list is made of, when Spark does the counting."""


def run(context: JobContext) -> JobResult:
    """Learn, and write the keys whose products or reasons have changed; a tombstone for keys that are no more.

    Raises LakeFault, and changes nothing, when that would be most of them.
    """
    lake = context.lake
    if not (is_there(lake, REQUEST_HISTORY) and is_there(lake, CATALOGUE)):
        return JobResult(0, 0, NOTHING_YET)
    lake.create(PURCHASES)
    context.report("reading the history", 5)
    requests = lake.read(REQUEST_HISTORY)
    rows = signals(requests, lake.read(PURCHASES), now()).cache()
    try:
        count = rows.count()
        large = count >= context.settings.analytics.large_rows
        past, table = _collect(_latest(rows) if large else rows, hides(requests), lake.read(CATALOGUE))
        if not table.ids:
            return JobResult(0, 0, NOTHING_YET)
        context.report(f"learning from {count:,} signals of {len(past.people):,} people", 20)
        model = _count_pairs(rows, past, table) if large else learnt(past, table)
    finally:
        rows.unpersist()
    context.report("choosing products", 60)
    found = dict(recommendation_lists(model, past, table))
    context.report("writing what has changed", 85)
    written = asyncio.run(_publish(context.settings, found, context.run_id, count))
    return JobResult(count, written, f"{len(found):,} keys, {'pairs by Spark' if large else 'hybrid'}")


def learnt(past: PastActions, table: ProductTable) -> HybridModel:
    """What one machine learns; before anybody has done anything, that there is nothing but the products' words."""
    if past.people:
        return fit_hybrid(past, table)
    nothing = np.zeros(0, np.int64)
    return model_of_pairs(past, table, nothing, nothing, np.zeros(0))


def _count_pairs(rows: DataFrame, past: PastActions, table: ProductTable) -> HybridModel:
    number = {product: place for place, product in enumerate(table.ids)}
    counted: pd.DataFrame = pairs(rows, NEIGHBOURS).toPandas()
    counted = counted[counted["item"].isin(number) & counted["other"].isin(number)]
    items, others = (_numbers(counted[name].map(number)) for name in ("item", "other"))
    return model_of_pairs(past, table, items, others, counted["weight"].to_numpy(np.float64))


def _latest(rows: DataFrame) -> DataFrame:
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    place = F.row_number().over(Window.partitionBy("user").orderBy(F.col("at").desc()))
    return rows.withColumn("place", place).where(F.col("place") <= HISTORY_KEPT).drop("place")


def _collect(rows: DataFrame, hidden: DataFrame, catalogue: DataFrame) -> tuple[PastActions, ProductTable]:
    done: pd.DataFrame = rows.toPandas()
    products: pd.DataFrame = catalogue.select(
        "offer_id", "name", "category", "brand", "tags", "available", "reserved", "created_at"
    ).toPandas()
    products = products.sort_values("offer_id")
    known = products["offer_id"].tolist()
    ids = (*known, *sorted(set(done["offer_id"]) - set(known)))
    number = {product: place for place, product in enumerate(ids)}
    people = tuple(sorted(set(done["user"])))
    person = {name: place for place, name in enumerate(people)}
    unwanted: dict[str, set[str]] = {}
    for row in hidden.collect():
        unwanted.setdefault(row["user"], set()).add(row["offer_id"])
    gone = len(ids) - len(known)
    texts = products[["offer_id", "name", "category", "brand", "tags"]]
    table = ProductTable(
        ids,
        (*(str(c or "") for c in products["category"]), *("",) * gone),
        # What is reserved is not for sale.
        np.array(
            [*(products["available"].fillna(0) > products["reserved"].fillna(0).clip(lower=0)), *(False,) * gone],
            np.bool_,
        ),
        np.arange(len(ids)) < len(known),
        np.r_[_seconds(products["created_at"]), np.zeros(gone)],
        (*(_words(row) for row in texts.itertuples(index=False)), *((),) * gone),
    )
    past = PastActions(
        people,
        _numbers(done["user"].map(person)),
        _numbers(done["offer_id"].map(number)),
        _seconds(done["at"]),
        _numbers(done["kind"].map({kind: place for place, kind in enumerate(STRENGTH)})),
        now().timestamp(),
        {name: frozenset(products) for name, products in unwanted.items()},
    )
    return past, table


def _words(row: tuple[object, ...]) -> tuple[str, ...]:
    texts = [part for cell in row[1:] for part in (cell if isinstance(cell, list | np.ndarray) else (cell,))]
    return tuple(word for text in texts if text is not None for word in WORD.findall(str(text).lower()))


def _seconds(column: pd.Series[pd.Timestamp]) -> Floats:
    """Since 1970; 0 where there is none."""
    return np.where(column.isna(), 0, column.to_numpy("datetime64[ms]").astype(np.int64)) / 1_000


def _numbers(column: pd.Series[int]) -> Ints:
    return np.asarray(column, np.int64)


async def _publish(settings: Settings, found: dict[str, tuple[Recommended, ...]], run_id: str, signals: int) -> int:
    kafka = Kafka(settings, IDENTITY)
    async with LiveView(kafka, RECOMMENDATIONS, Recommendations) as view, kafka.producer(linger_ms=20) as producer:
        before = {key: _visible(message.items) for key, message in view.items()}
        check_removal(_of_one(before), _of_one(found), settings.analytics.most_lists_removed, signals)
        changed = {key: items for key, items in found.items() if before.get(key) != _visible(items)}
        gone = before.keys() - found.keys()
        sent = [
            await producer.send(
                RECOMMENDATIONS.name,
                encode(Recommendations(items=items, run_id=run_id)),
                key=key.encode(),
                headers=HEADERS,
            )
            for key, items in changed.items()
        ]
        sent += [await producer.send(RECOMMENDATIONS.name, None, key=key.encode()) for key in sorted(gone)]
        await asyncio.gather(*sent)
    return len(changed) + len(gone)


def _of_one(lists: Mapping[str, object]) -> Set[str]:
    """The keys of persons, products and everybody; sections come and go."""
    return {key for key in lists if not key.startswith("popular:")}


def _visible(items: tuple[Recommended, ...]) -> tuple[object, ...]:
    """What a person would see of a list: scores drift with every run and change nothing by themselves."""
    return tuple((one.offer_id, one.reason) for one in items)
