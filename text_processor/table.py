"""Results as tables: columns over native memory, which other libraries read without a copy."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator, Sequence
from functools import lru_cache, partial

from text_processor._native.arrow import Column
from text_processor._native.core import Core, default_core
from text_processor._native.table import NativeTable

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, overload

    import pandas as _pandas
    import polars as _polars
    import pyarrow as _pyarrow
    from typing_extensions import Self

    from text_processor._table_text import Ends

__all__ = ["Table"]


def __dir__() -> list[str]:
    return __all__


BATCH_ROWS = 1 << 13
"""The number of rows that become Python objects at a time."""


class Table:
    """A result with rows and named columns, in native memory. It never changes, even if its analyzer changes.

    Other libraries read it by the Arrow PyCapsule interface: `polars.DataFrame(table)`, `pyarrow.table(table)`,
    `pandas.DataFrame.from_arrow(table)`, and DuckDB's ``from table`` for a variable of this name.

    ``len(table)`` is the number of rows. Iterating yields them as named tuples. ``table["count"]`` is a column: a
    read-only NumPy array of numbers, or a list if it has other values or None. ``table[0]`` is a row, and
    ``table[10:20]`` a table of these rows over the same memory. Two tables are equal if they have the same columns and
    rows; NaN is equal to NaN. You can copy and pickle a table.

    >>> from text_processor import TextAnalyzer
    >>> analyzer = TextAnalyzer()
    >>> analyzer.add_documents(["to be or not to be", "that is the question"])
    2
    >>> documents = analyzer.documents()
    >>> documents
    Table(rows=2, columns=['text', 'word_count'])
    >>> print(documents)
    text                  word_count
    to be or not to be             6
    that is the question           4
    >>> documents[-1].word_count
    4
    >>> documents["text"]
    ['to be or not to be', 'that is the question']
    """

    _native: NativeTable
    _first: int
    _rows: int
    _made: list[list[Column]] | None
    """The record batches, from the first use on."""
    _read: dict[str, Any]
    """The columns that were read, by name."""

    def __init__(self, *_: object) -> None:
        raise TypeError(
            f"{type(self).__name__} is a result: a method such as TextAnalyzer.word_counts() or documents() returns it"
        )

    @classmethod
    def _of(cls, core: Core, streams: Sequence[Any], names: Sequence[str] = ()) -> Self:
        """The table of all rows of native streams, optionally with other names of the columns."""
        return cls._over(NativeTable.of(core, streams, names))

    @classmethod
    def _over(cls, native: NativeTable, first: int = 0, rows: int | None = None) -> Self:
        """A table of some rows of a native table; by default of all."""
        table = cls.__new__(cls)
        table._native, table._first = native, first
        table._rows = native.rows if rows is None else rows
        table._made, table._read = None, {}
        return table

    # ---- Columns and rows ----

    @property
    def names(self) -> list[str]:
        """The names of the columns."""
        return list(self._native.names)

    def __len__(self) -> int:
        """The number of rows."""
        return self._rows

    if TYPE_CHECKING:

        @overload
        def __getitem__(self, key: str) -> Any: ...

        @overload
        def __getitem__(self, key: slice) -> Self: ...

        @overload
        def __getitem__(self, key: int) -> Any: ...

    def __getitem__(self, key: str | slice | int) -> Any:
        """A column by its name, a row by its number, or a part of the table."""
        if isinstance(key, str):
            return self._column(key)
        if isinstance(key, slice):
            start, stop, step = key.indices(self._rows)
            if step != 1:
                raise ValueError(f"the step of a slice of a table must be 1, but it is {step}: use to_polars()[{key}]")
            return self._over(self._native, self._first + start, max(stop - start, 0))
        try:
            row = range(self._rows)[key]
        except IndexError:
            raise IndexError(f"there is no row {key}: the table has {self._rows} rows") from None
        except TypeError:
            raise TypeError(
                f"the index of a table must be the name of a column, a row number or a slice, not {type(key).__name__}"
            ) from None
        return next(_rows_of(self._over(self._native, self._first + row, 1)))

    def __iter__(self) -> Iterator[Any]:
        """The rows, as named tuples."""
        return _rows_of(self)

    def rows(self) -> Iterator[Any]:
        """Return an iterator over the rows, as named tuples.

        A column whose name is not an attribute in Python, such as `from` in a concordance, gets the name ``_`` with the
        number of its place, from 0. Use ``table["from"]`` to get the column.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("to be or not to be")
        >>> next(analyzer.ngram_counts(2).rows())
        Row(word_1='to', word_2='be', count=2)
        """
        return _rows_of(self)

    @property
    def _batches(self) -> list[list[Column]]:
        # Not `functools.cached_property`: before Python 3.12 it holds a lock, which a forked child could never take.
        if self._made is None:
            self._made = list(self._native.batches(self._first, self._rows))
        return self._made

    def _column(self, name: str) -> Any:
        """A column as `__getitem__` returns it."""
        if name not in self._read:
            place = self._place(name)
            kind = self._native.formats[place]
            columns = [batch[place] for batch in self._batches]
            if kind in Column.DTYPES and not any(column.has_nulls for column in columns):
                self._read[name] = _joined([column.array(kind) for column in columns], kind)
            else:
                self._read[name] = self._values(name)
        return self._read[name]

    def _values(self, name: str) -> list[Any]:
        """A column as a list, which does not need NumPy."""
        place = self._place(name)
        kind = self._native.formats[place]
        return [value for batch in self._batches for value in batch[place].values(kind)]

    def _place(self, name: str) -> int:
        try:
            return self._native.names.index(name)
        except ValueError:
            raise KeyError(f"there is no column {name!r}: the columns are {self.names}") from None

    # ---- Other libraries ----

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A capsule with a new stream of the rows, over the memory of the table.

        Raises:
            NotImplementedError: This version of Python has no capsules (PyPy).
        """
        return self._native.stream_capsule(self._first, self._rows)

    def __arrow_c_schema__(self) -> object:
        """A capsule with the names and types of the columns.

        Raises:
            NotImplementedError: This version of Python has no capsules (PyPy).
        """
        return self._native.schema_capsule()

    def to_dict(self) -> dict[str, list[Any]]:
        """Return each column as a list, by its name.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("a rose is a rose")
        >>> analyzer.word_counts().to_dict()
        {'word': ['a', 'rose', 'is'], 'count': [2, 2, 1]}
        """
        return {name: self._values(name) for name in self._native.names}

    def to_arrow(self) -> _pyarrow.Table:
        """Return a table of pyarrow over the same memory.

        Raises:
            ModuleNotFoundError: pyarrow is not installed.
        """
        import pyarrow

        return pyarrow.table(self)

    def to_polars(self) -> _polars.DataFrame:
        """Return a DataFrame of polars.

        Raises:
            ModuleNotFoundError: polars is not installed.
        """
        import polars

        return polars.DataFrame(self)

    def to_pandas(self) -> _pandas.DataFrame:
        """Return a DataFrame of pandas. This is faster if pyarrow is installed.

        Raises:
            ModuleNotFoundError: pandas is not installed.
        """
        import pandas

        try:
            return self.to_arrow().to_pandas()
        except ModuleNotFoundError:
            return pandas.DataFrame({name: self[name] for name in self.names})

    # ---- Text ----

    def __repr__(self) -> str:
        return f"{type(self).__name__}(rows={self._rows}, columns={self.names})"

    def __str__(self) -> str:
        """The first and the last rows, with aligned columns."""
        from text_processor._table_text import as_text

        return as_text(self._ends())

    def _ends(self) -> Ends:
        from text_processor._table_text import END_ROWS, Ends

        is_text = [kind not in Column.DTYPES for kind in self._native.formats]
        few = self._rows <= 2 * END_ROWS
        first, last = (self, self[:0]) if few else (self[:END_ROWS], self[-END_ROWS:])
        return Ends(self.names, is_text, self._rows, first.rows(), last.rows())

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """IPython shows the rows."""
        printer.text(repr(self) if cycle else str(self))

    def _repr_html_(self) -> str:
        """Notebooks show the rows."""
        from text_processor._table_text import as_html

        return as_html(self._ends())

    # ---- Copies ----

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Table):
            return NotImplemented
        if self._native.names != other._native.names or self._rows != other._rows:
            return False
        return all(_are_equal(self._values(name), other._values(name)) for name in self._native.names)

    def __copy__(self) -> Self:
        return self[:]

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        # It never changes.
        return self[:]

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuilt, (type(self), self._native.ipc(self._first, self._rows))


