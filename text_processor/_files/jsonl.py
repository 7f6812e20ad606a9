"""Reads a column of JSON lines: each line is an object, and the column is one of its keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from text_processor._files.columns import DEFAULT, arrow, missing_column, utf8_or_text
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


def batches(pieces: Iterable[bytes], column: str | None) -> Iterator[Any]:
    """The values of a key, a block of lines at a time. A missing key is a missing value, as null is.

    Raises an error if the key is in no object of the first block.
    """
    key = DEFAULT if column is None else column
    row = 0
    line = 1

    def at() -> tuple[int, int]:
        return row, line

    for block in in_rows(line_blocks(pieces), at):
        values: Any = _by_arrow(block, key)
        failure = None
        if values is None:
            values, failure = _by_json(block, key, row, line)
        if not row and _are_missing(values) and not any(key in one for one in _objects(block)):
            names = dict.fromkeys(name for one in _objects(block) for name in one)
            raise missing_column(column, list(names))
        if len(values):
            yield values
        if failure is not None:
            raise failure
        row += len(values)
        line += block.count(b"\n")


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
    return table.column(0).combine_chunks()


def _by_json(
    block: bytes, key: str, row: int, line: int
) -> tuple[list[str | bytes | None], InvalidDocumentError | None]:
    """The values of a key before the first wrong line, and the error for that line."""
    values: list[str | bytes | None] = []
    for number, text in enumerate(block.split(b"\n"), line):
        if not text.strip():
            continue
        try:
            value = _object(text).get(key)
            if value is not None and type(value) is not str:
                raise InvalidDocumentTypeError(
                    f"the value of {key!r} must be a string or null, not {_KINDS.get(type(value), 'a number')}"
                )
        except InvalidDocumentError as error:
            error.line, error.document = number, row + len(values)
            return values, error
        values.append(None if value is None else utf8_or_text(value))
    return values, None


_KINDS = {dict: "an object", list: "an array", bool: "true or false"}


def _object(line: bytes) -> dict[str, Any]:
    try:
        # Bytes that are not valid UTF-8 become surrogates.
        # Python limits the length of an int, but not of a float.
        found = json.loads(line.decode("utf-8", "surrogateescape"), parse_int=float)
    except RecursionError:
        raise InvalidDocumentError("the line has too many nested values") from None
    except ValueError as error:
        raise InvalidDocumentError(f"the line is not JSON: {error}") from None
    if type(found) is not dict:
        raise InvalidDocumentError('the line must be an object, such as {"text": "a good day"}')
    return found


def _objects(block: bytes) -> Iterator[dict[str, Any]]:
    """The objects of a block, up to the first wrong line."""
    for line in block.split(b"\n"):
        if line.strip():
            try:
                yield _object(line)
            except InvalidDocumentError:
                return
