"""The command ``text-processor collocates``: shows the words near a word or a phrase."""

from __future__ import annotations

from typing import Any

import click

from text_processor.analyzer import TextAnalyzer
from text_processor.cli.corpus import window
from text_processor.cli.options import Command
from text_processor.cli.scored import Scored, scored

__all__ = ["collocates"]


@click.command(cls=Command)
@click.argument("pattern")
@window("The number of words before and after a match of PATTERN.")
@click.option("--barriers", metavar="PATTERN", help="End windows at a word that matches this pattern.")
@click.option("--exact", is_flag=True, help="Compare patterns with words as they are written, not with terms.")
@click.option(
    "--convention",
    type=click.Choice(["surface", "nltk"]),
    default="surface",
    show_default=True,
    help="Count each word in windows once (surface), or pairs as NLTK does (nltk).",
)
@scored(1, "term,count,frequency,documents")
def collocates(
    pattern: str, window: tuple[int, int], barriers: str | None, exact: bool, convention: Any, scored: Scored
) -> None:
    """Show the words near PATTERN, with scores for how much more often they occur there than elsewhere.

    PATTERN is a word, or words with spaces between them, as with 'kwic'. A PATH is a file, a folder, a pattern of
    paths, a URL, or - for standard input, as with 'analyze'. All text stays in memory.
    """
    scored.options.update(
        pattern=pattern, window=window, barriers=barriers, on="tokens" if exact else "terms", convention=convention
    )
    scored.write(TextAnalyzer.collocates)
