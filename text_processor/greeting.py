"""A greeting: the smallest function of the library."""

from __future__ import annotations

from text_processor._native.core import Core, chosen_core, ffi

__all__ = ["hello"]


def __dir__() -> list[str]:
    return __all__


def hello(name: str, *, core: Core | None = None) -> str:
    """Return a greeting for `name`, made in Rust.

    Args:
        name: The name to greet.
        core: The native core to use; by default the current one, see `load_core`.

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
