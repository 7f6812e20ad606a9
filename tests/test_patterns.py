"""Patterns of words and phrases: what they match, and how they are spelled."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import TermOptions, TextAnalyzer


def analyzer_of(texts: list[str], **options: Any) -> TextAnalyzer:
    analyzer = TextAnalyzer(**options)
    analyzer.add_documents(texts)
    return analyzer


def rows(lines: Any, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(lines.to_dict()[name] for name in names), strict=True))


def test_a_word_without_a_term_keeps_its_place() -> None:
    analyzer = analyzer_of(["to be or not to be"], terms=TermOptions(stop_words={"be"}))
    assert len(analyzer.kwic("to or")) == 0
    assert rows(analyzer.kwic(("to", None, "or")), "match") == [("to be or",)]
    assert len(analyzer.kwic("be")) == len(analyzer.kwic("to *")) == 0
    assert rows(analyzer.kwic("be", on="tokens", window=1), "left", "right") == [("to", "or"), ("to", "")]


def test_patterns_are_normalized_like_the_words_of_documents() -> None:
    analyzer = analyzer_of(["Running dogs, the Dog runs"], tokenizer="unicode", terms=TermOptions(stemmer="english"))
    assert rows(analyzer.kwic("DOGS"), "match") == [("dogs",), ("Dog",)]
    assert rows(analyzer.kwic("runs"), "match") == [("Running",), ("runs",)]
    assert len(analyzer.kwic("runs", on="tokens")) == 1
    assert len(analyzer.kwic("Runs", on="tokens")) == 0


def test_a_function_for_terms_also_applies_to_patterns() -> None:
    terms = TermOptions(function=lambda word: {"mice": "MOUSE", "mouse": "MOUSE"}.get(word, word))
    analyzer = analyzer_of(["Mice and a mouse"], terms=terms)
    for pattern in ("MOUSE", "mice", "Mouse", "MOU*"):
        assert rows(analyzer.kwic(pattern), "match") == [("Mice",), ("mouse",)]


def test_a_sigma_before_a_wildcard_matches_both_lower_case_forms() -> None:
    analyzer = analyzer_of(["Οδος ΟΔΟΣ. οδοσα ΟΔΟΣΑ οδο"])
    assert list(analyzer.kwic("ΟΔΟΣ*")["match"]) == ["Οδος", "ΟΔΟΣ.", "οδοσα", "ΟΔΟΣΑ"]
    assert list(analyzer.kwic("*ΔΟΣ?")["match"]) == ["ΟΔΟΣ.", "οδοσα", "ΟΔΟΣΑ"]
    assert list(analyzer.kwic("*ΔΟΣ")["match"]) == ["Οδος"]


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [
        ("c*", ["Cats", "cat's", "c*"]),
        (r"c\*", ["c*"]),
        ("c[a]t", []),
        ("?at", ["sat"]),
        (re.compile("(c)(a)"), ["Cats", "cat's"]),
        (re.compile("s$|^sa"), ["Cats", "sat", "cat's"]),
        (re.compile("C", re.IGNORECASE), ["Cats", "cat's", "c*"]),
        (re.compile(""), ["Cats", "sat", "cat's", "c*"]),
        (re.compile("x*$"), ["Cats", "sat", "cat's", "c*"]),
        (re.compile(r"t\b"), ["sat", "cat's"]),
        ({"sat", "cats"}, ["Cats", "sat"]),
        ({"sat", re.compile(r"\*")}, ["sat", "c*"]),
        (("c*", {"sat", "c*"}), ["Cats sat", "cat's c*"]),
        ((None, re.compile("^s")), ["Cats sat"]),
    ],
)
def test_patterns_match_these_texts(pattern: Any, matches: list[str]) -> None:
    assert list(analyzer_of(["Cats sat cat's c*"]).kwic(pattern)["match"]) == matches


def test_patterns_have_labels() -> None:
    analyzer = analyzer_of(["a b c d e f g"])
    lines = analyzer.kwic("a b", re.compile("^c"), ("d", None, {"f", "g"}), {"last": ["g", {"g"}], "x": "a"})
    assert rows(lines, "match", "pattern") == [
        ("a b", "a b"),
        ("a", "x"),
        ("c", "^c"),
        ("d e f", "d * {f, g}"),
        ("g", "last"),
    ]


@given(
    words=st.lists(st.text("abAé*?", min_size=1, max_size=5), min_size=1, max_size=8),
    pattern=st.sampled_from(["a", "^a", "b$", "a*", "[^a]$", "a|é", "(a)(b)", r"\ba", r"a\B", "A", "(?i:A)", "^$"]),
)
def test_a_regular_expression_is_searched_in_each_word(words: list[str], pattern: str) -> None:
    expected = [word for word in words if re.search(pattern, word)]
    assert list(analyzer_of([" ".join(words)]).kwic(re.compile(pattern), on="tokens")["match"]) == expected
