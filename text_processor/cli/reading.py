"""Reads the files of a command one by one, with progress. Reports and skips files that cannot be read."""

from __future__ import annotations

import re
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

import click

from text_processor._files import size
from text_processor._native.encoding import check
from text_processor.cli.options import Inputs
from text_processor.cli.paths import STANDARD_INPUT, found_files
from text_processor.cli.progress import Terminal
from text_processor.cli.report import Skipped
from text_processor.exceptions import InvalidDocumentError, TextProcessorError
from text_processor.typing import File, Progress

__all__ = ["Run"]

PIECE = 1 << 20
"""The most bytes of one read from standard input."""


class Run:
    """One run of a command: the files that it reads, and those that it skips.

    Args:
        inputs: The files, and how to read them.
        progress: If false, no terminal shows progress.
    """

    def __init__(self, inputs: Inputs, *, progress: bool = True) -> None:
        uses_input = STANDARD_INPUT in inputs.paths
        if uses_input and sys.stdin is None:
            raise click.ClickException("standard input is closed")
        # A bar would overwrite the text that the user types.
        is_typed = uses_input and sys.stdin.isatty()
        self.terminal: Terminal = Terminal(shows_bars=progress and inputs.progress and not is_typed)
        self.skipped: list[Skipped] = []
        self.read: int = 0
        """The number of files that were read to their end."""
        self.wordless: int = 0
        """The number of files that were read and have no words."""
        self._done = 0
        self.files: list[str] = list(found_files(inputs.paths, self.skip))
        self.size: int = sum(size(sys.stdin.buffer if path == STANDARD_INPUT else path) for path in self.files)

    def skip(self, path: str, reason: str) -> None:
        """Report that a file is skipped, and why."""
        self.skipped.append(Skipped(path, reason))
        self.terminal.report_skipped(path, reason)

    @contextmanager
    def reading(self, path: str, progress: Progress, count: Callable[[], int]) -> Iterator[tuple[File, Progress]]:
        """Read a file: yields the file and a function for its progress. Skips a file that has an error.

        Args:
            path: One of `files`.
            progress: Called with the number of bytes read from all files.
            count: Returns the number of documents. If it grows before an error, a part was counted.
        """
        file: File = cast("BinaryIO", StandardInput()) if path == STANDARD_INPUT else path
        before = count()

        def move(done: int, _: int | None) -> None:
            progress(self._done + done, None)

        try:
            yield file, move
        except InvalidDocumentError as error:
            if error.reason == NO_WORD:
                self._finished(has_words=False)
            else:
                self._failed(path, error, has_part=count() > before)
        except (OSError, MemoryError, ValueError, TextProcessorError) as error:
            self._failed(path, error, has_part=count() > before)
        else:
            self._finished(has_words=count() > before)
        self._done += size(sys.stdin.buffer if path == STANDARD_INPUT else path)
        progress(self._done, None)

    def _finished(self, *, has_words: bool) -> None:
        self.read += 1
        self.wordless += not has_words

    def _failed(self, path: str, error: Exception, *, has_part: bool) -> None:
        self.skip(path, f"{reason(error)}{'; the text before it is counted' if has_part else ''}")

    def end(self) -> None:
        """End the command with exit status 1 if it skipped a file."""
        if self.skipped:
            raise click.exceptions.Exit(1)


def _no_word() -> str:
    try:
        check("")
    except InvalidDocumentError as error:
        return error.reason
    raise AssertionError("an empty document is refused")


NO_WORD = _no_word()
"""The message of the library for a blank document. A command counts such a file as read."""


def reason(error: Exception) -> str:
    """The reason why a file is skipped, in a few words."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, InvalidDocumentError):
        place = "" if error.line is None else f"line {error.line}: "
        cure = " (see --encoding and --errors)" if error.offset is not None and " not valid " in error.reason else ""
        return place + re.sub("pass encoding='([^']+)'", r"pass --encoding \1", error.reason) + cure
    if isinstance(error, MemoryError):
        return str(error) or "there is not enough memory for this file"
    return str(error) or type(error).__name__


class StandardInput:
    """Standard input up to its first end: text that a user types after Ctrl-D is not read."""

    name = "<stdin>"

    def __init__(self) -> None:
        # Nothing was read before, so the buffer is empty.
        self._file: BinaryIO = getattr(sys.stdin.buffer, "raw", sys.stdin.buffer)
        self._ended = False

    def read(self, length: int) -> bytes:
        """Read `length` bytes, or fewer at the end."""
        pieces: list[bytes] = []
        while length and not self._ended:
            piece: bytes | None = self._file.read(min(length, PIECE))
            if piece is None:
                # Another program that shares standard input has made it non-blocking.
                select.select([self._file], [], [])
                continue
            self._ended = not piece
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)
