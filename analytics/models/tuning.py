"""Coordinate search of a recipe's settings on a validation split."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analytics.models.arrays import Matrix
from analytics.models.component import power
from analytics.models.history import weigh
from analytics.models.holdout import Holdout, gain
from analytics.models.materials import Materials
from analytics.models.operators import Operator, SparseOperator
from analytics.models.recipes import CHOICES, Recipe, operator
from analytics.models.trial import DenseTrial, SparseTrial, Trial

CUTOFF = 20
"""Validation looks a little deeper than the answer shown: less noise for the same order."""
WORTH = 1.002
"""A change must gain this factor, so that noise does not move a setting."""
SOLVED_ITEMS = 2500
"""With more items than this a dense solution takes seconds: one penalty has to do."""
DENSE_ITEMS = 4000
"""Up to this many items a dense row is cheaper than a sparse one."""


class Bench:
    """Values recipes of one kind; keeps what a change of one setting leaves as it was."""

    def __init__(self, materials: Materials, holdout: Holdout, trend: Matrix) -> None:
        self._materials = materials
        self._trend = trend
        self._holdout = holdout
        self._operator: tuple[tuple[float, float], Operator] | None = None
        self._trial: tuple[Recipe, Trial] | None = None

    def value(self, recipe: Recipe) -> float:
        """Validation gain of the recipe alone."""
        target = power(self._materials.counts, -recipe.target).astype(np.float32) * self._trend
        return gain(self._scored(recipe).ranks(target), self._holdout.who, CUTOFF)

    def _scored(self, recipe: Recipe) -> Trial:
        key = replace(recipe, target=0.0)
        if self._trial is None or self._trial[0] != key:
            self._trial = key, self._score(recipe)
        return self._trial[1]

    def _score(self, recipe: Recipe) -> Trial:
        key = recipe.backward, recipe.penalty
        if self._operator is None or self._operator[0] != key:
            self._operator = key, operator(self._materials, recipe)
        made = self._operator[1]
        history = weigh(self._holdout.queries, recipe.decay, power(self._materials.counts, -recipe.source))
        if isinstance(made, SparseOperator) and self._materials.data.n_items > DENSE_ITEMS:
            return SparseTrial((history @ made.weights).tocsr(), self._holdout)
        return DenseTrial(made.apply(history), self._holdout)


def tune(materials: Materials, holdout: Holdout, start: Recipe, trend: Matrix) -> tuple[Recipe, float]:
    """One pass over the settings of the recipe's kind, each at its best before the next; and its validation gain.

    Every score is multiplied by the `trend` of its item, as it will be in the blend.
    """
    bench = Bench(materials, holdout, trend)
    best, value = start, bench.value(start)
    for change in CHOICES[start.kind]:
        for candidate in change(best):
            if candidate.penalty != best.penalty and materials.data.n_items > SOLVED_ITEMS:
                continue
            if candidate != best and (reached := bench.value(candidate)) > value * WORTH:
                best, value = candidate, reached
    return best, value
