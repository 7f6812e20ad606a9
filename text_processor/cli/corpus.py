"""The shared parts of the commands that analyze a corpus: some options, and the analyzer of all files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from text_processor.analyzer import TextAnalyzer
from text_processor.cli.checks import limited
from text_processor.cli.options import LARGEST
from text_processor.cli.reading import Run
from text_processor.exceptions import TextProcessorError

if TYPE_CHECKING:
    from text_processor.cli.options import Inputs, Words
    from text_processor.cli.results import Output

__all__ = [
    "Paths",
    "by_file",
    "corpus",
    "measure",
    "min_count",
    "new_analyzer",
    "read_files",
    "refuse_nothing",
    "rows",
    "top",
    "window",
]

_F = TypeVar("_F", bound=Callable[..., Any])

ROWS = 20
"""The default number of rows on standard output."""


def measure(names: Sequence[str], default: str, *, sorts: bool = False) -> Callable[[_F], _F]:
    """The option ``--measure``."""
    about = " The first measure sorts the rows." if sorts else ""
    text = f"A measure; you can repeat this option.{about}  [default: {default}]"
    kind = click.Choice(names)
    return click.option("-m", "--measure", "measures", multiple=True, type=kind, metavar="NAME", help=text)


def min_count(default: int, text: str = "Leave out rows whose count is less than N.") -> Callable[[_F], _F]:
    """The option ``--min-count``."""
    kind = click.IntRange(1, LARGEST)
    return click.option("--min-count", type=kind, default=default, metavar="N", show_default=True, help=text)


def by_file(text: str) -> Callable[[_F], _F]:
    """The option ``--by file``."""
    return click.option("--by", type=click.Choice(["file"]), help=text)


def top(text: str, in_python: str = "limit=0 returns none", files: str = "with -o") -> Callable[[_F], _F]:
    """The option ``--top``."""
    about = f"{text}; 0 shows all (in Python, {in_python}).  [default: {ROWS}; {files} all]"
    kind = click.IntRange(min=0)
    return click.option("--top", "--limit", type=kind, metavar="N", callback=limited, help=about)


def rows(number: int | None, output: Output) -> int:
    """The number of rows to show; 0 for all."""
    if number is None:
        return 0 if output.path is not None else ROWS
    return number


def window(text: str) -> Callable[[_F], _F]:
    """The option ``--window``: one number, or one for each side."""
    return click.option("--window", default="5", show_default=True, metavar="N[,N]", callback=_sides, help=text)


def _sides(_: click.Context, option: click.Parameter, value: str) -> tuple[int, int]:
    try:
        sizes = [int(size) for size in value.split(",")]
        left, right = sizes if len(sizes) > 1 else sizes * 2
        if min(left, right) >= 0 and max(left, right) <= LARGEST:
            return left, right
    except ValueError:
        pass
    known = f"one or two numbers from 0 to {LARGEST}, such as 5 or 3,8"
    raise click.BadParameter(f"{value!r} must be {known}", param=option)


class Paths(list[str]):
    """The path of each document, as a column with the name "file"."""

    name = "file"


def new_analyzer(words: Words, threads: int | None) -> TextAnalyzer:
    """An analyzer with the options for words of a command."""
    return TextAnalyzer(threads=threads, tokenizer=words.tokenizer or "whitespace", terms=words.terms())


def read_files(run: Run, analyzer: TextAnalyzer, inputs: Inputs) -> Paths:
    """Add the files of a command to an analyzer and index them. Returns the path of each document that was added."""
    paths = Paths()
    before = analyzer.document_count()
    with run.terminal.bars(["Reading", "Indexing"], run.size) as (reading, indexing):
        for path in run.files:
            with run.reading(path, reading, analyzer.document_count) as (file, progress):
                analyzer.add_file(file, lines=inputs.lines, progress=progress, **inputs.options)
            paths += [path] * (analyzer.document_count() - before - len(paths))
        analyzer.index(progress=indexing)
    return paths


def refuse_nothing(analyzer: TextAnalyzer) -> None:
    """End the command if no file had a document.

    Raises:
        click.ClickException: There is no document.
    """
    if not analyzer.document_count():
        raise click.ClickException("there is nothing to analyse")


@contextmanager
def corpus(
    words: Words, inputs: Inputs, threads: int | None, check: Callable[[TextAnalyzer], object]
) -> Iterator[tuple[TextAnalyzer, Paths]]:
    """The analyzer of all files of a command, and the path of each document.

    Args:
        words: The options for words.
        inputs: The files.
        threads: The number of threads.
        check: Calls the method of the command. At this time, the analyzer has no documents, so the method only checks
            its options.

    Raises:
        click.UsageError: The library refuses an option.
        click.ClickException: There is no document.
    """
    with new_analyzer(words, threads) as analyzer:
        try:
            check(analyzer)
        except TextProcessorError as error:
            raise click.UsageError(str(error)) from None
        run = Run(inputs)
        paths = read_files(run, analyzer, inputs)
        refuse_nothing(analyzer)
        yield analyzer, paths
    run.end()
