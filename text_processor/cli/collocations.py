"""The command ``text-processor collocations``: shows words that follow each other more often than by chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from text_processor.association import MEASURES
from text_processor.cli.corpus import by_file, corpus, measure, min_count, rows, top
from text_processor.cli.options import LARGEST, Command, Inputs, Words, inputs, output, threads, words
from text_processor.cli.result_tables import write_table
from text_processor.cli.results import Output

__all__ = ["collocations"]


@click.command(cls=Command)
@click.option(
    "-n",
    "length",
    type=click.IntRange(2, 5),
    default=2,
    show_default=True,
    help="The number of words in a collocation.",
)
@measure(MEASURES, "g2, pmi, log_dice", sorts=True)
@min_count(5)
@click.option(
    "--min-documents",
    type=click.IntRange(0, LARGEST),
    default=1,
    metavar="N",
    show_default=True,
    help="Leave out rows that are in fewer than N documents.",
)
@click.option("--close-gaps", is_flag=True, help="Treat the words before and after a dropped word as adjacent.")
@click.option("--within-sentence", is_flag=True, help="Collocations do not cross the end of a sentence.")
@click.option(
    "--convention",
    type=click.Choice(["exact", "nltk", "gensim", "quanteda"]),
    default="exact",
    show_default=True,
    help="The counts and scores: exact, or those of another tool.",
)
@by_file("Count each file separately.")
@top("Show the first N rows")
@output("Write a JSON object for each row.", "Write CSV, 'word_1,word_2,count,documents,...'.")
@words
@inputs()
@threads
def collocations(
    length: int,
    measures: Sequence[str],
    min_count: int,
    min_documents: int,
    close_gaps: bool,
    within_sentence: bool,
    convention: Any,
    by: str | None,
    top: int | None,
    output: Output,
    words: Words,
    inputs: Inputs,
    threads: int | None,
) -> None:
    """Show words that follow each other more often than by chance, with their scores.

    A PATH is a file, a folder, a pattern, a URL, or - for standard input, as with 'analyze'. All text stays in memory.
    """
    how: dict[str, Any] = {
        "measures": measures or None,
        "min_count": min_count,
        "min_documents": min_documents,
        "gaps": "close" if close_gaps else "keep",
        "within": "sentence" if within_sentence else "document",
        "convention": convention,
        "limit": rows(top, output) or None,
    }
    with corpus(words, inputs, threads, lambda analyzer: analyzer.collocations(length, **how)) as (analyzer, paths):
        write_table(analyzer.collocations(length, **how, by=paths if by else None), output)
