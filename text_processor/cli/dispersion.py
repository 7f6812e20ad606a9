"""The command ``text-processor dispersion``: shows how evenly words occur."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from text_processor._native.measures import DISPERSION
from text_processor.analyzer import TextAnalyzer
from text_processor.cli.checks import limited
from text_processor.cli.options import LARGEST, Command, Inputs, Words, inputs, output, threads, words
from text_processor.cli.reading import Run
from text_processor.cli.result_tables import read_files, write_table
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
    raise click.BadParameter(f"{value!r} must be documents, file, or a number of parts from 1", param=option)


@click.command(cls=Command)
@click.option(
    "--by",
    default="documents",
    show_default=True,
    metavar="PARTS",
    callback=_parts,
    help="The parts: documents (with --lines or a table, each line or row), file, or a number of equal parts.",
)
@click.option("-w", "--word", "wanted", multiple=True, metavar="WORD", help="Show this word; you can repeat it.")
@click.option(
    "-m",
    "--measure",
    "measures",
    multiple=True,
    type=click.Choice(DISPERSION),
    metavar="NAME",
    help="A measure; you can repeat this option.  [default: range, dp, dpnorm, d, kld]",
)
@click.option(
    "--min-count",
    type=click.IntRange(1, LARGEST),
    default=1,
    metavar="N",
    show_default=True,
    help="Leave out words that occur fewer than N times.",
)
@click.option("--equal-parts", is_flag=True, help="Treat all parts as equally large, as in the older literature.")
@click.option(
    "--top",
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    callback=limited,
    help="Show the N most frequent words; 0 shows all (in Python, there is no limit).  [default: 20; with -o all]",
)
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
    if top is None:
        top = 0 if output.path is not None else 20
    how: dict[str, Any] = {
        "measures": measures or ("range", "dp", "dpnorm", "d", "kld"),
        "min_count": min_count,
        "equal_parts": equal_parts,
    }
    with TextAnalyzer(threads=threads, tokenizer=words.tokenizer or "whitespace", terms=words.terms()) as analyzer:
        run = Run(inputs)
        paths = read_files(run, analyzer, inputs)
        if not paths:
            raise click.ClickException("there is nothing to analyse")
        found = analyzer.dispersion(wanted or None, parts=paths if by == "file" else by, **how)
        write_table(found[: top or len(found)], output)
    run.end()
