"""The options that several commands share, as decorators."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from text_processor._files.formats import FORMATS as FILE_FORMATS
from text_processor.cli.checks import (
    check_encoding,
    check_errors,
    check_library,
    check_name,
    check_tokenizer,
    checked,
    limited,
    size,
    term_option,
)
from text_processor.cli.destination import Output
from text_processor.cli.output import write
from text_processor.cli.table_formats import FORMATS, ending

if TYPE_CHECKING:
    from text_processor.terms import TermOptions
    from text_processor.typing import FileFormat, Missing

__all__ = [
    "EXIT_CODES",
    "INTERRUPTED",
    "LARGEST",
    "Command",
    "Inputs",
    "WithHelp",
    "Words",
    "inputs",
    "output",
    "terminal_encoding",
    "threads",
    "top",
    "words",
]

INTERRUPTED = 128 + signal.SIGINT

EXIT_CODES = """\b
Exit codes:
  0    success
  1    the command skipped a file, found nothing to analyse, or failed
  2    wrong usage
  130  stopped by Ctrl-C
  141  the program that read the output closed the pipe
  143  stopped by SIGTERM
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


@dataclass(frozen=True)
class Inputs:
    """The values of PATH and of the options that say how a command reads files."""

    paths: Sequence[str]
    lines: bool
    progress: bool
    options: dict[str, Any]
    """The other arguments of `TextAnalyzer.add_file`."""

    @property
    def missing(self) -> Missing:
        """How to treat missing and blank documents."""
        return self.options["missing"]  # type: ignore[no-any-return]


def inputs(*, lines: bool = True) -> Callable[[Function], Function]:
    """Add PATH... and the options that say how a command reads. The command receives their values as `inputs`.

    Args:
        lines: Whether to add --lines. Without it, each line is a document.
    """

    def decorate(command: Function) -> Function:
        @wraps(command)
        def gathered(
            *,
            paths: Sequence[str],
            column: str | None,
            format: FileFormat | None,  # noqa: A002  # the option has this name
            encoding: str,
            errors: str,
            missing: Missing,
            max_size: int | None,
            no_progress: bool,
            lines: bool = True,
            **options: Any,
        ) -> Any:
            check_errors(encoding, errors)
            reading = {
                "column": column,
                "format": format,
                "encoding": encoding,
                "errors": errors,
                "missing": missing,
                "max_size": max_size,
            }
            given = Inputs(paths=paths, lines=lines, progress=not no_progress, options=reading)
            return command(inputs=given, **options)

        added = [
            click.argument("paths", metavar="PATH...", nargs=-1, required=True),
            click.option("--lines", is_flag=True, help="Make each line a document."),
            click.option(
                "--column",
                metavar="NAME",
                callback=checked(lambda _: None),
                help="Read the texts of a table from this column.  [default: text]",
            ),
            click.option(
                "--format",
                type=click.Choice(FILE_FORMATS),
                help="Read all files in this format.  [default: that of the content or the name]",
            ),
            click.option(
                "--encoding",
                default="utf-8",
                show_default=True,
                metavar="NAME",
                callback=checked(check_encoding),
                help="The encoding of the files, as in open().",
            ),
            click.option(
                "--errors",
                type=click.Choice(["strict", "replace", "ignore", "backslashreplace"]),
                default="strict",
                show_default=True,
                help="How to treat bytes that are wrong in the encoding, as in open(); 'strict' skips the file.",
            ),
            click.option(
                "--missing",
                type=click.Choice(["skip", "keep", "raise"]),
                default="skip",
                show_default=True,
                help="How to treat missing values, and blank lines, rows and files: skip them, keep them as "
                "documents without words, or raise an error, which skips the rest of the file.",
            ),
            click.option(
                "--max-size",
                metavar="SIZE",
                callback=size,
                help="Skip the rest of a file after SIZE bytes of text, such as 500M or 2G.  [default: no limit]",
            ),
            click.option("--no-progress", is_flag=True, help="Hide the progress bars, which only a terminal shows."),
        ]
        if not lines:
            del added[1]
        return _with(gathered, added)  # type: ignore[no-any-return]

    return decorate


def _with(command: Callable[..., Any], added: Sequence[Callable[[Any], Any]]) -> Any:
    """A command with more options, which the help lists in this order."""
    for option in reversed(added):
        command = option(command)
    return command


CASES: dict[str, str | None] = {"lower": "lower", "casefold": "casefold", "keep": None}


@dataclass(frozen=True)
class Words:
    """The values of the options that say what a word is."""

    tokenizer: str | None
    """How to find words; None without --tokenizer."""
    changes: dict[str, Any]
    """The arguments of `TermOptions` whose values are not the defaults."""

    def terms(self) -> TermOptions | None:
        """How words become terms; None for the default."""
        from text_processor.terms import TermOptions

        try:
            return TermOptions(**self.changes) if self.changes else None
        except ValueError as error:
            raise click.UsageError(str(error)) from None


