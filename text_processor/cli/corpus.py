"""The shared parts of the commands that analyze a corpus: their options, and the analyzer of all files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, TypeVar

import click

from text_processor.analyzer import TextAnalyzer
from text_processor.cli.checks import limited
from text_processor.cli.destination import Output
from text_processor.cli.options import LARGEST, Inputs, Words, inputs, threads, words
from text_processor.cli.reading import Run
from text_processor.exceptions import TextProcessorError

__all__ = ["Corpus", "Paths", "by_column", "corpus", "groups", "measure", "min_count", "rows", "top", "window"]

_F = TypeVar("_F", bound=Callable[..., Any])

FILE = "file"
"""The value of ``--by`` for the paths of the files."""

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


def by_column(text: str) -> Callable[[_F], _F]:
    """The option ``--by``."""
    return click.option("--by", metavar="COLUMN", help=f"{text} COLUMN is a column of a table, or file.")


def groups(by: str, paths: Paths) -> str | Paths:
    """The argument `by` of the library, for a value of ``--by``."""
    return paths if by == FILE else by


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

    name = FILE


@dataclass(frozen=True)
class Corpus:
    """The values of PATH and of the options that say how to read files, and what a word is."""

    words: Words
    inputs: Inputs
    threads: int | None

    @contextmanager
    def read(
        self,
        check: Callable[[TextAnalyzer], object],
        *columns: str | None,
        id: str | None = None,  # noqa: A002  # as in add_file
        others: Sequence[str] = (),
    ) -> Iterator[tuple[TextAnalyzer, Paths, int]]:
        """The analyzer of all files, the path of each document, and the number of the documents of PATH.

        Args:
            check: Calls the method of the command. At this time, the analyzer has no documents, so the method only
                checks its options.
            columns: The columns of tables that become variables. None and "file" are not columns.
            id: The column of tables with the ids.
            others: More paths, whose documents come after those of PATH.

        Raises:
            click.UsageError: The library refuses an option.
            click.ClickException: There is no document.
        """
        words = self.words
        tokenizer = words.tokenizer or "whitespace"
        with TextAnalyzer(threads=self.threads, tokenizer=tokenizer, terms=words.terms()) as analyzer:
            try:
                check(analyzer)
            except TextProcessorError as error:
                raise click.UsageError(str(error)) from None
            variables = list(dict.fromkeys(name for name in columns if name not in (None, FILE)))
            options = {**self.inputs.options, "id": id, "variables": variables}
            runs = [Run(replace(self.inputs, paths=paths, options=options)) for paths in (self.inputs.paths, others)]
            paths = Paths()
            _read_files(runs[0], analyzer, paths)
            count = len(paths)
            if others:
                _read_files(runs[1], analyzer, paths)
            if not paths:
                raise click.ClickException("there is nothing to analyse")
            yield analyzer, paths, count
        for run in runs:
            run.end()


def _read_files(run: Run, analyzer: TextAnalyzer, paths: Paths) -> None:
    """Add files to an analyzer and index them. Adds the path of each document to `paths`."""
    inputs = run.inputs
    with run.terminal.bars(["Reading", "Indexing"], run.size) as (reading, indexing):
        for path in run.files:
            with run.reading(path, reading, analyzer.document_count) as (file, progress):
                analyzer.add_file(file, lines=inputs.lines, progress=progress, **inputs.options)
            paths += [path] * (analyzer.document_count() - len(paths))
        analyzer.index(progress=indexing)


def corpus(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add PATH..., and the options that say how to read files and what a word is. They become the argument `corpus`."""

    @wraps(command)
    def gathered(*, words: Words, inputs: Inputs, threads: int | None, **options: Any) -> Any:
        return command(corpus=Corpus(words, inputs, threads), **options)

    return words(inputs()(threads(gathered)))
