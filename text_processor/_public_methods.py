"""Gives a public class the methods that it inherits from private classes, so that messages name the public class."""

from __future__ import annotations

from functools import update_wrapper
from types import CellType, FunctionType

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _Class = TypeVar("_Class", bound=type)


def with_own_methods(public: _Class) -> _Class:
    """Copy the public methods of private base classes into a class. Python's messages about arguments then name it."""
    found = set(vars(public))
    for base in public.__mro__[1:]:
        is_private = f"{__package__}." in base.__module__ and "._" in base.__module__
        for name, method in vars(base).items():
            if is_private and isinstance(method, FunctionType) and not name.startswith("_") and name not in found:
                setattr(public, name, _copied(method, public))
        found |= vars(base).keys()
    return public


def _copied(method: FunctionType, owner: type) -> FunctionType:
    cells = method.__closure__
    inner = original = getattr(method, "__wrapped__", None)
    if original is not None:
        # A decorator made this method: the message about an argument comes from the inner one.
        inner = _copied(original, owner)
        cells = tuple(CellType(inner) if cell.cell_contents is original else cell for cell in cells or ())
    copy = FunctionType(method.__code__, method.__globals__, method.__name__, method.__defaults__, cells)
    update_wrapper(copy, method)
    copy.__kwdefaults__ = method.__kwdefaults__
    copy.__module__, copy.__qualname__ = owner.__module__, f"{owner.__name__}.{method.__name__}"
    del copy.__dict__["__wrapped__"]
    if inner is not None:
        copy.__dict__["__wrapped__"] = inner
    return copy
