"""Helpers for the readers of tables: the choice of the column, its values, and the package pyarrow."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

from text_processor._native.encoding import shortened
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DEFAULT = "text"
"""The column that is read if the caller names none."""


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


def arrow(*parts: str) -> Any:
    """The package, with these of its modules; None if it is not installed."""
    try:
        for part in parts:
            import_module(f"pyarrow.{part}")
        return import_module("pyarrow")
    except ImportError:
        return None
