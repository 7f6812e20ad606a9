"""Sparse matrices of documents and features, in compressed sparse rows (CSR)."""

from __future__ import annotations

import math

import numpy as np
import scipy.sparse as sp

from text_processor import matrix as native
from text_processor.vectorizers._estimator import configured

# typing.TYPE_CHECKING, without an import of typing, which is slow.
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
    """The matrix over three arrays, without a copy.

    Args:
        indptr: The index of the first entry of each row, and the number of entries.
        indices: The column of each entry.
        data: The entries.
        columns: The number of columns.
        dtype: The type of the entries; None keeps the type of `data`.

    Raises:
        ValueError: SciPy has no sparse matrices of this type.
    """
    kind = sp.csr_matrix if configured("sparse_interface") == "spmatrix" else sp.csr_array
    return kind((data, indices, indptr), shape=(len(indptr) - 1, columns), dtype=dtype)


def index_type(entries: int) -> type[np.int32 | np.int64]:
    """The type of the indices of a matrix with this number of entries."""
    if entries > LARGEST_SHORT:
        return np.int64
    return np.int32


def document_frequencies(matrix: Any) -> npt.NDArray[np.intp]:
    """The number of rows with an entry in each column of a matrix."""
    if matrix.format == "csr":
        columns = matrix.shape[1]
        found = np.zeros(columns, np.intp)
        # In parts: bincount() copies its argument to larger integers.
        step = max(1 << 20, columns)
        for start in range(0, len(matrix.indices), step):
            found += np.bincount(matrix.indices[start : start + step], minlength=columns)
        return found
    return np.asarray(np.diff(matrix.indptr), np.intp)


def refuse_complex(matrix: Any) -> None:
    """Raise ValueError for a matrix of complex numbers."""
    if matrix.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{matrix}\n")


def as_floats(matrix: Any) -> Any:
    """A matrix of floats: the same if its numbers are float32 or float64, otherwise a copy in float64."""
    refuse_complex(matrix)
    return matrix if matrix.dtype in (np.float32, np.float64) else matrix.astype(np.float64)


def count_bounds(counts: Any, *, signed: bool = False) -> tuple[float, float] | None:
    """Numbers that the entries of a matrix of counts are between; None if its type may not hold large counts."""
    most = float(1 << 63)
    return (-most if signed else 1.0, most) if counts.dtype in (np.float32, np.float64) else None


def weigh(
    matrix: Any,
    idf: npt.ArrayLike | None,
    *,
    sublinear: bool,
    norm: Literal["l1", "l2"] | None,
    bounds: tuple[float, float] | None = None,
) -> None:
    """Weigh the entries of a CSR matrix of floats in place, on all cores.

    Args:
        matrix: The matrix.
        idf: The factor for the entries of each column.
        sublinear: Whether to replace each entry by 1 + ln(entry) first.
        norm: Whether to divide each row by the sum of its absolute values ("l1"), by the root of the sum of its squares
            ("l2"), or not (None).
        bounds: The entries are known to be between these numbers; None if nothing is known.

    Raises:
        ValueError: The rows must be divided, and an entry is infinite or not a number.
    """
    if not _stays_finite(matrix.data, idf, sublinear, bounds):
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


def _stays_finite(
    data: npt.NDArray[Any], idf: npt.ArrayLike | None, sublinear: bool, bounds: tuple[float, float] | None
) -> bool:
    """Whether all entries are certain to be finite numbers after weighing."""
    if not data.size:
        return True
    least, most = bounds or (float(data.min()), float(data.max()))
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
