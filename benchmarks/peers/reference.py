"""The reference analyzer: what a corpus is, in plain Python.

It is the oracle of the property tests, and the first peer of the benchmarks.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

SENTIMENT = {"good": 1, "great": 1, "excellent": 1, "bad": -1, "terrible": -1, "awful": -1}


class ReferenceAnalyzer:
    """Documents, and counts, frequencies and sentiment of the words in them."""

    def __init__(self) -> None:
        self.documents: list[str] = []

    def add_document(self, text: str) -> None:
        """Adds a document."""
        if not text.strip():
            raise ValueError("the document holds no word")
        self.documents.append(text)

    def add_documents(self, texts: Iterable[str]) -> None:
        """Adds documents."""
        for text in texts:
            self.add_document(text)

    def total_words(self) -> int:
        """The number of words."""
        return sum(len(text.split()) for text in self.documents)

    def word_frequency(self) -> dict[str, int]:
        """How often each word occurs, in lower case, in order of first appearance."""
        frequency: Counter[str] = Counter()
        for text in self.documents:
            frequency.update(word.lower() for word in text.split())
        return frequency

    def analyze_sentiment(self) -> float:
        """The sum of the values of all words, divided by the number of documents."""
        total = sum(SENTIMENT.get(word.lower(), 0) for text in self.documents for word in text.split())
        return total / len(self.documents)
