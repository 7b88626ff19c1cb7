"""The settings of one component, what they may be, and how a component is made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from analytics.models.component import Component, power
from analytics.models.history import FLAT, Decay
from analytics.models.materials import Materials
from analytics.models.operators import HeadOperator, LatentOperator, Operator, SparseOperator

POWER = Decay(power=0.7)


@dataclass(frozen=True)
class Recipe:
    """`source` and `target` are exponents of an item's count that damp it as a cause and as a recommendation.

    `backward` is the weight of the reverse order in transitions; `penalty` the ridge of the dense solvers.
    """

    kind: str
    decay: Decay = POWER
    source: float = 0.5
    target: float = 0.15
    backward: float = 0.3
    penalty: float = 100.0


Change = Callable[[Recipe], Iterable[Recipe]]
"""The recipes that differ from a given one in a single setting."""


def _decays(*decays: Decay) -> Change:
    return lambda recipe: [replace(recipe, decay=decay) for decay in decays]


def _sources(*exponents: float) -> Change:
    return lambda recipe: [replace(recipe, source=exponent) for exponent in exponents]


def _targets(*exponents: float) -> Change:
    return lambda recipe: [replace(recipe, target=exponent) for exponent in exponents]


def _backwards(*weights: float) -> Change:
    return lambda recipe: [replace(recipe, backward=weight) for weight in weights]


def _penalties(*penalties: float) -> Change:
    return lambda recipe: [replace(recipe, penalty=penalty) for penalty in penalties]


FORGETTING = (Decay(power=0.7), FLAT, Decay(rate=0.8), Decay(rate=0.5))

START = {
    "short": Recipe("short"),
    "long": Recipe("long"),
    "pairs": Recipe("pairs", source=0.7),
    "latent": Recipe("latent", target=-0.4),
    "ridge": Recipe("ridge", decay=Decay(rate=0.9), source=0.0, target=0.0),
    "ease": Recipe("ease", decay=FLAT, source=0.0, target=0.0, penalty=300.0),
}

CHOICES: dict[str, tuple[Change, ...]] = {
    "short": (
        _targets(0.0, 0.3),
        _decays(*FORGETTING),
        _sources(0.3, 0.7),
        _backwards(0.0, 1.0),
        _targets(0.0, 0.15, 0.3, 0.5),
    ),
    "long": (_targets(0.0, 0.3), _decays(*FORGETTING), _sources(0.3, 0.7), _targets(0.0, 0.15, 0.3, 0.5)),
    "pairs": (_targets(0.0, 0.3), _decays(*FORGETTING), _sources(0.5, 1.0), _targets(0.0, 0.15, 0.3, 0.5)),
    "latent": (_decays(FLAT, Decay(rate=0.8)), _targets(-0.2, -0.6)),
    "ridge": (_penalties(300.0), _targets(0.15), _decays(Decay(power=0.7), Decay(rate=0.75))),
    "ease": (_penalties(100.0, 1000.0), _targets(0.15), _decays(Decay(power=0.7), Decay(rate=0.8))),
}


def operator(materials: Materials, recipe: Recipe) -> Operator:
    """The item-to-item part of a recipe, before the exponents."""
    if recipe.kind in ("short", "long"):
        forward = materials.short if recipe.kind == "short" else materials.long
        both = (forward + recipe.backward * forward.T + materials.baskets).tocsr().astype(np.float32)
        return SparseOperator(materials.nearest(both))
    if recipe.kind == "pairs":
        return SparseOperator(materials.nearest(materials.pairs))
    if recipe.kind == "latent":
        return LatentOperator(materials.factors, materials.factors)
    if recipe.kind == "ease":
        return HeadOperator(materials.autoencoder(recipe.penalty), materials.head, materials.data.n_items)
    solved = materials.regression(recipe.penalty, recipe.backward)
    return HeadOperator(solved, materials.head, materials.data.n_items)


def component(materials: Materials, recipe: Recipe) -> Component:
    """The recipe applied to a training set."""
    return Component(
        recipe.kind,
        recipe.decay,
        power(materials.counts, -recipe.source),
        operator(materials, recipe),
        power(materials.counts, -recipe.target).astype(np.float32),
    )
