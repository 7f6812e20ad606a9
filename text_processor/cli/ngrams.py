"""The command ``text-processor ngrams``: counts sequences of words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal

import click

from text_processor._printable import harmless
from text_processor.analyzer import TextAnalyzer
from text_processor.cli.options import (
    LARGEST,
    Command,
    checked,
    encodings,
    formats,
    lines,
    paths,
    strip_accents,
    terminal_encoding,
    threads,
    top,
)
from text_processor.cli.output import check_output, write
from text_processor.cli.reading import Run
from text_processor.cli.report import csv_rows, json_text
from text_processor.terms import TermOptions

__all__ = ["ngrams"]

_CASES = {"lower": "lower", "casefold": "casefold", "keep": None}


def _term_option(name: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    # An explicit number of threads: a wrong number in the environment would raise another error.
    return checked(lambda value: TextAnalyzer(threads=1, terms=TermOptions(**{name: value})).close())


@click.command(cls=Command)
@paths
@click.option("-n", "length", type=click.IntRange(1, 1000), default=2, show_default=True, help="Words in an n-gram.")
@click.option(
    "--skip",
    type=click.IntRange(0, LARGEST),
    default=0,
    metavar="K",
    help="Leave out up to K words in an n-gram.",
)
@top(20, "n-grams")
@formats('Write JSON: [[["to", "be"], 2], ...].', "Write CSV: 'word_1,word_2,count'.")
@click.option(
    "--case",
    type=click.Choice(list(_CASES)),
    default="lower",
    show_default=True,
    help="The case of the counted words.",
)
@click.option("--normal-form", type=click.Choice(["NFC", "NFKC"]), help="Convert words to this normal form of Unicode.")
@strip_accents("Strip accents as in scikit-learn.")
@click.option(
    "--stop-words",
    metavar="NAME",
    callback=_term_option("stop_words"),
    help="Drop the words of a list: 'english', or 'iso-' and the code of a language.",
)
@click.option(
    "--min-length",
    type=click.IntRange(0, LARGEST),
    default=0,
    metavar="N",
    help="Drop words with fewer than N characters.",
)
@click.option(
    "--stemmer",
    metavar="LANGUAGE",
    callback=_term_option("stemmer"),
    help="Count stems of words: 'english', or the code of a language.",
)
@lines
@encodings
@threads
def ngrams(
    paths: Sequence[str],
    length: int,
    skip: int,
    top: int,
    form: Literal["json", "csv"] | None,
    case: str,
    normal_form: str | None,
    strip_accents: str | None,
    stop_words: str | None,
    min_length: int,
    stemmer: str | None,
    lines: bool,
    encoding: str,
    errors: str,
    threads: int | None,
    no_progress: bool,
) -> None:
    """Show the sequences of words that occur most often in the documents.

    A PATH is a file, a folder, a pattern such as '**/*.txt', or - for standard input, as with 'analyze'. The command
    removes dropped words before it counts sequences. All text stays in memory until it is counted.
    """
    check_output()
    terms = TermOptions(
        normal_form=normal_form,  # type: ignore[arg-type]  # click has checked it
        case=_CASES[case],  # type: ignore[arg-type]
        strip_accents=strip_accents,  # type: ignore[arg-type]
        stop_words=stop_words,
        min_length=min_length,
        stemmer=stemmer,
    )
    with TextAnalyzer(threads=threads, terms=terms) as analyzer:
        try:
            # Without documents, the library only checks these options.
            analyzer.top_ngrams(length, 1, skip=skip)
        except ValueError as error:
            raise click.UsageError(str(error)) from None
        run = Run(paths, encoding=encoding, errors=errors, progress=not no_progress)
        with run.terminal.bars(["Reading", "Indexing"], run.size) as (reading, indexing):
            for path in run.files:
                with run.reading(path, reading, analyzer.document_count) as (file, progress):
                    analyzer.add_file(file, lines=lines, encoding=encoding, errors=errors, progress=progress)
            analyzer.index(progress=indexing)
            documents = analyzer.document_count()
            found = analyzer.top_ngrams(length, top or None, skip=skip)
    if form == "json":
        write(json_text(found) + "\n")
    elif form == "csv":
        header = [*(f"word_{place + 1}" for place in range(length)), "count"]
        write(csv_rows([header, *([*gram, count] for gram, count in found)]))
    elif found:
        width = len(f"{found[0][1]:,}")
        shown = (f"{count:>{width},}  {harmless(' '.join(gram))}\n" for gram, count in found)
        write("".join(shown), terminal_encoding())
    if not documents:
        raise click.ClickException("there is nothing to analyse")
    run.end()
