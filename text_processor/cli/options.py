"""The options that several commands share, and the checks of their values."""

from __future__ import annotations

import codecs
import importlib
import signal
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from text_processor.cli.output import write

__all__ = ["EXIT_CODES", "INTERRUPTED", "Command", "WithHelp", "encodings", "lines", "paths", "threads", "top"]

INTERRUPTED = 128 + signal.SIGINT

EXIT_CODES = """\b
Exit codes:
  0    success
  1    the command skipped a file, found nothing to analyse, or failed
  2    wrong usage
  130  stopped by Ctrl-C
  141  the program that read the result has closed the pipe
"""

LARGEST = (1 << 32) - 1
"""The largest number that the core takes for most options."""

Function = TypeVar("Function", bound=Callable[..., Any])


class WithHelp(click.Command):
    """A command that writes its help as it writes a result: with an error if the output fails."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option --help."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show_help
        return option


class Command(WithHelp):
    """A command whose help names the exit codes."""

    def __init__(self, name: str | None, **options: Any) -> None:
        super().__init__(name, **{**options, "epilog": EXIT_CODES})


def _show_help(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        write(f"{ctx.get_help()}\n", terminal_encoding())
        ctx.exit()


def terminal_encoding() -> str:
    """The encoding of standard output."""
    return getattr(sys.stdout, "encoding", None) or "utf-8"


def checked(check: Callable[[Any], object]) -> Callable[[click.Context, click.Parameter, Any], Any]:
    """Returns a check of an option's value by a function of the library, before the command reads anything."""

    def callback(_: click.Context, option: click.Parameter, value: Any) -> Any:
        if value is None:
            return None
        try:
            if isinstance(value, str):
                _check_text(value)
            check(value)
        except (ValueError, LookupError, OverflowError) as error:
            raise click.BadParameter(str(error), param=option) from None
        return value

    return callback


def _check_text(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{value!r} is not text in UTF-8") from None
    if "\0" in value:
        raise ValueError(f"{value!r} has a NUL character in it")


def _check_encoding(name: str) -> None:
    # As in open(): a codec that does not encode text raises LookupError.
    " ".encode(name)
    codecs.getincrementaldecoder(name)()


def check_errors(encoding: str, errors: str) -> None:
    """Raises a usage error if the encoding does not allow this value of --errors, as some encodings do not."""
    try:
        codecs.getincrementaldecoder(encoding)(errors).decode(b"a")
    except UnicodeError as error:
        raise click.UsageError(f"--errors {errors} does not work with --encoding {encoding}: {error}") from None


def check_library(module: str) -> None:
    """Raises if a module of another package cannot be imported."""
    try:
        importlib.import_module(module)
    except ModuleNotFoundError:
        raise click.ClickException(f"{module} is needed for it: pip install {module.partition('.')[0]}") from None
    except ImportError as error:
        *_, cause = str(error).strip().splitlines() or [type(error).__name__]
        raise click.ClickException(f"{module} cannot be loaded: {cause}") from None


def limited(_: click.Context, __: click.Parameter, number: int | None) -> int | None:
    """The number, or the largest allowed one: nothing has that many, so the result is the same."""
    return None if number is None else min(number, sys.maxsize)


def paths(command: Function) -> Function:
    """Adds PATH..."""
    return click.argument("paths", metavar="PATH...", nargs=-1, required=True)(command)


def lines(command: Function) -> Function:
    """Adds --lines."""
    return click.option("--lines", is_flag=True, help="Make each line a document; skip blank lines.")(command)


def encodings(command: Function) -> Function:
    """Adds --encoding and --errors."""
    command = click.option(
        "--errors",
        type=click.Choice(["strict", "replace", "ignore", "backslashreplace"]),
        default="strict",
        show_default=True,
        help="What to do with bytes that do not follow the encoding, as in open(); 'strict' skips the file.",
    )(command)
    return click.option(
        "--encoding",
        default="utf-8",
        show_default=True,
        metavar="NAME",
        callback=checked(_check_encoding),
        help="As in open().",
    )(command)


def threads(command: Function) -> Function:
    """Adds --threads and --no-progress."""
    command = click.option("--no-progress", is_flag=True, help="Show no progress bar. Only a terminal shows one.")(
        command
    )
    return click.option(
        "--threads",
        type=click.IntRange(1, 65535),
        metavar="N",
        help="Use N threads.  [default: one for each processor]",
    )(command)


def top(default: int | None, text: str) -> Callable[[Function], Function]:
    """Adds --top, which is 0 for all."""
    return click.option(
        "--top",
        type=click.IntRange(min=0),
        default=default,
        show_default=default is not None,
        metavar="N",
        callback=limited,
        help=text,
    )
