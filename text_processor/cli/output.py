"""What the command line writes: results to standard output, everything else to standard error."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import TextIO

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from text_processor._escapes import harmless
from text_processor.typing import Progress as Move

__all__ = ["UNREAD", "Terminal", "check_output", "console", "tell", "write"]

UNREAD = 141
"""The exit status that a shell reports for a program that SIGPIPE ends: its reader has closed the pipe."""

WIDEST_TERMINAL = 10_000
"""The most columns or lines that a terminal can have; a larger number in the environment is a mistake."""


def console(*, stderr: bool = False) -> Console:
    """A console with the size of its terminal. COLUMNS and LINES count only if their value can be a size."""
    environment = {name: value for name, value in os.environ.items() if name not in _SIZES or _is_size(value)}
    return Console(stderr=stderr, _environ=environment)


_SIZES = {"COLUMNS", "LINES", "JUPYTER_COLUMNS", "JUPYTER_LINES"}


def _is_size(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 6 and 1 <= int(value) <= WIDEST_TERMINAL


def check_output() -> None:
    """Raises if standard output is closed."""
    if sys.stdout is None:
        raise click.ClickException("standard output is closed")


def write(result: str, encoding: str = "utf-8", *, is_styled: bool = False) -> None:
    """Writes a result to standard output. A terminal receives no control characters, except styles.

    Args:
        result: The text to write.
        encoding: The encoding of the output; data is UTF-8, whatever the terminal uses.
        is_styled: Whether the result contains styles for this terminal.
    """
    check_output()
    if not is_styled and sys.stdout.isatty():
        result = escaped_lines(result)
    rest = memoryview(result.encode(encoding, "backslashreplace"))
    try:
        # An unbuffered stream, as with PYTHONUNBUFFERED, may write only a part.
        while rest:
            rest = rest[sys.stdout.buffer.write(rest) :]
        sys.stdout.buffer.flush()
    except OSError as error:
        _silence(sys.stdout)
        if error.errno == errno.EPIPE:
            raise click.exceptions.Exit(UNREAD) from None
        raise click.ClickException(f"cannot write the result: {error.strerror}") from None


def tell(message: str) -> None:
    """Writes a message to standard error, if it can be written. Control characters in it become escapes."""
    _put(f"{escaped_lines(message)}\n")


def escaped_lines(text: str) -> str:
    """Lines of text, with an escape for each character that cannot be printed."""
    return text if text.isprintable() else "\n".join(map(harmless, text.split("\n")))


def _put(text: str) -> None:
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        _silence(sys.stderr)


def _silence(stream: TextIO) -> None:
    """Redirects a stream to the null device, so that Python does not fail again when it flushes the buffer at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Terminal:
    """Standard error: messages and, if it is a terminal, progress bars, which disappear at the end."""

    def __init__(self, *, shows_bars: bool) -> None:
        self._console = console(stderr=True)
        self._shows_bars = shows_bars and self._console.file.isatty()
        self._is_live = False

    def tell_skipped(self, path: str, reason: str) -> None:
        """Prints that a file is skipped."""
        message = Text.assemble(("skipped", "yellow"), f" {harmless(path)}: {harmless(reason)}")
        if self._is_live:
            # The message appears above the bars.
            self._console.print(message, soft_wrap=True)
            return
        # Not with `self._console`: rich ends the program if the reader has closed the pipe.
        page = io.StringIO()
        styled = Console(file=page, force_terminal=self._console.is_terminal, width=80, height=25)
        styled.print(message, soft_wrap=True)
        _put(page.getvalue())

    @contextmanager
    def bars(self, names: Sequence[str], expected: int) -> Iterator[list[Move]]:
        """Shows a bar for each name; yields the functions that move them.

        Args:
            names: The names of the bars.
            expected: The number of bytes. A pipe has no size, so more bytes than expected may come.
        """
        bars = Progress(
            TextColumn("{task.description:<8}"),
            BarColumn(),
            TaskProgressColumn(),
            DownloadColumn(),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
        )

        def move(name: str) -> Move:
            task = bars.add_task(name, total=expected or None)

            def to(done: int, total: int | None) -> None:
                limit = total or expected
                bars.update(task, completed=min(done, limit) if limit else done, total=limit or None)

            return to

        # Not with the option 'disable': earlier versions of rich then leave an empty line.
        with bars if self._shows_bars else nullcontext():
            self._is_live = self._shows_bars
            try:
                yield [move(name) for name in names]
            finally:
                self._is_live = False
