"""Concordances: every line of a frequent word."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import data
from measuring import Comparison, timed
from nltk.text import ConcordanceLine, Text

from text_processor import Concordance, TextAnalyzer
from workloads.setting import Setting

LENGTH = 4_300_000
"""The bytes of the text, as many as in the King James Bible."""

WINDOW = (19, 18)
"""The words that NLTK gives before and after a match."""


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare with NLTK, which has an index of the places of each word. Both sides have already read the text."""
    text = data.cut(setting.text, LENGTH).decode()
    peer = Text(text.split())
    with TextAnalyzer() as analyzer:
        analyzer.add_document(text)
        analyzer.index()
        word = analyzer.top_words(1)[0][0]
        count = analyzer.word_frequency()[word]
        # This call is not timed, because NLTK makes its index in the first call.
        peer.concordance_list(word, lines=1)
        ours = timed(partial(analyzer.kwic, word, window=WINDOW), lines_of)
        theirs = timed(partial(peer.concordance_list, word, lines=count), lines_of)
        work = f"{len(text) / 1e6:.1f} MB → all {count:,} lines of {word!r}, as columns"
        excuse = None if text.isascii() else "outside ASCII its lower case may differ"
        yield Comparison(work, "concordance_list of NLTK", ours, theirs, 50.0, excuse=excuse)


def lines_of(lines: Concordance | list[ConcordanceLine]) -> list[tuple[int, list[str], list[str]]]:
    """Return the place of each match, and the words before and after it."""
    if isinstance(lines, Concordance):
        return [(line[1], line.left.split(), line.right.split()) for line in lines]
    return [(line.offset, list(line.left), list(line.right)) for line in lines]
