"""The bytes of a file. The first bytes are known before the rest is read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from text_processor._files.signatures import TAR_HEAD, may_tell_more
from text_processor._native.encoding import utf8
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

HEAD_BYTES = 1 << 13
"""The number of bytes to read first, to find out what a file is."""


class Limit:
    """Counts the bytes of a file after decompression.

    Raises:
        InvalidDocumentError: The file has more bytes than `most`, which may be None.
    """

    __slots__ = ("_most", "_read")

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._read = 0

    def count(self, length: int) -> None:
        """Count these bytes."""
        self._read += length
        if self._most is not None and self._read > self._most:
            raise InvalidDocumentError(
                f"the file has more than max_size={self._most} bytes after decompression: "
                "pass a larger max_size if you trust it"
            )


class Stream:
    """A file, a member of an archive, or what a decompressor returns.

    Args:
        file: Open for reading bytes; reading begins at its current position.
        is_own: Whether this package opened the file.
    """

    __slots__ = ("_file", "_limit", "_start", "ended", "head", "is_own", "length")

    def __init__(self, file: BinaryIO, *, is_own: bool) -> None:
        self._file, self.is_own = file, is_own
        self._limit: Limit | None = None
        self._start = _position(file)
        self.length: int = 0
        """The number of bytes that were read."""
        self.head: bytes
        """The first bytes."""
        self.head = piece = self.read(HEAD_BYTES)
        # A buffered file returns fewer bytes only at its end.
        self.ended: bool = not piece or (isinstance(file, io.BufferedReader) and is_own and len(piece) < HEAD_BYTES)
        """Whether no bytes follow those that were read; may be false at the end."""
        while not self.ended and may_tell_more(self.head):
            piece = self.read(HEAD_BYTES)
            self.head += piece
            self.ended = not piece

    def limit(self, limit: Limit) -> None:
        """Count the bytes that were read and that will be read."""
        limit.count(self.length)
        self._limit = limit

    def read(self, length: int) -> bytes:
        """The next bytes; b"" at the end."""
        piece: object = self._file.read(length)
        if piece is None:
            raise BlockingIOError("the file has no data at this moment: open it in blocking mode")
        if not issubclass(type(piece), bytes):
            raise TypeError(f"the file must be open for reading bytes, not {type(piece).__name__}: use mode 'rb'")
        data = utf8(piece)
        self._count(len(data))
        return data

    @property
    def reads_into(self) -> bool:
        """Whether the file can read into memory, and does not keep that memory."""
        return self.is_own and hasattr(self._file, "readinto")

    def readinto(self, room: Any) -> int:
        """Read the next bytes into memory, if `reads_into` is true."""
        number: int = self._file.readinto(room) or 0  # type: ignore[attr-defined]  # as was checked
        self.ended = not number
        self._count(number)
        return number

    def _count(self, number: int) -> None:
        self.length += number
        if self._limit is not None:
            self._limit.count(number)

    def fill_head(self, length: int = TAR_HEAD) -> None:
        """Read until the head has this number of bytes, or until the end."""
        while not self.ended and len(self.head) < length:
            piece = self.read(HEAD_BYTES)
            self.head += piece
            self.ended = not piece

    def from_start(self) -> BinaryIO:
        """The file from its first byte, for a reader that needs only the method `read`. Use only the result then."""
        if self.is_own and self._start is not None and self._limit is None:
            self._file.seek(self._start)
            return self._file
        return io.BufferedReader(_Rest(self), HEAD_BYTES)

    @contextmanager
    def seekable(self) -> Iterator[BinaryIO]:
        """The file from its first byte, for a reader that seeks; copies a file that cannot seek, or only slowly."""
        if self._start == 0 and (self.is_own or _is_plain(self._file)):
            self._file.seek(0)
            yield self._file
            return
        import shutil
        import tempfile

        with tempfile.TemporaryFile() as copy:
            shutil.copyfileobj(_Rest(self), copy, 1 << 20)
            copy.seek(0)
            yield copy

    def position(self) -> int:
        """The number of bytes that were read from the file, also by a reader that got the file from here."""
        place = _position(self._file) if self.is_own and self._start is not None else None
        return self.length if place is None else place


class _Rest(io.RawIOBase):
    """A stream from its first byte."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._head = memoryview(stream.head)

    def readable(self) -> bool:
        return True

    def readinto(self, room: Any) -> int:
        piece = self._head[: len(room)] or self._stream.read(len(room))
        self._head = self._head[len(piece) :]
        room[: len(piece)] = piece
        return len(piece)


def _is_plain(file: BinaryIO) -> bool:
    """Whether a file object reads bytes of the disk or of memory, not those that it decompresses."""
    return isinstance(file, io.BytesIO) or isinstance(getattr(file, "raw", file), io.FileIO)


def _position(file: BinaryIO) -> int | None:
    """The position in a file; None if it cannot seek."""
    with suppress(AttributeError, OSError, ValueError):
        if file.seekable():
            return file.tell()
    return None
