"""Reads a column of Parquet and of Arrow files, with pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from text_processor._files.columns import arrow, place_of, with_others
from text_processor._files.stream import Limit
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from text_processor._files.leaves import Leaf
    from text_processor._files.reading import Reading

BATCH_BYTES = 4 << 20
"""The approximate size of a batch of rows."""

MOST_ROWS = 1 << 16
"""The most rows of a batch."""

BUFFER_BYTES = 1 << 20
"""The number of bytes of a column that are read at a time."""

LONG_READ = 1 << 24
"""The most bytes that one read of an Arrow file reserves memory for."""

MAGIC = b"ARROW1"
"""The first and the last bytes of an Arrow file."""

MARK = b"\xff\xff\xff\xff"
"""The first bytes of a message since version 0.15 of Arrow. The length of its description follows."""

SHORTEST_SCHEMA = 64
"""A description of columns has more bytes. A smaller number is a place in the description, with which it begins."""

END_OF_STREAM = b"\xff\xff\xff\xff\0\0\0\0"
"""The last bytes of an Arrow stream. The format allows a stream without them, but all libraries write them."""


def batches(leaf: Leaf) -> Iterator[tuple[Any, int]]:
    """The values of a column, in arrays of pyarrow or `Rows` of arrays, each with the position in the file."""
    pyarrow = arrow("parquet", "ipc")
    if pyarrow is None:
        raise ModuleNotFoundError(
            f"{leaf.name} is read with pyarrow, which is not installed: pip install pyarrow", name="pyarrow"
        )
    if leaf.format == "arrow":
        for array in _arrow(pyarrow, _Tail(leaf.stream.from_start()), leaf.reading):
            leaf.limit.count(array.nbytes)
            yield array, leaf.position()
        return
    if not leaf.size:
        # The texts count for the limit, not the bytes of the file; but a copy of the file may be too large as well.
        leaf.stream.limit(Limit(leaf.reading.max_size))
    with leaf.stream.seekable() as file:
        for array, part in _parquet(pyarrow, pyarrow.PythonFile(file, mode="r"), leaf.reading):
            leaf.limit.count(array.nbytes)
            yield array, int(leaf.size * part)


def _parquet(pyarrow: Any, source: Any, reading: Reading) -> Iterator[tuple[Any, float]]:
    """The values of a column, and which part of the file was read."""
    with _damage(pyarrow, "the file is not Parquet, is damaged, or was not copied completely"):
        # Pages are read one after another, not all of a row group.
        file = pyarrow.parquet.ParquetFile(
            source, buffer_size=BUFFER_BYTES, pre_buffer=False, page_checksum_verification=True
        )
        metadata = file.metadata
        name, *others = _names(pyarrow, file.schema_arrow, reading)
    done = 0
    for group in range(metadata.num_row_groups):
        part = metadata.row_group(group)
        # Of all columns: if a file is damaged, a look at the size of one column may end the process.
        size = part.total_byte_size
        rows = min(max(1, BATCH_BYTES * part.num_rows // max(1, size)), MOST_ROWS)
        last = done + part.num_rows
        with _damage(pyarrow, f"row group {group} is damaged"):
            found = file.iter_batches(rows, row_groups=[group], columns=[name, *others], use_threads=False)
        while True:
            with _damage(pyarrow, f"row group {group} is damaged"):
                batch = next(found, None)
            if batch is None:
                break
            done += batch.num_rows
            # Not the first column: if a column `a` has a field `b`, it is read for a column `a.b` too.
            beside = dict(zip(reading.others, map(batch.column, others), strict=True))
            yield with_others(batch.column(name), beside), done / max(1, metadata.num_rows)
        if done != last:
            raise InvalidDocumentError(f"row group {group} is damaged: {last - done} of its rows are missing")
    if done != metadata.num_rows:
        raise InvalidDocumentError(f"the file is damaged: {metadata.num_rows - done} of its rows are missing")


def _arrow(pyarrow: Any, source: _Tail, reading: Reading) -> Iterator[Any]:
    """The values of a column of an Arrow file, or of an Arrow stream.

    After its first bytes, a file is a stream followed by an index. Reading the stream needs no second thread, as
    reading the file would, and no copy of a file that cannot seek.
    """
    with _damage(pyarrow, "the file is not Arrow, or is damaged"):
        has_index = source.starts_with(MAGIC)
        file = pyarrow.PythonFile(source, mode="r")
        stream = pyarrow.ipc.open_stream(file, options=pyarrow.ipc.IpcReadOptions(use_threads=False))
        schema = stream.schema
        place, *others = map(schema.get_field_index, _names(pyarrow, schema, reading))
    number = 0
    while True:
        with _damage(pyarrow, f"record batch {number} is damaged, or the file was not copied completely"):
            try:
                batch = stream.read_next_batch()
            except StopIteration:
                break
            array, *beside = map(batch.column, (place, *others))
            for column in (array, *beside):
                column.validate(full=True)
        number += 1
        yield from _parts(with_others(array, dict(zip(reading.others, beside, strict=True))))
    rest = source.rest()
    if not (rest.endswith(MAGIC) if has_index else source.last == END_OF_STREAM):
        raise InvalidDocumentError("the file was not copied completely: its end is missing")
    if has_index:
        with _damage(pyarrow, "the index of the file is damaged"):
            listed = pyarrow.ipc.open_file(MAGIC + b"\0\0" + rest).num_record_batches
        if number != listed:
            raise InvalidDocumentError(f"the file is damaged: it has {number} record batches, and its index {listed}")


class _Tail:
    """A file that knows its last bytes. pyarrow takes the end of the file for the end of its stream."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._pending = b""
        self.last = b""
        """The last 8 bytes that were read."""

    def starts_with(self, magic: bytes) -> bool:
        """Whether the file starts with these bytes and two zero bytes. If it does, they are not read again."""
        self._pending = self._file.read(len(magic) + 2)
        if self._pending != magic + b"\0\0":
            return False
        self._pending = self._marked_schema()
        return True

    def _marked_schema(self) -> bytes:
        """The first bytes after those of an Arrow file: polars writes the first message without its mark and length."""
        head = self._file.read(4)
        if int.from_bytes(head, "little") >= SHORTEST_SCHEMA:
            return head
        while (length := _place_of_mark(head)) < 0 and len(head) < LONG_READ:
            piece = self._file.read(BUFFER_BYTES)
            if not piece:
                return head
            head += piece
        return MARK + length.to_bytes(4, "little") + head if length >= 0 else head

    def read(self, length: int) -> bytes | bytearray:
        """The next bytes."""
        data: bytes | bytearray
        data, self._pending = self._pending[:length], self._pending[length:]
        if length > LONG_READ:
            data = bytearray(data)
        # A damaged length may be longer than the file: a single read would reserve memory for all of it.
        while (rest := length - len(data)) and (piece := self._file.read(min(rest, LONG_READ))):
            data += piece
        self.last = (self.last + data[-8:])[-8:]
        return data

    def rest(self) -> bytes:
        """The bytes that were not read, at most as many as the index of a file may have."""
        rest = b""
        while piece := self.read(BUFFER_BYTES):
            rest = (rest + piece)[-LONG_READ:]
        return rest


