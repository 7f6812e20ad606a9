"""Tables of the core, and their way to other libraries: the PyCapsule interface of Arrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from text_processor._native.arrow import Column, filled, record_batches, stream
from text_processor._native.capsules import new_capsule
from text_processor._native.columns import check_column
from text_processor._native.core import Core, ffi
from text_processor._native.long_calls import status_of
from text_processor._native.owned import owned, owned_structure
from text_processor._native.strings import string_arrays

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from typing_extensions import Buffer

NO_ROW = (1 << 64) - 1
"""Stands for a row of nulls in `NativeTable.taken`."""


def _checked(core: Core, status: int) -> int:
    """The status of a call. Raises InvalidColumnError if an argument was wrong."""
    check_column(core, status, 0)
    return status


class NativeTable:
    """The owner of a native table, which never changes."""

    __slots__ = ("core", "formats", "names", "pointer", "rows")

    def __init__(self, core: Core, make: Callable[[Any], int]) -> None:
        self._own(core, owned(core, "tp_table", make))

    def _own(self, core: Core, pointer: Any) -> None:
        self.core: Core = core
        self.pointer: Any = pointer
        lib = core._lib
        rows = ffi.new("uint64_t *")
        core._check(lib.tp_table_row_count(self.pointer, rows))
        self.rows: int = rows[0]
        # Without a name, the schema would be released before its children are read.
        schema = owned_structure(
            ffi.new("struct ArrowSchema *"), lambda out: core._check(lib.tp_table_schema(self.pointer, out))
        )
        columns = schema.children[0 : schema.n_children]
        self.names: tuple[str, ...] = tuple(ffi.string(column.name).decode() for column in columns)
        self.formats: tuple[str, ...] = tuple(ffi.string(column.format).decode() for column in columns)

    @classmethod
    def over(cls, core: Core, pointer: Any) -> NativeTable:
        """The table of a handle that frees itself."""
        table = cls.__new__(cls)
        table._own(core, pointer)
        return table

    @classmethod
    def of(cls, core: Core, streams: Sequence[Any], names: Sequence[str] = ()) -> NativeTable:
        """The table of all rows of streams, in memory of the core.

        Args:
            core: The core.
            streams: At least one stream of the core. This function reads all of them.
            names: Other names for the columns; empty for those of the streams.
        """
        kept: list[Any] = []
        listed = ffi.new("struct ArrowArrayStream *[]", list(streams))
        new_names = *string_arrays([name.encode() for name in names], kept), len(names)
        new = core._lib.tp_table_new
        return cls(core, lambda out: status_of(core, new, listed, len(streams), *new_names, out))

    @classmethod
    def of_ipc(cls, core: Core, ipc: bytes) -> NativeTable:
        """The table that `ipc` has written."""
        return cls(core, lambda out: core._lib.tp_table_from_ipc(ipc, len(ipc), out))

    @classmethod
    def of_array(cls, core: Core, schema: Any, array: Any, name: str | None = None) -> NativeTable:
        """A table of a copy of an Arrow array.

        Args:
            core: The core.
            schema: The type of the array.
            array: The array, which the core does not keep.
            name: The name of the column; None for the columns of an array of structures.

        Raises:
            InvalidColumnError: The array is not valid, or has a type that a table of the core does not take.
        """
        key = ffi.NULL if name is None else ffi.new("char[]", name.encode())
        length = 0 if name is None else len(key) - 1
        return cls(core, lambda out: _checked(core, core._lib.tp_table_copy(schema, array, key, length, out)))

    @classmethod
    def concatenated(cls, tables: Sequence[NativeTable]) -> NativeTable:
        """The rows of at least one table, one after the other. A column that a table lacks is null in its rows.

        Raises:
            InvalidColumnError: A column has two types.
        """
        if len(tables) == 1:
            return tables[0]
        core = tables[0].core
        listed = ffi.new("tp_table *[]", [table.pointer for table in tables])
        return cls(core, lambda out: _checked(core, core._lib.tp_table_concat(listed, len(tables), out)))

    @classmethod
    def joined(cls, tables: Sequence[NativeTable]) -> NativeTable:
        """The columns of tables with the same number of rows side by side, over the same memory."""
        if len(tables) == 1:
            return tables[0]
        core = tables[0].core
        listed = ffi.new("tp_table *[]", [table.pointer for table in tables])
        return cls(core, lambda out: core._lib.tp_table_join(listed, len(tables), out))

    def selected(self, names: Sequence[str]) -> NativeTable:
        """Some columns, over the same memory."""
        kept: list[Any] = []
        arrays = *string_arrays([name.encode() for name in names], kept), len(names)
        return NativeTable(self.core, lambda out: self.core._lib.tp_table_select(self.pointer, *arrays, out))

    def part(self, first: int, rows: int) -> NativeTable:
        """Some rows, over the same memory."""
        if first == 0 and rows == self.rows:
            return self
        lib = self.core._lib
        return NativeTable.of(
            self.core, [stream(self.core, lambda out: lib.tp_table_stream(self.pointer, first, rows, out))]
        )

    def renamed(self, names: Sequence[str]) -> NativeTable:
        """All rows with other names of the columns, over the same memory."""
        lib = self.core._lib
        opened = stream(self.core, lambda out: lib.tp_table_stream(self.pointer, 0, self.rows, out))
        return NativeTable.of(self.core, [opened], names)

    def taken(self, rows: Buffer) -> NativeTable:
        """The rows with these numbers, which are of uint64; `NO_ROW` stands for a row of nulls."""
        with ffi.from_buffer("uint64_t[]", rows) as numbers:
            return NativeTable(
                self.core, lambda out: self.core._lib.tp_table_take(self.pointer, numbers, len(numbers), out)
            )

    def values(self, name: str) -> list[Any]:
        """The values of a column, with None for each null."""
        place = self.names.index(name)
        kind = self.formats[place]
        return [value for batch in self.batches(0, self.rows) for value in batch[place].values(kind)]

    def codes(self) -> tuple[Column, NativeTable]:
        """A code for each row, equal for rows with equal values, and the values of each code.

        Raises:
            InvalidColumnError: The type of a column has no equality.
        """
        core, lib = self.core, self.core._lib
        made: list[Column] = []

        def fill(out: Any) -> int:
            made.append(filled(core, lambda codes: _checked(core, lib.tp_table_codes(self.pointer, codes, out))))
            return 0

        values = NativeTable(core, fill)
        return made[0], values

    def rows_with(self, is_wanted: Callable[[Any], bool]) -> Column:
        """The numbers of the rows for whose value in the only column `is_wanted` is true, as a column of uint64."""
        codes, values = self.codes()
        wanted = bytes(map(is_wanted, values.values(self.names[0])))
        with ffi.from_buffer("uint32_t[]", codes.memory("uint32")) as numbers:
            arguments = numbers, len(numbers), wanted, len(wanted)
            return filled(self.core, lambda rows: self.core._lib.tp_rows_of_groups(*arguments, rows))

    def ipc(self, first: int, rows: int) -> bytes:
        """Some rows as a stream of Arrow IPC."""
        lib = self.core._lib
        return filled(self.core, lambda out: lib.tp_table_to_ipc(self.pointer, first, rows, out)).bytes()

    def batches(self, first: int, rows: int) -> Iterator[list[Column]]:
        """Some rows, as record batches."""
        lib = self.core._lib
        opened = stream(self.core, lambda out: lib.tp_table_stream(self.pointer, first, rows, out))
        return record_batches(self.core, opened)

    def stream_capsule(self, first: int, rows: int) -> object:
        """A capsule with a new stream of some rows."""
        lib = self.core._lib
        give = lib.tp_table_stream
        return new_capsule(self.core, "ArrowArrayStream", lib.tp_stream_keep, give, self.pointer, first, rows)

    def schema_capsule(self) -> object:
        """A capsule with the names and types of the columns."""
        lib = self.core._lib
        return new_capsule(self.core, "ArrowSchema", lib.tp_schema_keep, lib.tp_table_schema, self.pointer)
