"""Sparse matrices of documents and features: rows are kept as compressed sparse rows (CSR)."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from text_processor import matrix as native
from text_processor.vectorizers.estimator import configured

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    import numpy.typing as npt

LARGEST_SHORT = (1 << 31) - 1
"""Indices have 32 bits up to this many entries."""


def csr(indptr: npt.NDArray[Any], indices: npt.NDArray[Any], data: npt.NDArray[Any], columns: int) -> Any:
    """The matrix over three arrays, without a copy of any."""
    kind = sp.csr_matrix if configured("sparse_interface") == "spmatrix" else sp.csr_array
    return kind((data, indices, indptr), shape=(len(indptr) - 1, columns))


def index_type(entries: int) -> type[np.int32 | np.int64]:
    """The type of indices of a matrix with so many entries."""
    if entries > LARGEST_SHORT:
        return np.int64
    return np.int32


def document_frequencies(matrix: Any) -> npt.NDArray[np.intp]:
    """In how many rows of a matrix each column has an entry."""
    if matrix.format == "csr":
        found: npt.NDArray[np.intp] = np.bincount(matrix.indices, minlength=matrix.shape[1])
        return found
    return np.asarray(np.diff(matrix.indptr), np.intp)


def weigh(matrix: Any, idf: npt.ArrayLike | None, *, sublinear: bool, norm: Literal["l1", "l2"] | None) -> None:
    """Weighs the entries of a CSR matrix of floats in place, on all cores.

    Args:
        matrix: The matrix.
        idf: What the entries of each column are multiplied by.
        sublinear: Whether an entry is replaced by 1 + ln(entry) before.
        norm: What rows are divided by: the sum of absolute values, or the root of the sum of squares.
    """
    native.weigh(
        matrix.indptr,
        matrix.indices,
        matrix.data,
        idf=None if idf is None else np.asarray(idf, np.float64),
        sublinear_tf=bool(sublinear),
        norm=norm,
    )
