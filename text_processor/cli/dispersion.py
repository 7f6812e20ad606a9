"""The command ``text-processor dispersion``: shows how evenly words occur."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from text_processor._native.measures import DISPERSION
from text_processor.cli.corpus import Corpus, corpus, groups, measure, min_count, rows, top
from text_processor.cli.destination import Output
from text_processor.cli.options import LARGEST, Command, output
from text_processor.cli.table_writer import write_table

__all__ = ["dispersion"]

MOST_PARTS = LARGEST - 1


def _parts(_: click.Context, option: click.Parameter, value: str) -> str | int:
    try:
        number = int(value)
    except ValueError:
        return value
    if 1 <= number <= MOST_PARTS:
        return number
    raise click.BadParameter(f"{value!r} must be a number from 1 to {MOST_PARTS}", param=option)


@click.command(cls=Command)
@click.option(
    "--by",
    default="documents",
    show_default=True,
    metavar="PARTS",
    callback=_parts,
    help="The parts: documents (with --lines, each line; in a table, each row), file, a column of a table, or a number "
    "of equal parts.",
)
@click.option(
    "-w", "--word", "wanted", multiple=True, metavar="WORD", help="Show this word; you can repeat this option."
)
@measure(DISPERSION, "range, dp, dpnorm, d, kld")
@min_count(1, "Leave out words that occur fewer than N times.")
@click.option("--equal-parts", is_flag=True, help="Treat all parts as equally large, as in the older literature.")
@top("Show the N most frequent words", "dispersion has no limit=")
@output("Write a JSON object for each word.", "Write CSV, 'term,count,parts,empty_parts,...'.")
@corpus
def dispersion(
    by: str | int,
    wanted: Sequence[str],
    measures: Sequence[str],
    min_count: int,
    equal_parts: bool,
    top: int | None,
    output: Output,
    corpus: Corpus,
) -> None:
    """Show how evenly words occur in the parts of a corpus, most frequent words first.

    A PATH is a file, a folder, a pattern, a URL, or - for standard input, as with 'analyze'. All text stays in memory.
    """
    how: dict[str, Any] = {
        "measures": measures or ("range", "dp", "dpnorm", "d", "kld"),
        "min_count": min_count,
        "equal_parts": equal_parts,
    }
    terms = wanted or None
    column = by if isinstance(by, str) and by != "documents" else None
    with corpus.read(lambda analyzer: analyzer.dispersion(terms, **how), column) as (analyzer, paths, _):
        found = analyzer.dispersion(terms, parts=by if column is None else groups(column, paths), **how)
        write_table(found[: rows(top, output) or len(found)], output)
