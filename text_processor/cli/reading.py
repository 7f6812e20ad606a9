"""Reads the files of a command one by one, with progress. Reports and skips files that cannot be read."""

from __future__ import annotations

import re
import select
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from text_processor._files import Reading, blocks, leaves, rows, size, text
from text_processor.cli.options import Inputs
from text_processor.cli.paths import STANDARD_INPUT, found_files
from text_processor.cli.progress import Terminal
from text_processor.cli.report import Skipped
from text_processor.exceptions import InvalidDocumentError, MissingDocumentError, TextProcessorError

if TYPE_CHECKING:
    from text_processor.typing import File, Progress

__all__ = ["Part", "Run", "no_text", "parts"]

PIECE = 1 << 20
"""The most bytes of one read from standard input."""


class Run:
    """One run of a command: the files that it reads, and those that it skips.

    Args:
        inputs: The files, and how to read them.
        progress: If false, no terminal shows progress.
    """

    def __init__(self, inputs: Inputs, *, progress: bool = True) -> None:
        self.inputs: Inputs = inputs
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
        except (OSError, MemoryError, ValueError, TextProcessorError, ModuleNotFoundError) as error:
            self._failed(path, error, has_part=count() > before)
        else:
            self.read += 1
            self.wordless += count() == before
        self._done += size(sys.stdin.buffer if path == STANDARD_INPUT else path)
        progress(self._done, None)

    def _failed(self, path: str, error: Exception, *, has_part: bool) -> None:
        # The error names the member of an archive.
        named = error.path if isinstance(error, InvalidDocumentError) and error.path is not None else path
        ending = "; the text before it is counted" if has_part else ""
        if named.startswith(f"{path}:"):
            ending += "; the members after it are not read"
        self.skip(named, reason(error) + ending)

    def end(self) -> None:
        """End the command with exit status 1 if it skipped a file."""
        if self.skipped:
            raise click.exceptions.Exit(1)


@dataclass(frozen=True)
class Part:
    """A part of a file: a complete text, some lines of a text, or some rows of a table."""

    name: str
    """The name of the file, or ``archive.zip:member``."""
    first: int | None
    """The number of the first line, from 1, or of the first row, from 0; None for a complete text."""
    content: bytes | list[str | bytes | None]
    """Text, with a line feed at the end of each line; or rows."""

    def fail(self, place: int, error: InvalidDocumentError) -> InvalidDocumentError:
        """Add the place in the file to an error for the line or row with this index."""
        error.path, error.document = self.name, None
        if isinstance(self.content, list):
            error.row = (self.first or 0) + place
        elif self.first is not None:
            error.line = self.first + place
        return error


def no_text(part: Part, place: int) -> InvalidDocumentError:
    """The error for a missing value, or for a blank line or row, of a part of a file."""
    if isinstance(part.content, list) and part.content[place] is None:
        return InvalidDocumentError("missing value: pass --missing skip to leave such rows out, or --missing keep")
    return InvalidDocumentError(NO_WORD)


def parts(file: File, inputs: Inputs, progress: Progress, *, only_rows: bool = False) -> Iterator[Part]:
    """Read a file, or the members of an archive.

    Args:
        file: The file.
        inputs: How to read it.
        progress: Called with the number of bytes read.
        only_rows: Whether --lines only means to read a text line by line, so that it is allowed for tables too.
    """
    reading = Reading(lines=inputs.lines and not only_rows, **inputs.options)
    with closing(leaves(file, reading)) as found:
        for leaf in found:
            if leaf.format == "text" and not inputs.lines:
                yield Part(leaf.name, None, text(leaf))
            else:
                pieces: Iterator[tuple[int, bytes | list[str | bytes | None]]]
                pieces = blocks(leaf) if leaf.format == "text" else rows(leaf)
                with closing(pieces):
                    for first, content in pieces:
                        yield Part(leaf.name, first, content)
                        progress(leaf.position(), None)
            progress(leaf.position(), None)


def reason(error: Exception) -> str:
    """The reason why a file is skipped, in a few words."""
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, InvalidDocumentError):
        place = "" if error.line is None else f"line {error.line}: "
        place = place if error.row is None else f"row {error.row}: "
        cure = " (see --encoding and --errors)" if error.offset is not None and " not valid " in error.reason else ""
        what = "missing value: " if isinstance(error, MissingDocumentError) else ""
        return place + what + _as_options(error.reason) + cure
    if isinstance(error, MemoryError):
        return str(error) or "there is not enough memory for this file"
    return str(error) or type(error).__name__


def _as_options(reason: str) -> str:
    """A message of the library, with options of the command line in place of arguments."""
    reason = reason.replace("lines=True", "--lines").replace("leave out lines", "leave out --lines")
    reason = reason.replace("larger max_size", "larger --max-size").replace("max_size=", "--max-size ")
    return re.sub(r"\b(column|encoding|format|missing)=(?:('?)([\w-]+)\2)?", _option, reason)


def _option(found: re.Match[str]) -> str:
    return f"--{found[1]} {found[3]}" if found[3] else f"--{found[1]}"


NO_WORD = "there is no word: pass --missing skip to leave such documents out, or --missing keep"
"""The message for a blank document."""


class StandardInput:
    """Standard input up to its first end: text that a user types after Ctrl-D is not read."""

    name = STANDARD_INPUT

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
