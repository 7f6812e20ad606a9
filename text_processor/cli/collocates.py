"""The command ``text-processor collocates``: shows the words near a word or a phrase."""

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

__all__ = ["collocates"]


def _window(_: click.Context, option: click.Parameter, value: str) -> tuple[int, int]:
    try:
        sizes = [int(size) for size in value.split(",")]
        left, right = sizes if len(sizes) > 1 else sizes * 2
        if min(left, right) >= 0 and max(left, right) <= LARGEST:
            return left, right
    except ValueError:
        pass
    raise click.BadParameter(f"{value!r} must be one or two numbers from 0, such as 5 or 3,8", param=option)


@click.command(cls=Command)
@click.argument("pattern")
@click.option(
    "--window",
    default="5",
    show_default=True,
    metavar="N[,N]",
    callback=_window,
    help="The number of words before and after the node.",
)
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
    "--min-count", type=click.IntRange(1, LARGEST), default=1, metavar="N", show_default=True, help="The least count."
)
@click.option("--barriers", metavar="PATTERN", help="End windows at a word that matches this pattern.")
@click.option("--exact", is_flag=True, help="Compare patterns with words as they are written, not with terms.")
@click.option("--close-gaps", is_flag=True, help="Do not count dropped words in windows.")
@click.option("--within-sentence", is_flag=True, help="End windows where a sentence ends.")
@click.option(
    "--convention",
    type=click.Choice(["surface", "nltk"]),
    default="surface",
    show_default=True,
    help="Count the words in windows, or pairs as NLTK does.",
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

    PATTERN is a word, or words between spaces, as with 'kwic'. A PATH is a file, a folder, a pattern, a URL, or - for
    standard input, as with 'analyze'. All text stays in memory.
    """
    if top is None:
        top = 0 if output.path is not None else 20
    how: dict[str, Any] = {
        "measures": measures or None,
        "min_count": min_count,
        "barriers": barriers,
        "on": "tokens" if exact else "terms",
        "gaps": "close" if close_gaps else "keep",
        "within": "sentence" if within_sentence else "document",
        "convention": convention,
        "limit": top or None,
    }
    with TextAnalyzer(threads=threads, tokenizer=words.tokenizer or "whitespace", terms=words.terms()) as analyzer:
        try:
            # Without documents, the library only checks these options.
            analyzer.collocates(pattern, window, **how)
        except TextProcessorError as error:
            raise click.UsageError(str(error)) from None
        run = Run(inputs)
        paths = read_files(run, analyzer, inputs)
        if not analyzer.document_count():
            raise click.ClickException("there is nothing to analyse")
        write_table(analyzer.collocates(pattern, window, **how, by=paths if by else None), output)
    run.end()
