"""The options that several commands have, and what their values may be."""

from __future__ import annotations

import codecs
import importlib
import signal
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click

from text_processor.cli_output import write

__all__ = ["EXIT_CODES", "INTERRUPTED", "Command", "WithHelp", "encodings", "lines", "paths", "threads", "top"]

INTERRUPTED = 128 + signal.SIGINT

EXIT_CODES = """\b
Exit codes:
  0    all is well
  1    something was skipped, or there was nothing to analyse
  2    wrong usage
  130  stopped by Ctrl-C
  141  nobody reads the result any more
"""

LARGEST = (1 << 32) - 1
"""The largest number that the core takes for most options."""

Function = TypeVar("Function", bound=Callable[..., Any])


class WithHelp(click.Command):
    """A command whose help is written as a result is: with an error if it cannot be written."""

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
    """What checks the value of an option with a function of the library, before anything is read."""

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
    # As open() does: what is not an encoding of text is a LookupError.
    " ".encode(name)
    codecs.getincrementaldecoder(name)()


def check_errors(encoding: str, errors: str) -> None:
    """Raises a usage error if an encoding does not take this value of --errors: a few take only some of them."""
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
    """A number, which has the same meaning if it is more than anything can have."""
    return None if number is None else min(number, sys.maxsize)


def paths(command: Function) -> Function:
    """Adds PATH..."""
    return click.argument("paths", metavar="PATH...", nargs=-1, required=True)(command)


def lines(command: Function) -> Function:
    """Adds --lines."""
    return click.option("--lines", is_flag=True, help="Take each line for a document; skip blank lines.")(command)


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
