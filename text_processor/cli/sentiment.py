"""The command ``text-processor sentiment``: scores lines with VADER."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Literal

import click

from text_processor._files import numbered_blocks
from text_processor._printable import named
from text_processor.cli.options import (
    Command,
    check_library,
    encodings,
    formats,
    paths,
    terminal_encoding,
    threads,
)
from text_processor.cli.output import check_output, write
from text_processor.cli.reading import Run
from text_processor.cli.report import SentimentTotals, csv_rows
from text_processor.sentiment.vader import EMOJI, LEXICON, NAMES, SentimentIntensityAnalyzer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["Scores", "scorer", "sentiment"]

DIGITS = {"neg": 3, "neu": 3, "pos": 3, "compound": 4}
"""The decimals of each number in the results of VADER."""


@click.command(cls=Command)
@paths
@formats("Write a JSON object for each line.", "Write CSV, 'path,line,neg,neu,pos,compound'.")
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
@encodings
@threads
def sentiment(
    paths: Sequence[str],
    form: Literal["json", "csv"] | None,
    lexicon: str,
    emoji: str,
    long_emoji: bool,
    encoding: str,
    errors: str,
    threads: int | None,
    no_progress: bool,
) -> None:
    """Score each line of files with VADER, and show how many lines are positive and negative.

    A PATH is a file, a folder, a pattern, or - for standard input, as with 'analyze'. The command skips blank lines.
    The numbers are those of vaderSentiment 3.3.2. A line is positive if its compound score is at least 0.05, and
    negative if it is at most -0.05. With --json and --csv, the command writes results while it reads further lines.

    This command needs vaderSentiment: pip install vaderSentiment==3.3.2 numpy.
    """
    check_output()
    analyzer = scorer(lexicon, emoji, long_emoji=long_emoji, threads=threads)
    # A bar would overwrite the results on the same terminal.
    is_shown = not (no_progress or (form and sys.stdout.isatty()))
    run = Run(paths, encoding=encoding, errors=errors, progress=is_shown)
    rows = _json_rows() if form == "json" else _csv_rows() if form == "csv" else None
    if form == "csv":
        write(csv_rows([("path", "line", *NAMES)]))
    totals = SentimentTotals()
    with run.terminal.bars(["Scoring"], run.size) as (scoring,):
        for path in run.files:
            with run.reading(path, scoring, lambda: totals.texts) as (file, progress):
                done = 0
                for first, block in numbered_blocks(file, encoding=encoding, errors=errors):
                    scores = Scores(analyzer, block)
                    totals.add(scores.of("compound"))
                    if rows is not None:
                        write(rows(path, first, scores))
                    done += len(block)
                    progress(done, None)
    if not totals.texts:
        raise click.ClickException("there is no line to score")
    if rows is None:
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
    """The scores of all lines of a block, except blank ones."""

    def __init__(self, analyzer: SentimentIntensityAnalyzer, block: bytes) -> None:
        scores = analyzer.line_scores(block)
        self._columns: dict[str, npt.NDArray[np.float64]] = {name: scores[name] for name in NAMES}
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


Rows = Callable[[str, int, Scores], str]
"""A function from the path of a file, the number of the first line of a block and its scores to rows of text."""


def _json_rows() -> Rows:
    cells = [_Cells(DIGITS[name], json.dumps, f', "{name}": ', "") for name in NAMES[:-1]]
    cells.append(_Cells(DIGITS["compound"], json.dumps, ', "compound": ', "}\n"))
    return lambda path, first, scores: _rows(f'{{"path": {json.dumps(named(path))}, "line": ', cells, first, scores)


def _csv_rows() -> Rows:
    cells = [_Cells(DIGITS[name], repr, ",", "" if name != "compound" else "\n") for name in NAMES]
    return lambda path, first, scores: _rows(f"{csv_rows([(named(path), '')])[:-1]}", cells, first, scores)


def _rows(beginning: str, cells: Sequence[_Cells], first: int, scores: Scores) -> str:
    begun = [f"{beginning}{number}" for number in scores.numbers(first)]
    columns = [cell.written(scores.of(name)) for name, cell in zip(NAMES, cells, strict=True)]
    return "".join(chain.from_iterable(zip(begun, *columns, strict=True)))


class _Cells:
    """Writes rounded numbers from -1 to 1. There are few different ones, so it formats each of them once."""

    def __init__(self, digits: int, written: Callable[[float], str], before: str, behind: str) -> None:
        import numpy as np

        self._scale = 10**digits
        self._parts = before, written, behind
        values = [place / self._scale for place in range(-self._scale, self._scale + 1)]
        self._values = np.array(values)
        self._texts = [self._one(value) for value in values]

    def _one(self, number: float) -> str:
        before, written, behind = self._parts
        return f"{before}{written(number)}{behind}"

    def written(self, numbers: npt.NDArray[np.float64]) -> list[str]:
        """The numbers as text. It formats other numbers separately."""
        import numpy as np

        finite = np.nan_to_num(numbers, nan=0.0).clip(-1, 1)
        places = np.rint(finite * self._scale).astype(np.int64) + self._scale
        texts = self._texts
        written = [texts[place] for place in places.tolist()]
        # Compares bits, because minus zero is written differently from zero.
        others = np.flatnonzero(self._values[places].view(np.int64) != np.ascontiguousarray(numbers).view(np.int64))
        for place in others.tolist():
            written[place] = self._one(float(numbers[place]))
        return written


def _as_report(totals: SentimentTotals) -> str:
    report = [f"{'lines':<10}{totals.texts:>12,}\n"]
    report += [f"{kind:<10}{count:>12,} {count / totals.texts:>7.1%}\n" for kind, count in totals.shares().items()]
    report.append(f"{'compound':<10}{totals.compound:>12.4f}\n")
    return "".join(report)
