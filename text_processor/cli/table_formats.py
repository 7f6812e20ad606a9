"""Tables as text and as files: CSV, TSV, JSON, JSON Lines and Parquet. A table is written in batches of rows."""

from __future__ import annotations

import json
import math
import os
import re
import struct
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from itertools import islice, repeat
from json.encoder import encode_basestring
from typing import Any, BinaryIO, ClassVar, TypeAlias

from text_processor._printable import JOINERS
from text_processor.cli.atomic import replaced, writing

__all__ = [
    "FORMATS",
    "Add",
    "Batch",
    "Columns",
    "Csv",
    "JsonLines",
    "Signed",
    "TableText",
    "batches",
    "ending",
    "json_text",
    "saved",
]


class Signed(int):
    """The type of a column of integers that may be negative."""

    __slots__ = ()


Columns: TypeAlias = Mapping[str, type]
"""The names of the columns of a table and their types: `str`, `int` (from 0), `Signed` or `float`.

NaN is a missing value in a column of `float`, and None in a list for a column of another type.
"""

Batch: TypeAlias = Sequence[Any]
"""Some rows of a table: for each column a list, or an array of NumPy for numbers. All have the same length."""

Add: TypeAlias = Callable[[Batch], None]
"""A function that writes some rows."""

BATCH_ROWS = 1 << 16
"""The rows of a batch: few, so that a large table takes little memory."""


def batches(rows: Iterable[Sequence[Any]]) -> Iterator[Batch]:
    """Rows as batches of columns."""
    left = iter(rows)
    while batch := list(islice(left, BATCH_ROWS)):
        yield list(zip(*batch, strict=True))


# ---- Text ----


class TableText:
    """Writes a table as text.

    Args:
        columns: The columns of the table.
    """

    missing: ClassVar[str]
    """The text of a missing value."""

    def __init__(self, columns: Columns) -> None:
        self._names = list(columns)
        self._types = list(columns.values())

    def head(self) -> str:
        """The text before all rows."""
        return ""

    def rows(self, batch: Batch) -> str:
        """The text of some rows."""
        return "".join([f"{row}\n" for row in self._each(batch)])

    def tail(self) -> str:
        """The text after all rows."""
        return ""

    def _each(self, batch: Batch) -> Iterator[str]:
        """The text of each row, without its end."""
        return self._joined([self._cells(kind, column) for kind, column in zip(self._types, batch, strict=True)])

    def _cells(self, kind: type, column: Any) -> Sequence[str]:
        if kind is float:
            return self._floats(column)
        written = self._strings if kind is str else _integers
        if not isinstance(column, list) or None not in column:
            return written(column)
        cells = iter(written([value for value in column if value is not None]))
        return [self.missing if value is None else next(cells) for value in column]

    def _joined(self, cells: Sequence[Sequence[str]]) -> Iterator[str]:
        raise NotImplementedError

    def _strings(self, column: Sequence[str]) -> Sequence[str]:
        raise NotImplementedError

    def _floats(self, column: Any) -> Sequence[str]:
        data = memoryview(array("d", column) if isinstance(column, list | tuple) else column).tobytes()
        return list(map(_Texts(self._float).__getitem__, memoryview(data).cast("q")))

    def _float(self, number: float) -> str:
        raise NotImplementedError


def _integers(column: Sequence[int]) -> Sequence[str]:
    return list(map(str, column))


class _Texts(dict[int, str]):
    """The texts of numbers by their bits: the text of equal numbers is made once, and -0.0 is not 0.0."""

    def __init__(self, written: Callable[[float], str]) -> None:
        self._written = written

    def __missing__(self, bits: int) -> str:
        (number,) = struct.unpack("d", struct.pack("q", bits))
        text = self[bits] = self._written(number)
        return text


class Csv(TableText):
    """CSV. A cell has quotes if it is empty, or contains a quote, the separator or the end of a line.

    Rows end with a line feed alone, because sort and awk would read a carriage return as a part of the last column.
    """

    separator: ClassVar[str] = ","
    missing = ""

    def __init__(self, columns: Columns) -> None:
        super().__init__(columns)
        self._special = re.compile(f'["\r\n{self.separator}]').search

    def head(self) -> str:
        """The names of the columns."""
        return f"{self.separator.join(self._strings(self._names))}\n"

    def _joined(self, cells: Sequence[Sequence[str]]) -> Iterator[str]:
        return map(self.separator.join, zip(*cells, strict=True))

    def _strings(self, column: Sequence[str]) -> Sequence[str]:
        # Not the module csv: before Python 3.13, it writes a carriage return without quotes.
        special = self._special
        if all(column) and not special("".join(column)):
            return column
        return [text if text and not special(text) else _quoted(text) for text in column]

    def _float(self, number: float) -> str:
        return self.missing if math.isnan(number) else repr(number)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


