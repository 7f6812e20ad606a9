"""Columns of text from anything that speaks Arrow: pyarrow, polars, pandas, DuckDB, nanoarrow.

A producer has the method `__arrow_c_stream__` or `__arrow_c_array__`. It returns capsules, which own structures of the
Arrow C data interface; the core reads the text where it is. Python calls the producer, so no lock is held while the
producer runs. The structures stay in their capsules: a capsule releases what was not released, even after a signal.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Generator, Iterator

from text_processor._native.capsules import pointer_function
from text_processor._native.checkpoint import checkpoint
from text_processor._native.core import Core, ffi
from text_processor._native.encoding import shortened
from text_processor._native.missing import MISSING
from text_processor._native.owned import owned_structure
from text_processor.exceptions import (
    InvalidColumnError,
    InvalidDocumentError,
    InvalidDocumentTypeError,
    MissingDocumentError,
    OutOfMemoryError,
)

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import Missing

BLOCK_BYTES = 1 << 20
"""The approximate length of the rows of one native call."""

BLOCK_ROWS = 1 << 14
"""The most rows of such a call: rows may be short, or empty."""

TEXT_FORMATS = frozenset((b"u", b"U", b"vu", b"z", b"Z", b"vz", b"n"))
"""The Arrow formats of text."""

BINARY_FORMATS = frozenset((b"z", b"Z", b"vz"))
"""Those of them that are bytes."""

OBJECTS = b"w:8"
"""The Arrow format of a column of the type Object of polars: addresses of Python objects."""

TABLE = b"+s"
"""The Arrow format of a table."""


class Block:
    """Some rows of a column, for one native call."""

    __slots__ = ("before", "count", "first", "pointer")

    def __init__(self, pointer: Any, before: int, first: int, count: int) -> None:
        self.pointer: Any = pointer
        """A tp_column."""
        self.before: int = before
        """The number of rows of the column before its array: the core counts rows from the start of the array."""
        self.first: int = first
        """The number of the first row in the array."""
        self.count: int = count
        """The number of rows."""


class Column:
    """A column of text of a producer, which hands over its arrays one by one. It can be read once."""

    __slots__ = ("_arrays", "_format", "_name", "_schema")

    def __init__(self, producer: Producer, name: str | None = None, arrays: Generator[Any] | None = None) -> None:
        """Read a producer whose arrays are the column, or are tables with a column of this name; or some of them."""
        self._schema = producer.schema
        self._format = producer.format
        self._arrays = producer.arrays() if arrays is None else arrays
        self._name = None if name is None else ffi.new("char[]", name.encode("utf-8", "surrogatepass"))

    @property
    def is_binary(self) -> bool:
        """Whether the rows are bytes."""
        return self._format in BINARY_FORMATS

    def blocks(
        self,
        core: Core,
        missing: int,
        *,
        length: int = BLOCK_BYTES,
        most: int = BLOCK_ROWS,
        one_by_one: Callable[[], bool] = bool,
    ) -> Iterator[Block]:
        """The rows, in blocks of a limited length, with a checkpoint before each block.

        Args:
            core: The core that checks the arrays.
            missing: A value of tp_blank, for the core.
            length: The approximate length of a block in bytes.
            most: The most rows of a block.
            one_by_one: Whether the next block must have only one row.

        Raises:
            InvalidColumnError: The producer failed, or an array is not valid. The rows before were yielded.
        """
        shape = ffi.new("uint64_t[2]")
        before = 0
        for array in self._arrays:
            column = ffi.new("tp_column *", {"struct_size": ffi.sizeof("tp_column"), "missing": missing})
            column.schema, column.array = self._schema, array
            if self._name is not None:
                column.name, column.name_length = self._name, len(self._name) - 1
            check_column(core, core._lib.tp_column_shape(column, shape, shape + 1, ffi.NULL), before)
            rows, total = shape
            step = min(most, 1 + rows * length // max(total, 1))
            first = 0
            while first < rows:
                checkpoint()
                count = 1 if one_by_one() else min(step, rows - first)
                column.first, column.count = first, count
                yield Block(column, before, first, count)
                first += count
            before += rows

    def __enter__(self) -> Column:
        return self

    def __exit__(self, *_: object) -> None:
        self._arrays.close()


def tp_blank(core: Core, missing: Missing) -> int:
    """The value of tp_blank for a value of `missing`."""
    lib = core._lib
    value: int = (lib.TP_BLANK_REFUSE, lib.TP_BLANK_SKIP, lib.TP_BLANK_KEEP)[MISSING.index(missing)]
    return value


def check_column(core: Core, status: int, before: int) -> None:
    """Raise the exception of a status of a function that reads a column. `before` rows come before its array."""
    if status == core._lib.TP_ERROR_INVALID_ARGUMENT:
        raise invalid_column(core, before)
    core._check(status)


def invalid_column(core: Core, before: int) -> InvalidColumnError:
    """The exception of the last error of the core about an array. `before` rows come before it."""
    row = core._lib.tp_last_error_document()
    place = f"row {before + row}: " if row >= 0 else ""
    return InvalidColumnError(place + ffi.string(core._lib.tp_last_error_message()).decode("utf-8", "replace"))


def located(error: InvalidDocumentError, block: Block, cure: str) -> InvalidDocumentError:
    """An error of the core about a row of a block, with the number of the row in the column.

    Args:
        error: The error, with the number of the row in the array.
        block: The block that was read.
        cure: The end of a message: what to do about missing values.
    """
    row = block.before + (error.document or 0)
    if isinstance(error, MissingDocumentError):
        return MissingDocumentError(f"None is not a text; {cure}", document=row)
    error.document = row
    return error


def null_rows(core: Core, block: Block) -> list[int]:
    """The numbers of the nulls of a block in the column. Halves the block until all or none of a part are null."""
    part = ffi.new("tp_column *", block.pointer[0])
    nulls = ffi.new("uint64_t *")
    found: list[int] = []
    parts = [(block.first, block.count)]
    while parts:
        part.first, part.count = first, count = parts.pop()
        check_column(core, core._lib.tp_column_shape(part, ffi.NULL, ffi.NULL, nulls), block.before)
        if nulls[0] == count:
            found.extend(range(block.before + first, block.before + first + count))
        elif nulls[0]:
            half = count // 2
            parts += [(first + half, count - half), (first, half)]
    return found


class Producer:
    """The stream of a producer, or its array."""

    __slots__ = ("_array", "_capsules", "_kind", "_stream", "schema")

    def __init__(self, source: Any, pointer_of: Callable[[Any, bytes], int | None]) -> None:
        def structure(capsule: Any, name: str, kind: str) -> Any:
            try:
                found = ffi.cast(f"{kind} *", pointer_of(capsule, name.encode()))
            except ValueError:
                shown = type(capsule).__name__
                raise InvalidColumnError(
                    f"a {self._kind} does not follow the Arrow PyCapsule interface: it gave a {shown} in place of a "
                    f"capsule with the name {name!r}"
                ) from None
            self._check_not_released(found)
            return found

        self._kind = type(source).__name__
        self._array: Any = None
        self._stream: Any = None
        if hasattr(type(source), "__arrow_c_stream__"):
            self._capsules = source.__arrow_c_stream__()
            self._stream = structure(self._capsules, "arrow_array_stream", "struct ArrowArrayStream")
            self.schema: Any = owned_structure(
                ffi.new("struct ArrowSchema *"), lambda schema: self._get("schema", schema)
            )
        else:
            self._capsules = source.__arrow_c_array__()
            if not isinstance(self._capsules, tuple | list) or len(self._capsules) != 2:
                raise InvalidColumnError(
                    f"a {self._kind} does not follow the Arrow PyCapsule interface: it gave a "
                    f"{type(self._capsules).__name__} in place of a pair of capsules"
                )
            schema, array = self._capsules
            self.schema = structure(schema, "arrow_schema", "struct ArrowSchema")
            self._array = structure(array, "arrow_array", "struct ArrowArray")

    def _check_not_released(self, structure: Any) -> None:
        # A call of a member of a released structure would crash.
        if not structure.release:
            raise InvalidColumnError(f"this {self._kind} was read before, and can be read only once: make a new one")

    def _get(self, what: str, structure: Any) -> None:
        stream = self._stream
        self._check_not_released(stream)
        if code := getattr(stream, f"get_{what}")(stream, structure):
            text = stream.get_last_error(stream) if stream.release else ffi.NULL
            message = ffi.string(text).decode("utf-8", "replace") if text else f"it gave no reason, but error {code}"
            exception = OutOfMemoryError if code == errno.ENOMEM else InvalidColumnError
            raise exception(f"a {self._kind} could not give its rows: {message}")

    def arrays(self) -> Generator[Any]:
        """The arrays. Each one is released before the next one; at the end, the producer is released."""
        source = self._stream or self._array
        try:
            if source is self._array:
                self._check_not_released(source)
                yield source
                return
            while True:
                array = owned_structure(ffi.new("struct ArrowArray *"), lambda array: self._get("next", array))
                if not array.release:
                    return
                try:
                    yield array
                finally:
                    ffi.release(array)
        finally:
            # Some producers keep a connection or a file open until then.
            if source.release:
                source.release(source)

    @property
    def format(self) -> bytes:
        """The Arrow format of the arrays; for a dictionary, that of its values."""
        return _format(self.schema)

    def columns(self) -> list[str]:
        """The names of the columns of a table."""
        children = self.schema.children[0 : self.schema.n_children] if self.format == TABLE else []
        return [ffi.string(child.name).decode("utf-8", "replace") if child.name else "" for child in children]


def column_of(source: Any, entry: str) -> Column | None:
    """An argument as a column of text; None if it is not a producer of Arrow, or not of text.

    Args:
        source: The argument of the caller.
        entry: The name of the function, for messages.

    Raises:
        TypeError: The producer gives a table, or addresses of objects; the message says what to pass instead.
        InvalidColumnError: The producer was read before, or it failed.
    """
    producer = producer_of(source)
    if producer is None:
        return None
    kind = type(source).__name__
    if producer.format == TABLE:
        names = producer.columns()
        chosen = "text" if "text" in names or not names else names[0]
        raise TypeError(
            f"{entry}() takes texts, but a {kind} is a table with the columns {shortened(map(repr, names))}: "
            "pass one of them" + (f", or call add_table(table, text={chosen!r})" if entry == "add_documents" else "")
        )
    if producer.format not in (*TEXT_FORMATS, OBJECTS) and _is_list_like(source):
        return None
    _check_format(producer.format, f"this {kind}")
    return Column(producer)


def member_of(producer: Producer, name: str, arrays: Generator[Any] | None = None) -> Column:
    """The column of a table that has one column with this name; `arrays` are those to read, by default all.

    Raises:
        InvalidDocumentTypeError: The column is not one of texts.
    """
    _check_format(_format(producer.schema.children[producer.columns().index(name)]), f"the column {name!r}")
    return Column(producer, name, arrays)


def rows_with_words(core: Core, block: Block) -> list[int]:
    """The numbers of the rows of a block in its array that are not null and not blank."""
    rows = ffi.new("struct ArrowArray *")
    query = core._lib.tp_column_rows_with_words
    rows = owned_structure(rows, lambda out: check_column(core, query(block.pointer, out), block.before))
    return ffi.unpack(ffi.cast("uint64_t *", rows.buffers[1]) + rows.offset, rows.length) if rows.length else []


def _check_format(found: bytes, what: str) -> None:
    if found == OBJECTS:
        raise InvalidDocumentTypeError(
            f"the rows of {what} are Python objects, not texts: make a list of them, e.g. with its to_list()"
        )
    if found not in TEXT_FORMATS:
        shown = found.decode("utf-8", "replace")
        raise InvalidDocumentTypeError(f"the rows of {what} have the Arrow format {shown!r}, which is not text")


def _format(schema: Any) -> bytes:
    """The Arrow format of a schema; for a dictionary, that of its values."""
    schema = schema.dictionary or schema
    return ffi.string(schema.format) if schema.format else b""


def producer_of(source: Any) -> Producer | None:
    """The Arrow stream or array of an object; None if it speaks no Arrow, or its rows are Python objects."""
    kind = type(source)
    if not (hasattr(kind, "__arrow_c_stream__") or hasattr(kind, "__arrow_c_array__")):
        return None
    # A Series of pandas with objects of Python: a list of them is as fast, and its rows may have several types.
    if getattr(getattr(source, "dtype", None), "hasobject", False) or (pointer_of := pointer_function()) is None:
        return None
    try:
        return Producer(source, pointer_of)
    except InvalidColumnError:
        raise
    except Exception:
        # pandas needs pyarrow for Arrow, and Arrow has no type for some columns.
        if _is_list_like(source):
            return None
        raise


def _is_list_like(source: Any) -> bool:
    """Whether an object can be read as a list too, any number of times."""
    return hasattr(type(source), "__len__") and hasattr(type(source), "__getitem__")
