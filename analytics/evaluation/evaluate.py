"""Our recommender and what it has to beat, on one task."""

from __future__ import annotations

import time
from collections.abc import Callable
from enum import StrEnum

from analytics.evaluation.baselines import ItemKnn, factor_lists, popularity_lists
from analytics.evaluation.metrics import Quality, quality
from analytics.evaluation.task import Task
from analytics.models.arrays import Ints
from analytics.models.hybrid import LARGE, Config, fit
from analytics.models.popularity import choose_half_life, popularity

K = 10


class Contestant(StrEnum):
    """Who takes part, in the order of the report."""

    OURS = "ours"
    LARGE = "ours_large"
    """As it is for many items, on this task."""
    POPULARITY = "popularity"
    POPULARITY_NOW = "popularity_now"
    """With the half-life that would have guessed best before the split."""
    ITEM_KNN = "item_knn"
    SPARK_ALS = "spark_als"


def evaluate(task: Task, who: Contestant) -> Quality:
    """Fits on the task's training part alone and measures the ten best new items of every query.

    `fit_s` is wall time from interactions in memory to ready to recommend, the choice of settings included.
    """
    lists, seconds = _CONTESTANTS[who](task)
    return quality(lists, task.who, task.what, task.train.n_items, seconds)


def _ours(task: Task, config: Config | None = None) -> tuple[Ints, float]:
    start = time.perf_counter()
    model = fit(task.train, config)
    seconds = time.perf_counter() - start
    return model.recommend(task.queries, K, explain=False).ids, seconds


def _popularity(task: Task) -> tuple[Ints, float]:
    start = time.perf_counter()
    task.train.counts.argsort()
    seconds = time.perf_counter() - start
    return popularity_lists(task.train, task.queries, K), seconds


def _popularity_now(task: Task) -> tuple[Ints, float]:
    start = time.perf_counter()
    scores = popularity(task.train, choose_half_life(task.train))
    seconds = time.perf_counter() - start
    return popularity_lists(task.train, task.queries, K, scores), seconds


def _item_knn(task: Task) -> tuple[Ints, float]:
    start = time.perf_counter()
    model = ItemKnn(task.train)
    seconds = time.perf_counter() - start
    return model.lists(task.queries, K), seconds


def _spark_als(task: Task) -> tuple[Ints, float]:
    from analytics.evaluation.spark_als import als_factors

    users, items, seconds = als_factors(task.train, Config().seed)
    return factor_lists(users[task.asked], items, task.queries, K), seconds


_CONTESTANTS: dict[Contestant, Callable[[Task], tuple[Ints, float]]] = {
    Contestant.OURS: _ours,
    Contestant.LARGE: lambda task: _ours(task, LARGE),
    Contestant.POPULARITY: _popularity,
    Contestant.POPULARITY_NOW: _popularity_now,
    Contestant.ITEM_KNN: _item_knn,
    Contestant.SPARK_ALS: _spark_als,
}
