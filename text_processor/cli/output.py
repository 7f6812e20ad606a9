"""What the command line writes: results to standard output, everything else to standard error."""

from __future__ import annotations

import errno
import os
import sys
from typing import TextIO

import click
from rich.console import Console

from text_processor._escapes import harmless

__all__ = ["UNREAD", "check_output", "console", "write", "write_message"]

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


def write_message(message: str) -> None:
    """Writes a message to standard error, if it can be written. Control characters in it become escapes."""
    write_error(f"{escaped_lines(message)}\n")


def escaped_lines(text: str) -> str:
    """Lines of text, with an escape for each character that cannot be printed."""
    return text if text.isprintable() else "\n".join(map(harmless, text.split("\n")))


def write_error(text: str) -> None:
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
