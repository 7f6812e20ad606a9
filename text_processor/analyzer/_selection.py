"""Which documents a caller chooses: by a mask, by ids, or by values of variables."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

from text_processor._native.arrow import Column
from text_processor._native.core import Core
from text_processor._native.encoding import shortened
from text_processor._native.missing import is_missing
from text_processor._native.table import NativeTable
from text_processor.analyzer._variables import Variables
from text_processor.exceptions import InvalidOptionError, UnknownIdError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_NAIVE, _ZONED = "datetimes without a time zone", "datetimes with a time zone"

_KINDS = {
    "U": "text",
    **dict.fromkeys(("b", "l", "L", "f", "g", "d:"), "numbers"),
    "td": "dates",
    "tt": "times",
    "tD": "time spans",
}
"""The kind of values of a column, by its Arrow format or by the beginning of this format."""


def places(core: Core, variables: Variables, count: int, wanted: Any) -> array[int] | memoryview[int]:
    """The numbers of the chosen documents, in ascending order, as a buffer of uint64.

    Args:
        core: The core.
        variables: The ids and variables of the documents.
        count: The number of documents.
        wanted: The argument of the caller.

    Raises:
        TypeError: This is not a mask, not ids, and not a dict of variables.
        InvalidOptionError: A mask has another length, or there is no such variable.
        UnknownIdError: There is no document with an id.
    """
    if isinstance(wanted, Mapping):
        found: array[int] | None = None
        for name, values in wanted.items():
            fits = _places_of_values(variables, count, name, values)
            found = fits if found is None else array("Q", sorted(set(found) & set(fits)))
        return array("Q", range(count)) if found is None else found
    if isinstance(wanted, str | bytes | int):
        raise TypeError(
            f"choose documents by a mask, by ids or by a dict of variables, not by a single {type(wanted).__name__}: "
            "put it in a list"
        )
    if _is_numpy_mask(wanted):
        _check_mask(len(wanted), count)
        return memoryview(wanted.nonzero()[0].astype("int64", copy=False).view("uint64"))
    from text_processor._native.given_columns import column_table

    column = column_table(core, "documents", wanted)
    if column.formats[0] == "b":
        _check_mask(column.rows, count)
        return _numbers(column.rows_with(bool))
    kind, values = column.formats[0], column.values("documents")
    if None in values:
        raise InvalidOptionError(f"the id at row {values.index(None)} is missing")
    if kind not in ("l", "L", "U", "n"):
        raise TypeError("choose documents by a mask of bool, by ids of str or int, or by a dict of variables")
    return array("Q", sorted(set(places_of_ids(variables, count, values))))


def _is_numpy_mask(wanted: Any) -> bool:
    """Whether this is an array of NumPy with a bool in each row, which is read without Python objects."""
    kind = type(wanted)
    return kind.__module__ == "numpy" and kind.__name__ == "ndarray" and wanted.ndim == 1 and wanted.dtype.kind == "b"


def _check_mask(rows: int, count: int) -> None:
    if rows != count:
        raise InvalidOptionError(f"the mask has {rows} values, but there are {count} documents")


def places_of_ids(variables: Variables, count: int, ids: list[Any]) -> list[int]:
    """The number of the document of each id; without ids, the numbers themselves.

    Raises:
        UnknownIdError: There is no document with an id.
    """
    if "id" in variables.names:
        return variables.places_of(ids, count)
    for one in ids:
        if isinstance(one, bool) or not isinstance(one, int) or not 0 <= one < count:
            raise UnknownIdError(f"there is no document {one!r}: the {count} documents have no ids, but numbers from 0")
    return ids


def _places_of_values(variables: Variables, count: int, name: str, values: Any) -> array[int]:
    """The numbers of the documents whose variable has one of some values."""
    from text_processor._native.given_columns import plain

    found = table_of_names(variables, count, [name])
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        values = [values]
    try:
        # NaN stands for a missing value.
        wanted = {None if is_missing(value) else plain(value) for value in values}
    except TypeError as error:
        raise TypeError(f"{name!r} needs a value, or a list of values: {error}") from None
    kind = _kind_of_column(found.formats[0])
    for value in wanted:
        if value is not None and kind not in (None, _kind_of_value(value)):
            raise InvalidOptionError(
                f"the variable {name!r} has {kind}, so no document has the value {value!r}: pass a value of its type"
            )
    return _numbers(found.rows_with(lambda value: (None if is_missing(value) else value) in wanted))


def _kind_of_column(format_: str) -> str | None:
    """The kind of the values of a column with an Arrow format; None if it has no value that can be compared."""
    if format_.startswith("ts"):
        return _ZONED if format_.partition(":")[2] else _NAIVE
    return _KINDS.get(format_) or _KINDS.get(format_[:2])


def _kind_of_value(value: Any) -> str:
    """The kind of a value, which is equal only to values of this kind."""
    from datetime import date, datetime, time, timedelta
    from numbers import Number

    if isinstance(value, datetime):
        return _NAIVE if value.tzinfo is None else _ZONED
    kinds: tuple[tuple[type, str], ...] = ((str, "U"), (Number, "l"), (date, "td"), (time, "tt"), (timedelta, "tD"))
    return next((_KINDS[format_] for kind, format_ in kinds if isinstance(value, kind)), type(value).__name__)


def _numbers(column: Column) -> array[int]:
    numbers = array("Q")
    numbers.frombytes(column.memory("uint64"))
    return numbers


def table_of_names(variables: Variables, count: int, names: Sequence[Any]) -> NativeTable:
    """The table with some variables, or with the ids.

    Raises:
        InvalidOptionError: There is no such variable.
    """
    table, known = variables.shown(count), variables.names
    for name in names:
        if name not in known:
            there = f": there are {shortened(map(repr, known))}" if known else ", because no document has a variable"
            raise InvalidOptionError(f"there is no variable {name!r}{there}")
    if table is None:
        raise InvalidOptionError("there are no variables, because there are no documents")
    return table.selected(list(dict.fromkeys(names)))
