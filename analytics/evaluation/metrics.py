"""Ranking metrics over top-k lists."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from analytics.models.arrays import Ints, Mask


class Quality(BaseModel):
    """What one recommender is worth; names in JSON as in the papers."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    ndcg: float = Field(serialization_alias="ndcg@10", description="mean over users of DCG@10 / ideal DCG@10")
    hits: float = Field(serialization_alias="hr@10", description="share of users with a wanted item among the ten")
    coverage: float = Field(description="share of the catalogue that is in anybody's ten")
    fit_s: float = Field(description="seconds from interactions in memory to ready to recommend")


def quality(lists: Ints, who: Ints, what: Ints, n_items: int, fit_s: float) -> Quality:
    """`lists` is users × 10 item ids, best first, -1 for none; (`who`, `what`) are the wanted pairs, each once.

    Binary gains, discount 1 / log2(rank + 2) with ranks from 0 (Järvelin and Kekäläinen 2002). Users who want nothing
    count for coverage alone.
    """
    k = lists.shape[1]
    wanted = np.bincount(who, minlength=lists.shape[0])
    pairs = np.sort(who * n_items + what)
    own: Ints = np.arange(lists.shape[0])[:, None] * n_items + lists
    shown: Mask = np.greater_equal(lists, 0)
    place = np.minimum(np.searchsorted(pairs, own), max(pairs.size - 1, 0))
    hit: Mask = np.zeros(lists.shape, np.bool_)
    if pairs.size:
        hit = shown & (pairs.take(place) == own)
    discount = 1.0 / np.log2(np.arange(k) + 2.0)
    ideal = np.r_[0.0, np.cumsum(discount)][np.minimum(wanted, k)]
    asked: Mask = np.greater(wanted, 0)
    if not asked.any():
        return Quality(ndcg=0.0, hits=0.0, coverage=0.0, fit_s=fit_s)
    return Quality(
        ndcg=float(((hit @ discount)[asked] / ideal[asked]).mean()),
        hits=float(np.count_nonzero(hit[asked], axis=1).astype(bool).mean()),
        coverage=float(np.unique(lists[shown]).size / max(n_items, 1)),
        fit_s=fit_s,
    )
