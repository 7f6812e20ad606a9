"""The sizes that the specification of the project measures: small ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol

import pyo3_analyzer
from measuring import Contest, timed
from peers.reference import ReferenceAnalyzer

from text_processor import TextAnalyzer

TIMES = 20
"""Runs that are timed together: one takes less than a millisecond."""


class Analyzer(Protocol):
    """What every contestant can do."""

    def add_document(self, text: str, /) -> None:
        """Adds a document."""

    def add_documents(self, texts: list[str], /) -> object:
        """Adds documents."""

    def total_words(self) -> int:
        """The number of words."""

    def word_frequency(self) -> dict[str, int]:
        """How often each word occurs."""

    def analyze_sentiment(self) -> float:
        """Sentiment, a document."""


def contests() -> Iterator[Contest]:
    """Against plain Python, and against the obvious design in PyO3."""
    adds = [f"document {number} with some words here" for number in range(10_000)]
    frequency = [f"word{number % 100} repeated multiple times" for number in range(1_000)]
    sentiment = ["good bad neutral excellent terrible"] * 1_000
    peers: list[tuple[str, Callable[[], Analyzer], tuple[float, float, float]]] = [
        ("plain Python", ReferenceAnalyzer, (4.0, 12.0, 10.0)),
        ("the obvious design in PyO3", pyo3_analyzer.Analyzer, (1.0, 1.0, 1.0)),
    ]
    for peer, make, bounds in peers:
        works = (
            ("10,000 adds", counted, adds),
            ("word frequency of 1,000 documents", frequency_of, frequency),
            ("sentiment of 1,000 documents", sentiment_of, sentiment),
        )
        for (work, run, documents), bound in zip(works, bounds, strict=True):
            ours, theirs = (timed(partial(run, side, documents), times=TIMES) for side in (TextAnalyzer, make))
            yield Contest(work, peer, ours, theirs, bound)


def counted(make: Callable[[], Analyzer], documents: list[str]) -> int:
    """Adds documents one by one, until their words are counted: what adding leaves undone is not left out."""
    analyzer = make()
    for text in documents:
        analyzer.add_document(text)
    return analyzer.total_words()


def filled(make: Callable[[], Analyzer], documents: list[str]) -> Analyzer:
    """An analyzer with documents, added at once."""
    analyzer = make()
    analyzer.add_documents(documents)
    return analyzer


def frequency_of(make: Callable[[], Analyzer], documents: list[str]) -> dict[str, int]:
    """Adds documents, and how often each word occurs in them."""
    return filled(make, documents).word_frequency()


def sentiment_of(make: Callable[[], Analyzer], documents: list[str]) -> float:
    """Adds documents, and their sentiment."""
    return filled(make, documents).analyze_sentiment()
