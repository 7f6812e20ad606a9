"""Reads text from files, without a byte-order mark. A file that is not text raises an error."""

from __future__ import annotations

import codecs
import io
import os
from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import chain

from text_processor._file_kinds import MARK, SAMPLE, guessed, may_tell_more, refuse_other_than_text, zero
from text_processor._lines import line_blocks
from text_processor._native.analyzer import Handle
from text_processor._native.callbacks import is_from_callback
from text_processor._native.draft import Draft
from text_processor._native.encoding import utf8
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from text_processor.typing import File, Missing

Step = Callable[[int, int], None]
"""A function that is called after each step with the number of documents added and of bytes read in this step."""

PIECE_BYTES = 4 << 20
"""The number of bytes to read at a time."""

HEAD_BYTES = 1 << 13
"""The number of bytes to read first, to find out whether a file is text."""

ROOM_BYTES = 1 << 20
"""The number of bytes to read directly into a document at a time: few, so that the cache keeps them for the check."""

CHECK_BYTES = 1 << 16
"""The number of bytes of such a read to check at a time: few, so that they are in the nearest cache."""

MAX_RESERVED_BYTES = 1 << 30
"""The most bytes of memory to reserve before a file is read."""


def opened(file: File) -> AbstractContextManager[BinaryIO]:
    """The file, open for reading bytes. A file that the caller has opened stays open afterwards."""
    if isinstance(file, str | bytes | os.PathLike):
        return open(file, "rb")
    if isinstance(file, int):
        raise TypeError(
            "a file must be a path, or be open for reading bytes; to read a descriptor, pass open(fd, 'rb')"
        )
    if not hasattr(file, "read"):
        raise TypeError(f"a file must be a path, or be open for reading bytes, not {type(file).__name__}")
    return nullcontext(file)


def name(file: File) -> str:
    """The name of a file, as os.fsdecode() returns it."""
    if isinstance(file, str | bytes | os.PathLike):
        return os.fsdecode(file)
    own: object = getattr(file, "name", None)
    if isinstance(own, int):
        return f"<descriptor {own}>"
    return os.fsdecode(own) if isinstance(own, str | bytes) and own else f"<{type(file).__name__}>"


def size(file: File) -> int:
    """The size of a file in bytes; 0 if it is not known."""
    try:
        if isinstance(file, str | bytes | os.PathLike):
            return os.stat(file).st_size
        # A compressed file is shorter than its text: only the size of a raw file counts.
        raw = getattr(file, "raw", file)
        return os.fstat(raw.fileno()).st_size if isinstance(raw, io.FileIO) else 0
    except (OSError, ValueError):
        return 0


def add(
    handle: Handle, file: File, step: Step, *, lines: bool, encoding: str, errors: str, missing: Missing | None = None
) -> None:
    """Add a file, and call `step` after each step.

    This is not a generator, because a callback could not raise StopIteration out of it.
    """
    line = 1
    source = None
    blank = handle.blank(missing or ("skip" if lines else "raise"))
    try:
        with opened(file) as content:
            source = Source(content, encoding, errors, is_own=content is not file)
            if source.mark:
                step(0, source.mark)
            if not lines:
                # A file may report a wrong size. One byte more shows whether it ends there.
                draft = handle.draft(expected := min(size(file), MAX_RESERVED_BYTES) + 1)
                for length in source.append_to(draft, expected):
                    step(0, length)
                step(handle.add_draft(draft, blank), 0)
                return
            # The core finds a line that is not text, because it knows the number of the line.
            for block in line_blocks(source.pieces()):
                step(handle.add_lines(block, blank), len(block))
                line += block.count(b"\n")
    except InvalidDocumentError as error:
        if is_from_callback(error, step):
            raise
        _locate(error, file, source, line if lines else None)
        raise


def text_of(file: File, *, encoding: str = "utf-8", errors: str = "strict") -> bytes:
    """The complete text of a file, in UTF-8.

    Raises:
        InvalidDocumentError: As in `TextAnalyzer.add_file`, except for a blank file, which is valid here.
        OSError: The file cannot be read.
    """
    source = None
    try:
        with opened(file) as content:
            source = Source(content, encoding, errors)
            text = b"".join(source.pieces())
        if (wrong := _wrong_byte(text)) is not None:
            raise _not_utf8(wrong)
    except InvalidDocumentError as error:
        _locate(error, file, source, None)
        raise
    return text