class Tsv(Csv):
    """CSV with a tab between the cells."""

    separator = "\t"


class JsonLines(TableText):
    """A JSON object for each row, on its own line."""

    missing = "null"

    def __init__(self, columns: Columns) -> None:
        super().__init__(columns)
        self._starts = [f"{', ' if place else '{'}{json_text(name)}: " for place, name in enumerate(self._names)]

    def _joined(self, cells: Sequence[Sequence[str]]) -> Iterator[str]:
        parts = [part for start, column in zip(self._starts, cells, strict=True) for part in (repeat(start), column)]
        return map("".join, zip(*parts, repeat("}"), strict=False))

    def _strings(self, column: Sequence[str]) -> Sequence[str]:
        return list(map(encode_basestring if "".join(column).isprintable() else json_text, column))

    def _float(self, number: float) -> str:
        return repr(number) if math.isfinite(number) else self.missing


class Json(JsonLines):
    """One JSON array, with an object for each row."""

    def __init__(self, columns: Columns) -> None:
        super().__init__(columns)
        self._before = "[\n"

    def rows(self, batch: Batch) -> str:
        """The text of some rows."""
        text = ",\n".join(self._each(batch))
        if not text:
            return ""
        before, self._before = self._before, ",\n"
        return before + text

    def tail(self) -> str:
        """The end of the array."""
        return "[]\n" if self._before == "[\n" else "\n]\n"


def json_text(value: object, *, indent: int | None = None) -> str:
    r"""A value as JSON. Only characters that cannot be printed become escapes.

    >>> print(json_text("caf\u00e9 \x9b0m"))
    "café \u009b0m"
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if text.isprintable():
        return text
    # All such characters are in strings, except the line feeds of the indentation.
    return "".join(c if c.isprintable() or c in JOINERS or c == "\n" else json.dumps(c)[1:-1] for c in text)


# ---- Files ----


@contextmanager
def _text(written: TableText, file: BinaryIO) -> Iterator[Add]:
    file.write(written.head().encode())

    def add(batch: Batch) -> None:
        file.write(written.rows(batch).encode())

    yield add
    file.write(written.tail().encode())


@contextmanager
def _parquet(columns: Columns, file: BinaryIO) -> Iterator[Add]:
    import pyarrow as pa
    from pyarrow import parquet

    types = {str: pa.string(), int: pa.uint64(), Signed: pa.int64(), float: pa.float64()}
    schema = pa.schema([(name, types[kind]) for name, kind in columns.items()])
    writer = parquet.ParquetWriter(file, schema, compression="zstd")

    def add(batch: Batch) -> None:
        arrays = [pa.array(column, field.type, from_pandas=True) for field, column in zip(schema, batch, strict=True)]
        writer.write_batch(pa.record_batch(arrays, schema=schema))

    try:
        yield add
    except BaseException:
        # It writes the end of the file, which a full disk refuses again.
        with suppress(OSError, ValueError):
            writer.close()
        raise
    writer.close()


FORMATS: dict[str, Callable[[Columns, BinaryIO], AbstractContextManager[Add]]] = {
    ".parquet": _parquet,
    ".csv": lambda columns, file: _text(Csv(columns), file),
    ".tsv": lambda columns, file: _text(Tsv(columns), file),
    ".json": lambda columns, file: _text(Json(columns), file),
    ".jsonl": lambda columns, file: _text(JsonLines(columns), file),
}
"""The ends of file names, and how a file with such a name is written."""


def ending(path: str) -> str:
    """The end of a file name, in lower case: ``.csv``; empty without a dot."""
    return os.path.splitext(path)[1].lower()


@contextmanager
def saved(path: str, columns: Columns) -> Iterator[Add]:
    """Write a table to a file, in the format that the end of its name says. Yields the function that writes rows.

    The file appears, or replaces the file of this name, only if there was no error.
    """
    with ExitStack() as stack:
        with writing(path):
            file = stack.enter_context(replaced(path))
            add = stack.enter_context(FORMATS[ending(path)](columns, file))

        def checked(batch: Batch) -> None:
            with writing(path):
                add(batch)

        yield checked
        with writing(path):
            stack.close()
