"""Word counts of a file, and of a list of lines."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import data
from measuring import Comparison, Measured, Side, timed
from peers import frames
from peers.reference import ReferenceAnalyzer

from text_processor import TextAnalyzer, count_words
from workloads.setting import Setting


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare with `wc`, which only counts, with plain Python, and with data frames."""
    yield from _against_wc(setting)
    yield from _lines(setting)


# ---- A file ----


def frequency_of_file(path: Path, threads: int | None) -> dict[str, int]:
    """Return the count of each word of a file."""
    with TextAnalyzer(threads=threads) as analyzer:
        analyzer.add_file(path)
        return analyzer.word_frequency()


def wc(path: Path) -> int:
    """Return the number of words of a file."""
    command = ("wc", "-w", os.fspath(path))
    return int(
        subprocess.run(command, env={**os.environ, "LC_ALL": "C"}, capture_output=True, check=True).stdout.split()[0]
    )


def on_one_core(side: Side) -> Side:
    """Return the side restricted to one core, which its processes share."""

    def pinned() -> Measured:
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(cores)})
        try:
            return side()
        finally:
            os.sched_setaffinity(0, cores)

    return pinned


def _against_wc(setting: Setting) -> Iterator[Comparison]:
    peer = "LC_ALL=C wc -w, which only counts"
    excuse = None
    if re.search(rb"[^\t-\r -~]", setting.text):
        excuse = "in the C locale wc knows only printable ASCII, and this text has other characters"
    theirs = timed(lambda: wc(setting.path))
    for threads, name, bound in ((None, "all cores", 5.0), (1, "one thread", 2.0)):
        yield Comparison(
            f"file of {setting.size} → word_frequency(), {name}",
            peer,
            timed(partial(frequency_of_file, setting.path, threads), lambda counts: sum(counts.values())),
            theirs,
            bound,
            excuse=excuse,
        )
    yield Comparison(
        f"total words of {setting.size} in memory, one core",
        peer,
        on_one_core(timed(lambda: count_words(setting.text))),
        on_one_core(theirs),
        30.0,
        excuse=excuse,
    )


# ---- Lines ----


def frequency_of_lines(lines: list[str]) -> dict[str, int]:
    """Return the count of each word, adding all lines in one call."""
    with TextAnalyzer() as analyzer:
        analyzer.add_documents(lines)
        return analyzer.word_frequency()


def one_by_one(make: Callable[[], TextAnalyzer | ReferenceAnalyzer], lines: list[str]) -> dict[str, int]:
    """Return the count of each word, adding the lines one by one."""
    analyzer = make()
    for line in lines:
        analyzer.add_document(line)
    return analyzer.word_frequency()


def _lines(setting: Setting) -> Iterator[Comparison]:
    lines = data.lines_of(setting.text)
    excuse = None
    if not setting.text.isascii():
        excuse = "outside ASCII its lower case or its whitespace differs from Python, and this text has such characters"
    many = f"{len(lines):,} lines → word frequency"
    ours = timed(lambda: frequency_of_lines(lines))
    reference = timed(lambda: one_by_one(ReferenceAnalyzer, lines))
    yield Comparison(many, "plain Python", ours, reference, 20.0)
    for peer, frequency, bound in (
        ("polars", frames.polars_frequency, 8.0),
        ("DuckDB", frames.duckdb_frequency, 3.0),
        ("pyarrow.compute", frames.pyarrow_frequency, 6.0),
    ):
        theirs = timed(partial(frequency, lines))
        yield Comparison(many, peer, ours, theirs, bound, excuse=excuse)
    adding = f"{many}, add_document() for each"
    yield Comparison(adding, "plain Python", timed(lambda: one_by_one(TextAnalyzer, lines)), reference, 8.0)