def numbered_blocks(file: File, *, encoding: str = "utf-8", errors: str = "strict") -> Iterator[tuple[int, bytes]]:
    """The lines of a file, in UTF-8: blocks as `line_blocks` yields them, each with the number of its first line.

    Raises:
        InvalidDocumentError: As in `TextAnalyzer.add_file`; the lines before the wrong one were yielded.
        OSError: The file cannot be read.
    """
    line = 1
    source = None
    try:
        with opened(file) as content:
            source = Source(content, encoding, errors)
            for block in line_blocks(source.pieces()):
                wrong = _wrong_byte(block)
                valid = len(block) if wrong is None else block.rfind(b"\n", 0, wrong) + 1
                if valid:
                    yield line, block[:valid]
                line += block.count(b"\n", 0, valid)
                if wrong is not None:
                    raise _not_utf8(wrong - valid, document=0)
    except InvalidDocumentError as error:
        _locate(error, file, source, line)
        raise


def _wrong_byte(text: bytes) -> int | None:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None


def _not_utf8(offset: int, document: int | None = None) -> InvalidDocumentError:
    """The error that the core raises for such a text."""
    return InvalidDocumentError(f"the text is not valid UTF-8: wrong byte at offset {offset}", offset, document)


def _locate(error: InvalidDocumentError, file: File, source: Source | None, line: int | None) -> None:
    """Add the place in a file to an error.

    Args:
        error: The error. Its `document` is the number of lines between `line` and the wrong line; None if the error is
            about the file.
        file: The file.
        source: The reader of the file; None if the file was not read.
        line: The number of a line; None if the file is one document.
    """
    error.path = name(file)
    if source is None:
        return
    if error.offset is not None and (line is None or line + (error.document or 0) == 1):
        # The offset in the text becomes an offset in the file, where the mark comes before the text.
        offset = error.offset + source.mark
        error.reason = error.reason.replace(f"offset {error.offset}", f"offset {offset}")
        error.offset = offset
    if line is not None:
        if error.document is None:
            # This offset is from the beginning of the file, and the caller expects one from that of the line.
            error.offset = None
        error.line, error.document = line + (error.document or 0), None


