"""Operations on arrays of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_processor.columns import filled
from text_processor.core import Core, default_core, ffi

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["process_array"]


def process_array(a: npt.ArrayLike, factor: float = 2.0, *, core: Core | None = None) -> npt.NDArray[np.float64]:
    """Multiplies each value by `factor`, in a new array whose memory is the native core's.

    A contiguous array of float64 is read where it lies. Anything else that becomes float64 without losing (smaller
    floats, integers, booleans, other strides, other byte orders, nested lists) is copied first.

    Args:
        a: Numbers, of any shape.
        factor: What each is multiplied by.
        core: The native core to use; by default the one that `load_core()` gives.

    Returns:
        A writable array of float64, of the shape of `a`.

    Raises:
        TypeError: The values are not real numbers (complex numbers, strings, dates, objects).
        ModuleNotFoundError: NumPy is not installed.

    >>> process_array([[1, 2], [3, 4]]).tolist()
    [[2.0, 4.0], [6.0, 8.0]]
    """
    import numpy as np

    values = np.asarray(a)
    if not np.can_cast(values.dtype, np.float64, "same_kind") or values.dtype.kind not in "biuf":
        raise TypeError(f"process_array() takes real numbers, not an array of {values.dtype}")
    numbers = np.ascontiguousarray(values, np.float64)
    core = core or default_core()
    with ffi.from_buffer("double[]", numbers.reshape(-1)) as pointer:
        column = filled(core, lambda out: core._lib.tp_scale_f64(pointer, numbers.size, factor, out))
    return column.numpy("float64", writable=True).reshape(values.shape)
