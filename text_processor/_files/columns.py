"""Helpers for the readers of tables: the choice of the column, its values, and the package pyarrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

from text_processor._native.encoding import shortened
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEFAULT = "text"
"""The column that is read if the caller names none."""


class Rows:
    """Some rows of a table: their texts, and the other columns that the caller wants."""

    __slots__ = ("others", "texts")

    def __init__(self, texts: Any, others: Mapping[str, Any]) -> None:
        self.texts: Any = texts
        """A list, or an array of pyarrow."""
        self.others: Mapping[str, Any] = others
        """Such a list or array for each name."""

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def nbytes(self) -> int:
        """The size of the arrays of pyarrow."""
        return sum(int(column.nbytes) for column in (self.texts, *self.others.values()))

    def slice(self, start: int, count: int) -> Rows:
        """Some of these rows, which are arrays of pyarrow."""
        others = {name: column.slice(start, count) for name, column in self.others.items()}
        return Rows(self.texts.slice(start, count), others)


def with_others(texts: Any, others: Mapping[str, Any]) -> Any:
    """The texts alone if the caller wants no other column; otherwise `Rows`."""
    return Rows(texts, others) if others else texts


def place_of(column: str | None, names: Sequence[str]) -> int:
    """The index of the column with this name, or of the default one.

    >>> place_of(None, ["id", "text"])
    1
    >>> place_of("review", ["id", "text"])
    Traceback (most recent call last):
    text_processor.exceptions.InvalidDocumentError: the file has no column 'review': its columns are 'id', 'text'
    """
    wanted = DEFAULT if column is None else column
    places = [place for place, name in enumerate(names) if name == wanted]
    if len(places) == 1:
        return places[0]
    if places:
        raise InvalidDocumentError(f"the file has {len(places)} columns {wanted!r}: give each column another name")
    raise missing_column(column, names)


def missing_column(column: str | None, names: Sequence[str]) -> InvalidDocumentError:
    """The error for a file without the column."""
    known = f"its columns are {shortened(map(repr, names))}"
    if column is None:
        return InvalidDocumentError(f"pass column= to say which column of the file has the texts: {known}")
    return InvalidDocumentError(f"the file has no column {column!r}: {known}")


def utf8_or_text(value: str) -> str | bytes:
    """A text; its bytes if it has bytes that are not valid UTF-8, so that the core finds the wrong byte."""
    if value.isascii():
        return value
    try:
        data = value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        # JSON has escapes for all surrogates.
        return value
    return data if len(data) != len(value.encode("utf-8", "surrogatepass")) else value


def readable(name: str, value: Any) -> Any:
    """The value of an id or a variable.

    Raises:
        InvalidDocumentError: It is a text that has no UTF-8.
    """
    if type(value) is str and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise InvalidDocumentError(f"the value of {name!r} is not valid UTF-8") from None
    return value


def arrow(*parts: str) -> Any:
    """The package, with these of its modules; None if it is not installed."""
    try:
        for part in parts:
            import_module(f"pyarrow.{part}")
        return import_module("pyarrow")
    except ImportError:
        return None
