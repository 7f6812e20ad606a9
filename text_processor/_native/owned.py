"""Ownership of native memory: an object of the core is freed when the last Python object that uses it is gone.

Only native code frees the object: the exception of a signal handler that runs in a Python finalizer is lost.
"""

from __future__ import annotations

from collections.abc import Callable

from text_processor._native.core import Core, ffi

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def owned(core: Core, kind: str, make: Callable[[Any], int], *, free: str = "free") -> Any:
    """The handle that a function of the C ABI makes.

    Args:
        core: The core of the handle.
        kind: The type of the handle in C, such as "tp_matrix".
        make: Calls the function with an address for the handle, and returns the status.
        free: The last part of the name of the function that frees the handle.
    """
    release = getattr(core._lib, f"{kind}_{free}")
    pointer = ffi.new(f"{kind} **")
    try:
        core._check(make(pointer))
    finally:
        # Also after an error: a signal handler may raise as soon as the native call is over.
        handle = ffi.gc(pointer[0], release)
    return handle


def owned_structure(structure: Any, fill: Callable[[Any], None]) -> Any:
    """An Arrow structure after `fill` has filled it. A structure without a release member is at its end: not owned."""
    try:
        fill(structure)
    finally:
        # As above.
        if structure.release:
            structure = ffi.gc(structure, structure.release)
    return structure


def owned_structures(structures: list[Any], fill: Callable[..., None]) -> list[Any]:
    """Several Arrow structures after one call of `fill` has filled all of them."""
    try:
        fill(*structures)
    finally:
        # As above.
        structures = [
            ffi.gc(structure, structure.release) if structure.release else structure for structure in structures
        ]
    return structures
