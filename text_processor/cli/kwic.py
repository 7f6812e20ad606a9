"""The command ``text-processor kwic``: shows where words and phrases occur, with the text around them."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Any

import click

from text_processor._concordance_text import aligned, cells_of
from text_processor.analyzer import TextAnalyzer
from text_processor.cli.checks import limited
from text_processor.cli.options import (
    LARGEST,
    Command,
    Inputs,
    Words,
    inputs,
    output,
    terminal_encoding,
    threads,
    words,
)
from text_processor.cli.output import write
from text_processor.cli.reading import Run
from text_processor.cli.results import Output
from text_processor.cli.tables import BATCH_ROWS
from text_processor.exceptions import TextProcessorError

if TYPE_CHECKING:
    from text_processor.table import Table

__all__ = ["kwic"]


def _window(_: click.Context, option: click.Parameter, value: str) -> tuple[int, int]:
    try:
        sizes = [int(size) for size in value.split(",")]
        left, right = sizes if len(sizes) > 1 else sizes * 2
        if min(left, right) >= 0 and max(left, right) <= LARGEST:
            return left, right
    except ValueError:
        pass
    raise click.BadParameter(f"{value!r} must be one or two numbers from 0, such as 5 or 3,8", param=option)


@click.command(cls=Command)
@click.argument("pattern")
@click.option(
    "--window",
    default="5",
    show_default=True,
    metavar="N[,N]",
    callback=_window,
    help="The size of the text before and after a match.",
)
@click.option(
    "--unit",
    type=click.Choice(["tokens", "characters", "sentences"]),
    default="tokens",
    show_default=True,
    help="What --window counts.",
)
@click.option("--exact", is_flag=True, help="Compare the pattern with words as they are written, not with terms.")
@click.option("--within-sentence", is_flag=True, help="End matches and windows where a sentence ends.")
@click.option(
    "--sort",
    metavar="KEYS",
    help="Sort lines, for example by '1R 2R', '1L', match, position or frequency.  [default: the order of the text]",
)
@click.option("--sample", type=click.IntRange(1), metavar="N", callback=limited, help="Choose N matches at random.")
@click.option("--seed", type=int, metavar="N", help="Make the same choice for the same N.")
@click.option(
    "--top",
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    callback=limited,
    help="Show N lines; 0 shows all (in Python, limit=0 returns none).  [default: 20; in tables all]",
)
@click.option("--offset", type=click.IntRange(0, LARGEST), default=0, metavar="N", help="Leave out the first N lines.")
@click.option("--count", "counts", is_flag=True, help="Show the number of matches, and of documents that have one.")
@output("Write JSON: an object for each line.", "Write CSV: 'file,document,from,to,start,end,left,match,right'.")
@words
@inputs()
@threads
def kwic(
    pattern: str,
    window: tuple[int, int],
    unit: Any,
    exact: bool,
    within_sentence: bool,
    sort: str | None,
    sample: int | None,
    seed: int | None,
    top: int | None,
    offset: int,
    counts: bool,
    output: Output,
    words: Words,
    inputs: Inputs,
    threads: int | None,
) -> None:
    """Show each place where a word or a phrase occurs, with the text around it (KWIC).

    PATTERN is a word, or words between spaces: * stands for any characters of a word, ? for one character, and a
    backslash before a character means this character. A PATH is a file, a folder, a pattern, a URL, or - for standard
    input, as with 'analyze'. All text stays in memory.
    """
    if top is None:
        top = 20 if output.path is None and output.form is None else 0
    where: dict[str, Any] = {
        "on": "tokens" if exact else "terms",
        "within": "sentence" if within_sentence else "document",
    }
    how: dict[str, Any] = {**where, "window": window, "unit": unit, "sort": sort, "sample": sample, "seed": seed}
    with TextAnalyzer(threads=threads, tokenizer=words.tokenizer or "whitespace", terms=words.terms()) as analyzer:
        try:
            # Without documents, the library only checks these options.
            analyzer.kwic(pattern, **how)
        except TextProcessorError as error:
            raise click.UsageError(str(error)) from None
        run, files = Run(inputs), _Files()
        with run.terminal.bars(["Reading", "Indexing"], run.size) as (reading, indexing):
            for path in run.files:
                files.begin(path, analyzer.document_count())
                with run.reading(path, reading, analyzer.document_count) as (file, progress):
                    analyzer.add_file(file, lines=inputs.lines, progress=progress, **inputs.options)
            analyzer.index(progress=indexing)
        if not analyzer.document_count():
            raise click.ClickException("there is nothing to analyse")
        if counts:
            _show_counts(analyzer.count_matches(pattern, **where), output)
        else:
            _show(analyzer.kwic(pattern, **how, limit=top or None, offset=offset), files, output)
    run.end()


class _Files:
    """The file of each document."""

    def __init__(self) -> None:
        self._paths: list[str] = []
        self._firsts: list[int] = []

    def begin(self, path: str, first: int) -> None:
        """Record the first document of the next file."""
        self._paths.append(path)
        self._firsts.append(first)

    def name(self, document: int) -> str:
        """The file of a document."""
        return self._paths[bisect_right(self._firsts, document) - 1]


def _show_counts(counted: Table, output: Output) -> None:
    if output.path is not None or output.form is not None:
        with output.table({"pattern": str, "count": int, "documents": int}) as add:
            add([counted._values(name) for name in counted.names])
        return
    (row,) = counted
    matches, documents = _number(row[1], "match", "matches"), _number(row[2], "document", "documents")
    write(f"{matches} in {documents}\n", terminal_encoding())


def _number(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _show(lines: Table, files: _Files, output: Output) -> None:
    if output.path is not None or output.form is not None:
        numbers, texts = ("document", "from", "to", "start", "end"), ("left", "match", "right")
        with output.table({"file": str, **dict.fromkeys(numbers, int), **dict.fromkeys(texts, str)}) as add:
            for first in range(0, len(lines), BATCH_ROWS):
                part = lines[first : first + BATCH_ROWS]
                columns = [part._values(name) for name in (*numbers, *texts)]
                add([list(map(files.name, columns[0])), *columns])
        return
    names = list(map(files.name, lines._values("document")))
    shown = aligned(cells_of(lines, names))
    write("".join(f"{line}\n" for line in shown), terminal_encoding())
