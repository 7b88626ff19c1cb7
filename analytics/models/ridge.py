"""Closed-form linear models that look at all item pairs at once."""

from __future__ import annotations

import numpy as np
from scipy import linalg

from analytics.models.arrays import Matrix


def ease(gram: Matrix, penalty: float) -> Matrix:
    """EASE (Steck, "Embarrassingly Shallow Autoencoders", 2019): B = I - P / diag(P), P = (G + λI)^-1.

    `gram` is items × items with the counts on the diagonal. The result has a zero diagonal.
    """
    inverse = _inverse(gram, np.full(gram.shape[0], penalty, np.float32))
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0)
    return weights


def next_item(memory: Matrix, follows: Matrix, ridge: Matrix) -> Matrix:
    """Ridge regression from the decayed history to the next item (SLIT, Choi et al. 2021).

    B = (M + diag(ridge))^-1 F: `memory` is the Gram matrix of decayed histories, `follows` the decayed counts of what
    came next. The diagonal is set to zero, for nothing recommends itself.
    """
    factor = _factor(memory, ridge)
    weights: Matrix = linalg.cho_solve((factor, True), follows, check_finite=False)
    np.fill_diagonal(weights, 0)
    return weights


def _inverse(gram: Matrix, ridge: Matrix) -> Matrix:
    half: Matrix = linalg.lapack.spotri(_factor(gram, ridge), lower=1, overwrite_c=1)[0]
    return np.tril(half) + np.tril(half, -1).T


def _factor(gram: Matrix, ridge: Matrix) -> Matrix:
    """Lower Cholesky factor of gram + diag(ridge), for a symmetric `gram`.

    A Gram matrix of histories cut at a window can be slightly indefinite: the ridge doubles until it is not.
    """
    while True:
        system = gram.copy(order="C").T
        system[np.diag_indices_from(system)] += ridge
        factor: Matrix
        factor, failed = linalg.lapack.spotrf(system, lower=1, overwrite_a=1)
        if not failed:
            return factor
        ridge = ridge * 2
