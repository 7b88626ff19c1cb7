"""What of a figure may be chance: an interval for a mean, a test for the difference of two. Pure."""

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

_DRAWN = 2_000
_SEED = 17
_SHARE = 0.95

Interval = tuple[float, float]


class Difference(BaseModel):
    """How much greater the mean is than another over the same queries, with its interval.

    `p`: how often chance alone, by which each query's two marks may as well change places, makes a difference as great.
    """

    model_config = ConfigDict(frozen=True)

    mean: float
    interval: Interval
    p: float


def interval(marks: Sequence[float]) -> Interval:
    """Where the mean lies with 95 %, by the percentiles of bootstrapped means; the same for the same marks.

    Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13. (0, 0) for no marks.
    """
    if not marks:
        return 0.0, 0.0
    each = np.asarray(marks, dtype=float)
    random = np.random.default_rng(_SEED)
    means = each[random.integers(0, len(each), (_DRAWN, len(each)))].mean(axis=1)
    low, high = np.percentile(means, [50 * (1 - _SHARE), 50 * (1 + _SHARE)])
    return round(float(low), 4), round(float(high), 4)


def difference(marks: Sequence[float], others: Sequence[float]) -> Difference:
    """The paired difference, by Fisher's randomisation test on both sides. Raises ValueError for unequal lengths.

    Smucker, Allan and Carterette, "A comparison of statistical significance tests for information retrieval
    evaluation", 2007.
    """
    if len(marks) != len(others):
        raise ValueError(f"{len(marks)} marks cannot be paired with {len(others)}")
    each = np.asarray(marks, dtype=float) - np.asarray(others, dtype=float)
    if not len(each):
        return Difference(mean=0.0, interval=(0.0, 0.0), p=1.0)
    random, size = np.random.default_rng(_SEED), abs(float(each.mean()))
    by_chance = (each * (random.integers(0, 2, (_DRAWN, len(each))) * 2 - 1)).mean(axis=1)
    as_great = int((np.abs(by_chance) >= size - 1e-12).sum())
    return Difference(
        mean=round(float(each.mean()), 4),
        interval=interval(each.tolist()),
        p=round((as_great + 1) / (_DRAWN + 1), 4),
    )
