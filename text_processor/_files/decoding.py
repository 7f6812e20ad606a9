"""Reads a file as text, in UTF-8 and without its byte-order mark. A file that is not text raises an error."""

from __future__ import annotations

import codecs
from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain

from text_processor._files.signatures import MARK, SAMPLE, guessed, refuse_other_than_text, zero
from text_processor._files.stream import Stream
from text_processor._native.draft import Draft
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PIECE_BYTES = 1 << 20
"""The number of bytes to read at a time: few, so that the cache keeps them for the next steps, and so that the first
lines are indexed while the next ones are read."""

ROOM_BYTES = 1 << 20
"""The number of bytes to read directly into a document at a time: few, so that the cache keeps them for the check."""

CHECK_BYTES = 1 << 16
"""The number of bytes of such a read to check at a time: few, so that they are in the nearest cache."""


class DecodedText:
    """A file that is read as text, in UTF-8 and without its byte-order mark.

    Args:
        stream: The file.
        encoding: As in `open()`.
        errors: As in `open()`.

    Raises:
        InvalidDocumentError: The first bytes show that the file is not text.
        LookupError: Python has no text encoding with this name.
    """

    __slots__ = ("_encoding", "_errors", "_head", "_is_utf8", "_length", "_stream", "mark")

    def __init__(self, stream: Stream, encoding: str = "utf-8", errors: str = "strict") -> None:
        # As in open(): a codec that does not encode text raises LookupError.
        "".encode(encoding)
        self._is_utf8 = errors == "strict" and codecs.lookup(encoding).name == "utf-8"
        self._stream, self._encoding, self._errors = stream, encoding, errors
        self._head = stream.head
        refuse_other_than_text(self._head, encoding)
        self.mark: int = len(MARK) if self._is_utf8 and self._head.startswith(MARK) else 0
        """The length of the mark before the text; offsets in the text begin after it."""
        self._length = 0
        """The number of bytes of text in UTF-8 that were read."""

    def pieces(self) -> Iterator[bytes]:
        """The text, about a megabyte at a time. A piece may end inside a character; the UTF-8 is not checked."""
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
        if not (self._is_utf8 and self._stream.reads_into):
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
            number = self._stream.readinto(room)
            for start in range(0, number, CHECK_BYTES):
                length, failure = self._checked(room[start : min(start + CHECK_BYTES, number)])
                if failure is not None:
                    return start + length
            return number

        while failure is None and not self._stream.ended:
            length = draft.read(readinto, self._room(expected))
            yield length
        if failure is not None:
            raise failure

    def _room(self, expected: int) -> int:
        left = expected - self._length
        return min(left, ROOM_BYTES) if left > 0 else ROOM_BYTES

    def _bytes(self) -> Iterator[bytes]:
        yield self._head[self.mark :]
        while not self._stream.ended and (piece := self._stream.read(PIECE_BYTES)):
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
        return f"; the file looks like {guess}" if guess.startswith(f"{codecs.lookup(self._encoding).name}-") else ""


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
