"""Says in an error where in a file it occurred."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    _T = TypeVar("_T")


@contextmanager
def at(name: str) -> Iterator[None]:
    """Add the name of a file to an `InvalidDocumentError` without a name."""
    try:
        yield
    except InvalidDocumentError as error:
        if error.path is None:
            error.path = name
        raise


def at_line(error: InvalidDocumentError, line: int, mark: int) -> None:
    """Add the number of a line to an error.

    Args:
        error: The error. Its `document` is the number of lines between `line` and the wrong line.
        line: The number of a line.
        mark: The length of the mark at the beginning of the file.
    """
    if line + (error.document or 0) == 1:
        behind_mark(error, mark)
    if error.document is None:
        # This offset is from the beginning of the file, and the caller expects one from that of the line.
        error.offset = None
    error.line, error.document = line + (error.document or 0), None


def behind_mark(error: InvalidDocumentError, mark: int) -> None:
    """Make the offset in the text one in the file, where the mark comes before the text."""
    if error.offset is not None:
        offset = error.offset + mark
        error.reason = error.reason.replace(f"offset {error.offset}", f"offset {offset}")
        error.offset = offset


def in_rows(blocks: Iterator[_T], place: Callable[[], tuple[int | None, int | None]]) -> Iterator[_T]:
    """The blocks of a table. An error gets the numbers of the row and of the line that it is in.

    Args:
        blocks: Blocks of complete rows.
        place: Returns the number of the row that follows the blocks before; None if the names of the columns were not
            read yet. Also returns the number of its line; None if a row may have several lines.
    """
    try:
        yield from blocks
    except InvalidDocumentError as error:
        error.document, error.line = place()
        if error.document is not None:
            # This offset is from the beginning of the file, and the caller expects one from that of the row.
            error.offset = None
        raise


def at_row(error: InvalidDocumentError) -> None:
    """Make the number of a document that of a row of the file."""
    error.row, error.document = error.document, None
