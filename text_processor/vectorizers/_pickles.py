"""Pickles of estimators: equal estimators have equal pickles, in every process."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass

from text_processor._options import canonical

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["EqualPickles"]

_OF_THIS_PROCESS = frozenset({"_stop_words_id"})
"""Attributes that mean nothing in another process, such as addresses."""


class EqualPickles:
    """A base of estimators, before the class that makes them estimators."""

    def __getstate__(self) -> dict[str, Any]:
        state: Any = super().__getstate__()  # type: ignore[misc, unused-ignore]  # which object has since Python 3.11
        return {
            sys.intern(name): _Ordered.of(value) if isinstance(value, set | frozenset) else canonical(value)
            for name, value in state.items()
            if name not in _OF_THIS_PROCESS
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        sets = {name: value.made() for name, value in state.items() if isinstance(value, _Ordered)}
        super().__setstate__(state | sets)  # type: ignore[misc]  # which every estimator has


@dataclass(frozen=True)
class _Ordered:
    """A set in a pickle, in an order that is the same in every process."""

    kind: type
    members: list[Any]

    @classmethod
    def of(cls, members: Collection[Any]) -> _Ordered:
        return cls(type(members), canonical(sorted(members, key=repr)))

    def made(self) -> Any:
        return self.kind(self.members)
