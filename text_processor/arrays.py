"""Operations on arrays of numbers."""

from __future__ import annotations

from text_processor._native.arrow import filled
from text_processor._native.core import Core, chosen_core, ffi
from text_processor._options import real

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["process_array"]


def process_array(a: npt.ArrayLike, factor: float = 2.0, *, core: Core | None = None) -> npt.NDArray[np.float64]:
    """Multiplies each value by `factor`, in a new array whose memory is the native core's.

    A contiguous array of float64 is read where it lies. Smaller floats, integers, booleans, other strides, other byte
    orders and nested lists are converted to that first, as NumPy does it: integers beyond 2**53 lose digits.

    Args:
        a: Numbers, of any shape.
        factor: What each is multiplied by.
        core: The native core to use; by default the one in use, see `load_core`.

    Returns:
        A writable array of float64, of the shape of `a`.

    Raises:
        InvalidOptionError: The factor is an integer too large for a float.
        TypeError: The factor is not a number. Or the values are not real numbers that fit into float64 (complex
            numbers, longer floats, strings, dates, objects), or some of them are masked.
        OutOfMemoryError: There is no memory for the result.
        ModuleNotFoundError: NumPy is not installed.

    >>> process_array([[1, 2], [3, 4]]).tolist()
    [[2.0, 4.0], [6.0, 8.0]]
    """
    import numpy as np

    if np.ma.isMaskedArray(a):
        raise TypeError("process_array() does not know what to do with a mask: take filled(), or compressed()")
    values = np.asarray(a)
    kind, size = values.dtype.kind, values.dtype.itemsize
    if kind not in "biuf" or (kind == "f" and size > 8):
        raise TypeError(f"process_array() takes real numbers that fit into float64, not an array of {values.dtype}")
    factor = real("factor", factor)
    numbers = np.ascontiguousarray(values, np.float64)
    core = chosen_core(core)
    with ffi.from_buffer("double[]", numbers.reshape(-1)) as pointer:
        column = filled(core, lambda out: core._lib.tp_scale_f64(pointer, numbers.size, factor, out))
    return column.numpy("float64", writable=True).reshape(values.shape)
