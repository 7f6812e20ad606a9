"""The answers for every text equal those of the oracle, the reference analyzer in plain Python."""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from peers.reference import ReferenceAnalyzer

from text_processor import TextAnalyzer

WHITESPACE = "".join(c for c in map(chr, range(sys.maxunicode + 1)) if c.isspace())
assigned = st.characters(exclude_categories=["Cs", "Cn"])
word = st.one_of(
    st.text(st.sampled_from("aAbBéÉßİıΣσςǅﬁ'光。😀\0\u0301\u00ad."), min_size=1, max_size=6),
    st.sampled_from(["good", "GREAT", "Excellent", "bad", "Terrible", "AWFUL", "good,", "ungood"]),
    st.text(assigned, min_size=1, max_size=40),
)
text = st.lists(st.tuples(word, st.text(st.sampled_from(WHITESPACE), min_size=0, max_size=3))).map(
    lambda pieces: "".join(word + space for word, space in pieces)
)
documents = st.lists(text.filter(str.strip), max_size=12)


def assert_same(analyzer: TextAnalyzer, reference: ReferenceAnalyzer) -> None:
    frequency = reference.word_frequency()
    assert list(analyzer.word_frequency().items()) == list(frequency.items())
    assert analyzer.total_words() == reference.total_words()
    assert analyzer.unique_words() == len(frequency)
    assert analyzer.get_documents() == reference.documents
    assert analyzer.top_words() == Counter(frequency).most_common()
    assert analyzer.top_words(3) == Counter(frequency).most_common(3)
    assert list(analyzer.iter_top_words()) == Counter(frequency).most_common()
    if reference.documents:
        assert analyzer.analyze_sentiment() == reference.analyze_sentiment()


@given(one_by_one=documents, together=documents, threads=st.integers(1, 4))
def test_answers_equal_those_of_plain_python(one_by_one: list[str], together: list[str], threads: int) -> None:
    reference = ReferenceAnalyzer()
    with TextAnalyzer(threads=threads) as analyzer:
        for document in one_by_one:
            analyzer.add_document(document)
            reference.add_document(document)
        assert_same(analyzer, reference)
        assert analyzer.add_documents(together) == len(together)
        for document in together:
            reference.add_document(document)
        assert_same(analyzer, reference)


@given(words=st.lists(word, min_size=1, max_size=5), copies=st.integers(20_000, 60_000), threads=st.integers(1, 4))
def test_answers_about_long_documents_on_many_threads_equal_those_of_plain_python(
    words: list[str], copies: int, threads: int
) -> None:
    reference = ReferenceAnalyzer()
    numbers = [f"{words[number % len(words)]}{number % 997}" for number in range(copies)]
    for document in (" ".join(numbers), "\n".join(numbers[: copies // 3])):
        reference.add_document(document)
    with TextAnalyzer(threads=threads) as analyzer:
        analyzer.add_documents(reference.documents)
        assert list(analyzer.word_frequency().items()) == list(reference.word_frequency().items())
        assert analyzer.total_words() == reference.total_words()


def test_every_assigned_character_is_split_and_lowered_as_in_python() -> None:
    characters = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) not in ("Cn", "Cs")]
    reference = ReferenceAnalyzer()
    for start in range(0, len(characters), 1000):
        some = characters[start : start + 1000]
        reference.add_document("x".join(f"{c} a{c}b {c}ς Σ{c} A{c}Σ" for c in some))
        # Only up to Unicode 15, U+0295 has case, so the lower case of ΑΣ before it depends on the version of Python.
        reference.add_document(" ".join(f"AΣ{c}" for c in some if c != "\u0295"))
    with TextAnalyzer() as analyzer:
        analyzer.add_documents(reference.documents)
        assert list(analyzer.word_frequency().items()) == list(reference.word_frequency().items())


@given(text=st.text(st.sampled_from(WHITESPACE + "\0a")))
def test_the_reference_analyzer_refuses_the_same_texts_without_words(text: str) -> None:
    accepted = []
    for analyzer in (TextAnalyzer(), ReferenceAnalyzer()):
        try:
            analyzer.add_document(text)
        except ValueError:
            accepted.append(False)
        else:
            accepted.append(True)
    assert accepted[0] == accepted[1]
