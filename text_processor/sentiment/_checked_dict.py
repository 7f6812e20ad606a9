"""A dict that reports its changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self


class Watched(dict[str, Any]):
    """A dict that checks entries before it adds them, and calls a function after each change.

    After a change, the core gets all entries again. It can read them, because each entry was checked.
    """

    __slots__ = ("_changed", "_check")

    def __init__(self, entries: Any, changed: Callable[[], None], check: Callable[[Any, Any], tuple[str, Any]]) -> None:
        super().__init__(check(key, value) for key, value in dict(entries).items())
        self._changed = changed
        self._check = check

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Return the value of a key; if the key is missing, first set it to the default."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *entries: Any, **named: Any) -> None:
        """Add entries: all of them, or none if one is not valid."""
        checked = [self._check(key, value) for key, value in dict(*entries, **named).items()]
        try:
            super().update(checked)
        finally:
            # After the update: before it, another thread could pass the old entries to the core again.
            self._changed()

    def __ior__(self, entries: Any) -> Self:  # type: ignore[override,misc]
        self.update(entries)
        return self

    def clear(self) -> None:
        """Remove all entries."""
        super().clear()
        self._changed()

    def popitem(self) -> tuple[str, Any]:
        """Remove and return the last entry."""
        try:
            return super().popitem()
        finally:
            self._changed()

    def __reduce__(self) -> tuple[object, ...]:
        return dict, (dict(self),)


def _reported(change: Callable[..., Any]) -> Callable[..., Any]:
    def reported(self: Watched, /, *arguments: Any) -> Any:
        try:
            return change(self, *arguments)
        finally:
            self._changed()

    return reported


for _name in ("__delitem__", "pop"):
    setattr(Watched, _name, _reported(getattr(dict, _name)))
