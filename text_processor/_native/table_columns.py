"""The text column of a table: a DataFrame, a dict, or anything that speaks Arrow; or that of each of many tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from text_processor._native.columns import TABLE, member_of, producer_of
from text_processor._native.encoding import shortened
from text_processor._native.refused_tables import plan_call
from text_processor.exceptions import InvalidOptionError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def text_columns(data: Any, name: str, entry: str) -> Iterable[Any]:
    """The column of a table in a list, or an iterator over those of many tables: texts, or a `Column`.

    Args:
        data: The argument of the caller.
        name: The name of the column.
        entry: The name of the function, for messages.

    Raises:
        TypeError: The argument is not a table, and not an iterable of tables; the message says what to pass instead.
        InvalidOptionError: A table has no column with this name, or two of them.
    """
    found = _column(data, name)
    if found is not None:
        _refuse_row(found, name, entry)
        return [found]
    kind = type(data)
    takes = f"{entry}() takes a table, or an iterable of tables"
    if call := plan_call(kind):
        raise TypeError(f"{takes}, but a {kind.__name__} is a table that is not computed yet: call its {call}() first")
    if getattr(data, "ndim", 1) != 1:
        raise TypeError(f"{takes}, but the columns of this {kind.__name__} lack names: use add_documents(array[:, 0])")
    if issubclass(kind, str | bytes) or not hasattr(kind, "__iter__"):
        files = ": for a file, use add_file()" if hasattr(kind, "__fspath__") or issubclass(kind, str | bytes) else ""
        raise TypeError(f"{takes}, not a {kind.__name__}{files}")
    return _each(data, name, entry, takes)


def _refuse_row(column: Any, name: str, entry: str) -> None:
    """Raise TypeError for a text in place of a column: its table is a row."""
    if isinstance(column, str | bytes):
        raise TypeError(
            f"{entry}() takes a table, or an iterable of tables, but the value of {name!r} is a single text, not a "
            f"column: for rows, use add_documents(row[{name!r}] for row in rows)"
        )


def _each(tables: Iterable[Any], name: str, entry: str, takes: str) -> Iterator[Any]:
    for number, table in enumerate(tables):
        found = _column(table, name)
        if found is None:
            kind = type(tables)
            texts = ": for texts, use add_documents()" if issubclass(type(table), str | bytes) else ""
            if isinstance(table, Mapping):
                texts = f": for rows, use add_documents(row[{name!r}] for row in rows)"
            raise TypeError(f"{takes}, but item {number} of this {kind.__name__} is a {type(table).__name__}{texts}")
        _refuse_row(found, name, entry)
        yield found


def _column(table: Any, name: str) -> Any | None:
    """The column of a table; None if this is not a table."""
    kind = type(table)
    if isinstance(table, Mapping):
        return _named(table, list(table), name)
    if fields := getattr(getattr(table, "dtype", None), "names", None) if hasattr(kind, "dtype") else None:
        return _named(table, list(fields), name)
    if plan_call(kind):
        return None
    names = _names(table)
    if names is not None and hasattr(kind, "__getitem__"):
        column = _named(table, names, name)
        # A column of a relation of DuckDB is a relation.
        if type(column) is not kind:
            return column
    producer = producer_of(table)
    if producer is None or producer.format != TABLE:
        return None
    _check(producer.columns(), name)
    return member_of(producer, name)


def _names(table: Any) -> list[Any] | None:
    """The names of the columns of a DataFrame, or of a table of pyarrow."""
    for attribute in ("column_names", "columns"):
        names = getattr(table, attribute, None) if hasattr(type(table), attribute) else None
        if isinstance(names, Iterable):
            return list(names)
    return None


def _named(table: Any, names: list[Any], name: str) -> Any:
    _check(names, name)
    return table[name]


def _check(names: list[Any], name: str) -> None:
    count = names.count(name)
    if count == 0:
        listed = shortened(map(repr, names))
        if names and not any(isinstance(one, str) for one in names):
            raise InvalidOptionError(
                f"the table has no column {name!r}, and the names of its columns {listed} are not str: "
                f"pass one of them to add_documents(), e.g. add_documents(table[{names[0]!r}])"
            )
        raise InvalidOptionError(f"the table has no column {name!r}: set text= to one of its columns {listed}")
    if count > 1:
        raise InvalidOptionError(f"the table has {count} columns with the name {name!r}: rename them")
