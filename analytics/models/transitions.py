"""What follows what: directed co-occurrence whose weight falls with distance.

The counts are those of SLIT (Choi et al., "Session-aware Linear Item-Item Models", 2021) and of a skip-gram whose
window weights fall as rate^(distance - 1): T[i, j] = sum over the events t of j and s < t of i of rate^(t - s - 1).
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from analytics.models.arrays import Ints, Sparse
from analytics.models.interactions import Interactions

CHUNK = 4_000_000
"""Weighted pairs held at once, which bounds the memory at about 100 MB."""


def transitions(interactions: Interactions, rate: float, window: int) -> Sparse:
    """Items × items: weight of the row's item being followed by the column's within `window` events; no diagonal."""
    n_items = interactions.n_items
    total = no_pairs(n_items)
    row = event_rows(interactions)
    if row.size == 0:
        return total
    owner = interactions.users[np.r_[True, np.diff(row) > 0]]
    events = event_items(interactions)
    size = max(CHUNK // window, 1)
    for start in range(0, row.size, size):
        part = slice(start, start + size)
        total = total + _follow(row[part], interactions.items[part], events, owner, rate=rate, window=window)
    return without_diagonal(total)


def together(interactions: Interactions) -> Sparse:
    """Items × items: how often two were in one event (a basket); empty for plain sequences; no diagonal."""
    baskets = event_items(interactions)
    if baskets.shape[0] == baskets.nnz:
        return no_pairs(interactions.n_items)
    return without_diagonal((baskets.T @ baskets).tocsr())


def no_pairs(n_items: int) -> Sparse:
    """Items × items, nothing stored."""
    nothing = np.zeros(0, np.int64)
    empty: Sparse = csr_array((np.zeros(0, np.float32), (nothing, nothing)), shape=(n_items, n_items))
    return empty


def event_items(interactions: Interactions) -> Sparse:
    """Events × items, 1 where the item is in the event."""
    row = event_rows(interactions)
    shape = (int(row[-1]) + 1 if row.size else 0, interactions.n_items)
    matrix: Sparse = csr_array((np.ones(row.size, np.float32), (row, interactions.items)), shape=shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1.0
    return matrix


def event_rows(interactions: Interactions) -> Ints:
    """For each row, the number of its event counted over all users."""
    if interactions.users.size == 0:
        return interactions.users
    changed = (np.diff(interactions.users) != 0) | (np.diff(interactions.events) != 0)
    return np.cumsum(np.r_[False, changed]).astype(np.int64)


def without_diagonal(matrix: Sparse) -> Sparse:
    """The same matrix with nothing stored on the diagonal."""
    rows = np.repeat(np.arange(matrix.shape[0], dtype=matrix.indices.dtype), np.diff(matrix.indptr))
    matrix.data[rows == matrix.indices] = 0
    matrix.eliminate_zeros()
    return matrix


def _follow(sources: Ints, source_items: Ints, events: Sparse, owner: Ints, *, rate: float, window: int) -> Sparse:
    """Transitions out of the given rows: (source item × later event, decayed) times (event × item)."""
    item, later, weight = [], [], []
    for distance in range(1, window + 1):
        target = sources + distance
        inside = np.flatnonzero(target < owner.size)
        inside = inside[owner[target[inside]] == owner[sources[inside]]]
        item.append(source_items[inside])
        later.append(target[inside])
        weight.append(np.full(inside.size, rate ** (distance - 1), np.float32))
    index = (np.concatenate(item), np.concatenate(later))
    memory = csr_array((np.concatenate(weight), index), shape=(events.shape[1], events.shape[0]))
    return memory @ events
