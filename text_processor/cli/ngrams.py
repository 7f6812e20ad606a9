"""The command ``text-processor ngrams``: counts sequences of words."""

from __future__ import annotations

from itertools import islice

import click

from text_processor._printable import harmless
from text_processor.analyzer import TextAnalyzer
from text_processor.cli.destination import Output
from text_processor.cli.options import (
    LARGEST,
    Command,
    Inputs,
    Words,
    inputs,
    output,
    terminal_encoding,
    threads,
    top,
    words,
)
from text_processor.cli.output import write
from text_processor.cli.reading import Run
from text_processor.cli.table_formats import batches, json_text

__all__ = ["ngrams"]


@click.command(cls=Command)
@click.option("-n", "length", type=click.IntRange(1, 1000), default=2, show_default=True, help="Words in an n-gram.")
@click.option(
    "--skip",
    type=click.IntRange(0, LARGEST),
    default=0,
    metavar="K",
    help="Leave out up to K words in an n-gram.",
)
@top("n-grams", "20; with -o all")
@output('Write JSON: [[["to", "be"], 2], ...].', "Write CSV: 'word_1,word_2,count'.")
@words
@inputs()
@threads
def ngrams(
    length: int, skip: int, top: int | None, output: Output, words: Words, inputs: Inputs, threads: int | None
) -> None:
    """Show the sequences of words that occur most often in the documents.

    A PATH is a file, a folder, a pattern, a URL, or - for standard input, as with 'analyze'. The command removes the
    words that an option drops before it counts sequences. All text stays in memory until it is counted.
    """
    if top is None:
        top = 0 if output.path is not None else 20
    tokenizer = words.tokenizer or "whitespace"
    with TextAnalyzer(threads=threads, tokenizer=tokenizer, terms=words.terms()) as analyzer:
        try:
            # Without documents, the library only checks these options.
            analyzer.top_ngrams(length, 1, skip=skip)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        run = Run(inputs)
        with run.terminal.bars(["Reading", "Indexing"], run.size) as (reading, indexing):
            for path in run.files:
                with run.reading(path, reading, analyzer.document_count) as (file, progress):
                    analyzer.add_file(file, lines=inputs.lines, progress=progress, **inputs.options)
            analyzer.index(progress=indexing)
        if output.path is not None and not analyzer.document_count():
            raise click.ClickException("there is nothing to analyse")
        if output.path is not None or output.form == "csv":
            found = islice(analyzer.iter_top_ngrams(length, skip=skip), top or None)
            with output.table({**{f"word_{place + 1}": str for place in range(length)}, "count": int}) as add:
                for batch in batches((*gram, count) for gram, count in found):
                    add(batch)
        else:
            _show(analyzer.top_ngrams(length, top or None, skip=skip), output)
        if not analyzer.document_count():
            raise click.ClickException("there is nothing to analyse")
    run.end()


def _show(found: list[tuple[tuple[str, ...], int]], output: Output) -> None:
    if output.form == "json":
        write(json_text(found) + "\n")
    elif found:
        width = len(f"{found[0][1]:,}")
        shown = (f"{count:>{width},}  {harmless(' '.join(gram))}\n" for gram, count in found)
        write("".join(shown), terminal_encoding())
