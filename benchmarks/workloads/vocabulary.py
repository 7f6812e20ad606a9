"""Text with many distinct words: each step needs more memory than the caches of the processor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import data
from measuring import Comparison, FigureKind, Measured, Side, timed
from peers import frames
from peers.reference import ReferenceAnalyzer
from threads import indexed

from text_processor import TextAnalyzer
from text_processor.frequencies import WordCounts
from workloads.counting import frequency_of_lines, one_by_one
from workloads.setting import Setting


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare one thread with two, this text with the other text, and columns and a dict with those of peers."""
    yield from _index(setting)
    yield from _lines(setting)


def miscounted(text: bytes) -> Callable[[tuple[int, int]], int]:
    """Return a function that returns the error of an index: its words minus the words of the text."""
    words = data.word_count(text)
    return lambda found: found[0] - words


def per_million(side: Side, text: bytes) -> Side:
    """Return the side with its amount per million words of text."""
    words = data.word_count(text)

    def shared() -> Measured:
        measured = side()
        return Measured(measured.amount / (words / 1e6), measured.answer)

    return shared


def _index(setting: Setting) -> Iterator[Comparison]:
    texts = (
        (setting.path, setting.text, ""),
        (setting.rich_path, setting.rich, " with many distinct words"),
    )
    for path, text, kind in texts:
        yield Comparison(
            f"file of {len(text) / 1e6:.0f} MB{kind} → index, two threads",
            "one thread",
            timed(partial(indexed, path, 2)),
            timed(partial(indexed, path, 1)),
            1.7,
        )
    usual, rich = (per_million(timed(partial(indexed, path, 1), miscounted(text)), text) for path, text, _ in texts)
    yield Comparison(
        "a million words with many distinct ones, file → index, one thread",
        "a million words of the text",
        rich,
        usual,
        4.0,
        FigureKind.COST,
    )


def columns_of_lines(lines: list[str]) -> WordCounts:
    """Return the count of each word as columns, adding all lines in one call."""
    with TextAnalyzer() as analyzer:
        analyzer.add_documents(lines)
        return analyzer.word_counts()


def _lines(setting: Setting) -> Iterator[Comparison]:
    lines = data.lines_of(setting.rich)
    distinct = len({word for line in lines for word in line.lower().split()})
    many = f"{len(lines):,} lines with {distinct:,} distinct words"
    excuse = None
    if not setting.rich.isascii():
        excuse = "outside ASCII its lower case or its whitespace differs from Python, and this text has such characters"
    ours = timed(partial(columns_of_lines, lines), dict)
    for peer, columns, bound in (
        ("pyarrow.compute", frames.pyarrow_columns, 3.5),
        ("polars", frames.polars_columns, 5.0),
        ("DuckDB", frames.duckdb_columns, 2.0),
    ):
        theirs = timed(partial(columns, lines), frames.as_dict)
        yield Comparison(f"{many} → columns of word counts", peer, ours, theirs, bound, excuse=excuse)
    yield Comparison(
        f"{many} → word frequency",
        "plain Python",
        timed(partial(frequency_of_lines, lines)),
        timed(partial(one_by_one, ReferenceAnalyzer, lines)),
        5.5,
    )
