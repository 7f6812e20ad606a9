"""Many texts as an argument: a list, a column of another library, or any iterable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from text_processor._native.refused_tables import has_rows_of_bytes, refuse_table

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

BLOCK = 1 << 16
"""The number of rows of a column that become Python objects at a time."""


def texts_of(texts: Iterable[Any], entry: str, *, rows: bool = False) -> Iterable[Any]:
    """The texts of an argument: a column that is read in blocks, or any other iterable unchanged.

    Args:
        texts: The argument of the caller.
        entry: The name of the function, for messages.
        rows: Whether a row of an array may be a text.

    Raises:
        TypeError: `texts` is a single text or a table; the message says what to pass instead.
    """
    refuse_others(texts, entry, rows=rows)
    found: Iterable[Any] = column(texts)
    return found


def refuse_others(texts: Any, entry: str, *, rows: bool = False) -> None:
    """Raise TypeError for a single text and for a table. The arguments are those of `texts_of`."""
    if is_single(texts):
        raise TypeError(f"{entry}() takes many texts, not a single {type(texts).__name__}: put it in a list")
    refuse_table(texts, entry, rows=rows)


def column(texts: Any) -> Any:
    """Return a column of NumPy, pandas, polars or pyarrow as a `TextColumn`, and other iterables unchanged."""
    kind = type(texts)
    name = next((name for name in ("tolist", "to_list", "to_pylist") if hasattr(kind, name)), None)
    if name is None or issubclass(kind, list | tuple | memoryview) or has_rows_of_bytes(texts):
        return texts
    # A Series of pandas may have other labels; only its array counts rows from 0.
    rows = texts.array if hasattr(kind, "array") and not hasattr(kind, "levels") else texts
    try:
        is_column = len(rows) >= 0 and hasattr(type(rows[:0]), name)
    except Exception:
        # A class of the caller that has such a method for another purpose.
        is_column = False
    if is_column:
        return TextColumn(rows, name)
    return texts if hasattr(kind, "__iter__") else getattr(texts, name)()


class TextColumn:
    """A column of another library, converted to Python objects in blocks of rows. It keeps missing values."""

    __slots__ = ("_name", "_rows")

    def __init__(self, rows: Any, name: str) -> None:
        self._rows = rows
        self._name = name

    def __len__(self) -> int:
        return len(self._rows)

    def blocks(self) -> Iterator[list[Any]]:
        """The rows, in lists."""
        for start in range(0, len(self), BLOCK):
            yield getattr(self._rows[start : start + BLOCK], self._name)()

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self.blocks())


def is_single(texts: Any) -> bool:
    """Whether this is a single text, so that its items are not texts."""
    if issubclass(type(texts), str):
        return True
    try:
        view = memoryview(texts)
    except (TypeError, ValueError):
        return False
    # A NumPy array of texts of one byte is an array of texts.
    return view.itemsize == 1 and view.ndim <= 1 and not view.format.endswith("s")
