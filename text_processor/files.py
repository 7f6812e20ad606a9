"""Reading documents from files."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext

from text_processor.callbacks import is_from_callback
from text_processor.documents import utf8
from text_processor.exceptions import InvalidDocumentError
from text_processor.handle import Draft, Handle

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from text_processor.types import File, Missing

Step = Callable[[int, int], None]
"""Takes the number of documents that were added in a step, and its length in bytes."""

PIECE = 4 << 20
"""Bytes that are read at once."""

ROOM = 1 << 20
"""Bytes that are read straight into a document at once: little enough to be checked while they are in the cache."""

MOST_ROOM = 1 << 30
"""Bytes of memory that are asked for before a file is read."""


def opened(file: File) -> AbstractContextManager[BinaryIO]:
    """The file, open for reading bytes; one that was open already stays open afterwards."""
    if isinstance(file, str | os.PathLike):
        return open(file, "rb")
    if not hasattr(file, "read"):
        raise TypeError(f"a file is a path or a file that is open for reading bytes, not {type(file).__name__}")
    return nullcontext(file)


def name(file: File) -> str:
    """What to call a file in messages."""
    return os.fspath(file) if isinstance(file, str | os.PathLike) else str(getattr(file, "name", file))


def size(file: File) -> int:
    """The size of a file in bytes, 0 where nobody knows."""
    try:
        return os.stat(file if isinstance(file, str | os.PathLike) else file.fileno()).st_size
    except (OSError, AttributeError, ValueError):
        return 0


def add(
    handle: Handle, file: File, step: Step, *, lines: bool, encoding: str, errors: str, missing: Missing | None = None
) -> None:
    """Adds a file, and tells of each step.

    No generator, out of which a callback could not raise StopIteration.
    """
    line = 1
    blank = handle.blank(missing or ("skip" if lines else "raise"))
    try:
        with opened(file) as content:
            if not lines:
                _add_whole(handle, content, step, encoding, errors, blank, is_own=content is not file)
                return
            # A line that is not text is found by the core, which knows its number.
            for block in line_blocks(_pieces(content, encoding, errors)):
                step(handle.add_lines(block, blank), len(block))
                line += block.count(b"\n")
    except InvalidDocumentError as error:
        if is_from_callback(error, step):
            raise
        error.path = name(file)
        if lines:
            if error.document is None:
                # Found by the decoder, which counts from the beginning of the file and not of the line.
                error.offset = None
            error.line, error.document = line + (error.document or 0), None
        raise


def _add_whole(
    handle: Handle, file: BinaryIO, step: Step, encoding: str, errors: str, blank: int, *, is_own: bool
) -> None:
    # What a file says of its size need not be true. One byte more, to see that it ends there.
    expected = min(size(file), MOST_ROOM) + 1
    draft = Draft(handle, expected)
    if _is_utf8(encoding, errors) and is_own:
        # Somebody else's file might write to the memory it is given later, too.
        read, readinto = 0, file.readinto  # type: ignore[attr-defined]  # as all files that open() gives
        while length := draft.read(readinto, min(ROOM, expected - read) if read < expected else ROOM):
            read += length
            step(0, length)
    else:
        for piece in _pieces(file, encoding, errors):
            draft.append(piece)
            step(0, len(piece))
    step(draft.add(blank), 0)


def line_blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cuts text into blocks of whole lines, each line ended by a line feed but perhaps the last one.

    Lines end as in a file opened as text: with a line feed, a carriage return, or both.
    """
    rest: list[bytes] = []
    for piece in _with_line_feeds(pieces):
        lines, feed, behind = piece.rpartition(b"\n")
        if feed:
            yield b"".join([*rest, lines, feed])
            rest.clear()
        rest.append(behind)
    if last := b"".join(rest):
        yield last


def _with_line_feeds(pieces: Iterable[bytes]) -> Iterator[bytes]:
    pending = b""
    for piece in pieces:
        whole = pending + piece
        # Whether a carriage return at the end is half a line end is for the next piece to tell.
        pending = b"\r" if whole.endswith(b"\r") else b""
        yield _line_feeds(whole[: len(whole) - len(pending)])
    yield _line_feeds(pending)


def _line_feeds(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text


def _is_utf8(encoding: str, errors: str) -> bool:
    # As open() does: what is no encoding of text is a LookupError.
    " ".encode(encoding)
    return errors == "strict" and codecs.lookup(encoding).name == "utf-8"


def _pieces(file: BinaryIO, encoding: str, errors: str) -> Iterator[bytes]:
    """A file in UTF-8, some megabytes at a time; characters may lie across pieces, and UTF-8 is passed on unchecked."""
    if _is_utf8(encoding, errors):
        while piece := _read(file):
            yield piece
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    read = 0
    while True:
        piece = _read(file)
        read += len(piece)
        before = decoder.getstate()
        try:
            text = decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            # What stands before it is text; of the piece before, the decoder may have kept half a character.
            wrong = len(error.object) - error.start
            decoder.setstate(before)
            yield decoder.decode(piece[: max(0, len(piece) - wrong)]).encode()
            raise InvalidDocumentError(
                f"the text is not valid {error.encoding}: {error.reason} at offset {read - wrong} of the file",
                offset=read - wrong,
            ) from None
        except UnicodeError as error:
            raise InvalidDocumentError(f"the text cannot be read as {encoding}: {error}") from None
        try:
            yield text.encode()
        except UnicodeEncodeError as error:
            yield text[: error.start].encode()
            raise InvalidDocumentError(
                f"errors={errors!r} makes characters of it that are not text: {error.reason}"
            ) from None
        if not piece:
            return


def _read(file: BinaryIO) -> bytes:
    piece: object = file.read(PIECE)
    if not issubclass(type(piece), bytes):
        raise TypeError(f"the file must be open for reading bytes, not {type(piece).__name__}: use mode 'rb'")
    return utf8(piece)
