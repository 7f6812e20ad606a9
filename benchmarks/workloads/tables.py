"""Tables of other libraries: results that they read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import polars as pl
from measuring import Comparison, timed

from text_processor import TextAnalyzer
from workloads.setting import Setting


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare results as tables with the same results as Python objects."""
    yield from _results(setting)


def frame_of_table(analyzer: TextAnalyzer) -> pl.DataFrame:
    """Return the counts as a DataFrame that reads native memory."""
    return pl.DataFrame(analyzer.word_counts())


def frame_of_dict(analyzer: TextAnalyzer) -> pl.DataFrame:
    """Return the counts as a DataFrame, by way of the dict."""
    frequency = analyzer.word_frequency()
    return pl.DataFrame({"word": list(frequency), "count": list(frequency.values())})


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
