"""Reads a file, or a member of an archive, as text, as lines, or as rows of a column."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing

from text_processor._files import tables
from text_processor._files.decoding import DecodedText
from text_processor._files.error_places import at, at_line, at_row, behind_mark
from text_processor._files.leaves import Leaf, leaves
from text_processor._files.lines import line_blocks
from text_processor._files.read_ahead import read_ahead
from text_processor._files.reading import Reading
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import File

NOT_UTF8 = "the text is not valid UTF-8: wrong byte at offset {}"
"""The message of the core for such a text."""


def decoded(leaf: Leaf) -> DecodedText:
    """The text of a leaf.

    Raises:
        InvalidDocumentError: The file is not text, or has a table although `column` or the format say otherwise.
    """
    with at(leaf.name):
        if leaf.format == "text" and leaf.reading.column is not None:
            raise InvalidDocumentError(
                "the format of the file is text, which has no columns: leave out column=, or pass the format of a "
                "table, such as format='csv'"
            )
        if leaf.format == "text" and leaf.reading.others:
            column = next(iter(leaf.reading.others.values()))
            raise InvalidDocumentError(
                f"the format of the file is text, which has no column {column!r}: pass the format of a table, such as "
                "format='csv'"
            )
        leaf.stream.limit(leaf.limit)
        return DecodedText(leaf.stream, leaf.reading.encoding, leaf.reading.errors)


def raw_blocks(leaf: Leaf, text: DecodedText) -> Generator[tuple[int, bytes, int], None, None]:
    """The lines of a leaf in blocks, whose UTF-8 is not checked.

    Yields the number of the first line, the block, and the position in the file.
    """
    line = 1

    def made() -> Iterator[tuple[bytes, int]]:
        for block in line_blocks(text.pieces()):
            yield block, leaf.position()

    with read_ahead(made(), uses_thread=leaf.is_ahead) as found:
        while True:
            try:
                block, position = next(found)
            except StopIteration:
                return
            except InvalidDocumentError as error:
                at_line(error, line, text.mark)
                error.path = leaf.name
                raise
            yield line, block, position
            line += block.count(b"\n")


def blocks(leaf: Leaf) -> Generator[tuple[int, bytes], None, None]:
    """The lines of a leaf in UTF-8: blocks as `line_blocks` yields them, each with the number of its first line.

    Raises:
        InvalidDocumentError: As in `TextAnalyzer.add_file`; the lines before the wrong one were yielded.
        OSError: The file cannot be read.
    """
    text = decoded(leaf)
    with closing(raw_blocks(leaf, text)) as found:
        for line, block, _ in found:
            wrong = _wrong_byte(block)
            if wrong is None:
                yield line, block
                continue
            valid = block.rfind(b"\n", 0, wrong) + 1
            if valid:
                yield line, block[:valid]
            error = InvalidDocumentError(NOT_UTF8.format(wrong - valid), wrong - valid, document=0)
            at_line(error, line + block.count(b"\n", 0, valid), text.mark)
            error.path = leaf.name
            raise error


def text(leaf: Leaf) -> bytes:
    """The complete text of a leaf, in UTF-8.

    Raises:
        InvalidDocumentError: As in `TextAnalyzer.add_file`, except for a blank file, which is valid here.
        OSError: The file cannot be read.
    """
    found = decoded(leaf)
    with at(leaf.name):
        try:
            data = b"".join(found.pieces())
            if (wrong := _wrong_byte(data)) is not None:
                raise InvalidDocumentError(NOT_UTF8.format(wrong), wrong)
        except InvalidDocumentError as error:
            behind_mark(error, found.mark)
            raise
    return data


def raw_rows(leaf: Leaf) -> Generator[tuple[int, Any, int], None, None]:
    """The rows of the column of a leaf, in batches.

    Yields the number of the first row, the texts and missing values, and the position in the file.

    Raises:
        InvalidDocumentError: The table is damaged; the rows before the damaged one were yielded.
    """
    with at(leaf.name):
        if leaf.reading.lines:
            raise InvalidDocumentError(
                f"lines=True is for text, and the format of the file is {leaf.format}, whose rows are documents: leave "
                "out lines, or pass format='text' to read its lines"
            )
        row = 0
        with read_ahead(tables.batches(leaf), uses_thread=leaf.is_ahead) as found:
            while True:
                try:
                    batch, position = next(found)
                except StopIteration:
                    return
                except InvalidDocumentError as error:
                    at_row(error)
                    raise
                yield row, batch, position
                row += len(batch)


def rows(leaf: Leaf) -> Generator[tuple[int, list[str | bytes | None]], None, None]:
    """The rows of the column of a leaf: batches of texts and missing values, each with the number of its first row."""
    with closing(raw_rows(leaf)) as found:
        for row, batch, _ in found:
            yield row, tables.listed(batch)


def text_of(file: File, *, encoding: str = "utf-8", errors: str = "strict") -> bytes:
    """The complete text of a file, in UTF-8; see `text`."""
    reading = Reading(format="text", encoding=encoding, errors=errors)
    with closing(leaves(file, reading)) as found:
        return text(_only(found))


def numbered_blocks(file: File, *, encoding: str = "utf-8", errors: str = "strict") -> Iterator[tuple[int, bytes]]:
    """The lines of a file; see `blocks`."""
    reading = Reading(format="text", encoding=encoding, errors=errors)
    with closing(leaves(file, reading)) as found, closing(blocks(_only(found))) as parts:
        yield from parts


def _only(found: Iterator[Leaf]) -> Leaf:
    """The leaf of a file that is not an archive."""
    leaf = next(found)
    if leaf.archive is not None:
        raise InvalidDocumentError("the file is an archive: extract its text first", path=leaf.archive)
    return leaf


def _wrong_byte(data: bytes) -> int | None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None
