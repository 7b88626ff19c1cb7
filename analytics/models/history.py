"""How much each thing a person did still counts: a history becomes a row of item weights."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from analytics.models.arrays import Floats, Ints, Sparse
from analytics.models.interactions import Interactions


@dataclass(frozen=True)
class Decay:
    """Weight of an event with `age` events after it: rate^age, or (1 + age)^-power, or their product.

    Exponential decay as in SLIST (Choi et al. 2021), power decay as in SWalk and in human forgetting curves.
    """

    rate: float = 1.0
    power: float = 0.0

    def __call__(self, age: Ints) -> Floats:
        return self.rate ** age.astype(np.float64) * (1.0 + age) ** -self.power


FLAT = Decay()


def weigh(histories: Interactions, decay: Decay, damping: Floats | None = None) -> Sparse:
    """Users × items, each item with the summed weight of its events, times `damping` of the item if given."""
    weights = decay(histories.age)
    if damping is not None:
        weights = weights * damping[histories.items]
    start = np.searchsorted(histories.users, np.arange(histories.n_users + 1))
    matrix: Sparse = csr_array(
        (weights.astype(np.float32), histories.items.astype(np.int32), start.astype(np.int32)),
        shape=(histories.n_users, histories.n_items),
    )
    matrix.sum_duplicates()
    return matrix
