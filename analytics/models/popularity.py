"""What everybody takes, lately: for newcomers, and for the end of a list that nothing else fills."""

from __future__ import annotations

import numpy as np

from analytics.models.arrays import Floats
from analytics.models.interactions import Interactions


def popularity(data: Interactions, half_life: float | None = None) -> Floats:
    """For each item the number of its rows, each counting 2^-(age / half_life), age in the unit of `times`.

    Without a half-life, or where no clock is known, every row counts one.
    """
    if half_life is None or not has_clock(data) or data.times.size == 0:
        return data.counts
    age = data.times.max() - data.times
    recent = np.bincount(data.items, weights=0.5 ** (age / half_life), minlength=data.n_items)
    return recent.astype(np.float64)


def has_clock(data: Interactions) -> bool:
    """Whether times are more than the numbers of the events."""
    return not np.array_equal(data.times, data.events)
