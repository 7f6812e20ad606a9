"""What is measured: the same work for every contestant, and its answer, so that answers can be compared."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from peers.reference import ReferenceAnalyzer

from text_processor import TextAnalyzer

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "examples" / "data" / "genesis.txt"
SAMPLE_COPIES = 150


class Analyzer(Protocol):
    """What every contestant can do."""

    def add_document(self, text: str) -> None:
        """Adds a document."""

    def total_words(self) -> int:
        """The number of words."""

    def word_frequency(self) -> dict[str, int]:
        """How often each word occurs."""

    def analyze_sentiment(self) -> float:
        """Sentiment, a document."""


@dataclass(frozen=True)
class Contest:
    """The same work done in two ways; the ratio says how many times faster ours is."""

    name: str
    peer: str
    ours: Callable[[], object]
    theirs: Callable[[], object]


def adding(make: Callable[[], Analyzer], documents: Iterable[str]) -> Callable[[], object]:
    """Adds documents one by one, until their words are counted."""

    def run() -> object:
        analyzer = make()
        for text in documents:
            analyzer.add_document(text)
        return analyzer.total_words()

    return run


def asking(make: Callable[[], Analyzer], documents: list[str], question: str) -> Callable[[], object]:
    """Adds documents and asks a question; adding counts, since the first question does what adding left undone."""

    def run() -> object:
        analyzer = make()
        if isinstance(analyzer, TextAnalyzer):
            analyzer.add_documents(documents)
        else:
            for text in documents:
                analyzer.add_document(text)
        return getattr(analyzer, question)()

    return run


def against_reference(name: str, documents: list[str], question: str | None) -> Contest:
    """A contest with the reference analyzer."""
    if question is None:
        return Contest(name, "plain Python", adding(TextAnalyzer, documents), adding(ReferenceAnalyzer, documents))
    return Contest(
        name,
        "plain Python",
        asking(TextAnalyzer, documents, question),
        asking(ReferenceAnalyzer, documents, question),
    )


def at_once(work: Callable[[], object], threads: int) -> list[object]:
    """What work gives on several threads at once."""
    results: list[object] = []
    running = [threading.Thread(target=lambda: results.append(work())) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return results


def two_analyzers(text: str, seconds: float = 0.5) -> Contest:
    """An analyzer of one native thread on each of two Python threads, at once and one after the other."""
    # About 150 MB/s on one thread, generously.
    analyzers = max(1, round(seconds * 150e6 / len(text)))

    def index() -> int:
        total = 0
        for _ in range(analyzers):
            with TextAnalyzer(threads=1) as analyzer:
                analyzer.add_document(text)
                total += analyzer.unique_words()
        return total

    return Contest(
        "two threads, an analyzer each", "one after the other", lambda: at_once(index, 2), lambda: [index(), index()]
    )


def four_askers() -> Contest:
    """One analyzer of many distinct words, whose sentiment four threads ask for, at once and one after the other."""
    analyzer = TextAnalyzer()
    analyzer.add_document("good " + " ".join(map(str, range(1_000_000))))

    def ask() -> float:
        return sum(analyzer.analyze_sentiment() for _ in range(20))

    return Contest(
        "sentiment from four threads", "one after the other", lambda: at_once(ask, 4), lambda: [ask() for _ in range(4)]
    )


def lines_of(files: list[Path]) -> list[str]:
    """The lines of some files that are not blank; of the sample, many times over, where none are named."""
    if files:
        text = "".join(path.read_text(encoding="utf-8", errors="replace") for path in files)
    else:
        text = SAMPLE.read_text(encoding="utf-8") * SAMPLE_COPIES
    return [line for line in text.split("\n") if line.strip()]


def contests(files: list[Path]) -> list[Contest]:
    """Everything that is measured."""
    lines = lines_of(files)
    title = f"{len(lines):,} lines"
    return [
        against_reference("10,000 adds", [f"document {i} with some words here" for i in range(10_000)], None),
        against_reference(
            "word frequency of 1,000", [f"word{i % 100} repeated multiple times" for i in range(1000)], "word_frequency"
        ),
        against_reference("sentiment of 1,000", ["good bad neutral excellent terrible"] * 1000, "analyze_sentiment"),
        against_reference(f"{title}: adds", lines, None),
        against_reference(f"{title}: word frequency", lines, "word_frequency"),
        against_reference(f"{title}: sentiment", lines, "analyze_sentiment"),
        two_analyzers("\n".join(lines)),
        four_askers(),
    ]
