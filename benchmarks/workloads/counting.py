"""The words of a text, as a whole and line by line."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import data
from measuring import Contest, Measured, Side, timed
from peers import frames
from peers.reference import ReferenceAnalyzer

from text_processor import TextAnalyzer, count_words
from workloads.setting import Setting


def contests(setting: Setting) -> Iterator[Contest]:
    """Against `wc`, which only counts; against plain Python; against data frames."""
    yield from _against_wc(setting)
    yield from _lines(setting)


# ---- A file ----


def frequency_of_file(path: Path, threads: int | None) -> dict[str, int]:
    """How often each word of a file occurs."""
    with TextAnalyzer(threads=threads) as analyzer:
        analyzer.add_file(path)
        return analyzer.word_frequency()


def wc(path: Path) -> int:
    """The number of words of a file."""
    command = ("wc", "-w", os.fspath(path))
    return int(
        subprocess.run(command, env={**os.environ, "LC_ALL": "C"}, capture_output=True, check=True).stdout.split()[0]
    )


def on_one_core(side: Side) -> Side:
    """The side with only one core to run on, and the processes it starts as well."""

    def pinned() -> Measured:
        cores = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {min(cores)})
        try:
            return side()
        finally:
            os.sched_setaffinity(0, cores)

    return pinned


def _against_wc(setting: Setting) -> Iterator[Contest]:
    peer = "LC_ALL=C wc -w, which only counts"
    excuse = None
    if re.search(rb"[^\t-\r -~]", setting.text):
        excuse = "in the C locale, wc knows only printable ASCII, and there is more in this text"
    theirs = timed(lambda: wc(setting.path))
    for threads, name, bound in ((None, "all cores", 4.0), (1, "one thread", 2.0)):
        yield Contest(
            f"file of {setting.size} → word_frequency(), {name}",
            peer,
            timed(partial(frequency_of_file, setting.path, threads), lambda counts: sum(counts.values())),
            theirs,
            bound,
            excuse=excuse,
        )
    yield Contest(
        f"total words of {setting.size} in memory, one core",
        peer,
        on_one_core(timed(lambda: count_words(setting.text))),
        on_one_core(theirs),
        30.0,
        excuse=excuse,
    )


# ---- Lines ----


def frequency_of_lines(lines: list[str]) -> dict[str, int]:
    """How often each word of some lines occurs, added together."""
    with TextAnalyzer() as analyzer:
        analyzer.add_documents(lines)
        return analyzer.word_frequency()


def one_by_one(make: Callable[[], TextAnalyzer | ReferenceAnalyzer], lines: list[str]) -> dict[str, int]:
    """How often each word of some lines occurs, added one by one."""
    analyzer = make()
    for line in lines:
        analyzer.add_document(line)
    return analyzer.word_frequency()


def _lines(setting: Setting) -> Iterator[Contest]:
    lines = data.lines_of(setting.text)
    excuse = None
    if not setting.text.isascii():
        excuse = "outside ASCII, its lower case or its whitespace is not Python's, and this text shows it"
    many = f"{len(lines):,} lines → word frequency"
    ours = timed(lambda: frequency_of_lines(lines))
    reference = timed(lambda: one_by_one(ReferenceAnalyzer, lines))
    yield Contest(many, "plain Python", ours, reference, 20.0)
    for peer, frequency, bound in (
        ("polars", frames.polars_frequency, 8.0),
        ("DuckDB", frames.duckdb_frequency, 3.0),
        ("pyarrow.compute", frames.pyarrow_frequency, 6.0),
    ):
        theirs = timed(partial(frequency, lines))
        yield Contest(many, peer, ours, theirs, bound, excuse=excuse)
    adding = f"{many}, add_document() for each"
    yield Contest(adding, "plain Python", timed(lambda: one_by_one(TextAnalyzer, lines)), reference, 8.0)
