"""Refuses to merge estimators that differ in more than their documents."""

from __future__ import annotations

from numbers import Integral

import numpy as np

from text_processor._options import shown

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def refuse_different(estimator: Any, other: Any) -> None:
    """Raise an error unless both estimators are of the same class and have the same parameters.

    Raises:
        TypeError: The classes differ.
        ValueError: Parameters differ. The message names them.
    """
    if type(estimator) is not type(other):
        raise TypeError(f"merge() needs another {type(estimator).__name__}, not {type(other).__name__}")
    ours, theirs = estimator.get_params(deep=False), other.get_params(deep=False)
    different = [
        f"{name} is {shown(value)} and {shown(theirs[name])}"
        for name, value in ours.items()
        if not _is_same(name, value, theirs[name])
    ]
    if different:
        raise ValueError(f"merge() needs a {type(estimator).__name__} with the same parameters: {'; '.join(different)}")


def _is_same(name: str, value: Any, other: Any) -> bool:
    if value is other:
        return True
    if name == "dtype" and value is not None and other is not None:
        return bool(np.dtype(value) == np.dtype(other))
    if isinstance(value, Integral) != isinstance(other, Integral):
        # 1 is a number of documents, and 1.0 a part of them.
        return False
    if isinstance(value, np.ndarray) or isinstance(other, np.ndarray):
        return bool(np.array_equal(value, other))
    is_equal: bool = value == other
    return is_equal
