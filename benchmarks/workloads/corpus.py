"""A corpus that is kept: loading it, taking a part of it, and merging two parts."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from functools import partial

import data
import numpy as np
from measuring import Comparison, Measured, timed

from text_processor import TextAnalyzer
from workloads.setting import Setting


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare with indexing the same text again."""
    lines = data.lines_of(setting.text)
    path = setting.path
    work = f"{len(lines):,} lines"
    saved = setting.scratch / "corpus.arrow"
    with of_file(setting) as analyzer:
        analyzer.save(saved)
        load = partial(TextAnalyzer.load, saved)
        again = timed(partial(of_file, setting), figures)
        yield Comparison(f"load() of {work}", f"indexing {path.name} again", timed(load, figures), again, 3.0)
        mapped = timed(partial(load, mmap=True), figures)
        yield Comparison(f"load(mmap=True) of {work}", f"indexing {path.name} again", mapped, again, 20.0)
        mask = np.random.default_rng(setting.seed).random(len(lines)) < 0.5
        part = [line for line, is_chosen in zip(lines, mask, strict=True) if is_chosen]
        yield Comparison(
            f"subset() of half of {work} → word_counts()",
            "a new analyzer of these lines",
            timed(lambda: analyzer.subset(mask).word_counts(), dict),
            timed(lambda: of_lines(part).word_counts(), dict),
            5.0,
        )
    half = len(lines) // 2
    with of_lines(lines[:half]) as first, of_lines(lines[half:]) as second:

        def merged() -> Measured:
            copy = first.copy()
            gc.collect()
            start = time.perf_counter()
            copy.merge(second)
            # The first query looks up the words.
            copy.unique_words()
            return Measured(time.perf_counter() - start, figures(copy))

        yield Comparison(
            f"merge() of two halves of {work} → unique_words()", f"indexing {path.name} again", merged, again, 5.0
        )


def of_file(setting: Setting) -> TextAnalyzer:
    """Return an analyzer with the lines of the text, which are indexed."""
    analyzer = TextAnalyzer()
    analyzer.add_file(setting.path, lines=True, missing="skip")
    analyzer.index()
    return analyzer


def of_lines(lines: list[str]) -> TextAnalyzer:
    """Return an analyzer with these lines, which are indexed."""
    analyzer = TextAnalyzer()
    analyzer.add_documents(lines)
    analyzer.index()
    return analyzer


def figures(analyzer: TextAnalyzer) -> object:
    """Return values that are equal if two analyzers have the same documents and words."""
    return analyzer.document_count(), analyzer.total_words(), analyzer.top_words(100)
