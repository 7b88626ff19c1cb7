"""What a recommender has to beat: the popular items, and plain item-based neighbours."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from analytics.models.arrays import Floats, Ints, Matrix
from analytics.models.cooccurrence import cooccurrence, scale, taken, within
from analytics.models.history import FLAT, weigh
from analytics.models.interactions import Interactions
from analytics.models.top_lists import top

BATCH = 500
SHRINKAGE = 5.0
PAIRS = 100_000_000
"""Where items could have more pairs than this, only so many are counted, of the latest rows of each history."""


def popularity_lists(data: Interactions, histories: Interactions, k: int, worth: Floats | None = None) -> Ints:
    """The most taken items that are new to each user, or those that are `worth` most: users × k."""
    scores = (data.counts if worth is None else worth).astype(np.float32)
    return _ranked(histories, k, lambda part, _, __: np.tile(scores, (part.n_users, 1)))


class ItemKnn:
    """Item-based neighbours: cosine with shrinkage (Sarwar et al. 2001), all neighbours, every history item equal."""

    def __init__(self, data: Interactions) -> None:
        norm = np.sqrt(np.bincount(taken(data).indices, minlength=data.n_items) + SHRINKAGE)
        counted = within(data, PAIRS) if data.n_items**2 > PAIRS else data
        self._weights = scale(cooccurrence(counted, user_power=0.0), 1 / norm, 1 / norm)

    def lists(self, histories: Interactions, k: int) -> Ints:
        """Users × k item ids, -1 for none."""
        return _ranked(histories, k, lambda part, _, __: (weigh(part, FLAT) @ self._weights).toarray())


def factor_lists(users: Matrix, items: Matrix, histories: Interactions, k: int) -> Ints:
    """The best items by the product of latent factors; row u of `users` belongs to user u of the histories."""
    return _ranked(histories, k, lambda _, start, stop: users[start:stop] @ items.T)


def _ranked(histories: Interactions, k: int, score: Callable[[Interactions, int, int], Matrix]) -> Ints:
    found = []
    for start in range(0, histories.n_users, BATCH):
        stop = min(start + BATCH, histories.n_users)
        part = histories.between(start, stop)
        scores = score(part, start, stop)
        scores[part.users, part.items] = -np.inf
        found.append(top(scores, k)[0])
    return np.concatenate(found)
