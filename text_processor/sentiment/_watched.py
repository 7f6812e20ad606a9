"""A dict whose owner learns of its changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing_extensions import Self


class Watched(dict[str, Any]):
    """A dict that checks entries before it adds them, and calls a function after each change.

    So the core always gets a list that it can read.
    """

    __slots__ = ("_changed", "_check")

    def __init__(self, entries: Any, changed: Callable[[], None], check: Callable[[Any, Any], tuple[str, Any]]) -> None:
        super().__init__(check(key, value) for key, value in dict(entries).items())
        self._changed = changed
        self._check = check

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Returns the value of a key. If there is no such key, sets it to the default first."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *entries: Any, **named: Any) -> None:
        """Adds entries: all of them, or none if one is wrong."""
        checked = [self._check(key, value) for key, value in dict(*entries, **named).items()]
        try:
            super().update(checked)
        finally:
            # After the update, so that no thread gives the core the old entries again in between.
            self._changed()

    def __ior__(self, entries: Any) -> Self:  # type: ignore[override,misc]
        self.update(entries)
        return self

    def clear(self) -> None:
        """Removes everything."""
        super().clear()
        self._changed()

    def popitem(self) -> tuple[str, Any]:
        """Removes what came last."""
        try:
            return super().popitem()
        finally:
            self._changed()

    def __reduce__(self) -> tuple[object, ...]:
        return dict, (dict(self),)


def _telling(change: Callable[..., Any]) -> Callable[..., Any]:
    def told(self: Watched, /, *arguments: Any) -> Any:
        try:
            return change(self, *arguments)
        finally:
            self._changed()

    return told


for _name in ("__delitem__", "pop"):
    setattr(Watched, _name, _telling(getattr(dict, _name)))
