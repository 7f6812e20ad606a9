"""Reads a column of JSON lines: each line is an object, and the column is one of its keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from text_processor._files.columns import DEFAULT, arrow, missing_column, readable, utf8_or_text, with_others
from text_processor._files.error_places import in_rows
from text_processor._files.lines import line_blocks
from text_processor._files.signatures import MARK
from text_processor.exceptions import InvalidDocumentError, InvalidDocumentTypeError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_TWO_VALUES = re.compile(rb"\}(?:[ \t]*\{|\s*null)")
"""Two objects in one line, or null after an object, if this is not part of a string."""


def batches(pieces: Iterable[bytes], column: str | None, others: Mapping[str, str]) -> Iterator[Any]:
    """The values of a key, a block of lines at a time. A missing key is a missing value, as null is.

    With `others`, yields `Rows`. Raises an error if a key is in no object of the first block.
    """
    keys = [DEFAULT if column is None else column, *others.values()]
    row = 0
    line = 1

    def at() -> tuple[int, int]:
        return row, line

    for block in in_rows(line_blocks(pieces), at):
        # Values of other keys may have any type, and pyarrow would read some texts as dates.
        columns: Any = None if others else _by_arrow(block, keys[0])
        failure = None
        if columns is None:
            columns, failure = _by_json(block, keys, row, line)
        if not row:
            _check_keys(block, keys, columns, column)
        texts, *beside = columns
        if len(texts):
            yield with_others(texts, dict(zip(others, beside, strict=True)))
        if failure is not None:
            raise failure
        row += len(texts)
        line += block.count(b"\n")


def _check_keys(block: bytes, keys: Sequence[str], columns: Sequence[Any], column: str | None) -> None:
    """Raise an error if a key is in no object of a block, which has these columns."""
    for place, (key, values) in enumerate(zip(keys, columns, strict=True)):
        if _are_missing(values) and not any(key in one for one in _objects(block)):
            names = dict.fromkeys(name for one in _objects(block) for name in one)
            raise missing_column(key if place else column, list(names))


def _are_missing(values: Any) -> bool:
    """Whether there are values, and all of them are missing."""
    nulls = values.count(None) if isinstance(values, list) else values.null_count
    return nulls == len(values) > 0


def _by_arrow(block: bytes, key: str) -> Any:
    """The values of a key; None if pyarrow is not installed, or cannot read the block."""
    pyarrow = arrow("json")
    # pyarrow also reads several objects in one line, and drops a byte-order mark at the start of each block. It crashes
    # if null is in place of an object.
    if (
        pyarrow is None
        or not block.strip()
        or block.startswith(MARK)
        or block.lstrip().startswith(b"null")
        or _TWO_VALUES.search(block)
    ):
        return None
    schema = pyarrow.schema([(key, pyarrow.large_string())])
    try:
        table = pyarrow.json.read_json(
            pyarrow.BufferReader(block),
            pyarrow.json.ReadOptions(use_threads=False, block_size=len(block) + 1),
            pyarrow.json.ParseOptions(explicit_schema=schema, unexpected_field_behavior="ignore"),
        )
    except (pyarrow.ArrowException, ValueError, OverflowError):
        return None
    # pyarrow also reads an object with several lines, and it skips blank lines.
    if table.num_rows != block.count(b"\n") + (not block.endswith(b"\n")):
        return None
    return [table.column(0).combine_chunks()]


def _by_json(
    block: bytes, keys: Sequence[str], row: int, line: int
) -> tuple[list[list[Any]], InvalidDocumentError | None]:
    """The values of keys before the first wrong line, and the error for that line. The first key has the texts."""
    key, *others = keys
    columns: list[list[Any]] = [[] for _ in keys]
    for number, text in enumerate(block.split(b"\n"), line):
        if not text.strip():
            continue
        try:
            found = _object(text)
            value = found.get(key)
            if value is not None and type(value) is not str:
                raise InvalidDocumentTypeError(
                    f"the value of {key!r} must be a string or null, not {_KINDS.get(type(value), 'a number')}"
                )
            beside = [_variable(other, found.get(other)) for other in others]
        except InvalidDocumentError as error:
            error.line, error.document = number, row + len(columns[0])
            return columns, error
        for column, one in zip(columns, (None if value is None else utf8_or_text(value), *beside), strict=True):
            column.append(one)
    return columns, None


def _variable(key: str, value: Any) -> Any:
    if type(value) in (dict, list):
        raise InvalidDocumentTypeError(f"the value of {key!r} must be a single value, not {_KINDS[type(value)]}")
    return readable(key, value)


_KINDS = {dict: "an object", list: "an array", bool: "true or false"}


def _object(line: bytes) -> dict[str, Any]:
    try:
        # Bytes that are not valid UTF-8 become surrogates.
        found = json.loads(line.decode("utf-8", "surrogateescape"), parse_int=_integer)
    except RecursionError:
        raise InvalidDocumentError("the line has too many nested values") from None
    except ValueError as error:
        raise InvalidDocumentError(f"the line is not JSON: {error}") from None
    if type(found) is not dict:
        raise InvalidDocumentError('the line must be an object, such as {"text": "a good day"}')
    return found


def _integer(digits: str) -> int | float:
    """An integer; a float if 64 bits are not enough. Python limits the length of an int, but not of a float."""
    if len(digits) <= _MOST_DIGITS and -(1 << 63) <= (number := int(digits)) < 1 << 63:
        return number
    return float(digits)


_MOST_DIGITS = 20
"""The most characters of an integer of 64 bits."""


def _objects(block: bytes) -> Iterator[dict[str, Any]]:
    """The objects of a block, up to the first wrong line."""
    for line in block.split(b"\n"):
        if line.strip():
            try:
                yield _object(line)
            except InvalidDocumentError:
                return
