"""The command ``text-processor kwic``: shows where words and phrases occur, with the text before and after them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from text_processor._concordance_text import aligned, cells_of
from text_processor.cli.checks import limited
from text_processor.cli.corpus import Corpus, Paths, by_column, corpus, groups, top, window
from text_processor.cli.destination import Output
from text_processor.cli.options import LARGEST, Command, output, terminal_encoding
from text_processor.cli.output import write
from text_processor.cli.table_formats import BATCH_ROWS
from text_processor.cli.table_writer import cells, column_type, write_table

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
@click.option("--id", "ids", metavar="COLUMN", help="The column of a table with the ids of its rows.")
@click.option(
    "--variable",
    "variables",
    multiple=True,
    metavar="COLUMN",
    help="A column of a table: a key of --sort, and a column of the result with -o, --csv and --json; you can repeat "
    "this option.",
)
@click.option("--count", "counts", is_flag=True, help="Show the number of matches, and of documents with a match.")
@by_column("With --count, count each group of documents separately.")
@output("Write JSON: an object for each line.", "Write CSV: 'file,document,from,to,start,end,left,match,right,...'.")
@corpus
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
    ids: str | None,
    variables: Sequence[str],
    counts: bool,
    by: str | None,
    output: Output,
    corpus: Corpus,
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
    if by is not None and not counts:
        raise click.UsageError("--by needs --count")
    keys = [] if sort is None else [sort] if sort in variables else sort.split()
    how: dict[str, Any] = {**where, "window": window, "unit": unit, "sample": sample, "seed": seed}
    # Without documents, there are no variables.
    known = [key for key in keys if key not in variables]
    read = corpus.read(lambda analyzer: analyzer.kwic(pattern, **how, sort=known or None), by, *variables, id=ids)
    with read as (analyzer, paths, _):
        if by is not None:
            write_table(analyzer.count_matches(pattern, **where, by=groups(by, paths)), output)
        elif counts:
            _show_counts(analyzer.count_matches(pattern, **where), output)
        else:
            how.update(sort=keys or None, variables=variables, limit=top or None, offset=offset)
            _show(analyzer.kwic(pattern, **how), variables, paths, output)


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


def _show(lines: Table, variables: Sequence[str], files: Paths, output: Output) -> None:
    has_ids = "id" in lines.names
    if output.path is not None or output.form is not None:
        texts = ("left", "match", "right")
        names = ["document", *(["id"] if has_ids else []), "from", "to", "start", "end", *texts, *variables]
        with output.table({"file": str, **{name: column_type(lines, name) for name in names}}) as add:
            for first in range(0, len(lines), BATCH_ROWS):
                part = lines[first : first + BATCH_ROWS]
                add(
                    [[files[document] for document in part._values("document")], *(cells(part, name) for name in names)]
                )
        return
    names = lines._values("id") if has_ids else [files[document] for document in lines._values("document")]
    shown = aligned(cells_of(lines, names))
    write("".join(f"{line}\n" for line in shown), terminal_encoding())