def _place_of_mark(data: bytes) -> int:
    """The place of the first message with a mark, or -1. Messages begin at multiples of 8 bytes."""
    place = data.find(MARK)
    while place % 8 and place >= 0:
        place = data.find(MARK, place + 1)
    return place


def _parts(array: Any) -> Iterator[Any]:
    """An array, or `Rows`, in parts of a few megabytes, without a copy."""
    rows = min(max(1, BATCH_BYTES * len(array) // max(1, array.nbytes)), MOST_ROWS)
    for start in range(0, len(array), rows):
        yield array.slice(start, rows)


def _names(pyarrow: Any, schema: Any, reading: Reading) -> list[str]:
    """The names of the column with the texts, and of the other columns. Raises an error if the values are not texts."""
    field = schema.field(place_of(reading.column, schema.names))
    kind = field.type.storage_type if isinstance(field.type, pyarrow.BaseExtensionType) else field.type
    kind = kind.value_type if pyarrow.types.is_dictionary(kind) else kind
    if str(kind) not in _TEXTS:
        raise InvalidDocumentError(f"the column {field.name!r} has the type {field.type}: pass a column of texts")
    others = [schema.field(place_of(other, schema.names)) for other in reading.others.values()]
    for other in others:
        if pyarrow.types.is_nested(other.type):
            kind = f"the column {other.name!r} has the type {other.type}"
            raise InvalidDocumentError(f"{kind}: pass a column of texts, numbers or dates")
    return [field.name, *(other.name for other in others)]


_TEXTS = {"string", "large_string", "string_view", "binary", "large_binary", "binary_view", "null"}


@contextmanager
def _damage(pyarrow: Any, reason: str) -> Iterator[None]:
    """Turn an error of pyarrow into one that says which part of the file is damaged."""
    try:
        yield
    except (pyarrow.ArrowException, UnicodeDecodeError) as error:
        raise InvalidDocumentError(f"{reason}: {error}") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise InvalidDocumentError(f"{reason}: {error}") from None
