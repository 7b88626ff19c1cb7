"""The three shapes an item-to-item model can have, behind one interface."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from analytics.models.arrays import Ints, Matrix, Sparse


class Operator(Protocol):
    """Maps item weights to item scores, linearly."""

    def apply(self, history: Sparse) -> Matrix:
        """Users × items weights → users × items scores, dense."""
        ...

    def block(self, sources: Ints, targets: Ints) -> Matrix:
        """What one unit of each source adds to the score of each target."""
        ...

    def at(self, history: Sparse, pattern: Sparse) -> Matrix:
        """The scores only where the pattern (users × items) has entries, in their order."""
        ...


FULL = 0.1
"""Where so large a share of the pairs has a weight, rows without gaps are added faster; for few items only."""
FEW_ITEMS = 8000


@dataclass(frozen=True)
class SparseOperator:
    """Neighbour lists: few entries a row."""

    weights: Sparse

    def apply(self, history: Sparse) -> Matrix:
        full = self._without_gaps
        product: Matrix = (history @ self.weights).toarray() if full is None else history @ full
        return product

    @cached_property
    def _without_gaps(self) -> Matrix | None:
        size = self.weights.shape[0]
        return self.weights.toarray() if size <= FEW_ITEMS and self.weights.nnz > FULL * size * size else None

    def block(self, sources: Ints, targets: Ints) -> Matrix:
        if sources.size == 0 or targets.size == 0:
            return np.zeros((sources.size, targets.size), np.float32)
        # A column index would cost as many steps as there are items.
        found = self.weights[np.repeat(sources, targets.size), np.tile(targets, sources.size)]
        chosen: Matrix = np.asarray(found, np.float32).reshape(sources.size, targets.size)
        return chosen

    def at(self, history: Sparse, pattern: Sparse) -> Matrix:
        rows = np.repeat(np.arange(pattern.shape[0]), np.diff(pattern.indptr))
        found: Matrix = np.asarray((history @ self.weights).tocsr()[rows, pattern.indices], np.float32).ravel()
        return found


@dataclass(frozen=True)
class HeadOperator:
    """A dense matrix over the `head` items (ascending); the others neither give nor get a score."""

    weights: Matrix
    head: Ints
    n_items: int

    def apply(self, history: Sparse) -> Matrix:
        inside: Matrix = history[:, self.head].toarray() @ self.weights
        if self.head.size == self.n_items:
            return inside
        scores = np.zeros((history.shape[0], self.n_items), np.float32)
        scores[:, self.head] = inside
        return scores

    def at(self, history: Sparse, pattern: Sparse) -> Matrix:
        rows = np.repeat(np.arange(pattern.shape[0]), np.diff(pattern.indptr))
        return self.apply(history)[rows, pattern.indices]

    def block(self, sources: Ints, targets: Ints) -> Matrix:
        place = np.full(self.n_items, -1, np.int64)
        place[self.head] = np.arange(self.head.size)
        rows, columns = place[sources], place[targets]
        chosen = self.weights[np.ix_(rows, columns)]
        known = (rows >= 0)[:, None] & (columns >= 0)[None, :]
        return np.where(known, chosen, np.float32(0)).astype(np.float32)


@dataclass(frozen=True)
class LatentOperator:
    """left · rightᵀ: as many columns as there are latent factors."""

    left: Matrix
    right: Matrix

    def apply(self, history: Sparse) -> Matrix:
        scores: Matrix = (history @ self.left) @ self.right.T
        return scores

    def at(self, history: Sparse, pattern: Sparse) -> Matrix:
        memory = history @ self.left
        found = np.empty(pattern.nnz, np.float32)
        for row in range(pattern.shape[0]):
            own = slice(pattern.indptr[row], pattern.indptr[row + 1])
            found[own] = self.right[pattern.indices[own]] @ memory[row]
        return found

    def block(self, sources: Ints, targets: Ints) -> Matrix:
        return self.left[sources] @ self.right[targets].T
