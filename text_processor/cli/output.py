"""Writes results to standard output, and all other text to standard error."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, TextIO

import click

from text_processor._printable import harmless

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["UNREAD", "check_output", "console", "write", "write_message"]

UNREAD = 141
"""The exit status after the reader of the result has closed the pipe: that of a program that SIGPIPE ends."""

WIDEST_TERMINAL = 10_000
"""The greatest number of columns or lines of a terminal. A greater number in the environment is a mistake."""


def console(*, stderr: bool = False) -> Console:
    """A console with the size of its terminal. Ignores COLUMNS and LINES if their value is not a possible size."""
    # Only here, because a command that prints data does not need rich, whose import takes a third of its start.
    from rich.console import Console

    environment = {name: value for name, value in os.environ.items() if name not in _SIZES or _is_size(value)}
    return Console(stderr=stderr, _environ=environment)


_SIZES = {"COLUMNS", "LINES", "JUPYTER_COLUMNS", "JUPYTER_LINES"}


def _is_size(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 6 and 1 <= int(value) <= WIDEST_TERMINAL


def check_output() -> None:
    """Raise an error if standard output is closed."""
    if sys.stdout is None:
        raise click.ClickException("standard output is closed")


def write(result: str, encoding: str = "utf-8", *, is_styled: bool = False) -> None:
    """Write a result to standard output. A terminal receives no control characters, except styles.

    Args:
        result: The text to write.
        encoding: The encoding of the output. Data is always in UTF-8.
        is_styled: Whether the result contains styles for this terminal.
    """
    check_output()
    if not is_styled and sys.stdout.isatty():
        result = escaped_lines(result)
    rest = memoryview(result.encode(encoding, "backslashreplace"))
    try:
        # An unbuffered stream, as with PYTHONUNBUFFERED, may write only a part of the data.
        while rest:
            rest = rest[sys.stdout.buffer.write(rest) :]
        sys.stdout.buffer.flush()
    except OSError as error:
        _silence(sys.stdout)
        if error.errno == errno.EPIPE:
            raise click.exceptions.Exit(UNREAD) from None
        raise click.ClickException(f"cannot write the result: {error.strerror}") from None


def write_message(message: str) -> None:
    """Write a message to standard error, with escapes for control characters. Ignores a failure to write."""
    write_error(f"{escaped_lines(message)}\n")


def escaped_lines(text: str) -> str:
    """A text with an escape for each character that cannot be printed, except line feeds."""
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
    """Redirect a stream to the null device, so that Python does not fail again when it flushes the buffer at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
