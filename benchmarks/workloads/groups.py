"""Counts by a variable of the documents."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import data
import numpy as np
import polars
from measuring import Comparison, timed
from peers import frames

from text_processor import TextAnalyzer
from text_processor.table import Table
from workloads.setting import Setting

if TYPE_CHECKING:
    import numpy.typing as npt

GROUPS = 66
"""The number of groups: the books of the Bible."""


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare with polars, which splits the text in each query."""
    lines = data.lines_of(setting.text)
    codes = (np.arange(len(lines)) * GROUPS // len(lines)).astype(np.uint32)
    frame = polars.DataFrame({"group": codes, "line": lines})
    theirs = timed(partial(frames.polars_grouped_columns, frame), counts_of)
    work = f"{len(lines):,} lines in {GROUPS} groups → counts of each group"
    excuse = None
    if not setting.text.isascii():
        excuse = "outside ASCII its lower case or its whitespace differs from Python, and this text has such characters"
    with filled(frame["line"], codes) as analyzer:
        analyzer.word_counts()
        ours = timed(partial(grouped, analyzer), counts_of)
        yield Comparison(f"{work}, indexed before", "group_by of polars", ours, theirs, 10.0, excuse=excuse)
    with_index = timed(lambda: grouped(filled(frame["line"], codes)), counts_of)
    yield Comparison(f"{work}, with indexing", "group_by of polars", with_index, theirs, 2.0, excuse=excuse)


def filled(lines: polars.Series, groups: npt.NDArray[np.uint32]) -> TextAnalyzer:
    """Return an analyzer with the lines as documents, and their groups as a variable."""
    analyzer = TextAnalyzer()
    analyzer.add_documents(lines, variables={"group": groups})
    return analyzer


def grouped(analyzer: TextAnalyzer) -> Table:
    """Return the counts of each group, in order of first appearance."""
    return analyzer.word_counts(by="group")


def counts_of(rows: Table | polars.DataFrame) -> dict[tuple[int, str], int]:
    """Return the counts of a table with a group, a word and a count in each row."""
    found = rows.iter_rows() if isinstance(rows, polars.DataFrame) else rows
    return {(group, word): count for group, word, count in found if word}
