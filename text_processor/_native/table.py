"""Tables of the core, and their way to other libraries: the PyCapsule interface of Arrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from text_processor._native.arrow import Column, filled, record_batches, stream
from text_processor._native.capsules import new_capsule
from text_processor._native.core import Core, ffi
from text_processor._native.long_calls import status_of
from text_processor._native.owned import owned, owned_structure
from text_processor._native.strings import string_arrays

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


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
