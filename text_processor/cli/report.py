"""The results of an analysis, as a report for people, and as JSON."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from text_processor._printable import harmless, named
from text_processor.cli.table_formats import json_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from rich.console import Console
    from rich.text import Text

    from text_processor.typing import Statistics

__all__ = [
    "Analysis",
    "SentimentTotals",
    "Skipped",
    "as_json",
    "as_report",
]

PIPE_WIDTH = 80
WIDEST = 100
"""The most columns of a report on a wide terminal. Longer bars would show nothing new."""

POSITIVE = 0.05
"""The least compound of a positive text, by VADER's authors. A text of at most minus this number is negative."""

LEAST_FOR_A_RATE = 10_000_000
"""The least number of bytes for a rate: with fewer bytes, the start takes most of the time."""

SLACK = 4
"""Columns that stay free: the width of some scripts differs between terminals, and a longer line would wrap."""

EIGHTHS: list[str] = ["", *"▏▎▍▌▋▊▉"]
ASCII_BARS = str.maketrans({"█": "#", "…": "~"} | dict.fromkeys("▉▊▋▌▍▎▏", ""))


@dataclass(frozen=True)
class Skipped:
    """A path that was not read, and the reason."""

    path: str
    reason: str


@dataclass
class SentimentTotals:
    """The number of texts of each sentiment, and the sum of their VADER scores."""

    positive: int = 0
    """The number of texts whose compound is at least 0.05."""
    negative: int = 0
    """The number of texts whose compound is at most -0.05."""
    neutral: int = 0
    total: float = 0.0
    """The sum of the compounds."""

    def add(self, compounds: npt.NDArray[np.float64]) -> None:
        """Add the compounds of further texts."""
        positive, negative = int((compounds >= POSITIVE).sum()), int((compounds <= -POSITIVE).sum())
        self.positive += positive
        self.negative += negative
        self.neutral += compounds.size - positive - negative
        self.total += float(compounds.sum())

    @property
    def texts(self) -> int:
        """The number of texts."""
        return self.positive + self.negative + self.neutral

    @property
    def compound(self) -> float:
        """The mean of the compounds."""
        return self.total / self.texts

    def shares(self) -> dict[str, int]:
        """The numbers of positive, neutral and negative texts."""
        return {"positive": self.positive, "neutral": self.neutral, "negative": self.negative}


@dataclass(frozen=True)
class Analysis:
    """The results of an analysis."""

    files: int
    """The number of files that were read to their end."""
    wordless: int
    """The number of files that were read and have no words."""
    statistics: Statistics
    sentiment: SentimentTotals | None
    """The scores of VADER for the documents; None without `--sentiment` or without documents."""
    seconds: float
    """The wall time of reading and analysing."""
    top: list[tuple[str, int]]
    """The most frequent words with their counts."""
    skipped: list[Skipped]

    @property
    def megabytes_per_second(self) -> float | None:
        """Millions of bytes of text per second; None if there is too little text to measure."""
        size = self.statistics["total_bytes"]
        return size / 1e6 / max(self.seconds, 1e-9) if size >= LEAST_FOR_A_RATE else None


def as_json(analysis: Analysis, *, indent: int | None = None) -> str:
    """The analysis as one JSON object."""
    speed = analysis.megabytes_per_second
    totals, statistics = analysis.sentiment, analysis.statistics
    found = {
        **statistics,
        # The names that three of these had in version 0.1.
        "documents": statistics["document_count"],
        "words": statistics["total_words"],
        "bytes": statistics["total_bytes"],
        "sentiment": None if totals is None else {"compound": totals.compound, **totals.shares()},
        "seconds": round(analysis.seconds, 6),
        "megabytes_per_second": None if speed is None else round(speed, 3),
        "top": [{"word": word, "count": count} for word, count in analysis.top],
        "files": analysis.files,
        "skipped": [{"path": named(it.path), "reason": named(it.reason)} for it in analysis.skipped],
    }
    return json_text(found, indent=indent) + "\n"


def as_report(analysis: Analysis, console: Console) -> str:
    """The analysis as a report for people. It has the colours and the width of the console; a pipe gets plain text."""
    from rich.console import Console

    width = min(console.width, WIDEST) if console.is_terminal else PIPE_WIDTH
    page = io.StringIO()
    # Any width above 0 works here, because soft_wrap leaves the lines as they are.
    pen = Console(file=page, force_terminal=console.is_terminal, width=WIDEST, height=WIDEST)
    for line in (*_figures(analysis), *_words(analysis, width)):
        pen.print(line, soft_wrap=True)
    report = page.getvalue()
    return report if console.encoding.startswith("utf") else report.translate(ASCII_BARS)


def _figures(analysis: Analysis) -> Iterator[Text]:
    from rich.text import Text

    statistics = analysis.statistics
    rows = [
        ("Files", f"{analysis.files:,}", ", ".join(_notes(analysis))),
        ("Documents", f"{statistics['document_count']:,}", ""),
        ("Words", f"{statistics['total_words']:,}", ""),
        ("Unique words", f"{statistics['unique_words']:,}", ""),
    ]
    if analysis.sentiment is not None:
        totals = analysis.sentiment
        kinds = (f"{count / totals.texts:.0%} {kind}" for kind, count in totals.shares().items())
        rows.append(("Sentiment", _signed(totals.compound), f"by VADER; {', '.join(kinds)}"))
    speed = analysis.megabytes_per_second
    rate = "" if speed is None else f", {speed:,.0f} MB/s"
    rows.append(("Time", _time(analysis.seconds), f"for {_size(statistics['total_bytes'])}{rate}"))
    widest = max(len(figure) for _, figure, _ in rows)
    for name, figure, note in rows:
        yield Text.assemble(f"{name:<14}", (f"{figure:>{widest}}", "bold"), (f"  {note}" if note else "", "dim"))


def _notes(analysis: Analysis) -> Iterator[str]:
    if analysis.wordless:
        yield f"{analysis.wordless:,} without words"
    if analysis.skipped:
        yield f"{len(analysis.skipped):,} skipped"


def _words(analysis: Analysis, width: int) -> Iterator[Text]:
    from rich.text import Text

    if not analysis.top:
        return
    yield Text("\nMost frequent words", style="bold")
    # Not a str, which rich would read as markup.
    words = [Text(harmless(word), style="bold") for word, _ in analysis.top]
    # In a language without spaces, a word can be as long as a sentence.
    widest = min(max(word.cell_len for word in words), max(1, width // 3))
    most = analysis.top[0][1]
    digits, places = len(f"{most:,}"), len(_share(most, analysis))
    room = max(1, width - widest - digits - places - 3 * len("  ") - SLACK)
    for word, (_, count) in zip(words, analysis.top, strict=True):
        word.truncate(widest, overflow="ellipsis", pad=True)
        figures = f"  {count:>{digits},}", (f"  {_share(count, analysis):>{places}}  ", "dim")
        yield Text.assemble(word, *figures, (_bar(count / most, room), "cyan"))


def _bar(part: float, room: int) -> str:
    full, eighths = divmod(max(1, round(part * room * 8)), 8)
    return "█" * full + EIGHTHS[eighths]


def _share(count: int, analysis: Analysis) -> str:
    return f"{count / analysis.statistics['total_words']:.1%}"


def _signed(number: float) -> str:
    return f"{number:+,.3f}".rstrip("0").rstrip(".") if number else "0"


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def _time(seconds: float) -> str:
    return f"{seconds:,.2f} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"
