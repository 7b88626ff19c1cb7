"""Who took this also took that, whatever the order."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from analytics.models.arrays import Floats, Sparse
from analytics.models.interactions import Interactions
from analytics.models.transitions import without_diagonal


def cooccurrence(interactions: Interactions, user_power: float = 0.5) -> Sparse:
    """Items × items: sum over users who have both of 1 / (items of the user)^user_power; no diagonal.

    With user_power = 1 this is the two-step walk item → user → item of P3 (Cooper et al. 2014) before its row
    normalisation; 0 gives plain counts. Long histories say less about each pair of theirs.
    """
    matrix = taken(interactions)
    size = np.maximum(np.diff(matrix.indptr), 1)
    scaled = matrix.copy()
    scaled.data = np.repeat(size.astype(np.float32) ** np.float32(-user_power), np.diff(matrix.indptr))
    return without_diagonal((scaled.T @ matrix).tocsr())


def within(interactions: Interactions, budget: int) -> Interactions:
    """Each user's latest rows, as many as keep the number of pairs of all users within the budget; at least ten."""
    limit = int(interactions.lengths.max(initial=0))
    while limit > 10 and int((np.minimum(interactions.lengths, limit) ** 2).sum()) > budget:
        limit = limit * 4 // 5
    return latest(interactions, limit)


def latest(interactions: Interactions, limit: int) -> Interactions:
    """Each user's latest rows, up to the limit."""
    if int(interactions.lengths.max(initial=0)) <= limit:
        return interactions
    end = np.cumsum(interactions.lengths)
    from_end = end[interactions.users] - 1 - np.arange(interactions.users.size)
    return interactions.keep(from_end < limit)


def taken(interactions: Interactions) -> Sparse:
    """Users × items, 1 where the user has the item."""
    start = np.searchsorted(interactions.users, np.arange(interactions.n_users + 1)).astype(np.int32)
    ones = np.ones(interactions.items.size, np.float32)
    shape = (interactions.n_users, interactions.n_items)
    matrix: Sparse = csr_array((ones, interactions.items.astype(np.int32), start), shape=shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def scale(matrix: Sparse, rows: Floats, columns: Floats) -> Sparse:
    """diag(rows) · matrix · diag(columns), keeping the pattern."""
    data = matrix.data * np.repeat(rows, np.diff(matrix.indptr)) * columns[matrix.indices]
    return csr_array((data.astype(np.float32), matrix.indices, matrix.indptr), shape=matrix.shape)


def strongest(matrix: Sparse, k: int) -> Sparse:
    """Only the k largest entries of each row; ties by the lower column."""
    length = np.diff(matrix.indptr)
    if length.size == 0 or length.max() <= k:
        return matrix
    kept = np.ones(matrix.nnz, np.bool_)
    for row in np.flatnonzero(length > k).tolist():
        own = slice(matrix.indptr[row], matrix.indptr[row + 1])
        values = matrix.data[own]
        bar = np.partition(values, values.size - k)[values.size - k]
        chosen = values > bar
        ties = np.flatnonzero(values == bar)
        first = np.argsort(matrix.indices[own][ties])[: k - np.count_nonzero(chosen)]
        chosen[ties[first]] = True
        kept[own] = chosen
    start = np.r_[0, np.cumsum(np.minimum(length, k))]
    return csr_array((matrix.data[kept], matrix.indices[kept], start), shape=matrix.shape)
