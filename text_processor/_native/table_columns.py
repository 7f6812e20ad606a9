"""Columns of a table: of a DataFrame, a dict, or any object that supports Arrow; or those of each of many tables."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping

from text_processor._native.columns import TABLE, Producer, member_of, producer_of
from text_processor._native.core import Core, ffi
from text_processor._native.encoding import shortened
from text_processor._native.refused_tables import plan_call
from text_processor._native.table import NativeTable
from text_processor.exceptions import InvalidOptionError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    _Columns: TypeAlias = tuple[Any, NativeTable | None]
    """The texts, or a `Column` of them, and the other columns."""


class Wanted:
    """The columns of a table that a caller wants: the one with the texts, and those beside it."""

    __slots__ = ("beside", "core", "entry", "text")

    def __init__(self, core: Core, entry: str, text: str, beside: Mapping[str, str]) -> None:
        self.core: Core = core
        self.entry: str = entry
        """The name of the function, for messages."""
        self.text: str = text
        """The name of the column with the texts."""
        self.beside: Mapping[str, str] = beside
        """The names of the other columns, by their new names."""


def columns_of(data: Any, wanted: Wanted) -> Iterable[_Columns]:
    """The columns of a table in a list, or an iterator over those of many tables or record batches.

    Raises:
        TypeError: The argument is not a table, and not an iterable of tables; the message says what to pass instead.
        InvalidOptionError: A table has no column with a name, or two of them.
    """
    found = _columns(data, wanted)
    if found is not None:
        return found
    kind = type(data)
    takes = f"{wanted.entry}() takes a table, or an iterable of tables"
    if call := plan_call(kind):
        raise TypeError(f"{takes}, but a {kind.__name__} is a table that is not computed yet: call its {call}() first")
    if getattr(data, "ndim", 1) != 1:
        raise TypeError(f"{takes}, but the columns of this {kind.__name__} lack names: use add_documents(array[:, 0])")
    if issubclass(kind, str | bytes) or not hasattr(kind, "__iter__"):
        files = ": for a file, use add_file()" if hasattr(kind, "__fspath__") or issubclass(kind, str | bytes) else ""
        raise TypeError(f"{takes}, not {kind.__name__}{files}")
    return _each(data, wanted, takes)


def _refuse_row(column: Any, name: str, entry: str) -> None:
    """Raise TypeError for a text in place of a column: its table is a row."""
    if isinstance(column, str | bytes):
        raise TypeError(
            f"{entry}() takes a table, or an iterable of tables, but the value of {name!r} is a single text, not a "
            f"column: for rows, use add_documents(row[{name!r}] for row in rows)"
        )


def _each(tables: Iterable[Any], wanted: Wanted, takes: str) -> Iterator[_Columns]:
    for number, table in enumerate(tables):
        found = _columns(table, wanted)
        if found is None:
            kind, own = type(tables).__name__, type(table).__name__
            # A scalar of pyarrow has `as_py`.
            is_text = issubclass(type(table), str | bytes) or hasattr(type(table), "as_py")
            texts = ": for texts, use add_documents()" if is_text else ""
            if isinstance(table, Mapping):
                texts = f": for rows, use add_documents(row[{wanted.text!r}] for row in rows)"
            raise TypeError(f"{takes}, but item {number} of this {kind} has the type {own}{texts}")
        yield from found


def _columns(table: Any, wanted: Wanted) -> Iterable[_Columns] | None:
    """The columns of a table; None if this is not a table."""
    kind = type(table)
    if isinstance(table, Mapping):
        return _named(table, list(table), wanted)
    if fields := getattr(getattr(table, "dtype", None), "names", None) if hasattr(kind, "dtype") else None:
        return _named(table, list(fields), wanted)
    if plan_call(kind):
        return None
    names = _names(table)
    if names is not None and hasattr(kind, "__getitem__"):
        found = _named(table, names, wanted)
        if found is not None:
            return found
    producer = producer_of(table)
    if producer is None or producer.format != TABLE:
        return None
    _checked(producer.columns(), wanted)
    return _batches(producer, wanted) if wanted.beside else [(member_of(producer, wanted.text), None)]


def _batches(producer: Producer, wanted: Wanted) -> Iterator[_Columns]:
    """The columns of each record batch of a stream."""
    names = producer.columns()
    for batch in producer.arrays():
        tables = []
        for name, column in wanted.beside.items():
            place = names.index(column)
            # The rows of the batch are rows of its columns, from its offset on.
            part = ffi.new("struct ArrowArray *", batch.children[place][0])
            part.offset, part.length, part.null_count = part.offset + batch.offset, batch.length, -1
            tables.append(NativeTable.of_array(wanted.core, producer.schema.children[place], part, name))
        yield member_of(producer, wanted.text, _only(batch)), NativeTable.joined(tables)


def _only(batch: Any) -> Generator[Any]:
    yield batch


def _names(table: Any) -> list[Any] | None:
    """The names of the columns of a DataFrame, or of a table of pyarrow."""
    for attribute in ("column_names", "columns"):
        names = getattr(table, attribute, None) if hasattr(type(table), attribute) else None
        if isinstance(names, Iterable):
            return list(names)
    return None


def _named(table: Any, names: list[Any], wanted: Wanted) -> list[_Columns] | None:
    text = table[_checked(names, wanted)]
    if type(text) is type(table) and not isinstance(table, Mapping):
        # A column of a relation of DuckDB is a relation.
        return None
    _refuse_row(text, wanted.text, wanted.entry)
    if not wanted.beside:
        return [(text, None)]
    from text_processor._native.given_columns import column_table, joined

    return [(text, joined([column_table(wanted.core, name, table[column]) for name, column in wanted.beside.items()]))]


def _checked(names: list[Any], wanted: Wanted) -> str:
    """The name of the column with the texts, after a check of all names."""
    _check(names, wanted.text, "text")
    for name, column in wanted.beside.items():
        _check(names, column, "id" if name == "id" else "variables")
    return wanted.text


def _check(names: list[Any], name: str, option: str) -> None:
    count = names.count(name)
    if count == 0:
        listed = shortened(map(repr, names))
        if names and not any(isinstance(one, str) for one in names):
            raise InvalidOptionError(
                f"the table has no column {name!r}, and the names of its columns {listed} are not str: "
                f"pass one of them to add_documents(), e.g. add_documents(table[{names[0]!r}])"
            )
        raise InvalidOptionError(f"the table has no column {name!r}: set {option}= to one of its columns {listed}")
    if count > 1:
        raise InvalidOptionError(f"the table has {count} columns with the name {name!r}: rename them")
