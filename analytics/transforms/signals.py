"""What people did → how much each of it says about what they like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from analytics.transforms.schema import expect
from pipeline.contracts.lake import PURCHASES, REQUEST_HISTORY, Column

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

SIGNAL = (Column("user", "string"), Column("offer_id", "string"), Column("kind", "string"), Column("at", "timestamp"))
# A purchase follows a view of the same product, a like too: with it they count three times and twice.
WEIGHTS = {"view": 1, "like": 1, "purchase": 2}
KINDS = ("view", "like", "purchase")
MOST_UNITS = 3
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
HIDES = ("hide", "dislike")
# What takes such a wish back.
BRINGS_BACK = ("unhide", "like")


def signals(requests: DataFrame, purchases: DataFrame, now: datetime) -> DataFrame:
    """Views, likes and purchases as (user, offer_id, kind, at), a row for each unit of weight.

    A request that was sent twice counts once, by its id. What has no date, or one before EARLIEST or later than clocks
    go wrong, is left out: a sale of the year 2099 would be the freshest for ever.
    """
    requests = expect(requests, REQUEST_HISTORY.columns, REQUEST_HISTORY.name)
    done = (
        requests.where(F.col("fault").isNull() & F.col("offer_id").isNotNull() & F.col("kind").isin(*WEIGHTS))
        .dropDuplicates(["request_id"])
        .select("user", "offer_id", "kind", F.coalesce("at", "written_at").alias("at"))
    )
    bought = expect(purchases, PURCHASES.columns, PURCHASES.name).select(
        "user", "offer_id", F.lit("purchase").alias("kind"), "at"
    )
    weight = F.coalesce(*(F.when(F.col("kind") == kind, F.lit(weight)) for kind, weight in WEIGHTS.items()))
    possible = F.col("at").between(F.lit(EARLIEST), F.lit(now + AHEAD))
    rows = done.unionByName(bought).where(possible).withColumn("unit", F.explode(F.sequence(F.lit(1), weight)))
    return expect(rows, SIGNAL, "signals")


def hides(requests: DataFrame) -> DataFrame:
    """(user, offer_id) of what people do not want to see again, by the last that they said of it."""
    requests = expect(requests, REQUEST_HISTORY.columns, REQUEST_HISTORY.name)
    said = requests.where(
        F.col("kind").isin(*HIDES, *BRINGS_BACK) & F.col("offer_id").isNotNull() & F.col("user").isNotNull()
    )
    last = said.groupBy("user", "offer_id").agg(F.max_by("kind", F.coalesce("at", "written_at")).alias("last"))
    return last.where(F.col("last").isin(*HIDES)).select("user", "offer_id")


def deeds(signals: DataFrame, most: int) -> DataFrame:
    """(user, offer_id, kind, at, units): what each person did with each product on each day, as one row.

    `kind` is the place of the strongest in KINDS, `at` the last moment, `units` the weight, at most that of a purchase:
    two thousand taps are one deed. Of each person the latest `most` rows.
    """
    from pyspark.sql import Window

    signals = expect(signals, SIGNAL, "signals")
    place = F.coalesce(*(F.when(F.col("kind") == kind, F.lit(number)) for number, kind in enumerate(KINDS)))
    each = signals.groupBy("user", "offer_id", F.to_date("at").alias("day")).agg(
        F.max(place).cast("int").alias("kind"),
        F.max("at").alias("at"),
        F.least(F.count("*"), F.lit(MOST_UNITS)).cast("int").alias("units"),
    )
    latest = F.row_number().over(Window.partitionBy("user").orderBy(F.col("at").desc(), "offer_id"))
    return each.withColumn("place", latest).where(F.col("place") <= most).drop("place", "day")
