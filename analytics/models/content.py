"""What a product says of itself: neighbours for products that nobody has touched yet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array, vstack

from analytics.models.arrays import Sparse
from analytics.models.cooccurrence import strongest

PAIRS_AT_ONCE = 20_000_000
"""Pairs of documents that share a token, counted once a token: so many are in memory at a time."""
COMMON = 3_000
"""A token that so many have tells little of each, and costs the most."""


def tf_idf(documents: Sequence[Sequence[str]]) -> Sparse:
    """Items × tokens, rows of length 1: (1 + log tf) · log(N / df) (Salton and Buckley 1988).

    A token in every document weighs nothing; a document without a telling token is an empty row.
    """
    vocabulary: dict[str, int] = {}
    rows, columns = [], []
    for number, tokens in enumerate(documents):
        for token in tokens:
            rows.append(number)
            columns.append(vocabulary.setdefault(token, len(vocabulary)))
    shape = (len(documents), len(vocabulary))
    matrix: Sparse = csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    frequency = np.bincount(matrix.indices, minlength=len(vocabulary))
    telling = np.log(max(len(documents), 1) / np.maximum(frequency, 1)).astype(np.float32)
    matrix.data = (1 + np.log(matrix.data)) * telling[matrix.indices]
    return _unit_rows(matrix)


def alike(vectors: Sparse, k: int) -> Sparse:
    """Cosine of every row with all others, the `k` best of each, never itself.

    Tokens that more than COMMON rows have do not count. Memory: PAIRS_AT_ONCE and the result.
    """
    frequency = np.bincount(vectors.indices, minlength=vectors.shape[1])
    vectors = vectors[:, frequency <= COMMON]
    frequency = frequency[frequency <= COMMON]
    pairs = np.r_[0, np.cumsum(frequency[vectors.indices])][vectors.indptr[1:]]
    ends = np.searchsorted(pairs, np.arange(PAIRS_AT_ONCE, pairs[-1] if pairs.size else 0, PAIRS_AT_ONCE))
    bounds = [0, *sorted({*ends.tolist()} - {0, vectors.shape[0]}), vectors.shape[0]]
    others = vectors.T.tocsr()
    found: Sparse = vstack([_near(vectors, others, *part, k) for part in pairwise(bounds)], format="csr")
    return found


def _near(vectors: Sparse, others: Sparse, start: int, stop: int, k: int) -> Sparse:
    similar = (vectors[start:stop] @ others).tocsr()
    own = np.repeat(np.arange(start, stop), np.diff(similar.indptr))
    similar.data[own == similar.indices] = 0
    similar.eliminate_zeros()
    return strongest(similar, k)


def _unit_rows(matrix: Sparse) -> Sparse:
    squared = csr_array((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape)
    length = np.sqrt(squared @ np.ones(matrix.shape[1], np.float32))
    matrix.data = matrix.data / np.repeat(np.maximum(length, np.finfo(np.float32).tiny), np.diff(matrix.indptr))
    matrix.eliminate_zeros()
    return matrix
