"""A few hidden tastes instead of all pairs: fills in what direct co-occurrence never saw."""

from __future__ import annotations

import numpy as np

from analytics.models.arrays import Matrix, Sparse


def right_factors(matrix: Sparse, rank: int, seed: int, passes: int = 2) -> Matrix:
    """The leading `rank` right singular vectors, as columns, by randomised subspace iteration.

    Halko, Martinsson and Tropp, "Finding structure with randomness", 2011. Used as PureSVD (Cremonesi et al. 2010).
    The same seed gives the same vectors.
    """
    rank = min(rank, *matrix.shape)
    width = min(rank + 8, *matrix.shape)
    sample = np.random.default_rng(seed).standard_normal((matrix.shape[0], width)).astype(np.float32)
    transposed = matrix.T.tocsr()
    basis = _orthonormal(transposed @ sample)
    for _ in range(passes):
        basis = _orthonormal(transposed @ (matrix @ basis))
    _, _, rotation = np.linalg.svd(_small(matrix @ basis), full_matrices=False)
    return np.ascontiguousarray((basis @ rotation.T)[:, :rank], dtype=np.float32)


def _orthonormal(columns: Matrix) -> Matrix:
    return np.linalg.qr(columns)[0]


def _small(tall: Matrix) -> Matrix:
    """The triangle of a QR decomposition: the same right singular vectors in a small matrix."""
    triangle: Matrix = np.linalg.qr(tall)[1]
    return triangle
