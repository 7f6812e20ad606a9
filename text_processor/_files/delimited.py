"""Reads a column of CSV or TSV. A record may have several lines, because a quoted field may.

The text is cut into blocks of complete records. pyarrow reads each block if it is installed; if it cannot, the module
csv reads the block, and finds the row with the error.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence

from text_processor._files.columns import arrow, place_of, readable, utf8_or_text, with_others
from text_processor._files.error_places import in_rows
from text_processor._files.signatures import MARK
from text_processor._native.fork import Lock
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_QUOTED = r""""(?:(?:(?<=[{}\r\n]")|(?<=\A"))[^"]*(?:""[^"]*)*("|\Z))?"""
"""A quoted field, whose last quote may be missing at the end; also a quote that is not at the beginning of a field."""

_MOST_QUOTED = 1 << 10
"""The number of quoted fields at the end of a text that are looked at first."""

_limit = Lock(repairs=True)
"""Held while the limit of the module csv for the length of a field is changed."""


def batches(pieces: Iterable[bytes], column: str | None, delimiter: str, others: Mapping[str, str]) -> Iterator[Any]:
    """The values of a column, a block at a time. Raises an error for a row that has another number of fields.

    With `others`, yields `Rows`. All values are texts.
    """
    names: list[str] | None = None
    places: list[int] = []
    done = 0

    def at() -> tuple[int | None, None]:
        return None if names is None else done, None

    for block in in_rows(record_blocks(pieces, delimiter.encode()), at):
        skipped = 0
        if names is None:
            try:
                names = next(_records(block, delimiter), None)
            except csv.Error as error:
                raise InvalidDocumentError(f"the row with the names of the columns cannot be read: {error}") from None
            if names is None:
                continue
            places = [place_of(column, names), *(place_of(other, names) for other in others.values())]
            skipped = 1
        columns: Any = _by_arrow(block, places, len(names), delimiter)
        failure = None
        if columns is None:
            columns, failure = _by_csv(block, places, names, delimiter, done - skipped)
        texts, *beside = [values[skipped:] for values in columns]
        if len(texts):
            yield with_others(texts, dict(zip(others, beside, strict=True)))
        if failure is not None:
            raise failure
        done += len(texts)
    if names is None:
        raise InvalidDocumentError("the file is empty: its first row must have the names of the columns")


def _by_arrow(block: bytes, places: Sequence[int], width: int, delimiter: str) -> Any:
    """The values of columns; None if pyarrow is not installed, or cannot read the block."""
    pyarrow = arrow("csv")
    # pyarrow drops a byte-order mark at the start of each block, where it is text.
    if pyarrow is None or block.startswith(MARK):
        return None
    names = [str(number) for number in range(width)]
    types = dict.fromkeys((names[place] for place in places), pyarrow.large_string())
    try:
        table = pyarrow.csv.read_csv(
            pyarrow.BufferReader(block),
            # One block, because a record must not be longer than a block.
            pyarrow.csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=names),
            pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            pyarrow.csv.ConvertOptions(column_types=types, include_columns=list(types)),
        )
    except (pyarrow.ArrowException, ValueError, OverflowError):
        return None
    return [table.column(names[place]).combine_chunks() for place in places]


def _by_csv(
    block: bytes, places: Sequence[int], names: Sequence[str], delimiter: str, first: int
) -> tuple[list[list[str | bytes]], InvalidDocumentError | None]:
    """The values of columns before the first wrong row, and the error for that row, the first of which is `first`."""
    place, *others = places
    values: list[str | bytes] = []
    beside: list[list[str | bytes]] = [[] for _ in others]
    columns, width = [values, *beside], len(names)
    with _limit.intact():
        before = csv.field_size_limit(sys.maxsize)
        try:
            for row in _records(block, delimiter):
                if len(row) != width:
                    reason = f"the row has {len(row)} fields, and the header has {width}"
                    return columns, InvalidDocumentError(reason, document=first + len(values))
                try:
                    for other, column in zip(others, beside, strict=True):
                        column.append(readable(names[other], row[other]))
                except InvalidDocumentError as error:
                    error.document = first + len(values)
                    return [column[: len(values)] for column in columns], error
                values.append(utf8_or_text(row[place]))
        except csv.Error as error:
            return columns, InvalidDocumentError(f"the row cannot be read: {error}", document=first + len(values))
        finally:
            csv.field_size_limit(before)
    return columns, None


def _records(block: bytes, delimiter: str) -> Iterator[list[str]]:
    # Bytes that are not valid UTF-8 become surrogates.
    text = io.StringIO(block.decode("utf-8", "surrogateescape"), newline="")
    return filter(None, csv.reader(text, delimiter=delimiter))


def record_blocks(pieces: Iterable[bytes], delimiter: bytes) -> Iterator[bytes]:
    """Cut text into blocks of complete records.

    A record ends with a line feed, a carriage return, or both, outside of a quoted field. As in the module csv, a quote
    begins a quoted field only at the beginning of the field.
    """
    quoted = re.compile(_QUOTED.format(delimiter.decode()).encode())
    rest: list[bytes] = []
    length = needed = 0
    failure: InvalidDocumentError | None = None
    try:
        for piece in pieces:
            rest.append(piece)
            length += len(piece)
            if length < needed:
                continue
            data = b"".join(rest)
            end, _ = _last_end(data, quoted, is_last=False)
            if end:
                yield data[:end]
            rest = [data[end:]]
            length -= end
            # A long record is not looked at again after each piece, but each time that its length has doubled.
            needed = 2 * length if not end else 0
    except InvalidDocumentError as error:
        failure = error
    data = b"".join(rest)
    # After an error, the last record may not be complete.
    end, is_open = _last_end(data, quoted, is_last=failure is None)
    if end:
        yield data[:end]
    if failure is not None:
        raise failure
    if is_open:
        raise InvalidDocumentError("the file ends inside of a quoted field: its last quote is missing")


def _last_end(data: bytes, quoted: re.Pattern[bytes], *, is_last: bool) -> tuple[int, bool]:
    """The end of the last complete record, and whether the data end in a quoted field.

    Args:
        data: Text that begins with a record.
        quoted: The pattern of `_QUOTED`.
        is_last: Whether the data end with a record.
    """
    found: Sequence[re.Match[bytes]] = deque(quoted.finditer(data), _MOST_QUOTED)
    last = found[-1] if found else None
    # A quote at the end may be the first of two.
    is_open = last is not None and last[1] is not None and (not last[1] or (last.end() == len(data) and not is_last))
    if is_last and not is_open:
        return len(data), False
    # A line feed may follow a carriage return at the end.
    behind = len(data) if is_open else len(data) - data.endswith(b"\r")
    while True:
        for field in reversed(found):
            if not (field is last and is_open) and (end := _line_end(data, field.end(), behind)):
                return end, is_open
            behind = field.start()
        if len(found) < _MOST_QUOTED:
            return _line_end(data, 0, behind), is_open
        found = list(quoted.finditer(data, 0, behind))


def _line_end(data: bytes, start: int, stop: int) -> int:
    """The end of the last line that ends between two places; 0 if no line ends there."""
    end = max(data.rfind(b"\n", start, stop), data.rfind(b"\r", start, stop)) + 1
    return end and end + (data[end - 1 : end + 1] == b"\r\n")