def _rebuilt(kind: type[Table], ipc: bytes) -> Table:
    return kind._over(NativeTable.of_ipc(default_core(), ipc))


def _are_equal(values: list[Any], others: list[Any]) -> bool:
    """Whether two columns have the same values. NaN is equal to NaN."""
    return values == others or all(
        value == other or (value != value and other != other) for value, other in zip(values, others, strict=True)
    )


def _joined(arrays: list[Any], kind: str) -> Any:
    """One read-only array of the arrays of all batches: the only array itself, or a copy."""
    import numpy as np

    if len(arrays) == 1:
        return arrays[0]
    joined = np.concatenate([*arrays, np.empty(0, Column.DTYPES[kind])])
    joined.flags.writeable = False
    return joined


# ---- Rows ----


def _made_row_type(names: tuple[str, ...]) -> type[tuple[Any, ...]]:
    """The class of rows with these columns."""

    def reduced(row: tuple[Any, ...]) -> tuple[object, ...]:
        # Pickle cannot find the class by its name.
        return _row, (names, tuple(row))

    named: Any = namedtuple
    return type("Row", (named("Row", names, rename=True),), {"__slots__": (), "__reduce__": reduced})


_row_type = lru_cache(maxsize=64)(_made_row_type)


def _row(names: tuple[str, ...], values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple.__new__(_row_type(names), values)


def _rows_of(table: Table) -> Iterator[Any]:
    """The rows as named tuples, some thousands at a time."""
    kinds = table._native.formats
    # A third of the time of calling the class.
    make = partial(tuple.__new__, _row_type(table._native.names))
    for start in range(0, table._rows, BATCH_ROWS):
        count = min(BATCH_ROWS, table._rows - start)
        for batch in table._native.batches(table._first + start, count):
            columns = [column.values(kind) for column, kind in zip(batch, kinds, strict=True)]
            yield from map(make, zip(*columns, strict=True))
