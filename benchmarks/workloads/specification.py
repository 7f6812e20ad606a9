"""Small workloads, of the sizes in the specification of the project."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol

import pyo3_analyzer
from measuring import Comparison, timed
from peers.reference import ReferenceAnalyzer

from text_processor import TextAnalyzer

TIMES = 20
"""The number of runs to time together: one run takes less than a millisecond."""


class Analyzer(Protocol):
    """The methods that each side has."""

    def add_document(self, text: str, /) -> None:
        """Add a document."""

    def add_documents(self, texts: list[str], /) -> object:
        """Add documents."""

    def total_words(self) -> int:
        """Return the number of words."""

    def word_frequency(self) -> dict[str, int]:
        """Return the count of each word."""

    def analyze_sentiment(self) -> float:
        """Return the sentiment per document."""


def comparisons() -> Iterator[Comparison]:
    """Compare with plain Python, and with a simple analyzer in PyO3."""
    adds = [f"document {number} with some words here" for number in range(10_000)]
    frequency = [f"word{number % 100} repeated multiple times" for number in range(1_000)]
    sentiment = ["good bad neutral excellent terrible"] * 1_000
    peers: list[tuple[str, Callable[[], Analyzer], tuple[float, float, float]]] = [
        ("plain Python", ReferenceAnalyzer, (2.5, 12.0, 10.0)),
        ("a simple analyzer in PyO3", pyo3_analyzer.Analyzer, (1.0, 1.0, 1.0)),
    ]
    for peer, make, bounds in peers:
        works = (
            ("10,000 calls of add_document()", counted, adds),
            ("word frequency of 1,000 documents", frequency_of, frequency),
            ("sentiment of 1,000 documents", sentiment_of, sentiment),
        )
        for (work, run, documents), bound in zip(works, bounds, strict=True):
            ours, theirs = (timed(partial(run, side, documents), times=TIMES) for side in (TextAnalyzer, make))
            yield Comparison(work, peer, ours, theirs, bound)


def counted(make: Callable[[], Analyzer], documents: list[str]) -> int:
    """Add documents one by one, and count their words, so that the time includes postponed work."""
    analyzer = make()
    for text in documents:
        analyzer.add_document(text)
    return analyzer.total_words()


def filled(make: Callable[[], Analyzer], documents: list[str]) -> Analyzer:
    """Return an analyzer with documents, added in one call."""
    analyzer = make()
    analyzer.add_documents(documents)
    return analyzer


def frequency_of(make: Callable[[], Analyzer], documents: list[str]) -> dict[str, int]:
    """Add documents, and return the count of each word."""
    return filled(make, documents).word_frequency()


def sentiment_of(make: Callable[[], Analyzer], documents: list[str]) -> float:
    """Add documents, and return their sentiment."""
    return filled(make, documents).analyze_sentiment()
