"""Bulk results: columns in native memory, which Python reads without a copy.

The core fills structures of the Arrow C data interface. An array lives until the last Python object that uses its
memory is gone, even if the analyzer was changed or freed before.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from itertools import pairwise

from text_processor._native.checkpoint import checkpoint
from text_processor._native.core import Core, ffi
from text_processor._native.long_calls import status_of
from text_processor._native.owned import owned_structure, owned_structures
from text_processor.exceptions import OutOfMemoryError, TextProcessorError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Literal

    import numpy.typing as npt

    _Strings = Literal["utf8", "large_utf8"]
    _Dtype = Literal["int32", "uint32", "int64", "uint64", "float32", "float64"]

SEPARATOR = b"\0"
"""A byte that few strings contain."""

_OFFSETS = {"utf8": ("int32_t *", 4), "large_utf8": ("int64_t *", 8)}


class Column:
    """A column of a record batch. It keeps the batch alive."""

    __slots__ = ("_array", "_core", "_owner", "_start", "length")

    def __init__(self, core: Core, owner: Any, array: Any, start: int, length: int) -> None:
        self._core = core
        self._owner = owner
        self._array = array
        self._start = start
        self.length: int = length

    def strings(self, kind: _Strings) -> list[str]:
        """The values of a column of strings."""
        if self.length == 0:
            return []
        _, offsets, text = self._array.buffers[0:3]
        pointer, offset_size = _OFFSETS[kind]
        offsets = ffi.cast(pointer, offsets) + self._start
        size = offsets[self.length] - offsets[0] + self.length - 1
        joined = ffi.new("char[]", size)
        join = self._core._lib.tp_join_strings
        self._core._check(join(offsets, offset_size, text, self.length, SEPARATOR, joined))
        # Splitting one string takes a quarter of the time of decoding each string separately.
        strings = str(ffi.buffer(joined, size), "utf-8").split("\0")
        if len(strings) == self.length:
            return strings
        # One of the strings contains the separator.
        data = ffi.buffer(ffi.cast("char *", text), offsets[self.length])[:]
        return [data[start:end].decode() for start, end in pairwise(offsets[0 : self.length + 1])]

    STRINGS: ClassVar[dict[str, _Strings]] = {"u": "utf8", "U": "large_utf8"}
    """The kinds of columns of strings, by the format in their schema."""
    DTYPES: ClassVar[dict[str, _Dtype]] = {
        "i": "int32",
        "I": "uint32",
        "l": "int64",
        "L": "uint64",
        "f": "float32",
        "g": "float64",
    }
    """The NumPy types of columns of numbers, by the format in their schema."""

    @property
    def has_nulls(self) -> bool:
        """Whether a value may be null."""
        array = self._array
        return bool(array.null_count and array.n_buffers and array.buffers[0])

    def values(self, kind: str) -> list[Any]:
        """The values of a column of any kind, with None for each null.

        Args:
            kind: The format of the column in its schema.
        """
        if kind == "n":
            return [None] * self.length
        is_valid = None
        if self.has_nulls:
            from text_processor._native.values import bits_of

            is_valid = bits_of(self._array.buffers[0], self._start, self.length)
        found: list[Any]
        if kind in self.STRINGS:
            found = self.strings(self.STRINGS[kind])
        elif kind in self.DTYPES:
            found = ffi.unpack(self._values(f"{_C_NAMES[self.DTYPES[kind]]} *"), self.length) if self.length else []
        else:
            from text_processor._native.values import values_of

            found = values_of(kind, self._array.buffers[1], self._start, self.length, is_valid)
        if is_valid is None:
            return found
        return [value if valid else None for value, valid in zip(found, is_valid, strict=True)]

    def array(self, kind: str) -> npt.NDArray[Any]:
        """The values of a column of numbers as a read-only NumPy array over the native memory."""
        return self.numpy(self.DTYPES[kind])

    def bytes(self) -> bytes:
        """The bytes of a column of uint8."""
        return bytes(ffi.buffer(self._values("char *"), self.length)) if self.length else b""

    def integers(self, kind: Literal["uint32", "uint64"] = "uint64") -> list[int]:
        """The values of a column of integers."""
        return ffi.unpack(self._values(f"{kind}_t *"), self.length) if self.length else []

    def memory(self, kind: Literal["uint32", "uint64"]) -> Any:
        """The native memory of a column of integers, as a buffer. It is valid as long as the column."""
        size = {"uint32": 4, "uint64": 8}[kind] * self.length
        return ffi.buffer(ffi.cast("char *", self._values(f"{kind}_t *")), size)

    def _values(self, pointer: str) -> Any:
        return ffi.cast(pointer, self._array.buffers[1]) + self._start

    def numpy(self, dtype: _Dtype, *, writable: bool = False) -> npt.NDArray[Any]:
        """The values as a NumPy array over the native memory."""
        import numpy as np

        if self.length == 0:
            return np.empty(0, dtype)
        address = int(ffi.cast("uintptr_t", self._values(f"{_C_NAMES[dtype]} *")))
        return np.asarray(_Memory(self, address, np.dtype(dtype).str, writable))


_C_NAMES = {
    "int32": "int32_t",
    "uint32": "uint32_t",
    "int64": "int64_t",
    "uint64": "uint64_t",
    "float32": "float",
    "float64": "double",
}


class _Memory:
    """Native memory in a form that NumPy can read. An array over the memory keeps this object and its column alive."""

    def __init__(self, column: Column, address: int, typestr: str, writable: bool) -> None:
        self._column = column
        self.__array_interface__ = {
            "version": 3,
            "data": (address, not writable),
            "shape": (column.length,),
            "typestr": typestr,
        }


def filled(core: Core, fill: Callable[[Any], int]) -> Column:
    """The array that a function of the C ABI fills, as a column."""
    array = owned_structure(ffi.new("struct ArrowArray *"), lambda array: core._check(fill(array)))
    return Column(core, array, array, array.offset, array.length)


def filled_columns(core: Core, fill: Callable[[Any], int]) -> list[Column]:
    """The columns of the array of structures that a function of the C ABI fills."""
    array = owned_structure(ffi.new("struct ArrowArray *"), lambda array: core._check(fill(array)))
    return _columns(core, array)


def filled_together(core: Core, number: int, fill: Callable[..., int]) -> list[Column]:
    """The arrays that a function of the C ABI fills in one call, as columns."""
    new = [ffi.new("struct ArrowArray *") for _ in range(number)]
    arrays = owned_structures(new, lambda *arrays: core._check(fill(*arrays)))
    return [Column(core, array, array, array.offset, array.length) for array in arrays]


def stream(core: Core, fill: Callable[[Any], int]) -> Any:
    """The Arrow stream that a function of the C ABI fills."""
    return owned_structure(ffi.new("struct ArrowArrayStream *"), lambda opened: core._check(fill(opened)))


def record_batches(core: Core, opened: Any) -> Iterator[list[Column]]:
    """The record batches of a stream, as lists of columns. The core makes each batch when the iterator reaches it."""

    def fill(batch: Any) -> None:
        if code := status_of(core, opened.get_next, opened, batch):
            message = opened.get_last_error(opened)
            exception = OutOfMemoryError if code == errno.ENOMEM else TextProcessorError
            raise exception(ffi.string(message).decode("utf-8", "replace") if message else "no reason given")

    while True:
        checkpoint()
        batch = owned_structure(ffi.new("struct ArrowArray *"), fill)
        if not batch.release:
            return
        yield _columns(core, batch)


def _columns(core: Core, batch: Any) -> list[Column]:
    children = batch.children[0 : batch.n_children]
    return [Column(core, batch, child, batch.offset + child.offset, batch.length) for child in children]
