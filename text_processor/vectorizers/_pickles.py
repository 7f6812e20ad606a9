"""Pickles of estimators: equal estimators have equal pickles, in every process."""

from __future__ import annotations

import sys
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from text_processor._options import canonical

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["EqualPickles"]

_OF_THIS_PROCESS = frozenset({"_stop_words_id"})
"""Attributes that are valid only in this process, such as addresses."""


class EqualPickles:
    """A base class of estimators. In the list of bases, it comes before the class of scikit-learn."""

    def __getstate__(self) -> dict[str, Any]:
        state: Any = super().__getstate__()  # type: ignore[misc, unused-ignore]  # object has it since Python 3.11
        return {
            sys.intern(name): _Ordered.of(value) if isinstance(value, set | frozenset) else plain(value)
            for name, value in state.items()
            if name not in _OF_THIS_PROCESS
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        sets = {name: value.made() for name, value in state.items() if isinstance(value, _Ordered)}
        super().__setstate__(state | sets)  # type: ignore[misc]  # every estimator has it


def plain(value: Any) -> Any:
    """The value in its canonical form. Arrays of equal types have one object as their type: a pickle records that."""
    if type(value) is np.ndarray and (same := np.dtype(value.dtype.str)) == value.dtype:
        return value.view(same)
    return canonical(value)


@dataclass(frozen=True)
class _Ordered:
    """The members of a set in a pickle, in the same order in every process."""

    kind: type
    members: list[Any]

    @classmethod
    def of(cls, members: Collection[Any]) -> _Ordered:
        return cls(type(members), canonical(sorted(members, key=repr)))

    def made(self) -> Any:
        return self.kind(self.members)
