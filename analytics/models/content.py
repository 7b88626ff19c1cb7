"""What a product says of itself: neighbours for products that nobody has touched yet."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from analytics.models.arrays import Sparse
from analytics.models.cooccurrence import strongest


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


def alike(vectors: Sparse, rows: slice, k: int) -> Sparse:
    """Cosine of the chosen rows with all rows, the `k` best of each, never itself."""
    chosen = vectors[rows]
    similar = (chosen @ vectors.T).tocsr()
    first = range(*rows.indices(vectors.shape[0]))
    own = np.repeat(np.asarray(first, np.int64), np.diff(similar.indptr))
    similar.data[own == similar.indices] = 0
    similar.eliminate_zeros()
    return strongest(similar, k)


def _unit_rows(matrix: Sparse) -> Sparse:
    squared = csr_array((matrix.data**2, matrix.indices, matrix.indptr), shape=matrix.shape)
    length = np.sqrt(squared @ np.ones(matrix.shape[1], np.float32))
    matrix.data = matrix.data / np.repeat(np.maximum(length, np.finfo(np.float32).tiny), np.diff(matrix.indptr))
    matrix.eliminate_zeros()
    return matrix
