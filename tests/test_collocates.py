"""Collocates: plain Python for surface co-occurrence (Evert 2008) and NLTK's finder with a window are the oracles."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import InvalidOptionError, InvalidPatternError, TermOptions, TextAnalyzer, TextNotStoredError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from text_processor.table import Table

C4 = ["the cat sat on the mat the cat ran", "a dog sat on the log", "the dog and the cat ran to the log", ""]

TEXTS = st.lists(st.text("aab cd", max_size=30), max_size=6)
"""Short texts with few words."""


def analyzer_of(texts: Iterable[str], **options: object) -> TextAnalyzer:
    analyzer = TextAnalyzer(**options)  # type: ignore[arg-type]
    analyzer.add_documents(texts, missing="keep")
    return analyzer


def counts_of(table: Table) -> dict[str, int]:
    return {row.term: row.count for row in table}


def test_the_collocates_of_cat_are_those_of_the_specification() -> None:
    table = analyzer_of(C4).collocates("cat", 2, measures=["g2", "z", "log_ratio_walter"])
    assert table.names == ["term", "count", "frequency", "documents", "g2", "z", "log_ratio_walter"]
    rows = {row.term: row[1:] for row in table}
    assert sum(row[0] for row in rows.values()) == 10
    assert rows["ran"] == (2, 2, 2, *map(pytest.approx, (3.200624023, 1.073490, 2.453173)))
    count, frequency, documents, g2, z, log_ratio = rows["the"]
    assert (count, frequency, documents) == (3, 7, 2)
    assert (g2, z, log_ratio) == pytest.approx((-0.095710043, -0.182574, -0.231326), rel=1e-5)


def test_words_that_are_rare_near_the_node_come_last() -> None:
    analyzer = analyzer_of(["a x " * 20 + "y " * 50 + "a y"])
    table = analyzer.collocates("a", 1, measures=["g2", "pmi"])
    assert [(row.term, row.g2 > 0, row.pmi > 0) for row in table] == [("x", True, True), ("y", False, False)]


def test_a_word_between_two_nodes_counts_once() -> None:
    (row,) = analyzer_of(["a b a b a"]).collocates("a", 1)
    assert row[:4] == ("b", 2, 2, 1)


def reference(
    texts: list[str], node: str, left: int, right: int, drops: bool, barrier: str | None
) -> tuple[dict[str, tuple[int, int, int]], int, int]:
    """The count, the frequency and the documents of each collocate; the words in windows; the words outside nodes."""
    counts, frequencies, documents, near, others = Counter[str](), Counter[str](), Counter[str](), 0, 0
    for text in texts:
        words = text.split()
        nodes = {at for at, word in enumerate(words) if word == node and not (drops and word == "c")}
        window = set()
        for at in nodes:
            for step, size in ((-1, left), (1, right)):
                for place in range(at + step, at + step * (size + 1), step):
                    if not 0 <= place < len(words):
                        break
                    window.add(place)
                    if words[place] == barrier:
                        break
        window -= nodes
        near += len(window)
        others += len(words) - len(nodes)
        listed = Counter(words[at] for at in window if not (drops and words[at] == "c"))
        counts += listed
        documents += Counter(list(listed))
        frequencies += Counter(word for at, word in enumerate(words) if at not in nodes and not (drops and word == "c"))
    return {word: (counts[word], frequencies[word], documents[word]) for word in counts}, near, others


@given(
    texts=TEXTS,
    window=st.tuples(st.integers(0, 3), st.integers(0, 3)),
    drops=st.booleans(),
    barrier=st.sampled_from([None, "b", "d"]),
    threads=st.integers(1, 2),
)
def test_collocates_are_those_of_the_reference(
    texts: list[str], window: tuple[int, int], drops: bool, barrier: str | None, threads: int
) -> None:
    analyzer = analyzer_of(texts, threads=threads, terms=TermOptions(stop_words=["c"] if drops else []))
    expected, near, others = reference(texts, "a", *window, drops, barrier)
    table = analyzer.collocates("a", window, measures=["delta_p21"], barriers=barrier)
    assert {row.term: row[1:4] for row in table} == expected
    for row in table:
        rest = others - near
        outside = (row.frequency - row.count) / rest if rest else float("nan")
        assert row.delta_p21 == pytest.approx(row.count / near - outside, abs=1e-12, nan_ok=True)


def nltk_scores(texts: list[str], node: str, window: int, name: str) -> dict[tuple[str, str], float]:
    finder = pytest.importorskip("nltk.collocations").BigramCollocationFinder
    measures = pytest.importorskip("nltk.metrics").BigramAssocMeasures
    padded = [word for text in texts for word in [*text.split(), *[None] * window]]
    found = finder.from_words(padded, window_size=window + 1)
    scores = {}
    for pair in found.ngram_fd:
        if node in pair:
            try:
                scores[pair] = found.score_ngram(getattr(measures, name), *pair)
            except (ValueError, ZeroDivisionError):
                continue
    return scores


@given(texts=TEXTS, window=st.integers(1, 4))
@pytest.mark.parametrize(("ours", "theirs"), [("pmi", "pmi"), ("t", "student_t"), ("chi2", "chi_sq"), ("dice", "dice")])
def test_nltks_scores_are_bit_for_bit_those_of_nltk(ours: str, theirs: str, texts: list[str], window: int) -> None:
    table = analyzer_of(texts).collocates("a", window, measures=[ours], convention="nltk")
    found = {("a", row.term) if row.side == "right" else (row.term, "a"): row[-1] for row in table}
    expected = nltk_scores(texts, "a", window, theirs)
    assert {pair: found[pair] for pair in expected} == expected


def test_a_node_may_be_a_phrase_a_pattern_or_a_regular_expression() -> None:
    analyzer = analyzer_of(C4)
    assert counts_of(analyzer.collocates("the cat", (0, 1))) == {"sat": 1, "ran": 2}
    assert counts_of(analyzer.collocates("?at", (0, 1))) == {"on": 2, "the": 1, "ran": 2}
    assert counts_of(analyzer.collocates(re.compile("^l"), (1, 0))) == {"the": 2}
    assert counts_of(analyzer.collocates(({"cat", "dog"}, None), (0, 1)))["on"] == 2
    assert len(analyzer.collocates("unicorn")) == 0


def test_dropped_words_count_as_places_in_a_window() -> None:
    analyzer = analyzer_of(["to be or not to be"], terms=TermOptions(stop_words=["or"]))
    assert counts_of(analyzer.collocates("be", (0, 1))) == {}
    assert counts_of(analyzer.collocates("be", (0, 1), gaps="close")) == {"not": 1}


def test_windows_end_at_barriers_and_at_the_ends_of_sentences() -> None:
    analyzer = analyzer_of(["The cat sat. It was a cat, and it ran far away."])
    assert set(counts_of(analyzer.collocates("cat*", (0, 9), within="sentence"))) == {
        "sat.", "and", "it", "ran", "far", "away.",
    }  # fmt: skip
    assert set(counts_of(analyzer.collocates("cat,", (9, 9), barriers="*."))) == {
        "sat.", "it", "was", "a", "and", "ran", "far", "away.",
    }  # fmt: skip


def test_tokens_can_be_compared_as_they_are_written() -> None:
    analyzer = analyzer_of(["The Lord said to the lord"])
    assert counts_of(analyzer.collocates("Lord", (0, 1), on="tokens")) == {"said": 1}
    assert counts_of(analyzer.collocates("Lord", (1, 1))) == {"the": 2, "said": 1}


@given(texts=TEXTS, convention=st.sampled_from(["surface", "nltk"]))
def test_groups_have_the_collocates_of_an_analyzer_of_each_group(texts: list[str], convention: str) -> None:
    groups = [number % 2 for number in range(len(texts))]
    options = {"measures": ["g2", "pmi"], "convention": convention}
    found = analyzer_of(texts).collocates("a", 2, by=groups, **options)  # type: ignore[arg-type]
    expected = []
    for group in dict.fromkeys(groups):
        own = [text for text, other in zip(texts, groups, strict=True) if other == group]
        expected += [(group, *row) for row in analyzer_of(own).collocates("a", 2, **options)]  # type: ignore[arg-type]
    assert list(map(str, map(tuple, found))) == list(map(str, expected))


def test_rows_can_be_limited() -> None:
    analyzer = analyzer_of(C4)
    everything = analyzer.collocates("cat")
    assert analyzer.collocates("cat", limit=2) == everything[:2]
    assert len(analyzer.collocates("cat", limit=0)) == 0
    assert counts_of(analyzer.collocates("cat", min_count=3)) == {"the": 6}


def test_both_sides_of_a_window_may_be_a_list() -> None:
    analyzer = analyzer_of(C4)
    assert analyzer.collocates("cat", [0, 2]) == analyzer.collocates("cat", (0, 2))  # type: ignore[arg-type]


def test_wrong_options_are_refused() -> None:
    analyzer = analyzer_of(C4)
    with pytest.raises(InvalidOptionError, match="window must be from 0"):
        analyzer.collocates("cat", -1)
    with pytest.raises(InvalidOptionError, match="not 3 numbers"):
        analyzer.collocates("cat", (1, 2, 3))  # type: ignore[arg-type]
    with pytest.raises(InvalidOptionError, match="convention='gensim' is not known"):
        analyzer.collocates("cat", convention="gensim")  # type: ignore[arg-type]
    with pytest.raises(InvalidPatternError):
        analyzer.collocates("")
    with pytest.raises(InvalidPatternError):
        analyzer.collocates("cat", barriers=" ")
    with pytest.raises(TextNotStoredError):
        TextAnalyzer(store_text=False).collocates("cat")


def test_a_window_may_be_longer_than_any_document() -> None:
    """This takes seconds only if the time does not grow with the window: there are ten thousand million pairs."""
    analyzer = analyzer_of(["a b " * 100_000])
    found = analyzer.collocates("a", (1 << 32) - 1)
    assert [(row.term, row.count) for row in found] == [("b", 100_000)]
    pairs = analyzer.collocates("a", (1 << 32) - 1, convention="nltk")
    assert sum(row.count for row in pairs if row.term == "b") == 100_000**2
