"""Capsules: objects of Python that own structures of Arrow, from other libraries and for them.

A new capsule has a native destructor, because a destructor in Python loses an exception that is being raised.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from text_processor._native.core import Core, ffi

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAMES = {"ArrowArrayStream": b"arrow_array_stream", "ArrowSchema": b"arrow_schema"}
"""The names of capsules. A capsule refers to the memory of its name, so these objects live as long as the process."""


def _found_function(name: str, result: str, *parameters: str) -> Callable[..., Any] | None:
    """A function of the C API of Python, with these types of ctypes; None if this Python has no C API in ctypes.

    The function has its own types: others may change those of the same function in `ctypes.pythonapi`.
    """
    try:
        import ctypes

        prototype = ctypes.PYFUNCTYPE(*(getattr(ctypes, kind) for kind in (result, *parameters)))
        return prototype((name, ctypes.pythonapi))
    except (ImportError, AttributeError):
        # PyPy, for example.
        return None


_function = cache(_found_function)


def pointer_function() -> Callable[[Any, bytes], int | None] | None:
    """A function that returns the pointer of a capsule with this name; None if this Python has no such function."""
    return _function("PyCapsule_GetPointer", "c_void_p", "py_object", "c_char_p")


def new_capsule(core: Core, kind: str, keep: Callable[..., int], fill: Callable[..., int], *arguments: Any) -> object:
    """A capsule that owns a structure.

    The capsule exists first, with the native destructor. So a signal handler may raise an exception between any two
    steps, and the structure is released.

    Args:
        core: The core.
        kind: The structure in C.
        keep: Moves the structure into memory of the core.
        fill: Fills the structure; its last argument is the address of the structure.
        arguments: The other arguments of `fill`.
    """
    new = _function("PyCapsule_New", "py_object", "c_void_p", "c_char_p", "c_void_p")
    set_pointer = _function("PyCapsule_SetPointer", "c_int", "py_object", "c_void_p")
    if new is None or set_pointer is None:
        raise NotImplementedError(
            "this version of Python has no PyCapsule_New, which Arrow needs: use to_dict(), or a column as table[name]"
        )
    free = int(ffi.cast("uintptr_t", ffi.addressof(core._lib, "tp_kept_free")))
    structure, kept = ffi.new(f"struct {kind} *"), ffi.new(f"struct {kind} **")
    # A capsule has a pointer from the start, which must not be NULL. No consumer sees this one.
    capsule = new(free, NAMES[kind], free)
    owner = ffi.cast("void *", id(capsule))
    status = 0
    try:
        core._check(fill(*arguments, structure))
    finally:
        if structure.release:
            status = keep(owner, structure, kept)
    if status:
        structure.release(structure)
        core._fail(status)
    set_pointer(capsule, int(ffi.cast("uintptr_t", kept[0])))
    return capsule
