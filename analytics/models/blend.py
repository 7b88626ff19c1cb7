"""How much each component counts: weights found by coordinate search on a validation split."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.models.arrays import Floats, Ints, Matrix
from analytics.models.component import Component
from analytics.models.holdout import Holdout, gain
from analytics.models.interactions import Interactions

POOL = 150
"""Candidates kept for each query: the best of all components together."""
BATCH = 250
GRID = (0.0, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2)
WORTH = 1.001
ROUNDS = 3
CUTOFF = 20


@dataclass(frozen=True)
class Pool:
    """Components × queries × candidates, and components × pairs for the held-out items themselves."""

    candidates: Matrix
    wanted: Matrix
    who: Ints


def normalise(scores: Matrix, histories: Interactions) -> Matrix:
    """In place: what is seen or negative becomes 0, then the best of each row 1. Returns the former row maxima."""
    scores[histories.users, histories.items] = 0
    np.maximum(scores, 0, out=scores)
    best: Matrix = scores.max(axis=1) if scores.shape[1] else np.zeros(scores.shape[0], np.float32)
    scores /= np.maximum(best, np.finfo(np.float32).tiny)[:, None]
    return best


def pool(components: Sequence[Component], holdout: Holdout, trend: Matrix) -> Pool:
    """Normalised scores, times the `trend` of the item, of the candidates that weights will order."""
    queries = holdout.queries
    candidates, wanted, who = [], [], []
    for start in range(0, queries.n_users, BATCH):
        part = queries.between(start, min(start + BATCH, queries.n_users))
        scores = [component.scores(part) for component in components]
        for each in scores:
            np.multiply(each, trend, out=each)
            normalise(each, part)
        together = np.sum(scores, axis=0)
        size = min(POOL, together.shape[1])
        best = np.argpartition(together, together.shape[1] - size, axis=1)[:, -size:]
        candidates.append(np.stack([np.take_along_axis(each, best, axis=1) for each in scores]))
        pairs = (holdout.who >= start) & (holdout.who < start + BATCH)
        wanted.append(np.stack([each[holdout.who[pairs] - start, holdout.what[pairs]] for each in scores]))
        who.append(holdout.who[pairs])
    return Pool(np.concatenate(candidates, axis=1), np.concatenate(wanted, axis=1), np.concatenate(who))


def weights(found: Pool) -> Floats:
    """One weight a component, 0 for those that do not help; starts from the best single one."""
    each = [_value(found.candidates[i], found.wanted[i], found.who) for i in range(found.wanted.shape[0])]
    lead = int(np.argmax(each))
    chosen, value = np.zeros(len(each)), each[lead]
    chosen[lead] = 1.0
    scores, wanted = found.candidates[lead].copy(), found.wanted[lead].copy()
    for _ in range(ROUNDS):
        before = value
        for i in range(len(each)):
            for weight in GRID:
                change = np.float32(weight - chosen[i])
                if change == 0 or (weight == 0 and np.count_nonzero(np.delete(chosen, i)) == 0):
                    continue
                moved, moved_wanted = scores + change * found.candidates[i], wanted + change * found.wanted[i]
                reached = _value(moved, moved_wanted, found.who)
                if reached > value * WORTH:
                    value, scores, wanted = reached, moved, moved_wanted
                    chosen[i] = weight
        if value == before:
            break
    return chosen


def _value(candidates: Matrix, wanted: Matrix, who: Ints) -> float:
    """Validation gain; ties count against the wanted item, which may itself be among the candidates."""
    rows = candidates if np.array_equal(who, np.arange(candidates.shape[0])) else candidates[who]
    rank = np.count_nonzero(rows >= wanted[:, None] - np.float32(1e-6), axis=1) - 1
    return gain(np.maximum(rank, 0), who, CUTOFF)
