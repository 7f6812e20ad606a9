"""Cuts text into blocks of complete lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from text_processor.exceptions import InvalidDocumentError


def line_blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Cut text into blocks of complete lines. Each line ends with a line feed, except perhaps the last one.

    A line of the file ends as in a file that is open as text: with a line feed, a carriage return, or both.
    """
    rest: list[bytes] = []
    for piece in _with_line_feeds(pieces):
        if end := piece.rfind(b"\n") + 1:
            # The view saves a copy of the block.
            yield b"".join([*rest, memoryview(piece)[:end]])
            rest.clear()
        rest.append(piece[end:])
    if last := b"".join(rest):
        yield last


def _with_line_feeds(pieces: Iterable[bytes]) -> Iterator[bytes]:
    pending = b""
    try:
        for piece in pieces:
            whole = pending + piece
            # Only the next piece shows whether a line feed follows a carriage return at the end.
            pending = b"\r" if whole.endswith(b"\r") else b""
            yield line_feeds(whole[: len(whole) - len(pending)])
    except InvalidDocumentError:
        # A pending carriage return ends a complete line.
        yield line_feeds(pending)
        raise
    yield line_feeds(pending)


def line_feeds(text: bytes) -> bytes:
    """A text with a line feed at the end of each line, in place of a carriage return or both."""
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in text else text
