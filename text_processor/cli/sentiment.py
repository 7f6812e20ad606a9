"""The command ``text-processor sentiment``: scores lines with VADER."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from text_processor._printable import named
from text_processor.cli.checks import check_library
from text_processor.cli.destination import Output
from text_processor.cli.options import (
    Command,
    Inputs,
    inputs,
    output,
    terminal_encoding,
    threads,
)
from text_processor.cli.output import write
from text_processor.cli.reading import Part, Run, no_text, parts
from text_processor.cli.report import SentimentTotals
from text_processor.exceptions import InvalidDocumentError
from text_processor.sentiment.vader import EMOJI, LEXICON, NAMES, SentimentIntensityAnalyzer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from text_processor.typing import Missing

__all__ = ["Scores", "scorer", "sentiment"]


@click.command(cls=Command)
@output("Write a JSON object for each line.", "Write CSV, 'path,line,neg,neu,pos,compound'.")
@click.option(
    "--lexicon",
    default=LEXICON,
    metavar="FILE",
    help="Valences of words.  [default: those of vaderSentiment]",
)
@click.option(
    "--emoji",
    default=EMOJI,
    metavar="FILE",
    help="Descriptions of emoji.  [default: those of vaderSentiment]",
)
@click.option("--long-emoji", is_flag=True, help="Also describe emoji of several code points, unlike VADER.")
@inputs(lines=False)
@threads
def sentiment(output: Output, lexicon: str, emoji: str, long_emoji: bool, inputs: Inputs, threads: int | None) -> None:
    """Score each line of files with VADER, and show how many lines are positive and negative.

    A PATH is a file, a folder, a pattern, a URL, or - for standard input, as with 'analyze'. In a table, the command
    scores each row of a column. The numbers are those of vaderSentiment 3.3.2. A line is positive if its compound score
    is at least 0.05, and negative if it is at most -0.05. With --json, --csv and -o FILE, the command writes results
    while it reads further lines. Tables have the number of each line from 1, or of each row from 0.

    This command needs vaderSentiment: pip install vaderSentiment==3.3.2 numpy.
    """
    analyzer = scorer(lexicon, emoji, long_emoji=long_emoji, threads=threads)
    is_table = output.path is not None or output.form is not None
    # A bar would overwrite the results on the same terminal.
    run = Run(inputs, progress=output.path is not None or not (output.form and sys.stdout.isatty()))
    totals = SentimentTotals()
    place = "line" if inputs.options["column"] is None else "row"
    columns = {"path": str, place: int, **dict.fromkeys(NAMES, float)}
    with output.table(columns) if is_table else nullcontext() as add:
        with run.terminal.bars(["Scoring"], run.size) as (scoring,):
            for path in run.files:
                with run.reading(path, scoring, lambda: totals.texts) as (file, progress):
                    for part in parts(file, inputs, progress, only_rows=True):
                        scores = Scores(analyzer, part, inputs.missing)
                        totals.add(scores.known("compound"))
                        if add is not None:
                            numbers = scores.numbers()
                            add([[named(part.name)] * len(numbers), numbers, *map(scores.of, NAMES)])
                        if scores.failure is not None:
                            raise scores.failure
        if not totals.texts:
            raise click.ClickException("there is no line to score")
    if not is_table:
        write(_as_report(totals), terminal_encoding())
    run.end()


def scorer(
    lexicon: str = LEXICON, emoji: str = EMOJI, *, long_emoji: bool = False, threads: int | None = None
) -> SentimentIntensityAnalyzer:
    """A VADER analyzer, or an error that names the missing package or file."""
    check_library("numpy")
    try:
        return SentimentIntensityAnalyzer(lexicon, emoji, long_emoji=long_emoji, threads=threads)
    except (ModuleNotFoundError, ValueError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"cannot read {error.filename}: {error.strerror}") from None


class Scores:
    """The scores of the lines or rows of a part of a file.

    Args:
        analyzer: Scores the texts.
        part: A part of a file.
        missing: How to treat missing values and blank texts.
    """

    def __init__(self, analyzer: SentimentIntensityAnalyzer, part: Part, missing: Missing) -> None:
        self.failure: InvalidDocumentError | None = None
        """The error for the first line or row that cannot be scored; the scores are those of the texts before it."""
        content, scores = part.content, None
        while scores is None:
            try:
                if isinstance(content, list):
                    scores = analyzer.scores(content, missing="keep")
                else:
                    scores = analyzer.scores([content]) if part.first is None else analyzer.line_scores(content)
            except InvalidDocumentError as error:
                end = error.document or 0
                self.failure, content = part.fail(end, error), content[:end]
        self._columns: dict[str, npt.NDArray[np.float64]] = {name: scores[name] for name in NAMES}
        self._first = part.first or 0
        self._kept: npt.NDArray[np.intp] | None = None
        self._gone: list[int] = []
        """The indices of blank texts whose scores are NaN."""
        blank = _blank(self._columns, content, is_text=part.first is None)
        if not blank:
            return
        import numpy as np

        places = np.arange(scores["neg"].size)
        if missing == "keep":
            self._gone = blank
            self._columns = {name: np.where(np.isin(places, blank), np.nan, self._columns[name]) for name in NAMES}
        elif missing == "skip":
            self._kept = np.delete(places, blank)
        else:
            self._kept = places[: blank[0]]
            self.failure = part.fail(blank[0], no_text(part, blank[0]))

    def of(self, name: str) -> npt.NDArray[np.float64]:
        """One of the four scores of each text; NaN for blank ones that are kept."""
        column = self._columns[name]
        return column if self._kept is None else column[self._kept]

    def known(self, name: str) -> npt.NDArray[np.float64]:
        """One of the four scores of each text that is not blank."""
        if not self._gone:
            return self.of(name)
        import numpy as np

        return np.delete(self._columns[name], self._gone)

    def numbers(self) -> list[int]:
        """The numbers of the lines or rows."""
        if self._kept is None:
            return list(range(self._first, self._first + self._columns["neg"].size))
        numbers: list[int] = (self._kept + self._first).tolist()
        return numbers


def _blank(
    columns: dict[str, npt.NDArray[np.float64]], content: bytes | list[str | bytes | None], *, is_text: bool
) -> list[int]:
    """The indices of missing and blank texts."""
    if isinstance(content, list):
        return [place for place, text in enumerate(content) if text is None or not text.strip()]
    if is_text:
        # Most texts have other scores than 0, so that few are decoded.
        return [0] if not columns["neu"].any() and not content.decode().strip() else []
    return _blank_lines(columns, content)


def _blank_lines(columns: dict[str, npt.NDArray[np.float64]], block: bytes) -> list[int]:
    """The indices of blank lines. Only lines whose scores are all 0 can be blank, so it checks only these."""
    import numpy as np

    suspects = np.flatnonzero((columns["neg"] == 0) & (columns["neu"] == 0) & (columns["pos"] == 0))
    if not suspects.size:
        return []
    ends = np.flatnonzero(np.frombuffer(block, np.uint8) == ord("\n"))
    ends = np.append(ends, len(block))
    starts = np.append(0, ends[:-1] + 1)
    places = zip(suspects.tolist(), starts[suspects].tolist(), ends[suspects].tolist(), strict=True)
    return [line for line, start, end in places if start == end or block[start:end].decode().isspace()]


def _as_report(totals: SentimentTotals) -> str:
    report = [f"{'lines':<10}{totals.texts:>12,}\n"]
    report += [f"{kind:<10}{count:>12,} {count / totals.texts:>7.1%}\n" for kind, count in totals.shares().items()]
    report.append(f"{'compound':<10}{totals.compound:>12.4f}\n")
    return "".join(report)
