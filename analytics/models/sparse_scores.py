"""Scores of only those items that something speaks for: what a list costs grows with a history, not with the items.

As `HybridModel.scores` says, but that a latent component, which has an opinion of everything, only orders what the
others found, and that of a dense solver the best of each row are enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from analytics.models.arrays import Floats, Ints, Mask, Matrix, Sparse
from analytics.models.component import Component
from analytics.models.cooccurrence import strongest, taken
from analytics.models.history import weigh
from analytics.models.interactions import Interactions
from analytics.models.operators import HeadOperator, SparseOperator
from analytics.models.top_lists import NOBODY

POOL = 400
"""Candidates of each row, the best by what is counted sparsely."""
HEAD_BEST = 200


@dataclass(frozen=True)
class SparseTop:
    """Users × k ids and scores, best first, -1 and 0 where nothing speaks; and each component's best, × users."""

    ids: Ints
    scores: Matrix
    best: Sequence[Matrix]


def sparse_top(
    components: Sequence[Component],
    shares: Floats,
    histories: Interactions,
    k: int,
    *,
    trend: Matrix,
    exclude: Mask | None = None,
) -> SparseTop:
    """The `k` best items new to each user of those that a sparse or dense component speaks for."""
    seen = taken(histories)
    total = _no_scores(seen.shape)
    best: list[Matrix | None] = []
    for each, share in zip(components, shares, strict=True):
        found = _scores(each, histories, trend, seen)
        best.append(None if found is None else _normalise(found))
        if found is not None:
            total = total + found * np.float32(share)
    if exclude is not None:
        total.data[exclude[total.indices]] = 0
    total.eliminate_zeros()
    total = strongest(total.tocsr(), POOL)
    for number, each in enumerate(components):
        if best[number] is None:
            found = _at(each, histories, trend, total)
            best[number] = _normalise(found)
            total = (total + found * np.float32(shares[number])).tocsr()
    return SparseTop(*_top(total, k), [one for one in best if one is not None])


def filled(ids: Ints, scores: Matrix, histories: Interactions, popular: Matrix, exclude: Mask | None) -> None:
    """In place: what is left of each row has the most popular items that are new to the user, by their popularity."""
    lacking = np.flatnonzero(ids[:, -1] == NOBODY) if ids.shape[1] else np.zeros(0, np.int64)
    if lacking.size == 0:
        return
    able = np.flatnonzero(~exclude) if exclude is not None else np.arange(popular.size)
    longest = int(histories.lengths.max(initial=0)) + 2 * ids.shape[1]
    if able.size > longest:
        # Ties by the lower id, as everywhere.
        bar = np.partition(popular[able], able.size - longest)[able.size - longest]
        above = able[popular[able] > bar]
        able = np.sort(np.r_[above, able[popular[able] == bar][: longest - above.size]])
    order = able[np.argsort(-popular[able], kind="stable")]
    bounds = np.searchsorted(histories.users, np.arange(histories.n_users + 1))
    for row in lacking.tolist():
        there = int(np.count_nonzero(ids[row] != NOBODY))
        known = np.r_[histories.items[bounds[row] : bounds[row + 1]], ids[row, :there]]
        chosen = order[~np.isin(order, known)][: ids.shape[1] - there]
        ids[row, there : there + chosen.size] = chosen
        scores[row, there : there + chosen.size] = popular[chosen]


def _scores(each: Component, histories: Interactions, trend: Matrix, seen: Sparse) -> Sparse | None:
    """Positive scores of items new to the user; None for a component that has one for everything."""
    history = weigh(histories, each.decay, each.source)
    if isinstance(each.operator, SparseOperator):
        found: Sparse = (history @ each.operator.weights).tocsr()
    elif isinstance(each.operator, HeadOperator):
        return _head_best(each.operator, history, (each.target * trend)[each.operator.head], seen)
    else:
        return None
    found.data *= (each.target * trend)[found.indices]
    found = (found - found.multiply(seen)).tocsr()
    found.data[found.data < 0] = 0
    found.eliminate_zeros()
    return found


def _head_best(operator: HeadOperator, history: Sparse, target: Matrix, seen: Sparse) -> Sparse:
    dense: Matrix = history[:, operator.head].toarray() @ operator.weights
    dense *= target
    dense[seen[:, operator.head].toarray() > 0] = 0
    size = min(HEAD_BEST, dense.shape[1])
    columns = np.argpartition(dense, dense.shape[1] - size, axis=1)[:, -size:]
    values = np.take_along_axis(dense, columns, axis=1)
    rows = np.repeat(np.arange(dense.shape[0]), size)
    kept = values.ravel() > 0
    index = rows[kept], operator.head[columns.ravel()[kept]]
    found: Sparse = csr_array((values.ravel()[kept], index), shape=(dense.shape[0], operator.n_items))
    return found


def _no_scores(shape: tuple[int, int]) -> Sparse:
    nothing = np.zeros(0, np.int64)
    empty: Sparse = csr_array((np.zeros(0, np.float32), (nothing, nothing)), shape=shape)
    return empty


def _at(each: Component, histories: Interactions, trend: Matrix, pattern: Sparse) -> Sparse:
    """Scores of a latent component where the pattern has entries."""
    history = weigh(histories, each.decay, each.source)
    values = each.operator.at(history, pattern) * (each.target * trend)[pattern.indices]
    found: Sparse = csr_array(
        (np.maximum(values, 0).astype(np.float32), pattern.indices.copy(), pattern.indptr.copy()), shape=pattern.shape
    )
    return found


def _normalise(scores: Sparse) -> Matrix:
    """In place: the best of each row 1. Returns the former row maxima."""
    best = np.zeros(scores.shape[0], np.float32)
    rows = np.flatnonzero(np.diff(scores.indptr))
    if rows.size:
        best[rows] = np.maximum.reduceat(scores.data, scores.indptr[rows])
    scores.data /= np.repeat(np.maximum(best, np.finfo(np.float32).tiny), np.diff(scores.indptr))
    return best


def _top(total: Sparse, k: int) -> tuple[Ints, Matrix]:
    kept = strongest(total, k)
    rows = np.repeat(np.arange(kept.shape[0]), np.diff(kept.indptr))
    order = np.lexsort((kept.indices, -kept.data, rows))
    place = np.arange(order.size) - kept.indptr[rows]
    ids = np.full((kept.shape[0], k), NOBODY, np.int64)
    scores = np.zeros((kept.shape[0], k), np.float32)
    ids[rows, place], scores[rows, place] = kept.indices[order], kept.data[order]
    return ids, scores