def words(command: Function) -> Function:
    """Add the options that say what a word is. The command receives their values as `words`."""

    @wraps(command)
    def gathered(
        *,
        tokenizer: str | None,
        case: str,
        normal_form: str | None,
        strip_accents: str | None,
        stop_words: str | None,
        min_length: int,
        max_length: int | None,
        stemmer: str | None,
        **options: Any,
    ) -> Any:
        values = {
            "case": CASES[case],
            "normal_form": normal_form,
            "strip_accents": strip_accents,
            "stop_words": stop_words,
            "min_length": min_length,
            "max_length": max_length,
            "stemmer": stemmer,
        }
        usual = {**dict.fromkeys(values), "case": "lower", "min_length": 0}
        changes = {name: value for name, value in values.items() if value != usual[name]}
        return command(words=Words(tokenizer, changes), **options)

    added = [
        click.option(
            "--tokenizer",
            metavar="NAME",
            callback=checked(check_tokenizer),
            help="How to find words: whitespace, unicode, unicode-segments, word, characters, or a regular expression."
            "  [default: whitespace; for 'matrix' word]",
        ),
        click.option(
            "--case",
            type=click.Choice(list(CASES)),
            default="lower",
            show_default=True,
            help="The case of the counted words.",
        ),
        click.option(
            "--normal-form",
            type=click.Choice(["NFC", "NFKC"]),
            help="Convert words to this normal form of Unicode.",
        ),
        click.option(
            "--strip-accents", type=click.Choice(["unicode", "ascii"]), help="Strip accents as in scikit-learn."
        ),
        click.option(
            "--stop-words",
            metavar="NAME",
            callback=term_option("stop_words"),
            help="Drop the words of a list: 'english', or 'iso-' and the code of a language.",
        ),
        click.option(
            "--min-length",
            type=click.IntRange(0, LARGEST),
            default=0,
            metavar="N",
            help="Drop words with fewer than N characters.",
        ),
        click.option(
            "--max-length",
            type=click.IntRange(1, LARGEST),
            metavar="N",
            help="Drop words with more than N characters.",
        ),
        click.option(
            "--stemmer",
            metavar="LANGUAGE",
            callback=term_option("stemmer"),
            help="Count stems of words: 'english', or the code of a language.",
        ),
    ]
    return _with(gathered, added)  # type: ignore[no-any-return]


def threads(command: Function) -> Function:
    """Add --threads."""
    return click.option(
        "--threads",
        type=click.IntRange(1, 65535),
        metavar="N",
        help="Use N threads.  [default: one for each processor]",
    )(command)


def output(json: str, csv: str) -> Callable[[Function], Function]:
    """Add --output, --json and --csv. The command receives their values as `output`.

    Args:
        json: The help of --json.
        csv: The help of --csv.
    """

    def decorate(command: Function) -> Function:
        @wraps(command)
        def gathered(*, path: str | None, as_json: bool, as_csv: bool, **options: Any) -> Any:
            if as_json and as_csv:
                raise click.UsageError("use only one of --json and --csv")
            form: Literal["json", "csv"] | None = "json" if as_json else "csv" if as_csv else None
            if path is not None and form is not None:
                raise click.UsageError(f"--{form} is for standard output: the name of the file says its format")
            if path is not None and ending(path) == ".parquet":
                check_library("pyarrow.parquet")
            result = Output(path, form)
            result.check()
            return command(output=result, **options)

        added = [
            click.option(
                "-o",
                "--output",
                "path",
                metavar="FILE",
                callback=_table_name,
                help=f"Write the table to FILE, in the format of its name: {', '.join(FORMATS)}."
                "  [default: -, standard output]",
            ),
            click.option("--json", "as_json", is_flag=True, help=json),
            click.option("--csv", "as_csv", is_flag=True, help=csv),
        ]
        return _with(gathered, added)  # type: ignore[no-any-return]

    return decorate


def _table_name(_: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is None or value == "-":
        return None
    return check_name(value, tuple(FORMATS), option)


def top(things: str, shown: str) -> Callable[[Function], Function]:
    """Add --top, also named --limit. 0 stands for all: on a command line you cannot write None, as in Python.

    Args:
        things: The noun for the items that the command counts, for the help.
        shown: The number of items without this option, for the help.
    """
    return click.option(
        "--top",
        "--limit",
        type=click.IntRange(min=0),
        metavar="N",
        callback=limited,
        help=f"Show the N most frequent {things}; 0 shows all (in Python, limit=0 returns none).  [default: {shown}]",
    )
