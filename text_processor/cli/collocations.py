"""The command ``text-processor collocations``: shows words that follow each other more often than by chance."""

from __future__ import annotations

from typing import Any

import click

from text_processor.analyzer import TextAnalyzer
from text_processor.cli.options import LARGEST, Command
from text_processor.cli.scored import Scored, scored

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
@click.option(
    "--min-documents",
    type=click.IntRange(0, LARGEST),
    default=1,
    metavar="N",
    show_default=True,
    help="Leave out rows that are in fewer than N documents.",
)
@click.option(
    "--convention",
    type=click.Choice(["exact", "nltk", "gensim", "quanteda"]),
    default="exact",
    show_default=True,
    help="The counts and scores: exact, or those of another tool.",
)
@scored(5, "term_1,term_2,count,documents")
def collocations(length: int, min_documents: int, convention: Any, scored: Scored) -> None:
    """Show words that follow each other more often than by chance, with their scores.

    A PATH is a file, a folder, a pattern, a URL, or - for standard input, as with 'analyze'. All text stays in memory.
    """
    scored.options.update(n=length, min_documents=min_documents, convention=convention)
    scored.write(TextAnalyzer.collocations)
