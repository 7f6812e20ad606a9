"""Sparse matrices of documents and features: rows are kept as compressed sparse rows (CSR)."""

from __future__ import annotations

import math

import numpy as np
import scipy.sparse as sp

from text_processor import matrix as native
from text_processor.vectorizers._estimator import configured

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    import numpy.typing as npt

LARGEST_SHORT = (1 << 31) - 1
"""Indices have 32 bits up to this many entries."""


def csr(
    indptr: npt.NDArray[Any],
    indices: npt.NDArray[Any],
    data: npt.NDArray[Any],
    columns: int,
    dtype: npt.DTypeLike | None = None,
) -> Any:
    """The matrix over three arrays, which it does not copy.

    Args:
        indptr: Where each row begins, and the last one ends.
        indices: The column of each entry.
        data: The entries.
        columns: The number of columns.
        dtype: The type to convert the entries to; None for no conversion.

    Raises:
        ValueError: SciPy has no sparse matrices of this type.
    """
    kind = sp.csr_matrix if configured("sparse_interface") == "spmatrix" else sp.csr_array
    return kind((data, indices, indptr), shape=(len(indptr) - 1, columns), dtype=dtype)


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


def refuse_complex(matrix: Any) -> None:
    """Raises ValueError for a matrix of complex numbers."""
    if matrix.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{matrix}\n")


def as_floats(matrix: Any) -> Any:
    """A matrix of floats: the same if its numbers are float32 or float64, otherwise a copy in float64."""
    refuse_complex(matrix)
    return matrix if matrix.dtype in (np.float32, np.float64) else matrix.astype(np.float64)


def weigh(matrix: Any, idf: npt.ArrayLike | None, *, sublinear: bool, norm: Literal["l1", "l2"] | None) -> None:
    """Weighs the entries of a CSR matrix of floats in place, on all cores.

    Args:
        matrix: The matrix.
        idf: What the entries of each column are multiplied by.
        sublinear: Whether an entry is replaced by 1 + ln(entry) before.
        norm: What rows are divided by: the sum of absolute values, or the root of the sum of squares.

    Raises:
        ValueError: Entries to be divided are infinite or not a number.
    """
    if not _stays_finite(matrix.data, idf, sublinear):
        # The steps of scikit-learn, which give the same warnings and the same error.
        if sublinear:
            np.log(matrix.data, out=matrix.data)
            matrix.data += 1.0
        if idf is not None:
            matrix.data *= np.asarray(idf)[matrix.indices]
        if norm is not None and not configured("assume_finite"):
            _refuse_not_finite(matrix.data)
        sublinear, idf = False, None
    native.weigh(
        matrix.indptr,
        matrix.indices,
        matrix.data,
        idf=None if idf is None else np.asarray(idf, np.float64),
        sublinear_tf=bool(sublinear),
        norm=norm,
    )


def _stays_finite(data: npt.NDArray[Any], idf: npt.ArrayLike | None, sublinear: bool) -> bool:
    """Whether all entries are certain to be finite numbers after weighing."""
    if not data.size:
        return True
    least, most = float(data.min()), float(data.max())
    if sublinear and not least > 0:
        return False
    # No logarithm of a float is greater than 1000.
    largest = max(-least, most, 1000.0)
    heaviest = 1.0 if idf is None else float(np.abs(idf).max())
    return math.isfinite(least + most) and largest * heaviest < float(np.finfo(data.dtype).max)


def _refuse_not_finite(data: npt.NDArray[Any]) -> None:
    with np.errstate(over="ignore"):
        if np.isfinite(np.sum(data)):
            return
    if np.isnan(data).any():
        raise ValueError("Input contains NaN.")
    if not np.isfinite(data).all():
        raise ValueError(f"Input contains infinity or a value too large for {data.dtype!r}.")
