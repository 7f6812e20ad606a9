"""The command ``text-processor collocations``: shows words that follow each other more often than by chance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from text_processor.analyzer import TextAnalyzer
from text_processor.association import MEASURES
from text_processor.cli.checks import limited
from text_processor.cli.options import LARGEST, Command, Inputs, Words, inputs, output, threads, words
from text_processor.cli.reading import Run
from text_processor.cli.result_tables import read_files, write_table
from text_processor.cli.results import Output
from text_processor.exceptions import TextProcessorError

__all__ = ["collocations"]


@click.command(cls=Command)
@click.option("-n", "length", type=click.IntRange(2, 5), default=2, show_default=True, help="Words in a collocation.")
@click.option(
    "-m",
    "--measure",
    "measures",
    multiple=True,
    type=click.Choice(MEASURES),
    metavar="NAME",
    help="A measure; you can repeat this option. The first one sorts the rows.  [default: g2, pmi, log_dice]",
)
@click.option(
    "--min-count", type=click.IntRange(0, LARGEST), default=5, metavar="N", show_default=True, help="The least count."
)
@click.option(
    "--min-documents",
    type=click.IntRange(0, LARGEST),
    default=1,
    metavar="N",
    show_default=True,
    help="The least number of documents.",
)
@click.option("--close-gaps", is_flag=True, help="Treat the words before and after a dropped word as adjacent.")
@click.option("--within-sentence", is_flag=True, help="Only list words of one sentence.")
@click.option(
    "--convention",
    type=click.Choice(["exact", "nltk", "gensim", "quanteda"]),
    default="exact",
    show_default=True,
    help="The tool whose counts and scores are shown.",
)
@click.option("--by", type=click.Choice(["file"]), help="Count each file for itself.")
@click.option(
    "--top",
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    callback=limited,
    help="Show the first N rows; 0 shows all (in Python, limit=0 returns none).  [default: 20; with -o all]",
)
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
    if top is None:
        top = 0 if output.path is not None else 20
    how: dict[str, Any] = {
        "measures": measures or None,
        "min_count": min_count,
        "min_documents": min_documents,
        "gaps": "close" if close_gaps else "keep",
        "within": "sentence" if within_sentence else "document",
        "convention": convention,
        "limit": top or None,
    }
    with TextAnalyzer(threads=threads, tokenizer=words.tokenizer or "whitespace", terms=words.terms()) as analyzer:
        try:
            # Without documents, the library only checks these options.
            analyzer.collocations(length, **how)
        except TextProcessorError as error:
            raise click.UsageError(str(error)) from None
        run = Run(inputs)
        paths = read_files(run, analyzer, inputs)
        if not analyzer.document_count():
            raise click.ClickException("there is nothing to analyse")
        write_table(analyzer.collocations(length, **how, by=paths if by else None), output)
    run.end()
