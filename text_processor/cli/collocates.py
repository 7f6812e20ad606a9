"""The command ``text-processor collocates``: shows the words near a word or a phrase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from text_processor.association import MEASURES
from text_processor.cli.corpus import by_file, corpus, measure, min_count, rows, top, window
from text_processor.cli.options import Command, Inputs, Words, inputs, output, threads, words
from text_processor.cli.result_tables import write_table
from text_processor.cli.results import Output

__all__ = ["collocates"]


@click.command(cls=Command)
@click.argument("pattern")
@window("The number of words before and after a match of PATTERN.")
@measure(MEASURES, "g2, pmi, log_dice", sorts=True)
@min_count(1)
@click.option("--barriers", metavar="PATTERN", help="End windows at a word that matches this pattern.")
@click.option("--exact", is_flag=True, help="Compare patterns with words as they are written, not with terms.")
@click.option("--close-gaps", is_flag=True, help="Dropped words have no place in a window.")
@click.option("--within-sentence", is_flag=True, help="Windows do not cross the end of a sentence.")
@click.option(
    "--convention",
    type=click.Choice(["surface", "nltk"]),
    default="surface",
    show_default=True,
    help="Count each word in windows once (surface), or pairs as NLTK does (nltk).",
)
@by_file("Count each file separately.")
@top("Show the first N rows")
@output("Write a JSON object for each row.", "Write CSV, 'word,count,frequency,documents,...'.")
@words
@inputs()
@threads
def collocates(
    pattern: str,
    window: tuple[int, int],
    measures: Sequence[str],
    min_count: int,
    barriers: str | None,
    exact: bool,
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
    """Show the words near PATTERN, with scores for how much more often they occur there than elsewhere.

    PATTERN is a word, or words with spaces between them, as with 'kwic'. A PATH is a file, a folder, a pattern of
    paths, a URL, or - for standard input, as with 'analyze'. All text stays in memory.
    """
    how: dict[str, Any] = {
        "measures": measures or None,
        "min_count": min_count,
        "barriers": barriers,
        "on": "tokens" if exact else "terms",
        "gaps": "close" if close_gaps else "keep",
        "within": "sentence" if within_sentence else "document",
        "convention": convention,
        "limit": rows(top, output) or None,
    }
    with corpus(words, inputs, threads, lambda analyzer: analyzer.collocates(pattern, window, **how)) as (
        analyzer,
        paths,
    ):
        write_table(analyzer.collocates(pattern, window, **how, by=paths if by else None), output)
