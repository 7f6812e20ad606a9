"""Reading documents from files."""

from __future__ import annotations

import codecs
import io
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import BinaryIO

from text_processor.exceptions import InvalidDocumentError
from text_processor.handle import Handle

BLOCK = 4 << 20
"""Bytes of lines that are read at once."""

File = str | os.PathLike[str] | BinaryIO


def opened(file: File) -> AbstractContextManager[BinaryIO]:
    """The file, open for reading bytes; one that was open already stays open afterwards."""
    return open(file, "rb") if isinstance(file, str | os.PathLike) else nullcontext(file)


def name(file: File) -> str:
    """What to call a file in messages."""
    return os.fspath(file) if isinstance(file, str | os.PathLike) else str(getattr(file, "name", file))


def size(file: File) -> int:
    """The size of a file in bytes, 0 where nobody knows."""
    try:
        return os.stat(file if isinstance(file, str | os.PathLike) else file.fileno()).st_size
    except (OSError, AttributeError, ValueError):
        return 0


def add(handle: Handle, file: File, *, lines: bool, encoding: str, errors: str) -> Iterator[tuple[int, int]]:
    """Adds a file; after each step the number of documents added in it, and its length in bytes."""
    line = 1
    try:
        with opened(file) as content:
            if not lines:
                yield from _add_whole(handle, content, encoding, errors)
                return
            for block in line_blocks(content, encoding, errors):
                yield handle.add_lines(block), len(block)
                line += block.count(b"\n")
    except InvalidDocumentError as error:
        error.path = name(file)
        if error.document is not None:
            error.line, error.document = line + error.document, None
        raise


def _add_whole(handle: Handle, file: BinaryIO, encoding: str, errors: str) -> Iterator[tuple[int, int]]:
    draft = handle.draft(size(file))
    decode = None if _is_utf8(encoding, errors) else codecs.getincrementaldecoder(encoding)(errors).decode
    read = 0
    while True:
        piece = file.read(BLOCK)
        read += len(piece)
        if decode is None:
            draft.append(piece)
        else:
            try:
                draft.append(decode(piece, final=not piece).encode())
            except UnicodeDecodeError as error:
                # The decoder has kept the beginning of a character from the piece before.
                raise _undecodable(error, read - len(error.object) + error.start) from None
            except UnicodeEncodeError as error:
                raise _no_text(errors, error) from None
        if not piece:
            break
        yield 0, len(piece)
    draft.add()
    yield 1, 0


def line_blocks(file: BinaryIO, encoding: str, errors: str) -> Iterator[bytes]:
    """The lines of a file in UTF-8, some megabytes at a time, each ended by a line feed but perhaps the last one.

    Lines end as in a file opened as text: with a line feed, a carriage return, or both.
    """
    blocks = _utf8_blocks(file) if _is_utf8(encoding, errors) else _decoded_blocks(file, encoding, errors)
    rest: list[bytes] = []
    for block in blocks:
        lines, feed, behind = block.rpartition(b"\n")
        if feed:
            yield b"".join([*rest, lines, feed])
            rest.clear()
        rest.append(behind)
    last = b"".join(rest)
    if last:
        yield last


def _is_utf8(encoding: str, errors: str) -> bool:
    return errors == "strict" and codecs.lookup(encoding).name == "utf-8"


def _utf8_blocks(file: BinaryIO) -> Iterator[bytes]:
    pending = b""
    while block := file.read(BLOCK):
        block = pending + block
        # Whether a carriage return at the end is half a line end is for the next block to tell.
        pending = b"\r" if block.endswith(b"\r") else b""
        yield _line_feeds(block[: len(block) - len(pending)])
    yield _line_feeds(pending)


def _line_feeds(block: bytes) -> bytes:
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block


def _decoded_blocks(file: BinaryIO, encoding: str, errors: str) -> Iterator[bytes]:
    text = io.TextIOWrapper(file, encoding, errors)
    try:
        while block := text.read(BLOCK):
            yield block.encode()
    except UnicodeDecodeError as error:
        raise _undecodable(error, None) from None
    except UnicodeEncodeError as error:
        raise _no_text(errors, error) from None
    finally:
        # Or the wrapper would close a file that is not its own.
        text.detach()


def _undecodable(error: UnicodeDecodeError, offset: int | None) -> InvalidDocumentError:
    place = "" if offset is None else f" at offset {offset}"
    return InvalidDocumentError(f"the text is not valid {error.encoding}: {error.reason}{place}", offset=offset)


def _no_text(errors: str, error: UnicodeEncodeError) -> InvalidDocumentError:
    return InvalidDocumentError(f"errors={errors!r} made characters of it that are not text: {error}")
