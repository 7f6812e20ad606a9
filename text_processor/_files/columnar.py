"""Reads a column of Parquet and of Arrow files, with pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from text_processor._files.arrow import arrow
from text_processor._files.columns import place_of
from text_processor._files.stream import Limit
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from text_processor._files.leaves import Leaf

BATCH_BYTES = 4 << 20
"""The approximate size of a batch of rows."""

MOST_ROWS = 1 << 16
"""The most rows of a batch."""

BUFFER_BYTES = 1 << 20
"""The number of bytes of a column that are read at a time."""


def batches(leaf: Leaf) -> Iterator[tuple[Any, int]]:
    """The values of a column, in arrays of pyarrow, each with the position in the file."""
    pyarrow = arrow("parquet", "ipc")
    if pyarrow is None:
        raise ModuleNotFoundError(
            f"to read {leaf.name}, install pyarrow: pip install 'text_processor[files]'", name="pyarrow"
        )
    column, size = leaf.reading.column, leaf.size
    if leaf.format == "parquet" or leaf.stream.head.startswith(b"ARROW1"):
        # The texts count, not the bytes of the file, except for those that a copy needs.
        leaf.stream.limit(Limit(leaf.reading.max_size)) if size == 0 else None
        with leaf.stream.seekable() as file:
            source = pyarrow.PythonFile(file, mode="r")
            made = _parquet if leaf.format == "parquet" else _arrow_file
            for array, part in made(pyarrow, source, column):
                leaf.limit.count(array.nbytes)
                yield array, int(size * part)
        return
    for array in _arrow_stream(pyarrow, leaf.stream.from_start(), column):
        leaf.limit.count(array.nbytes)
        yield array, leaf.position()


def _parquet(pyarrow: Any, source: Any, column: str | None) -> Iterator[tuple[Any, float]]:
    """The values of a column, and which part of the file was read."""
    with _damage(pyarrow, "the file is not Parquet, is damaged, or was not copied completely"):
        # Pages are read one after another, not all of a row group.
        file = pyarrow.parquet.ParquetFile(
            source, buffer_size=BUFFER_BYTES, pre_buffer=False, page_checksum_verification=True
        )
        metadata, schema = file.metadata, file.schema_arrow
    name = _checked(pyarrow, schema, column).name
    done = 0
    for group in range(metadata.num_row_groups):
        part = metadata.row_group(group)
        size = sum(
            part.column(place).total_uncompressed_size
            for place in range(part.num_columns)
            if part.column(place).path_in_schema == name
        )
        rows = min(max(1, BATCH_BYTES * part.num_rows // max(1, size)), MOST_ROWS)
        with _damage(pyarrow, f"row group {group} is damaged"):
            found = file.iter_batches(rows, row_groups=[group], columns=[name], use_threads=False)
        while True:
            with _damage(pyarrow, f"row group {group} is damaged"):
                batch = next(found, None)
            if batch is None:
                break
            done += batch.num_rows
            yield batch.column(0), done / max(1, metadata.num_rows)


def _arrow_file(pyarrow: Any, source: Any, column: str | None) -> Iterator[tuple[Any, float]]:
    """The values of a column, and which part of the file was read."""
    with _damage(pyarrow, "the file is not Arrow, is damaged, or was not copied completely"):
        schema = pyarrow.ipc.open_file(source).schema
    place = schema.get_field_index(_checked(pyarrow, schema, column).name)
    with _damage(pyarrow, "the file is damaged"):
        file = pyarrow.ipc.open_file(
            source, options=pyarrow.ipc.IpcReadOptions(included_fields=[place], use_threads=False)
        )
        count = file.num_record_batches
    for number in range(count):
        with _damage(pyarrow, f"record batch {number} is damaged"):
            array = file.get_batch(number).column(0)
            array.validate(full=True)
        for part in _parts(array):
            yield part, (number + 1) / count


def _arrow_stream(pyarrow: Any, source: BinaryIO, column: str | None) -> Iterator[Any]:
    """The values of a column of a file in the format of a stream of Arrow."""
    with _damage(pyarrow, "the file is not Arrow, or is damaged"):
        stream = pyarrow.ipc.open_stream(pyarrow.PythonFile(source, mode="r"))
        schema = stream.schema
    place = schema.get_field_index(_checked(pyarrow, schema, column).name)
    number = 0
    while True:
        with _damage(pyarrow, f"record batch {number} is damaged, or the file was not copied completely"):
            try:
                batch = stream.read_next_batch()
            except StopIteration:
                return
            array = batch.column(place)
            array.validate(full=True)
        number += 1
        yield from _parts(array)


def _parts(array: Any) -> Iterator[Any]:
    """An array in parts of a few megabytes, without a copy."""
    rows = min(max(1, BATCH_BYTES * len(array) // max(1, array.nbytes)), MOST_ROWS)
    for start in range(0, len(array), rows):
        yield array.slice(start, rows)


def _checked(pyarrow: Any, schema: Any, column: str | None) -> Any:
    """The column of a schema; raises an error if its values are not texts."""
    field = schema.field(place_of(column, schema.names))
    kind = field.type.storage_type if isinstance(field.type, pyarrow.BaseExtensionType) else field.type
    kind = kind.value_type if pyarrow.types.is_dictionary(kind) else kind
    if str(kind) not in _TEXTS:
        raise InvalidDocumentError(f"the column {field.name!r} has the type {field.type}: pass a column of texts")
    return field


_TEXTS = {"string", "large_string", "string_view", "binary", "large_binary", "binary_view", "null"}


@contextmanager
def _damage(pyarrow: Any, reason: str) -> Iterator[None]:
    """Turn an error of pyarrow into one that says which part of the file is damaged."""
    try:
        yield
    except pyarrow.ArrowException as error:
        raise InvalidDocumentError(f"{reason}: {error}") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise InvalidDocumentError(f"{reason}: {error}") from None
