"""Names of the array types that pass between the modules of this package."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Matrix: TypeAlias = NDArray[np.float32]
"""Dense, single precision: users × items or items × items."""
Sparse: TypeAlias = "csr_array[np.float32, tuple[int, int]]"
