"""What a product says of itself: neighbours for products that nobody has touched yet."""

from __future__ import annotations

from array import array
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


class TokenCounts:
    """Documents × tokens, filled a document at a time; 8 bytes a token of a document."""

    def __init__(self) -> None:
        self._vocabulary: dict[str, int] = {}
        self._tokens = array("i")
        self._ends = array("q", [0])

    def add(self, tokens: Sequence[str]) -> None:
        """The next document."""
        number = self._vocabulary
        self._tokens.extend([number.setdefault(token, len(number)) for token in tokens])
        self._ends.append(len(self._tokens))

    def matrix(self) -> Sparse:
        """How often each document has each token."""
        columns, ends = np.array(self._tokens, np.int32), np.array(self._ends, np.int64)
        shape = (ends.size - 1, len(self._vocabulary))
        found: Sparse = csr_array((np.ones(columns.size, np.float32), columns, ends), shape=shape)
        found.sum_duplicates()
        return found


def tf_idf(counts: Sparse) -> Sparse:
    """Items × tokens, rows of length 1: (1 + log tf) · log(N / df) (Salton and Buckley 1988).

    A token in every document weighs nothing; a document without a telling token is an empty row.
    """
    matrix = counts.copy()
    frequency = np.bincount(matrix.indices, minlength=matrix.shape[1])
    telling = np.log(max(matrix.shape[0], 1) / np.maximum(frequency, 1)).astype(np.float32)
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
