"""What is taken more now than before: seasons and fashions, where a clock is known."""

from __future__ import annotations

import numpy as np

from analytics.models.arrays import Matrix
from analytics.models.holdout import Holdout, gain, ranks
from analytics.models.interactions import Interactions
from analytics.models.popularity import has_clock

HALF_LIVES = (1 / 64, 1 / 32, 1 / 16, 1 / 8)
"""Shares of the time that the data span."""
NO_TREND = (HALF_LIVES[-1], 0.0)
EXPONENTS = (0.25, 0.5, 0.75, 1.0)
BOUNDS = (0.01, 100.0)
WORTH = 1.005
CUTOFF = 20


def trend(data: Interactions, half_life: float, exponent: float) -> Matrix:
    """For each item (share of the recent rows / share of all rows)^exponent, within bounds; 1 without a clock.

    `half_life` is a share of the time that the data span; a row half a life older counts half.
    """
    if exponent == 0 or not has_clock(data):
        return np.ones(data.n_items, np.float32)
    span = half_life * float(np.ptp(data.times))
    age = data.times.max() - data.times
    recent = np.bincount(data.items, 0.5 ** (age / span), data.n_items) if span else data.counts
    overall = np.maximum(data.counts, 1)
    ratio = (recent / max(recent.sum(), 1e-9)) / (overall / overall.sum())
    factor: Matrix = (np.clip(ratio, *BOUNDS) ** exponent).astype(np.float32)
    return factor


def choose_trend(scores: Matrix, holdout: Holdout) -> tuple[float, float]:
    """Half-life and exponent that order these scores of the queries best; exponent 0 if none is worth it."""
    scores[holdout.queries.users, holdout.queries.items] = 0
    best = NO_TREND
    value = gain(ranks(scores, holdout.who, holdout.what), holdout.who, CUTOFF) * WORTH
    if not has_clock(holdout.train):
        return best
    for half_life in HALF_LIVES:
        for exponent in EXPONENTS:
            moved = scores * trend(holdout.train, half_life, exponent)
            reached = gain(ranks(moved, holdout.who, holdout.what), holdout.who, CUTOFF)
            if reached > value:
                best, value = (half_life, exponent), reached
    return best
