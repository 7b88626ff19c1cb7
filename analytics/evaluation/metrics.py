"""Ranking metrics over top-k lists."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from analytics.models.arrays import Floats, Ints, Mask

SAMPLES, SEED = 1_000, 7


class Quality(BaseModel):
    """What one recommender is worth; names in JSON as in the papers."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    ndcg: float = Field(serialization_alias="ndcg@10", description="mean over users of DCG@10 / ideal DCG@10")
    hits: float = Field(serialization_alias="hr@10", description="share of users with a wanted item among the ten")
    coverage: float = Field(description="share of the catalogue that is in anybody's ten")
    low: float = Field(serialization_alias="ndcg@10_low", description="of 95 % of bootstrap samples of the users")
    high: float = Field(serialization_alias="ndcg@10_high", description="the same, upwards")
    head: float = Field(
        serialization_alias="top_1%", description="share of all places that the most shown hundredth of the items has"
    )
    fit_s: float = Field(description="seconds from interactions in memory to ready to recommend")


def quality(lists: Ints, who: Ints, what: Ints, n_items: int, fit_s: float) -> Quality:
    """`lists` is users × 10 item ids, best first, -1 for none; (`who`, `what`) are the wanted pairs, each once.

    Binary gains, discount 1 / log2(rank + 2) with ranks from 0 (Järvelin and Kekäläinen 2002). Users who want nothing
    count for coverage and the head alone.
    """
    hit = _hits(lists, who, what, n_items)
    k, wanted = lists.shape[1], np.bincount(who, minlength=lists.shape[0])
    discount = 1.0 / np.log2(np.arange(k) + 2.0)
    ideal = np.r_[0.0, np.cumsum(discount)][np.minimum(wanted, k)]
    asked: Mask = np.greater(wanted, 0)
    if not asked.any():
        return Quality(ndcg=0.0, hits=0.0, coverage=0.0, low=0.0, high=0.0, head=0.0, fit_s=fit_s)
    each = (hit @ discount)[asked] / ideal[asked]
    low, high = interval(each)
    often = np.sort(np.bincount(lists[lists >= 0], minlength=n_items))[::-1]
    return Quality(
        ndcg=float(each.mean()),
        hits=float(np.count_nonzero(hit[asked], axis=1).astype(bool).mean()),
        coverage=float(np.count_nonzero(often) / max(n_items, 1)),
        low=low,
        high=high,
        head=float(often[: -(-n_items // 100)].sum() / max(often.sum(), 1)),
        fit_s=fit_s,
    )


def interval(each: Floats) -> tuple[float, float]:
    """Of the mean: the middle 95 % of the means of samples drawn from these values with replacement."""
    random = np.random.default_rng(SEED)
    means = [random.choice(each, each.size).mean() for _ in range(SAMPLES)]
    low, high = np.quantile(means, (0.025, 0.975)).tolist()
    return low, high


def _hits(lists: Ints, who: Ints, what: Ints, n_items: int) -> Mask:
    pairs = np.sort(who * n_items + what)
    hit: Mask = np.zeros(lists.shape, np.bool_)
    if pairs.size:
        own: Ints = np.arange(lists.shape[0])[:, None] * n_items + lists
        place = np.minimum(np.searchsorted(pairs, own), pairs.size - 1)
        hit = (lists >= 0) & (pairs.take(place) == own)
    return hit
