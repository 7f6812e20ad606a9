"""Operations on arrays of numbers."""

from __future__ import annotations

from text_processor._native.arrow import filled
from text_processor._native.core import Core, chosen_core, ffi
from text_processor._options import real

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["process_array"]


def __dir__() -> list[str]:
    return __all__


def process_array(a: npt.ArrayLike, factor: float = 2.0, *, core: Core | None = None) -> npt.NDArray[np.float64]:
    """Return a new array with each value multiplied by `factor`; the native core owns its memory.

    Does not copy a contiguous array of float64. NumPy first converts smaller floats, integers, booleans, nested lists,
    and arrays with other strides or byte orders: integers beyond 2**53 lose digits.

    Args:
        a: Numbers, in any shape.
        factor: The factor for each number.
        core: The native core to use; by default the current one, see `load_core`.

    Returns:
        A writable array of float64 with the shape of `a`.

    Raises:
        InvalidOptionError: The factor is an integer too large for a float.
        TypeError: The factor is not a number, the array has a mask, or a value is not a real number that fits into
            float64: a complex number, a longer float, a string, a date, an object.
        OutOfMemoryError: There is no memory for the result.
        ModuleNotFoundError: NumPy is not installed.

    >>> process_array([[1, 2], [3, 4]]).tolist()
    [[2.0, 4.0], [6.0, 8.0]]
    """
    import numpy as np

    if np.ma.isMaskedArray(a):
        raise TypeError("process_array() does not take an array with a mask: pass its filled() or compressed()")
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
