"""Sparse matrices of documents and features: rows are kept as compressed sparse rows (CSR)."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from text_processor.vectorizers.estimator import configured

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

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


def weigh(matrix: Any, idf: npt.NDArray[Any] | None, *, sublinear: bool, norm: str | None) -> None:
    """Weighs the entries of a CSR matrix of floats in place.

    Args:
        matrix: The matrix.
        idf: What the entries of each column are multiplied by.
        sublinear: Whether an entry is replaced by 1 + ln(entry) before.
        norm: What rows are divided by, "l1" or "l2"; or None.
    """
    data = matrix.data
    if sublinear:
        np.log(data, out=data)
        data += 1
    if idf is not None:
        data *= np.asarray(idf)[matrix.indices]
    if norm is None:
        return
    lengths = np.diff(matrix.indptr)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    sums = np.bincount(rows, np.abs(data) if norm == "l1" else data * data, len(lengths))
    # A row without entries, or of zeros only, stays as it is.
    sums[sums == 0] = 1
    data /= (sums if norm == "l1" else np.sqrt(sums))[rows]
