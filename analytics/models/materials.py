"""What the data say, counted once; every recipe is made of these."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from analytics.models.arrays import Floats, Ints, Matrix, Sparse
from analytics.models.cooccurrence import cooccurrence, scale, strongest, taken, within
from analytics.models.interactions import Interactions
from analytics.models.latent import right_factors
from analytics.models.ridge import ease, next_item
from analytics.models.transitions import together, transitions

SHORT = (0.75, 10)
LONG = (0.9, 40)


@dataclass(frozen=True)
class Materials:
    """Counts of one training set, computed when first asked for."""

    data: Interactions
    window_limit: int
    head_limit: int
    rank: int
    seed: int
    neighbours: int | None = None
    """So many of the strongest of each row are kept; None: all."""

    @cached_property
    def counts(self) -> Floats:
        return self.data.counts

    @cached_property
    def short(self) -> Sparse:
        """Transitions among near neighbours in time."""
        return transitions(self.data, SHORT[0], min(SHORT[1], self.window_limit))

    @cached_property
    def long(self) -> Sparse:
        """Transitions over a long stretch of a history."""
        return transitions(self.data, LONG[0], min(LONG[1], self.window_limit))

    @cached_property
    def pairs(self) -> Sparse:
        """Co-occurrence in a history, whatever the order."""
        if self.data.n_items <= self.head_limit:
            return cooccurrence(self.data)
        return cooccurrence(within(self.data, self.window_limit * self.data.items.size))

    @cached_property
    def baskets(self) -> Sparse:
        """Co-occurrence in one event."""
        return together(self.data)

    @cached_property
    def factors(self) -> Matrix:
        """Right singular vectors of what users took: items × latent factors."""
        matrix = taken(self.data)
        length = np.maximum(np.diff(matrix.indptr), 1).astype(np.float64)
        return right_factors(scale(matrix, length**-0.5, np.maximum(self.counts, 1) ** -0.5), self.rank, self.seed)

    @cached_property
    def head(self) -> Ints:
        """The items that a dense solver can afford: the most taken ones, ascending."""
        limit = min(self.head_limit, self.data.n_items)
        return np.sort(np.argsort(-self.counts, kind="stable")[:limit])

    @cached_property
    def gram(self) -> Matrix:
        """Plain co-occurrence of the head, counts on the diagonal."""
        matrix = taken(self.data)[:, self.head]
        if matrix.nnz > 0.02 * matrix.shape[0] * matrix.shape[1] and matrix.shape[0] * matrix.shape[1] < 10**8:
            dense = matrix.toarray()
            product: Matrix = dense.T @ dense
            return product
        gram: Matrix = (matrix.T @ matrix).toarray()
        return gram

    def nearest(self, weights: Sparse) -> Sparse:
        """The neighbours that are kept."""
        return weights if self.neighbours is None else strongest(weights, self.neighbours)

    def autoencoder(self, penalty: float) -> Matrix:
        """EASE over the head."""
        return ease(self.gram, penalty)

    def regression(self, penalty: float, backward: float) -> Matrix:
        """Ridge from the long memory to the next item, over the head."""
        follows, basket = self._head_of(self.long), self._head_of(self.baskets)
        memory = LONG[0] * (follows + follows.T) + basket
        own = self.counts[self.head].astype(np.float32)
        return next_item(memory, follows + backward * follows.T + basket, 2 * own + np.float32(penalty))

    def _head_of(self, matrix: Sparse) -> Matrix:
        if self.head.size == self.data.n_items:
            whole: Matrix = matrix.toarray()
            return whole
        part: Matrix = matrix[self.head][:, self.head].toarray()
        return part
