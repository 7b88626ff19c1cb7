"""A few latent factors instead of all pairs: fills in what direct co-occurrence never saw."""

from __future__ import annotations

import numpy as np

from analytics.models.arrays import Floats, Matrix, Sparse

ALIKE = 1e-4


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
    # The right singular vectors of a tall matrix are the eigenvectors of its small Gram matrix.
    rotation = np.linalg.eigh(_gram(matrix @ basis))[1][:, ::-1]
    return np.ascontiguousarray((basis @ rotation.astype(np.float32))[:, :rank], dtype=np.float32)


def _orthonormal(columns: Matrix) -> Matrix:
    """Cholesky QR, a small part of Householder's time on tall matrices; that where the columns are too alike."""
    try:
        triangle = np.linalg.cholesky(_gram(columns))
    except np.linalg.LinAlgError:
        return np.linalg.qr(columns)[0]
    pivots = np.diag(triangle)
    if pivots.min() < ALIKE * pivots.max():
        return np.linalg.qr(columns)[0]
    return columns @ np.linalg.inv(triangle).T.astype(np.float32)


def _gram(columns: Matrix) -> Floats:
    double = columns.astype(np.float64)
    gram: Floats = double.T @ double
    return gram
