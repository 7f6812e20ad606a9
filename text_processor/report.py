"""What an analysis looks like: to a person, as JSON, and as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass

import click
from rich.console import Console
from rich.text import Text

from text_processor.escapes import harmless

__all__ = ["Analysis", "Skipped", "as_csv", "as_json", "as_report", "harmless"]

PIPE_WIDTH = 80
WIDEST = 100
"""Columns, on a terminal that has more of them: longer bars tell nothing new."""

SLACK = 4
"""Columns left free: terminals do not agree on how wide some scripts are, and a line too long would be broken."""

EIGHTHS: list[str] = ["", *"▏▎▍▌▋▊▉"]
ASCII_BARS = str.maketrans({"█": "#", "…": "~"} | dict.fromkeys("▉▊▋▌▍▎▏", ""))


@dataclass(frozen=True)
class Skipped:
    """Something that was named or found, but not analysed."""

    path: str
    reason: str


@dataclass(frozen=True)
class Analysis:
    """What an analysis found."""

    files: int
    """The number of files that were read to their end."""
    documents: int
    words: int
    unique_words: int
    sentiment: float | None
    """In words a document; None without documents."""
    bytes: int
    """The length of the documents in UTF-8."""
    seconds: float
    """The wall time of reading and analysing."""
    top: list[tuple[str, int]]
    """The most frequent words with their counts."""
    skipped: list[Skipped]

    @property
    def megabytes_per_second(self) -> float:
        """Millions of bytes of text a second."""
        return self.bytes / 1e6 / max(self.seconds, 1e-9)


def as_csv(analysis: Analysis) -> str:
    """The most frequent words as CSV, with the header ``word,count``."""
    table = io.StringIO()
    # Not the writer's own \r\n: sort, awk and friends would take the \r for a part of the count.
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(("word", "count"))
    rows.writerows(analysis.top)
    return table.getvalue()


def as_json(analysis: Analysis, *, indent: int | None = None) -> str:
    """The analysis as one JSON object."""
    found = {
        "documents": analysis.documents,
        "words": analysis.words,
        "unique_words": analysis.unique_words,
        "sentiment": analysis.sentiment,
        "bytes": analysis.bytes,
        "seconds": round(analysis.seconds, 6),
        "megabytes_per_second": round(analysis.megabytes_per_second, 3),
        "top": [{"word": word, "count": count} for word, count in analysis.top],
        "files": analysis.files,
        "skipped": [{"path": click.format_filename(it.path), "reason": it.reason} for it in analysis.skipped],
    }
    return json.dumps(found, ensure_ascii=False, indent=indent) + "\n"


def as_report(analysis: Analysis, console: Console) -> str:
    """The analysis for a person to read: in the colours and the width of the console, and plain where it is a pipe."""
    width = min(console.width, WIDEST) if console.is_terminal else PIPE_WIDTH
    page = io.StringIO()
    pen = Console(file=page, force_terminal=console.is_terminal)
    for line in (*_figures(analysis), *_words(analysis, width)):
        # The lines have their width; a terminal that is narrower than anything sensible wraps them itself.
        pen.print(line, soft_wrap=True)
    report = page.getvalue()
    return report if console.encoding.startswith("utf") else report.translate(ASCII_BARS)


def _figures(analysis: Analysis) -> Iterator[Text]:
    rows = [
        ("Files", f"{analysis.files:,}", f"{len(analysis.skipped):,} skipped" if analysis.skipped else ""),
        ("Documents", f"{analysis.documents:,}", ""),
        ("Words", f"{analysis.words:,}", ""),
        ("Unique words", f"{analysis.unique_words:,}", ""),
    ]
    if analysis.sentiment is not None:
        mood = "positive" if analysis.sentiment > 0 else "negative" if analysis.sentiment < 0 else "neutral"
        rows.append(("Sentiment", _signed(analysis.sentiment), f"a document, {mood}"))
    speed = analysis.megabytes_per_second
    time = f"{_size(analysis.bytes)} in {_time(analysis.seconds)}"
    rows.append(("Throughput", f"{speed:,.0f}" if speed >= 10 else f"{speed:.1f}", f"MB/s, {time}"))
    widest = max(len(figure) for _, figure, _ in rows)
    for name, figure, note in rows:
        yield Text.assemble(f"{name:<14}", (f"{figure:>{widest}}", "bold"), (f"  {note}" if note else "", "dim"))


def _words(analysis: Analysis, width: int) -> Iterator[Text]:
    if not analysis.top:
        return
    yield Text("\nMost frequent words", style="bold")
    # Not a str, which would be read as markup.
    words = [Text(harmless(word), style="bold") for word, _ in analysis.top]
    # Whoever writes without spaces has words as long as sentences.
    widest = min(max(word.cell_len for word in words), width // 3)
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
    return f"{count / analysis.words:.1%}"


def _signed(number: float) -> str:
    return f"{number:+,.3f}".rstrip("0").rstrip(".") if number else "0"


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} kB"


def _time(seconds: float) -> str:
    return f"{seconds:,.2f} s" if seconds >= 1 else f"{seconds * 1e3:.3g} ms"
