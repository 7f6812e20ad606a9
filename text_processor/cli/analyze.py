"""The command ``text-processor analyze``: counts words."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

import click

from text_processor.analyzer import TextAnalyzer
from text_processor.cli.destination import Output
from text_processor.cli.options import Command, Inputs, Words, inputs, output, threads, top, words
from text_processor.cli.output import console, write
from text_processor.cli.reading import Run, parts
from text_processor.cli.report import Analysis, SentimentTotals, as_json, as_report
from text_processor.cli.table_formats import batches
from text_processor.exceptions import InvalidDocumentError

if TYPE_CHECKING:
    from text_processor.sentiment.vader import SentimentIntensityAnalyzer
    from text_processor.typing import File, Progress

__all__ = ["analyze"]

COLUMNS: dict[str, type[object]] = {"word": str, "count": int}


@click.command(cls=Command)
@top("words", "10; with --json or --csv 20; with -o all")
@output("Write one JSON object.", "Write the most frequent words as CSV, 'word,count'.")
@click.option("--sentiment", "scored", is_flag=True, help="Score the documents with VADER.")
@words
@inputs()
@threads
def analyze(top: int | None, output: Output, scored: bool, words: Words, inputs: Inputs, threads: int | None) -> None:
    """Count the words of files, and show the most frequent ones and the time.

    A PATH is a file, a folder, a pattern such as '**/*.txt', a URL, or - for standard input. For a folder, the command
    reads all files below it, in sorted order, except names that begin with a dot and links to folders. It reads a file
    once if several folders or patterns match it, and twice if you name it twice. A file without words is not an error.

    The command decompresses files, and reads the members of archives (zip, tar). Each row of a table (CSV, TSV, JSON
    lines, Parquet, Arrow) is a document; see --column.

    Words are separated by whitespace, or found by --tokenizer, and counted in lower case. Memory grows with the number
    of distinct words, not with the length of the text.

    --sentiment shows the mean compound score of all documents, from -1 to 1, and the numbers of positive, neutral and
    negative documents, as the command 'sentiment' does for lines. It keeps one document at a time in memory, and needs
    vaderSentiment: pip install vaderSentiment==3.3.2 numpy.
    """
    if scored and output.path is not None:
        raise click.UsageError(
            "--sentiment does not work with -o FILE, which has only words; see the command 'sentiment'"
        )
    if top is None:
        top = 0 if output.path is not None else 20 if output.form else 10
    is_table = output.path is not None or output.form == "csv"
    # Before the work, because an error while rich is imported is an error of the start.
    out = None if is_table or output.form else console()
    tokenizer = words.tokenizer or "whitespace"
    with TextAnalyzer(threads=threads, store_text=False, tokenizer=tokenizer, terms=words.terms()) as analyzer:
        read: Callable[[File, Progress], None]
        totals = None
        if scored:
            from text_processor.cli.sentiment import scorer

            totals = SentimentTotals()
            read = _Scoring(analyzer, scorer(threads=threads), totals, inputs)
        else:

            def read(file: File, progress: Progress) -> None:
                analyzer.add_file(file, lines=inputs.lines, progress=progress, **inputs.options)

        run = Run(inputs)
        with run.terminal.bars(["Reading", "Indexing"], run.size) as (reading, indexing):
            # The clock starts after the bars are drawn, which takes longer than the analysis of a short text.
            begin = time.perf_counter()
            for path in run.files:
                with run.reading(path, reading, analyzer.document_count) as (file, progress):
                    read(file, progress)
            analyzer.index(progress=indexing)
            statistics = analyzer.get_statistics()
            found = None if is_table else analyzer.top_words(top or None)
            seconds = time.perf_counter() - begin
        has_documents = statistics["document_count"] > 0
        if output.path is not None and not has_documents:
            raise click.ClickException("there is nothing to analyse")
        if found is None:
            with output.table(COLUMNS) as add:
                for batch in batches(islice(analyzer.iter_top_words(), top or None)):
                    add(batch)
    if found is not None and (has_documents or output.form):
        analysis = Analysis(
            files=run.read,
            wordless=run.wordless,
            statistics=statistics,
            sentiment=totals if totals is not None and totals.texts else None,
            seconds=seconds,
            top=found,
            skipped=run.skipped,
        )
        if out is None:
            write(as_json(analysis, indent=2 if sys.stdout.isatty() else None))
        else:
            write(as_report(analysis, out), out.encoding, is_styled=out.is_terminal)
    if not has_documents:
        raise click.ClickException("there is nothing to analyse")
    run.end()


class _Scoring:
    """Adds files to an analyzer, and scores each document while it reads the file."""

    def __init__(
        self,
        analyzer: TextAnalyzer,
        vader: SentimentIntensityAnalyzer,
        totals: SentimentTotals,
        inputs: Inputs,
    ) -> None:
        self._analyzer, self._vader, self._totals, self._inputs = analyzer, vader, totals, inputs

    def __call__(self, file: File, progress: Progress) -> None:
        from text_processor.cli.sentiment import Scores

        missing = self._inputs.missing
        for part in parts(file, self._inputs, progress):
            self._totals.add(Scores(self._vader, part, missing).known("compound"))
            try:
                if part.first is not None and isinstance(part.content, bytes):
                    handle = self._analyzer._complete()
                    handle.add_lines(part.content, handle.blank(missing))
                else:
                    texts = [part.content] if isinstance(part.content, bytes) else part.content
                    self._analyzer.add_documents(texts, missing=missing)
            except InvalidDocumentError as error:
                raise part.fail(error.document or 0, error) from None