class Source:
    """A file that is read as text, in UTF-8 and without its byte-order mark.

    Args:
        file: The file; reading begins at its current position.
        encoding: As in `open()`.
        errors: As in `open()`.
        is_own: Whether this package opened the file. A file object of the caller may keep the buffer that it reads
            into, and write to the buffer later.

    Raises:
        InvalidDocumentError: The first bytes show that the file is not text.
        LookupError: Python has no text encoding with this name.
    """

    __slots__ = ("_encoding", "_ended", "_errors", "_file", "_head", "_is_own", "_is_utf8", "_length", "mark")

    def __init__(
        self, file: BinaryIO, encoding: str = "utf-8", errors: str = "strict", *, is_own: bool = False
    ) -> None:
        # As in open(): a codec that does not encode text raises LookupError.
        "".encode(encoding)
        self._is_utf8 = errors == "strict" and codecs.lookup(encoding).name == "utf-8"
        self._file, self._encoding, self._errors, self._is_own = file, encoding, errors, is_own
        self._head = piece = _read(file, HEAD_BYTES)
        # A file from open() returns fewer bytes only at its end.
        self._ended = not piece or (is_own and len(piece) < HEAD_BYTES)
        while not self._ended and may_tell_more(self._head):
            piece = _read(file, HEAD_BYTES)
            self._head += piece
            self._ended = not piece
        refuse_other_than_text(self._head, encoding)
        self.mark: int = len(MARK) if self._is_utf8 and self._head.startswith(MARK) else 0
        """The length of the mark before the text; offsets in the text begin after it."""
        self._length = 0
        """The number of bytes of text in UTF-8 that were read."""

    def pieces(self) -> Iterator[bytes]:
        """The text, a few megabytes at a time. A piece may end inside a character; the UTF-8 is not checked."""
        if not self._is_utf8:
            yield from self._decoded()
            return
        for piece in self._bytes():
            length, failure = self._checked(piece)
            yield piece[:length]
            if failure is not None:
                raise failure

    def append_to(self, draft: Draft, expected: int) -> Iterator[int]:
        """Append the text to a draft; yield the length of each step. `expected` is the approximate size of the file."""
        if not (self._is_utf8 and self._is_own):
            for piece in self.pieces():
                draft.append(piece)
                yield len(piece)
            return
        head = self._head[self.mark :]
        length, failure = self._checked(head)
        draft.append(head[:length])
        yield length

        def readinto(room: Any) -> int:
            nonlocal failure
            number: int = self._file.readinto(room) or 0  # type: ignore[attr-defined]  # files from open() have it
            for start in range(0, number, CHECK_BYTES):
                length, failure = self._checked(room[start : min(start + CHECK_BYTES, number)])
                if failure is not None:
                    return start + length
            return number

        while failure is None and not self._ended:
            length = draft.read(readinto, self._room(expected))
            self._ended = not length
            yield length
        if failure is not None:
            raise failure

    def _room(self, expected: int) -> int:
        left = expected - self._length
        return min(left, ROOM_BYTES) if left > 0 else ROOM_BYTES

    def _bytes(self) -> Iterator[bytes]:
        yield self._head[self.mark :]
        while not self._ended and (piece := _read(self._file, PIECE_BYTES)):
            if len(self._head) < SAMPLE:
                self._head += piece[:SAMPLE]
            yield piece

    def _checked(self, text: bytes) -> tuple[int, InvalidDocumentError | None]:
        """The number of bytes before the first NUL character, and the error for it; None without a NUL character."""
        length = text.find(b"\0")
        if length < 0:
            self._length += len(text)
            return len(text), None
        return length, zero(self._length + length, self._head, self._encoding)

    def _decoded(self) -> Iterator[bytes]:
        """The text of a file in another encoding. Yields the text before an error, then raises the error."""
        decoder = codecs.getincrementaldecoder(self._encoding)(self._errors)
        # The decoder of an encoding that writes a mark, such as UTF-16, drops the mark itself.
        at_start = not "".encode(self._encoding)
        read = 0
        for piece in chain(self._bytes(), [b""]):
            before = decoder.getstate()
            failure = None
            try:
                text = decoder.decode(piece, final=not piece)
            except UnicodeDecodeError as error:
                # The object of the error may begin with a part of a character from the piece before.
                wrong = len(piece) - len(error.object) + error.start
                failure = InvalidDocumentError(
                    f"the text is not valid {error.encoding}: {error.reason} at offset {read + wrong} of the file"
                    f"{self._hint()}",
                    offset=read + wrong,
                )
                decoder.setstate(before)
                piece = piece[: max(0, wrong)]
                try:
                    text = decoder.decode(piece)
                except UnicodeError:
                    # The bytes before the error are not valid either.
                    text = ""
            except UnicodeError as error:
                reason = f"the text cannot be read as {self._encoding}: {error}{self._hint()}"
                raise InvalidDocumentError(reason) from None
            if (length := text.find("\0")) >= 0:
                nul = "\0".encode(self._encoding)[len("".encode(self._encoding)) :]
                place = _place_of_nul(length, (nul, b"\0"), decoder, before, piece)
                failure = zero(None if place is None else read + place, self._head, self._encoding)
                text = text[:length]
            if at_start and text:
                at_start, text = False, text.removeprefix("\ufeff")
            try:
                data = text.encode()
            except UnicodeEncodeError as error:
                failure = InvalidDocumentError(
                    f"errors={self._errors!r} produces characters that are not text: {error.reason}"
                )
                data = text[: error.start].encode()
            yield data
            if failure is not None:
                raise failure
            read += len(piece)

    def _hint(self) -> str:
        """The end of a message about a file without the mark of its encoding."""
        guess = guessed(self._head) or ""
        return f"; it looks like {guess}" if guess.startswith(f"{codecs.lookup(self._encoding).name}-") else ""


def _place_of_nul(
    character: int,
    spellings: tuple[bytes, ...],
    decoder: codecs.IncrementalDecoder,
    state: tuple[bytes, int],
    piece: bytes,
) -> int | None:
    """The offset in a piece of a NUL character; None if the character is written in another way.

    Args:
        character: The index of the NUL character in the text of the piece.
        spellings: The bytes that may stand for a NUL character.
        decoder: The decoder of the encoding. Its state changes.
        state: The state of the decoder before the piece.
        piece: Bytes of the file.
    """
    pending, flag = state
    data = pending + piece

    def decoded(length: int) -> int:
        decoder.setstate((b"", flag))
        return len(decoder.decode(data[:length]))

    # In UTF-7, several characters may share one sequence of bytes, and only its end gives them all.
    end = bisect_left(range(len(data) + 1), character + 1, key=decoded)
    starts = (end - len(nul) for nul in spellings if end <= len(data) and data[:end].endswith(nul))
    return next((start - len(pending) for start in starts), None)


def _read(file: BinaryIO, length: int) -> bytes:
    piece: object = file.read(length)
    if piece is None:
        raise BlockingIOError("the file has no data at this moment: open it in blocking mode")
    if not issubclass(type(piece), bytes):
        raise TypeError(f"the file must be open for reading bytes, not {type(piece).__name__}: use mode 'rb'")
    return utf8(piece)
