"""The command ``text-processor analyze``: counts words."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Literal

import click

from text_processor._files import numbered_blocks, text_of
from text_processor.analyzer import TextAnalyzer
from text_processor.cli.options import Command, checked, encodings, formats, lines, paths, threads, top
from text_processor.cli.output import check_output, console, write
from text_processor.cli.reading import Run
from text_processor.cli.report import Analysis, SentimentTotals, as_csv, as_json, as_report
from text_processor.sentiment.vader import SentimentIntensityAnalyzer
from text_processor.tokenizers import tokenize
from text_processor.typing import File, Progress

__all__ = ["analyze"]


@click.command(cls=Command)
@paths
@top(None, "words", "10; with --json or --csv 20")
@formats("Write one JSON object.", "Write the most frequent words as CSV, 'word,count'.")
@click.option("--sentiment", "scored", is_flag=True, help="Score the documents with VADER.")
@lines
@encodings
@click.option(
    "--tokenizer",
    default="whitespace",
    show_default=True,
    metavar="NAME",
    callback=checked(lambda name: tokenize("", name)),
    help="How to find words: whitespace, unicode, unicode-segments, word, characters, or a regular expression.",
)
@threads
def analyze(
    paths: Sequence[str],
    top: int | None,
    form: Literal["json", "csv"] | None,
    scored: bool,
    lines: bool,
    encoding: str,
    errors: str,
    threads: int | None,
    tokenizer: str,
    no_progress: bool,
) -> None:
    """Count the words of files, and show the most frequent ones and the time.

    A PATH is a file, a folder, a pattern such as '**/*.txt', or - for standard input. For a folder, the command reads
    all files below it, in sorted order, except names that begin with a dot and links to folders. It reads a file once
    if several folders or patterns match it, and twice if you name it twice. A file without words is not an error.

    Words are separated by whitespace, or found by --tokenizer, and counted in lower case. Memory grows with the number
    of distinct words, not with the length of the text.

    --sentiment shows the mean compound score of all documents, from -1 to 1, and the numbers of positive, neutral and
    negative documents, as the command 'sentiment' does for lines. It keeps one document at a time in memory, and needs
    vaderSentiment: pip install vaderSentiment==3.3.2 numpy.
    """
    check_output()
    if top is None:
        top = 20 if form else 10
    out = console()
    with TextAnalyzer(threads=threads, store_text=False, tokenizer=tokenizer) as analyzer:
        read: Callable[[File, Progress], None]
        totals = None
        if scored:
            from text_processor.cli.sentiment import scorer

            totals = SentimentTotals()
            read = _Scoring(analyzer, scorer(threads=threads), totals, lines, encoding, errors)
        else:

            def read(file: File, progress: Progress) -> None:
                analyzer.add_file(file, lines=lines, encoding=encoding, errors=errors, progress=progress)

        run = Run(paths, encoding=encoding, errors=errors, progress=not no_progress)
        with run.terminal.bars(["Reading", "Indexing"], run.size) as (reading, indexing):
            # The clock starts after the bars are drawn, which takes longer than the analysis of a short text.
            begin = time.perf_counter()
            for path in run.files:
                with run.reading(path, reading, analyzer.document_count) as (file, progress):
                    read(file, progress)
            analyzer.index(progress=indexing)
            statistics = analyzer.get_statistics()
            top_words = analyzer.top_words(top or None)
            seconds = time.perf_counter() - begin
    analysis = Analysis(
        files=run.read,
        wordless=run.wordless,
        statistics=statistics,
        sentiment=totals if totals is not None and totals.texts else None,
        seconds=seconds,
        top=top_words,
        skipped=run.skipped,
    )
    if form == "json":
        write(as_json(analysis, indent=2 if out.is_terminal else None))
    elif form == "csv":
        write(as_csv(analysis))
    elif statistics["document_count"]:
        write(as_report(analysis, out), out.encoding, is_styled=out.is_terminal)
    if not statistics["document_count"]:
        raise click.ClickException("there is nothing to analyse")
    run.end()


class _Scoring:
    """Adds files to an analyzer, and scores each document while it reads the file."""

    def __init__(
        self,
        analyzer: TextAnalyzer,
        vader: SentimentIntensityAnalyzer,
        totals: SentimentTotals,
        lines: bool,
        encoding: str,
        errors: str,
    ) -> None:
        self._analyzer, self._vader, self._totals, self._lines = analyzer, vader, totals, lines
        self._options = {"encoding": encoding, "errors": errors}

    def __call__(self, file: File, progress: Progress) -> None:
        from text_processor.cli.sentiment import Scores

        if not self._lines:
            text = text_of(file, **self._options)
            self._analyzer.add_document(text)
            self._totals.add(self._vader.scores([text])["compound"])
            return
        done = 0
        for _, block in numbered_blocks(file, **self._options):
            scores = Scores(self._vader, block)
            handle = self._analyzer._complete()
            handle.add_lines(block, handle.blank("skip"))
            self._totals.add(scores.of("compound"))
            done += len(block)
            progress(done, None)
