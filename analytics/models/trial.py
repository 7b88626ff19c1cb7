"""Scores of one product of history and operator, ranked again and again under other weights of the targets."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from scipy.sparse import csr_array

from analytics.models.arrays import Ints, Matrix, Sparse
from analytics.models.holdout import Holdout, ranks


class Trial(Protocol):
    """Scores of a holdout's queries."""

    def ranks(self, target: Matrix) -> Ints:
        """Rank of each held-out pair among the items new to its user, every score times `target` of its item."""
        ...


class DenseTrial:
    """Scores of every item."""

    def __init__(self, scores: Matrix, holdout: Holdout) -> None:
        self._scores = scores
        self._holdout = holdout
        scores[holdout.queries.users, holdout.queries.items] = -np.inf

    def ranks(self, target: Matrix) -> Ints:
        """Rank of each held-out pair."""
        return ranks(self._scores * target, self._holdout.who, self._holdout.what)


class SparseTrial:
    """Only the items that have a score; the others rank behind everything."""

    def __init__(self, scores: Sparse, holdout: Holdout) -> None:
        self._scores = scores
        self._who, self._what = holdout.who, holdout.what
        self._own = _look_up(scores, holdout.who, holdout.what)
        queries = holdout.queries
        key = np.unique(queries.users * queries.n_items + queries.items)
        self._seen_who, self._seen_what = key // queries.n_items, key % queries.n_items
        self._seen = _look_up(scores, self._seen_who, self._seen_what)

    def ranks(self, target: Matrix) -> Ints:
        """Rank of each held-out pair."""
        scores, who = self._scores, self._who
        own = self._own * target[self._what]
        value = scores.data * target[scores.indices]
        better = _count(value, scores.indptr.astype(np.int64), who, own)
        start = np.searchsorted(self._seen_who, np.arange(scores.shape[0] + 1))
        better -= _count(self._seen * target[self._seen_what], start, who, own)
        return np.where(own > 0, better - 1, scores.shape[1]).astype(np.int64)


def _count(values: Matrix, start: Ints, who: Ints, own: Matrix) -> Ints:
    """For each pair, how many values of its row (from `start`, row after row) reach the pair's own."""
    length = np.diff(start)[who]
    if np.array_equal(who, np.arange(start.size - 1)):
        better = values >= np.repeat(own, length)
    else:
        end = np.cumsum(length)
        place = np.arange(int(length.sum())) + np.repeat(start[who] - (end - length), length)
        better = values[place] >= np.repeat(own, length)
        start = np.r_[0, end]
    rows = csr_array((better.astype(np.float32), np.zeros(better.size, np.int32), start), shape=(who.size, 1))
    return (rows @ np.ones(1, np.float32)).astype(np.int64)


def _look_up(scores: Sparse, rows: Ints, columns: Ints) -> Matrix:
    found: Matrix = np.asarray(scores[rows, columns]).ravel()
    return found
