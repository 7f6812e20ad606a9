"""Tables of other libraries: text from their columns, and results that they read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import data
import polars
import pyarrow
from measuring import Comparison, timed
from peers import frames

from text_processor import TextAnalyzer, vectorizers
from workloads.matrices import Fitted, fitted
from workloads.setting import Setting


def frequency_of_column(column: Any) -> dict[str, int]:
    """Return the count of each word of a column, or of a list."""
    with TextAnalyzer() as analyzer:
        analyzer.add_documents(column)
        return analyzer.word_frequency()


def number_of_documents(column: Any) -> int:
    """Add a column, or a list, and return the number of documents."""
    with TextAnalyzer() as analyzer:
        return analyzer.add_documents(column)


def matrix_of_column(column: Any) -> Fitted:
    """Return the matrix of a column, or of a list."""
    return fitted(vectorizers, "CountVectorizer", {}, column)


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare columns with lists of their texts, and results as tables with Python objects."""
    yield from _columns(setting)
    yield from _results(setting)


def _columns(setting: Setting) -> Iterator[Comparison]:
    lines = data.lines_of(setting.text)
    series = polars.Series("line", lines)
    excuse = None
    if not setting.text.isascii():
        excuse = "outside ASCII its lower case or its whitespace differs from Python, and this text has such characters"
    work = f"polars column of {len(lines):,} lines → word_frequency()"
    ours = timed(partial(frequency_of_column, series))
    yield Comparison(work, "its to_list()", ours, timed(lambda: frequency_of_column(series.to_list())), 1.7)
    theirs = timed(lambda: frames.as_dict(frames.polars_columns(series)))
    yield Comparison(work, "polars", ours, theirs, 6.0, excuse=excuse)
    array = pyarrow.array(lines)
    adding = f"pyarrow array of {len(lines):,} lines → add_documents()"
    yield Comparison(
        adding,
        "a list of str",
        timed(partial(number_of_documents, array)),
        timed(partial(number_of_documents, lines)),
        1.0,
    )
    yield Comparison(
        f"polars column of {len(lines):,} lines → CountVectorizer().fit_transform()",
        "a list of str",
        timed(partial(matrix_of_column, series)),
        timed(partial(matrix_of_column, lines)),
        1.2,
    )


def frame_of_table(analyzer: TextAnalyzer) -> polars.DataFrame:
    """Return the counts as a DataFrame that reads native memory."""
    return polars.DataFrame(analyzer.word_counts())


def frame_of_dict(analyzer: TextAnalyzer) -> polars.DataFrame:
    """Return the counts as a DataFrame, by way of the dict."""
    frequency = analyzer.word_frequency()
    return polars.DataFrame({"word": list(frequency), "count": list(frequency.values())})


def counts_of(frame: Any) -> dict[str, int]:
    """Return the counts of a DataFrame."""
    return dict(zip(frame["word"].to_list(), frame["count"].to_list(), strict=True))


def _results(setting: Setting) -> Iterator[Comparison]:
    with TextAnalyzer() as analyzer:
        analyzer.add_file(setting.path, lines=True)
        words = analyzer.unique_words()
        yield Comparison(
            f"counts of {words:,} words → pl.DataFrame",
            "by way of the dict",
            timed(partial(frame_of_table, analyzer), counts_of),
            timed(partial(frame_of_dict, analyzer), counts_of),
            10.0,
        )
