"""Weights: the counts of a matrix as numbers that can be compared."""

from __future__ import annotations

from text_processor._native.core import Core, chosen_core, ffi
from text_processor._options import one_of
from text_processor._options import threads as checked_threads
from text_processor.exceptions import InvalidOptionError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    import numpy as np
    import numpy.typing as npt

_NORMS = {None: "NONE", "l1": "L1", "l2": "L2"}


def _plain(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    import numpy as np

    if not issubclass(type(array), np.ndarray):
        raise TypeError(f"the argument must be a NumPy array, not {type(array).__name__}")
    return np.asarray(array)


def weigh(
    indptr: npt.NDArray[Any],
    indices: npt.NDArray[Any],
    data: npt.NDArray[Any],
    *,
    idf: npt.NDArray[np.float64] | None = None,
    sublinear_tf: bool = False,
    norm: Literal["l1", "l2"] | None = None,
    threads: int | None = None,
    core: Core | None = None,
) -> None:
    """Change the counts of a CSR matrix into weights, in place.

    Args:
        indptr: The offset of each row, and the end of the last one: int32 or int64.
        indices: The column of each entry, of the same type.
        data: The values, float32 or float64; this function changes them.
        idf: The factor of each column.
        sublinear_tf: Whether to replace each value by 1 + its logarithm first.
        norm: The norm by which to divide each row at the end: "l1", the sum of the absolute values, or "l2", the root
            of the sum of the squares.
        threads: The number of threads, from 1; by default one for each processor.
        core: The native core to use; by default the current one, see `load_core`.

    >>> import numpy as np
    >>> data = np.array([3.0, 4.0])
    >>> weigh(np.array([0, 2]), np.array([0, 1]), data, norm="l2")
    >>> data.tolist()
    [0.6, 0.8]
    """
    import numpy as np

    # As plain arrays: a subclass may override the size.
    indptr, indices, data = (_plain(array) for array in (indptr, indices, data))
    places, values = indptr.dtype, data.dtype
    if places not in (np.int32, np.int64) or indices.dtype != places or values not in (np.float32, np.float64):
        raise TypeError(
            "indptr and indices must both be int32 or int64, and data float32 or float64, "
            f"not {places}, {indices.dtype} and {values}"
        )
    if not all(
        array.ndim == 1 and array.flags.c_contiguous and array.flags.aligned for array in (indptr, indices, data)
    ):
        raise ValueError("the arrays must have one dimension, and be contiguous and aligned")
    if not data.flags.writeable:
        raise ValueError("data must be writable")
    if indices.size != data.size or not indptr.size:
        raise ValueError("indices and data must have the same length, and indptr must not be empty")
    core = chosen_core(core)
    try:
        of_columns = None if idf is None else np.ascontiguousarray(idf, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidOptionError(f"idf must be numbers that fit into float64: {error}") from None
    weights = ffi.new("tp_weights *")
    weights.struct_size = ffi.sizeof("tp_weights")
    weights.threads = checked_threads(threads) or 0
    weights.sublinear = bool(sublinear_tf)
    weights.norm = getattr(core._lib, f"TP_NORM_{_NORMS[one_of('norm', norm, _NORMS)]}")
    if of_columns is not None:
        # With NULL, the core would use no factors.
        weights.column_weights = ffi.cast("double *", of_columns.ctypes.data)
        weights.column_count = of_columns.size
    pointers = [ffi.cast("void *", array.ctypes.data) for array in (indptr, indices, data)]
    core._check(
        core._lib.tp_weigh(
            weights,
            places.itemsize,
            pointers[0],
            indptr.size - 1,
            pointers[1],
            values.itemsize,
            pointers[2],
            data.size,
        )
    )
