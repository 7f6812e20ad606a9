"""The options that several commands share, as decorators, and the checks of their values."""

from __future__ import annotations

import codecs
import importlib
import signal
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from text_processor.cli.output import write

__all__ = [
    "EXIT_CODES",
    "INTERRUPTED",
    "LARGEST",
    "Command",
    "WithHelp",
    "check_errors",
    "check_library",
    "checked",
    "encodings",
    "formats",
    "limited",
    "lines",
    "paths",
    "strip_accents",
    "terminal_encoding",
    "threads",
    "top",
]

INTERRUPTED = 128 + signal.SIGINT

EXIT_CODES = """\b
Exit codes:
  0    success
  1    the command skipped a file, found nothing to analyse, or failed
  2    wrong usage
  130  stopped by Ctrl-C
  141  the program that read the output closed the pipe
"""

LARGEST = (1 << 32) - 1
"""The greatest number that the core accepts for most options."""

Function = TypeVar("Function", bound=Callable[..., Any])


class WithHelp(click.Command):
    """A command that reports an error if it cannot write its help, as for a result."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option --help."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show_help
        return option


class Command(WithHelp):
    """A command whose help lists the exit codes."""

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
    """A callback of click that checks the value of an option by a function of the library."""

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
        raise ValueError(f"{value!r} contains a NUL character")


def _check_encoding(name: str) -> None:
    # As in open(): a codec that does not encode text raises LookupError.
    " ".encode(name)
    codecs.getincrementaldecoder(name)()


def check_errors(encoding: str, errors: str) -> None:
    """Raise a usage error if the encoding does not support this value of --errors."""
    try:
        codecs.getincrementaldecoder(encoding)(errors).decode(b"a")
    except UnicodeError as error:
        raise click.UsageError(f"--errors {errors} does not work with --encoding {encoding}: {error}") from None


def check_library(module: str) -> None:
    """Raise an error if a module of another package cannot be imported."""
    try:
        importlib.import_module(module)
    except ModuleNotFoundError:
        raise click.ClickException(f"this command needs {module}: pip install {module.partition('.')[0]}") from None
    except ImportError as error:
        *_, cause = str(error).strip().splitlines() or [type(error).__name__]
        raise click.ClickException(f"{module} cannot be loaded: {cause}") from None


def limited(_: click.Context, __: click.Parameter, number: int | None) -> int | None:
    """The number, or the greatest possible one if that is less: nothing has more items, so the result is the same."""
    return None if number is None else min(number, sys.maxsize)


def paths(command: Function) -> Function:
    """Add PATH..."""
    return click.argument("paths", metavar="PATH...", nargs=-1, required=True)(command)


def lines(command: Function) -> Function:
    """Add --lines."""
    return click.option("--lines", is_flag=True, help="Make each line a document; skip blank lines.")(command)


def formats(json: str, csv: str) -> Callable[[Function], Function]:
    """Add --json and --csv. The command receives the name of the chosen format, or None, as `form`.

    Args:
        json: The help of --json.
        csv: The help of --csv.
    """

    def decorate(command: Function) -> Function:
        @wraps(command)
        def checking(*, as_json: bool, as_csv: bool, **options: Any) -> Any:
            if as_json and as_csv:
                raise click.UsageError("use only one of --json and --csv")
            return command(form="json" if as_json else "csv" if as_csv else None, **options)

        decorated = click.option("--csv", "as_csv", is_flag=True, help=csv)(checking)
        return click.option("--json", "as_json", is_flag=True, help=json)(decorated)  # type: ignore[return-value]

    return decorate


def strip_accents(text: str) -> Callable[[Function], Function]:
    """Add --strip-accents with this help."""
    return click.option("--strip-accents", type=click.Choice(["unicode", "ascii"]), help=text)


def encodings(command: Function) -> Function:
    """Add --encoding and --errors."""
    command = click.option(
        "--errors",
        type=click.Choice(["strict", "replace", "ignore", "backslashreplace"]),
        default="strict",
        show_default=True,
        help="How to treat bytes that are wrong in the encoding, as in open(); 'strict' skips the file.",
    )(command)
    return click.option(
        "--encoding",
        default="utf-8",
        show_default=True,
        metavar="NAME",
        callback=checked(_check_encoding),
        help="The encoding of the files, as in open().",
    )(command)


def threads(command: Function) -> Function:
    """Add --threads and --no-progress."""
    command = click.option("--no-progress", is_flag=True, help="Hide the progress bars, which only a terminal shows.")(
        command
    )
    return click.option(
        "--threads",
        type=click.IntRange(1, 65535),
        metavar="N",
        help="Use N threads.  [default: one for each processor]",
    )(command)


def top(default: int | None, things: str, shown: str | None = None) -> Callable[[Function], Function]:
    """Add --top, also named --limit. 0 stands for all: on a command line you cannot write None, as in Python.

    Args:
        default: The value without the option; None if the command chooses it.
        things: The noun for the items that the command counts, for the help.
        shown: The default in the help; by default `default` itself.
    """
    text = f"Show the N most frequent {things}; 0 shows all (in Python, limit=0 returns none)."
    return click.option(
        "--top",
        "--limit",
        type=click.IntRange(min=0),
        default=default,
        show_default=shown is None,
        metavar="N",
        callback=limited,
        help=text if shown is None else f"{text}  [default: {shown}]",
    )
