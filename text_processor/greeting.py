"""The smallest thing the library can do."""

from __future__ import annotations

from text_processor._native.core import Core, chosen_core, ffi

__all__ = ["hello"]


def hello(name: str, *, core: Core | None = None) -> str:
    """Greets `name`, in Rust.

    Raises:
        TypeError: `name` is not a str.
        UnicodeEncodeError: `name` has a lone surrogate.

    >>> hello("World")
    'Hello, World!'
    """
    if not isinstance(name, str):
        raise TypeError(f"hello() takes a str, not {type(name).__name__}")
    core = chosen_core(core)
    data = str.encode(name)
    greeting, length = ffi.new("char **"), ffi.new("size_t *")
    core._check(core._lib.tp_hello(data, len(data), greeting, length))
    try:
        return str(ffi.buffer(greeting[0], length[0]), "utf-8")
    finally:
        core._lib.tp_string_free(greeting[0], length[0])
