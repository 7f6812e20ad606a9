"""Columns that the caller gives beside the text: ids and variables, as tables of the core."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping

from text_processor._native.columns import OBJECTS, TABLE, Producer, producer_of
from text_processor._native.core import Core, ffi
from text_processor._native.missing import is_missing
from text_processor._native.refused_tables import plan_call
from text_processor._native.table import NativeTable
from text_processor._native.texts import column
from text_processor.exceptions import InvalidColumnError, InvalidOptionError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_KINDS: tuple[tuple[str, str], ...] = (
    # A bool is an int, and a datetime is a date: the first one that fits is the kind.
    ("bool", "b"),
    ("int", "l"),
    ("float", "g"),
    ("str", "U"),
    ("datetime", "tsu:"),
    ("date", "tdD"),
)
"""The Arrow format of values of a type of Python."""


_PLAIN = {type(None), str, int, float, bool}
"""The types whose values need no change."""

_DIGITS = bytes.maketrans(b"\0\1", b"01")


def column_table(core: Core, name: str, values: Any) -> NativeTable:
    """A table with one column: a column of another library, or any iterable of values of one type.

    Args:
        core: The core.
        name: The name of the column, also for messages.
        values: The argument of the caller.

    Raises:
        TypeError: The values have different types, or a type that Arrow has not; or this is a table, or one text.
        InvalidColumnError: The column was read before, its producer failed, or it has a type that is not supported.
    """
    if isinstance(values, str | bytes | bytearray | Mapping) or not _is_iterable(values):
        raise TypeError(f"{name} must be a list or a column, not a {type(values).__name__}")
    producer = producer_of(values)
    if producer is not None and producer.format == TABLE:
        raise TypeError(f"{name} must be a column, but a {type(values).__name__} is a table: pass one of its columns")
    if producer is not None and producer.format != OBJECTS:
        return _copied(core, producer, name)
    if getattr(getattr(values, "dtype", None), "kind", "") == "M" and hasattr(type(values), "astype"):
        # Python's datetimes have microseconds: NumPy makes integers of nanoseconds.
        values = values.astype("datetime64[us]")
    return list_table(core, name, list(column(values)))


def _is_iterable(values: Any) -> bool:
    kind = type(values)
    return any(hasattr(kind, method) for method in ("__iter__", "__arrow_c_stream__", "__arrow_c_array__"))


def table_of(core: Core, data: Any) -> NativeTable:
    """A table of the variables that the caller gives: a dict of columns, a DataFrame, or a table that speaks Arrow.

    Raises:
        TypeError: This is not a table; the message says what to pass instead.
        InvalidOptionError: The columns have different lengths.
    """
    kind = type(data)
    if isinstance(data, Mapping):
        return joined([column_table(core, _name(name), data[name]) for name in data])
    if call := plan_call(kind):
        raise TypeError(f"variables is a {kind.__name__}, a table that is not computed yet: call its {call}() first")
    producer = producer_of(data)
    if producer is not None and producer.format == TABLE:
        return _copied(core, producer, None)
    names = getattr(data, "columns", None) if hasattr(kind, "columns") else None
    if isinstance(names, Iterable):
        return joined([column_table(core, _name(name), data[name]) for name in names])
    raise TypeError(f"variables must be a dict of columns or a table, not a {kind.__name__}")


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"the name of a variable must be a str, not {type(name).__name__}")
    return name


def joined(tables: list[NativeTable]) -> NativeTable:
    """The columns of tables side by side.

    Raises:
        InvalidOptionError: They have different lengths, or there is no table.
    """
    if not tables:
        raise InvalidOptionError("the table of variables has no columns")
    for table in tables[1:]:
        if table.rows != tables[0].rows:
            raise InvalidOptionError(
                f"{tables[0].names[0]!r} has {tables[0].rows} values, but {table.names[0]!r} has {table.rows}"
            )
    return NativeTable.joined(tables)


def _copied(core: Core, producer: Producer, name: str | None) -> NativeTable:
    parts = [NativeTable.of_array(core, producer.schema, rows, name) for rows in producer.arrays()]
    if parts:
        return NativeTable.concatenated(parts)
    names = [name] if name is not None else producer.columns()
    return joined([list_table(core, one, []) for one in names])


# ---- Lists ----


def list_table(core: Core, name: str, values: list[Any]) -> NativeTable:
    """A table with one column of Python objects.

    Raises:
        TypeError: The values have different types, or a type that Arrow has not.
    """
    if not set(map(type, values)) <= _PLAIN:
        values = [plain(value) for value in values]
    kind, values = _kind(name, values)
    nulls = values.count(None)
    kept: list[Any] = []
    buffers = [_buffer(_bits([value is not None for value in values]), kept) if nulls else ffi.NULL]
    buffers += [_buffer(data, kept) for data in _buffers(name, kind, values)]
    # The core only reads the structures: it never calls `release`, which must not be NULL.
    never = ffi.addressof(core._lib, "tp_kept_free")
    rows, schema = ffi.new("struct ArrowArray *"), ffi.new("struct ArrowSchema *")
    listed, written = ffi.new("const void *[]", buffers), ffi.new("char[]", kind.encode())
    rows.length, rows.null_count = len(values), nulls
    rows.n_buffers, rows.buffers = (0 if kind == "n" else len(buffers)), listed
    schema.format, schema.flags = written, 2
    rows.release = ffi.cast("void (*)(struct ArrowArray *)", never)
    schema.release = ffi.cast("void (*)(struct ArrowSchema *)", never)
    return NativeTable.of_array(core, schema, rows, name)


def plain(value: Any) -> Any:
    """A value as an object of Python: scalars of NumPy and Arrow have other types, and None is the only null."""
    if value is None or type(value) in (str, int, float, bool):
        return value
    if not isinstance(value, float) and is_missing(value):
        return None
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        return (value.astype("datetime64[us]") if value.dtype == "datetime64[ns]" else value).item()
    return value.as_py() if hasattr(value, "as_py") else value


def _kind(name: str, values: list[Any]) -> tuple[str, list[Any]]:
    """The Arrow format of values, and the values in one type."""
    found: dict[str, str] = {}
    for kind in set(map(type, values)) - {type(None)}:
        names = {one.__name__ for one in kind.__mro__ if one.__module__ in ("builtins", "datetime")}
        format_ = next((format_ for known, format_ in _KINDS if known in names), None)
        if format_ is None:
            raise TypeError(
                f"{name} has a value of the type {kind.__name__}: a value is a str, an int, a float, a bool, a date, a "
                "datetime or None"
            )
        found[format_] = kind.__name__
    if "g" in found and len(found) > 1:
        # NaN stands for a missing value between values of other types.
        values = [None if isinstance(value, float) and value != value else value for value in values]
        if not any(isinstance(value, float) for value in values):
            del found["g"]
    if found.keys() == {"l", "g"}:
        return "g", values
    if len(found) > 1:
        raise TypeError(f"{name} has values of the types {' and '.join(sorted(found.values()))}: use one type")
    if "tsu:" in found:
        zoned = {value.tzinfo is not None for value in values if value is not None}
        if len(zoned) > 1:
            raise TypeError(f"{name} has datetimes with and without a time zone: use one of them")
        return ("tsu:UTC" if True in zoned else "tsu:"), values
    return next(iter(found), "n"), values


def _buffers(name: str, kind: str, values: list[Any]) -> list[bytes | array[Any]]:
    """The buffers of values, except the one of nulls."""
    if kind == "n":
        return []
    if kind == "U":
        try:
            texts = [b"" if value is None else str.encode(value) for value in values]
        except UnicodeEncodeError as error:
            raise InvalidColumnError(f"{name} has a text with a lone surrogate: {error.object!r}") from None
        ends, end = array("q", [0]), 0
        for text in texts:
            end += len(text)
            ends.append(end)
        return [ends, b"".join(texts)]
    if kind == "b":
        return [_bits([value or False for value in values])]
    if kind == "g":
        return [array("d", [0.0 if value is None else float(value) for value in values])]
    if kind == "l":
        try:
            return [array("q", [0 if value is None else int(value) for value in values])]
        except OverflowError:
            raise InvalidColumnError(f"{name} has an integer of more than 64 bits") from None
    return _times(kind, values)


def _times(kind: str, values: list[Any]) -> list[bytes | array[Any]]:
    from datetime import date, datetime, timedelta, timezone

    if kind == "tdD":
        first = date(1970, 1, 1).toordinal()
        return [array("i", [0 if value is None else value.toordinal() - first for value in values])]
    epoch, unit = datetime(1970, 1, 1, tzinfo=timezone.utc), timedelta(microseconds=1)
    numbers = array("q")
    for value in values:
        if value is None:
            numbers.append(0)
        else:
            numbers.append(((value if value.tzinfo else value.replace(tzinfo=timezone.utc)) - epoch) // unit)
    return [numbers]


def _bits(values: list[bool]) -> bytes:
    """A bitmap: bit `i` is value `i`."""
    digits = bytes(values)[::-1].translate(_DIGITS)
    return int(digits or b"0", 2).to_bytes((len(values) + 7) // 8, "little")


def _buffer(data: bytes | array[Any], kept: list[Any]) -> Any:
    memory = ffi.from_buffer("char[]", data)
    kept.append(memory)
    return ffi.cast("const void *", memory)
