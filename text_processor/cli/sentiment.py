"""The command ``text-processor sentiment``: scores lines with VADER."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING

import click

from text_processor._files import numbered_blocks
from text_processor._printable import named
from text_processor.cli.options import (
    Command,
    Inputs,
    check_library,
    inputs,
    output,
    terminal_encoding,
    threads,
)
from text_processor.cli.output import write
from text_processor.cli.reading import Run
from text_processor.cli.report import SentimentTotals
from text_processor.cli.results import Output
from text_processor.cli.tables import Add
from text_processor.sentiment.vader import EMOJI, LEXICON, NAMES, SentimentIntensityAnalyzer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Scores", "scorer", "sentiment"]

COLUMNS = {"path": str, "line": int, **dict.fromkeys(NAMES, float)}


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

    A PATH is a file, a folder, a pattern, or - for standard input, as with 'analyze'. The command skips blank lines.
    The numbers are those of vaderSentiment 3.3.2. A line is positive if its compound score is at least 0.05, and
    negative if it is at most -0.05. With --json and --csv, the command writes results while it reads further lines.

    This command needs vaderSentiment: pip install vaderSentiment==3.3.2 numpy.
    """
    analyzer = scorer(lexicon, emoji, long_emoji=long_emoji, threads=threads)
    is_table = output.path is not None or output.form is not None
    # A bar would overwrite the results on the same terminal.
    run = Run(inputs, progress=output.path is not None or not (output.form and sys.stdout.isatty()))
    totals = SentimentTotals()
    with output.table(COLUMNS) if is_table else nullcontext() as add:
        with run.terminal.bars(["Scoring"], run.size) as (scoring,):
            for path in run.files:
                with run.reading(path, scoring, lambda: totals.texts) as (file, progress):
                    done = 0
                    for first, block in numbered_blocks(file, encoding=inputs.encoding, errors=inputs.errors):
                        scores = Scores(analyzer, block)
                        totals.add(scores.of("compound"))
                        if add is not None:
                            _add_rows(add, path, first, scores)
                        done += len(block)
                        progress(done, None)
        if not totals.texts:
            raise click.ClickException("there is no line to score")
    if not is_table:
        write(_as_report(totals), terminal_encoding())
    run.end()


def _add_rows(add: Add, path: str, first: int, scores: Scores) -> None:
    numbers = scores.numbers(first)
    add([[named(path)] * len(numbers), numbers, *(scores.of(name) for name in NAMES)])


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
    """The scores of all lines of a block, except blank ones."""

    def __init__(self, analyzer: SentimentIntensityAnalyzer, block: bytes) -> None:
        scores = analyzer.line_scores(block)
        self._columns: dict[str, npt.NDArray[np.float64]] = {name: scores[name] for name in NAMES}  # type: ignore[literal-required]
        self._kept: npt.NDArray[np.intp] | None = None
        blank = _blank_lines(self._columns, block)
        if blank:
            import numpy as np

            self._kept = np.delete(np.arange(scores["neg"].size), blank)

    def of(self, name: str) -> npt.NDArray[np.float64]:
        """One of the four scores of each line."""
        column = self._columns[name]
        return column if self._kept is None else column[self._kept]

    def numbers(self, first: int) -> list[int]:
        """The line numbers of the scores, if `first` is the number of the first line of the block."""
        if self._kept is None:
            return list(range(first, first + self._columns["neg"].size))
        numbers: list[int] = (self._kept + first).tolist()
        return numbers


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
