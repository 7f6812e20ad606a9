"""Lists of strings for functions of the C ABI."""

from __future__ import annotations

from collections.abc import Sequence

from text_processor._native.core import ffi

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def string_arrays(strings: Sequence[bytes | None], kept: list[Any]) -> tuple[Any, Any]:
    """Arrays of pointers and lengths. The list `kept` receives the memory that must live as long as the arrays."""
    data = [ffi.NULL if string is None else ffi.from_buffer("char[]", string) for string in strings]
    lengths = ffi.new("size_t[]", [len(string or b"") for string in strings])
    pointers = ffi.new("char *[]", data)
    kept += [data, lengths, pointers]
    return pointers, lengths
