"""Decompresses files. A damaged file and one that ends too early raise an error after the text before that place."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module

from text_processor._files.formats import compression_of
from text_processor._files.signatures import compressed_by
from text_processor._files.stream import Stream
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

COMPRESSED_BYTES = 1 << 17
"""The number of compressed bytes to read at a time."""

DECOMPRESSED_BYTES = 1 << 17
"""The number of decompressed bytes to read at a time: few, because an error loses those that were read with it."""

Reason = Callable[[Exception], "str | None"]
"""A function that returns the message for an error in a file; None for an error that the file did not cause."""


class Guarded:
    """A file that reports its errors as damage.

    Args:
        file: Open for reading bytes, with the method `read1`.
        reason: The message for an error.
    """

    def __init__(self, file: Any, reason: Reason) -> None:
        self._file = file
        self._reason = reason
        self._failure: Exception | None = None
        self._length = 0
        """The number of bytes that were read."""

    def read(self, length: int) -> bytes:
        """The next bytes. Those before a damaged place are returned before the error is raised."""
        pieces: list[bytes] = []
        while length > 0 and self._failure is None:
            try:
                piece = self._file.read1(min(length, DECOMPRESSED_BYTES))
            except Exception as error:
                reason = self._reason(error)
                self._failure = error
                if reason is not None:
                    self._failure = InvalidDocumentError(f"{reason} (after {self._length} bytes)")
                break
            if not piece:
                break
            pieces.append(piece)
            self._length += len(piece)
            length -= len(piece)
        if self._failure is not None and not pieces:
            raise self._failure
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def seekable(self) -> bool:
        """Whether the file can seek: never."""
        return False


def decompressed(stream: Stream, name: str, *, any_content: bool) -> Stream | None:
    """The content of a compressed file; None if the file is not compressed.

    Args:
        stream: The file.
        name: Its name, which may say how it is compressed.
        any_content: Whether the file may be other than its name says.

    Raises:
        InvalidDocumentError: The file is not compressed as its name says, or it is damaged.
    """
    program = compressed_by(stream.head)
    if (named := compression_of(name)) not in (None, program) and not any_content:
        raise InvalidDocumentError(
            f"the file is not compressed with {named}, but its name ends as if it were: rename the file, or pass the "
            "format of its content, such as format='text'"
        )
    opener = _OPENERS.get(program or "")
    if program is None or opener is None:
        return None
    return Stream(Guarded(opener(stream.from_start()), _reason(program)), is_own=True)  # type: ignore[arg-type]


def _reason(program: str) -> Reason:
    def reason(error: Exception) -> str | None:
        if isinstance(error, EOFError):
            reason = "it was not copied completely, or other bytes follow it"
            return f"the file is compressed ({program}) and ends too early: {reason}"
        # A damaged file raises an OSError without a number, and a disk one with a number.
        # These modules may be missing, so their exceptions have names here.
        is_damage = type(error).__name__ in ("IsalError", "LZMAError", "ZstdError") or isinstance(error, zlib.error)
        if is_damage or (isinstance(error, OSError) and error.errno is None) or type(error) is ValueError:
            return f"the file is compressed ({program}) and damaged: {error}"
        return None

    return reason


def _gzip(file: BinaryIO) -> Any:
    try:
        return import_module("isal.igzip").IGzipFile(fileobj=file, mode="rb")
    except ImportError:
        from gzip import GzipFile

        return GzipFile(fileobj=file, mode="rb")


def _bzip2(file: BinaryIO) -> Any:
    from bz2 import BZ2Decompressor

    return _Streams(file, BZ2Decompressor)


def _xz(file: BinaryIO) -> Any:
    from lzma import LZMADecompressor

    return _Streams(file, LZMADecompressor)


class _Streams:
    """One or more compressed streams, one after another.

    The modules bz2 and lzma ignore bytes after a stream that do not begin another one, so they would lose the text of a
    damaged stream. Here, only zero bytes may follow.
    """

    def __init__(self, file: BinaryIO, decompressor: Callable[[], Any]) -> None:
        self._file = file
        self._new = decompressor
        self._decompressor = decompressor()

    def read1(self, length: int) -> bytes:
        """At most this number of decompressed bytes; b"" at the end."""
        while True:
            if self._decompressor.eof:
                rest = self._decompressor.unused_data.lstrip(b"\0")
                while not rest:
                    rest = self._file.read(COMPRESSED_BYTES)
                    if not rest:
                        return b""
                    rest = rest.lstrip(b"\0")
                self._decompressor = self._new()
                found = self._decompressor.decompress(rest, length)
            else:
                piece = b""
                if self._decompressor.needs_input:
                    piece = self._file.read(COMPRESSED_BYTES)
                    if not piece:
                        raise EOFError
                found = self._decompressor.decompress(piece, length)
            if found:
                data: bytes = found
                return data


def _zstd(file: BinaryIO) -> Any:
    for module in ("compression.zstd", "backports.zstd"):
        with suppress(ImportError):
            return import_module(module).ZstdFile(file)
    raise ModuleNotFoundError(
        "files compressed with zstd are read with backports.zstd, which is not installed: pip install backports.zstd",
        name="backports.zstd",
    )


_OPENERS: dict[str, Callable[[BinaryIO], Any]] = {"gzip": _gzip, "bzip2": _bzip2, "xz": _xz, "zstd": _zstd}
