"""Analyzers that threads share until the end, and whose answers each thread checks."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from text_processor import TextAnalyzer

NUMBERS = 997


class OnPurposeError(Exception):
    """The exception that callbacks raise."""


class Shared:
    """An analyzer that stays open until the end, and the number of documents that each thread has added."""

    def __init__(self, name: str, **options: Any) -> None:
        self.name = name
        self.analyzer = TextAnalyzer(**options)
        self.keeps_text = options.get("store_text", True)
        self.begun: Counter[str] = Counter()
        self.added: Counter[str] = Counter()

    def texts(self, who: str, number: int) -> list[str]:
        """Return the next documents of a thread."""
        first = self.added[who]
        return [f"{who} n{place % NUMBERS}" for place in range(first, first + number)]

    def add(self, who: str, number: int, add: Callable[[list[str]], object]) -> bool:
        """Add all documents, or only some if the call fails. Return whether the call succeeded."""
        texts = self.texts(who, number)
        self.begun[who] += number
        try:
            add(texts)
        except (OnPurposeError, asyncio.CancelledError):
            self.settle(who)
            return False
        self.added[who] += number
        return True

    def settle(self, who: str) -> None:
        """Find out how many documents a failed call added."""
        found = self.analyzer.word_frequency().get(who, 0)
        assert self.added[who] <= found <= self.begun[who], (self.name, who, self.added[who], found, self.begun[who])
        self.added[who] = self.begun[who] = found

    def check(self, who: str, ask: Callable[[TextAnalyzer], dict[str, int]]) -> dict[str, int]:
        """Query the analyzer, and compare the counts with the documents that were added before or while it answers."""
        least = self.added.copy()
        found = ask(self.analyzer)
        most = self.begun.copy()
        assert found.get(who, 0) == self.added[who], (self.name, who, found.get(who), self.added[who])
        for other, number in least.items():
            # Documents of a failed call may disappear during the query.
            assert number <= found.get(other, 0), (self.name, other, number, found.get(other), most[other])
        return found

    def check_at_the_end(self) -> None:
        """Check that every document is there, once and in order."""
        analyzer, total = self.analyzer, sum(self.added.values())
        analyzer.clear_callback()
        assert analyzer.document_count() == total, (self.name, analyzer.document_count(), total)
        assert analyzer.total_words() == 2 * total
        numbers = Counter(f"n{place % NUMBERS}" for number in self.added.values() for place in range(number))
        expected = {who: number for who, number in self.added.items() if number} | dict(numbers)
        assert analyzer.word_frequency() == expected
        assert dict(analyzer.word_counts()) == dict(analyzer.iter_top_words()) == expected
        if self.keeps_text:
            places: Counter[str] = Counter()
            for text in analyzer:
                who, number = text.split()
                # A signal handler may add a document before the documents that its thread is adding.
                assert who == "signal" or number == f"n{places[who] % NUMBERS}", (self.name, text, places[who])
                places[who] += 1


def first_words(counts: Iterable[tuple[tuple[str, ...], int]]) -> dict[str, int]:
    """Count how often n-grams begin with each word."""
    found: Counter[str] = Counter()
    for words, count in counts:
        found[words[0]] += count
    return found
