"""The command ``text-processor dispersion``: shows how evenly words occur."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from text_processor._native.measures import DISPERSION
from text_processor.cli.corpus import corpus, measure, min_count, rows, top
from text_processor.cli.options import LARGEST, Command, Inputs, Words, inputs, output, threads, words
from text_processor.cli.result_tables import write_table
from text_processor.cli.results import Output

__all__ = ["dispersion"]

MOST_PARTS = LARGEST - 1


def _parts(_: click.Context, option: click.Parameter, value: str) -> str | int:
    if value in ("documents", "file"):
        return value
    try:
        number = int(value)
        if 1 <= number <= MOST_PARTS:
            return number
    except ValueError:
        pass
    raise click.BadParameter(f"{value!r} must be documents, file, or a number from 1 to {MOST_PARTS}", param=option)


@click.command(cls=Command)
@click.option(
    "--by",
    default="documents",
    show_default=True,
    metavar="PARTS",
    callback=_parts,
    help="The parts: documents (with --lines, each line; in a table, each row), file, or a number of equal parts.",
)
@click.option(
    "-w", "--word", "wanted", multiple=True, metavar="WORD", help="Show this word; you can repeat this option."
)
@measure(DISPERSION, "range, dp, dpnorm, d, kld")
@min_count(1, "Leave out words that occur fewer than N times.")
@click.option("--equal-parts", is_flag=True, help="Treat all parts as equally large, as in the older literature.")
@top("Show the N most frequent words", "dispersion has no limit=")
@output("Write a JSON object for each word.", "Write CSV, 'term,count,parts,empty_parts,...'.")
@words
@inputs()
@threads
def dispersion(
    by: str | int,
    wanted: Sequence[str],
    measures: Sequence[str],
    min_count: int,
    equal_parts: bool,
    top: int | None,
    output: Output,
    words: Words,
    inputs: Inputs,
    threads: int | None,
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
    with corpus(words, inputs, threads, lambda analyzer: analyzer.dispersion(terms, **how)) as (analyzer, paths):
        found = analyzer.dispersion(terms, parts=paths if by == "file" else by, **how)
        write_table(found[: rows(top, output) or len(found)], output)
