"""How the time changes for one more document, longer text, other scripts, and words chosen by an adversary."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from functools import partial

import adversary
import data
import numpy as np
from measuring import Comparison, FigureKind, LeftOut, Measured, Side, timed

from text_processor import TextAnalyzer
from workloads.setting import Setting

GROWTH = 10
LANGUAGES = ("ja", "zh_CN", "zh_TW", "ru")
DISTINCT, TOKENS = 20_000, 1_000_000


def comparisons(setting: Setting) -> Iterator[Comparison | LeftOut]:
    """Compare our time with our time on another text."""
    yield _one_more_document(setting)
    yield _growth(setting)
    yield _many_scripts(setting)
    yield from _adversaries(setting)


def frequency_of_text(text: bytes) -> dict[str, int]:
    """Return the count of each word of a text."""
    with TextAnalyzer() as analyzer:
        analyzer.add_document(text)
        return analyzer.word_frequency()


def _one_more_document(setting: Setting) -> Comparison:
    more = "one more document, of these seven words"

    def statistics(again: bool) -> Measured:
        with TextAnalyzer() as analyzer:
            analyzer.add_document(setting.text)
            if again:
                analyzer.get_statistics()
                analyzer.add_document(more)
            gc.collect()
            start = time.perf_counter()
            found = analyzer.get_statistics()
            seconds = time.perf_counter() - start
        return Measured(seconds, found["total_words"] - again * len(more.split()))

    return Comparison(
        f"get_statistics() after one more document, on top of {setting.size}",
        "the first call",
        partial(statistics, True),
        partial(statistics, False),
        0.01,
        FigureKind.COST,
    )


def per_megabyte(side: Side, text: bytes) -> Side:
    """Return the side with its amount per megabyte of text."""

    def shared() -> Measured:
        measured = side()
        return Measured(measured.amount / (len(text) / 1e6), measured.answer)

    return shared


def miscounted(text: bytes) -> Callable[[dict[str, int]], int]:
    """Return a function that returns the error of the counts: counted words minus words of the text."""
    words = data.word_count(text)
    return lambda counts: sum(counts.values()) - words


def _growth(setting: Setting) -> Comparison:
    large = data.zipf_text(setting.seed, GROWTH * setting.length)
    small = data.cut(large, setting.length)
    ours, theirs = (
        per_megabyte(timed(partial(frequency_of_text, text), miscounted(text)), text) for text in (large, small)
    )
    return Comparison(
        f"a megabyte of {GROWTH * setting.length / 1e6:.0f} MB, distinct words growing as in real text",
        f"a megabyte of {setting.length / 1e6:.0f} MB",
        ours,
        theirs,
        1.3,
        FigureKind.COST,
        "s/MB",
    )


def _many_scripts(setting: Setting) -> Comparison | LeftOut:
    work, peer = "a megabyte of text of many scripts", "a megabyte of the text"
    pages = data.manual_pages(setting.manual_pages, LANGUAGES)
    if not pages:
        return LeftOut(
            work,
            peer,
            f"there are no manual pages in {', '.join(LANGUAGES)} below {setting.manual_pages.name}/ "
            "(Debian: apt install manpages-ja manpages-zh manpages-ru)",
        )
    scripts = data.cut(pages, len(setting.text))
    ours, theirs = (
        per_megabyte(timed(partial(frequency_of_text, text), miscounted(text)), text)
        for text in (scripts, setting.text)
    )
    return Comparison(work, peer, ours, theirs, 0.4, unit="s/MB")


def distinct(text: bytes) -> int:
    """Return the number of distinct words, counted on one thread without a Python dict."""
    with TextAnalyzer(threads=1) as analyzer:
        analyzer.add_document(text)
        return analyzer.unique_words()


def _adversaries(setting: Setting) -> Iterator[Comparison]:
    for kind, choose in adversary.KINDS.items():
        random = np.random.default_rng(setting.seed)
        chosen = choose(DISTINCT)
        others = adversary.ordinary(DISTINCT, chosen.dtype.itemsize, random)
        ours, theirs = (
            timed(partial(distinct, adversary.text_of(words, TOKENS, random))) for words in (chosen, others)
        )
        yield Comparison(
            f"{TOKENS:,} words {kind}",
            "ordinary words of the same length",
            ours,
            theirs,
            2.0,
            FigureKind.COST,
        )
