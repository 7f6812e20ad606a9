"""Finds the column to read among the columns of a file."""

from __future__ import annotations

from collections.abc import Sequence

from text_processor._native.encoding import shortened
from text_processor.exceptions import InvalidDocumentError

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
