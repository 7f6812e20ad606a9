"""The reference analyzer: a corpus in plain Python.

It is the oracle of the property tests, and a peer of the benchmark.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

SENTIMENT = {"good": 1, "great": 1, "excellent": 1, "bad": -1, "terrible": -1, "awful": -1}


class ReferenceAnalyzer:
    """Documents, and the counts and the sentiment of their words."""

    def __init__(self) -> None:
        self.documents: list[str] = []

    def add_document(self, text: str) -> None:
        """Add a document."""
        if not text.strip():
            raise ValueError("the document holds no word")
        self.documents.append(text)

    def add_documents(self, texts: Iterable[str]) -> None:
        """Add documents."""
        for text in texts:
            self.add_document(text)

    def total_words(self) -> int:
        """Return the number of words."""
        return sum(len(text.split()) for text in self.documents)

    def word_frequency(self) -> dict[str, int]:
        """Return the count of each word in lower case, in order of first appearance."""
        frequency: Counter[str] = Counter()
        for text in self.documents:
            frequency.update(word.lower() for word in text.split())
        return frequency

    def analyze_sentiment(self) -> float:
        """Return the sum of the values of all words, divided by the number of documents."""
        total = sum(SENTIMENT.get(word.lower(), 0) for text in self.documents for word in text.split())
        return total / len(self.documents)
