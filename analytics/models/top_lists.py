"""The best of each row of scores."""

from __future__ import annotations

import numpy as np

from analytics.models.arrays import Ints, Matrix

NOBODY = -1
"""Stands where there is nothing to say."""
STRIPES = 512


def top(scores: Matrix, k: int) -> tuple[Ints, Matrix]:
    """The `k` best columns of each row and their scores, best first, ties by the lower column; -1 and 0 for -inf."""
    width = scores.shape[1]
    size = min(k, width)
    found = np.full((scores.shape[0], k), NOBODY, np.int64)
    best = np.zeros((scores.shape[0], k), np.float32)
    if size == 0 or scores.shape[0] == 0:
        return found, best
    rows, columns = _candidates(scores, size)
    values = scores[rows, columns]
    order = np.lexsort((columns, -values, rows))
    rows, columns, values = rows[order], columns[order], values[order]
    place = np.arange(rows.size) - np.searchsorted(rows, rows)
    kept = (place < size) & np.isfinite(values)
    found[rows[kept], place[kept]] = columns[kept]
    best[rows[kept], place[kept]] = values[kept]
    return found, best


def _candidates(scores: Matrix, size: int) -> tuple[Ints, Ints]:
    """Rows and columns of the `size` best of each row, perhaps of a few more; of equal ones the lower columns."""
    width = scores.shape[1]
    stripes = max(STRIPES, 4 * size)
    if width < 4 * stripes:
        bar = np.partition(scores, width - size, axis=1)[:, width - size]
        rows, columns = np.nonzero(scores > bar[:, None])
    else:
        bar, rows, columns = _by_stripes(scores, size, stripes)
    # Whoever has fewer than `size` above the bar has the rest at it: perhaps thousands, of which the first do.
    lacking = size - np.bincount(rows, minlength=scores.shape[0])
    ties = [(row, np.flatnonzero(scores[row] == bar[row])[: lacking[row]]) for row in np.flatnonzero(lacking > 0)]
    rows = np.concatenate([rows, *(np.full(at.size, row) for row, at in ties)])
    columns = np.concatenate([columns, *(at for _, at in ties)])
    return rows.astype(np.int64), columns.astype(np.int64)


def _by_stripes(scores: Matrix, size: int, stripes: int) -> tuple[Matrix, Ints, Ints]:
    """A bar that at least `size` of each row reach, and what is above it. Stripe s is the columns s, s + stripes, …"""
    height, width = scores.shape
    deep = width // stripes
    maxima: Matrix = scores[:, : deep * stripes].reshape(height, deep, stripes).max(axis=1)
    bar: Matrix = np.partition(maxima, stripes - size, axis=1)[:, stripes - size]
    owner, stripe = np.nonzero(maxima > bar[:, None])
    rest_owner, rest = np.nonzero(scores[:, deep * stripes :] > bar[:, None])
    rows = np.r_[np.repeat(owner, deep), rest_owner]
    columns = np.r_[(stripe[:, None] + stripes * np.arange(deep)).ravel(), rest + deep * stripes]
    kept = scores[rows, columns] > bar[rows]
    return bar, rows[kept], columns[kept]
