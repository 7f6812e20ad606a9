"""The command ``text-processor kwic``: shows where words and phrases occur, with the text before and after them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from text_processor._concordance_text import aligned, cells_of
from text_processor.cli.checks import limited
from text_processor.cli.corpus import Paths, corpus, top, window
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
from text_processor.cli.results import Output
from text_processor.cli.tables import BATCH_ROWS

if TYPE_CHECKING:
    from text_processor.table import Table

__all__ = ["kwic"]


@click.command(cls=Command)
@click.argument("pattern")
@window("The size of the text before and after a match.")
@click.option(
    "--unit",
    type=click.Choice(["tokens", "characters", "sentences"]),
    default="tokens",
    show_default=True,
    help="The unit of --window.",
)
@click.option("--exact", is_flag=True, help="Compare the pattern with words as they are written, not with terms.")
@click.option("--within-sentence", is_flag=True, help="Matches and windows do not cross the end of a sentence.")
@click.option(
    "--sort",
    metavar="KEYS",
    help="Sort lines, for example by '1R 2R', '1L', match, position or frequency.  [default: the order of the text]",
)
@click.option("--sample", type=click.IntRange(1), metavar="N", callback=limited, help="Choose N matches at random.")
@click.option("--seed", type=int, metavar="N", help="The seed of --sample: the same N gives the same choice.")
@top("Show N lines", files="in tables")
@click.option("--offset", type=click.IntRange(0, LARGEST), default=0, metavar="N", help="Leave out the first N lines.")
@click.option("--count", "counts", is_flag=True, help="Show the number of matches, and of documents with a match.")
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
    """Show each place where a word or a phrase occurs, with the text before and after it (KWIC).

    PATTERN is a word, or words with spaces between them: * stands for any number of characters of a word, ? for one
    character, and a backslash before a character means this character. A PATH is a file, a folder, a pattern of paths,
    a URL, or - for standard input, as with 'analyze'. All text stays in memory.
    """
    if top is None:
        top = 20 if output.path is None and output.form is None else 0
    where: dict[str, Any] = {
        "on": "tokens" if exact else "terms",
        "within": "sentence" if within_sentence else "document",
    }
    how: dict[str, Any] = {**where, "window": window, "unit": unit, "sort": sort, "sample": sample, "seed": seed}
    with corpus(words, inputs, threads, lambda analyzer: analyzer.kwic(pattern, **how)) as (analyzer, paths):
        if counts:
            _show_counts(analyzer.count_matches(pattern, **where), output)
        else:
            _show(analyzer.kwic(pattern, **how, limit=top or None, offset=offset), paths, output)


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


def _show(lines: Table, files: Paths, output: Output) -> None:
    if output.path is not None or output.form is not None:
        numbers, texts = ("document", "from", "to", "start", "end"), ("left", "match", "right")
        with output.table({"file": str, **dict.fromkeys(numbers, int), **dict.fromkeys(texts, str)}) as add:
            for first in range(0, len(lines), BATCH_ROWS):
                part = lines[first : first + BATCH_ROWS]
                columns = [part._values(name) for name in (*numbers, *texts)]
                add([[files[document] for document in columns[0]], *columns])
        return
    names = [files[document] for document in lines._values("document")]
    shown = aligned(cells_of(lines, names))
    write("".join(f"{line}\n" for line in shown), terminal_encoding())
