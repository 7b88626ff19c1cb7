"""The baseline of the platform: ALS of Spark ML, with its defaults for implicit feedback."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import numpy as np

from analytics.models.arrays import Matrix
from analytics.models.cooccurrence import taken
from analytics.models.interactions import Interactions

if TYPE_CHECKING:
    import pandas as pd
    from pyspark.ml.recommendation import ALS
    from pyspark.sql import DataFrame, SparkSession

RANK = 64
ITERATIONS = 10
PENALTY = 0.1
ALPHA = 10.0


def als_factors(data: Interactions, seed: int) -> tuple[Matrix, Matrix, float]:
    """User and item factors of implicit ALS (Hu, Koren and Volinsky 2008), and the seconds the fit took.

    The start of the local Spark session is not counted. Users and items without data have factors of zero.
    """
    session = _session()
    try:
        rows = _ratings(session, data)
        start = time.perf_counter()
        model = _als(seed).fit(rows)
        users = _dense(model.userFactors.toPandas(), data.n_users)
        items = _dense(model.itemFactors.toPandas(), data.n_items)
        return users, items, time.perf_counter() - start
    finally:
        session.stop()


def _session() -> SparkSession:
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    session = (
        SparkSession.builder.master("local[2]")
        .appName("evaluate")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "localhost")
        .config("spark.driver.bindAddress", "localhost")
        .config("spark.driver.memory", "2g")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .config("spark.ui.showConsoleProgress", "false")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def _ratings(session: SparkSession, data: Interactions) -> DataFrame:
    """What each user took, once, in Spark's memory before the clock starts."""
    import pandas as pd

    matrix = taken(data).tocoo()
    rows = session.createDataFrame(
        pd.DataFrame({"user": matrix.row.astype(np.int32), "item": matrix.col.astype(np.int32), "rating": 1.0})
    ).cache()
    rows.count()
    return rows


def _als(seed: int) -> ALS:
    from pyspark.ml.recommendation import ALS

    return ALS(
        rank=RANK,
        maxIter=ITERATIONS,
        regParam=PENALTY,
        alpha=ALPHA,
        implicitPrefs=True,
        seed=seed,
        userCol="user",
        itemCol="item",
        ratingCol="rating",
        numUserBlocks=4,
        numItemBlocks=4,
    )


def _dense(frame: pd.DataFrame, size: int) -> Matrix:
    factors = np.zeros((size, RANK), np.float32)
    if len(frame):
        factors[frame["id"].to_numpy()] = np.array(frame["features"].tolist(), np.float32)
    return factors
