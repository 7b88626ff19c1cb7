"""One linear view of the data, ready to score: history weights, an operator, weights of the targets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.models.arrays import Floats, Ints, Matrix
from analytics.models.history import Decay, weigh
from analytics.models.interactions import Interactions
from analytics.models.operators import Operator


@dataclass(frozen=True)
class Component:
    """score(user, j) = target[j] · Σ over the user's events of decay(age) · source[i] · operator[i, j]."""

    name: str
    decay: Decay
    source: Floats
    operator: Operator
    target: Matrix

    def scores(self, histories: Interactions) -> Matrix:
        """Users × items, dense; comparable within a row only."""
        scores = self.operator.apply(weigh(histories, self.decay, self.source))
        scores *= self.target
        return scores

    def contributions(self, sources: Ints, ages: Ints, targets: Ints) -> Matrix:
        """What each event of one history adds to the score of each target."""
        weight = (self.decay(ages) * self.source[sources]).astype(np.float32)
        return weight[:, None] * self.operator.block(sources, targets) * self.target[targets]


def power(counts: Floats, exponent: float) -> Floats:
    """counts^exponent, an item never seen counting as seen once."""
    return np.maximum(counts, 1.0) ** exponent
