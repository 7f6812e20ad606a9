"""Sentiment by the rules of VADER: the package itself is the oracle."""

from __future__ import annotations

import ast
import importlib.util
import string
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import SentimentIntensityAnalyzer

pytest.importorskip("vaderSentiment", reason="vaderSentiment is not installed")

from vaderSentiment import vaderSentiment as oracle  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path("/work/shared/data")

THEIRS = oracle.SentimentIntensityAnalyzer()
OURS = SentimentIntensityAnalyzer()


def same(text: str) -> None:
    # As text: so 0.0 and -0.0 are told apart as well.
    assert repr(OURS.polarity_scores(text)) == repr(THEIRS.polarity_scores(text)), text


# ---- Random text of what the rules know ----

LISTED = sorted(THEIRS.lexicon)
ODD = ["no", "NO", "kind", "of", "but", "BUT", "But,", "least", "at", "very", "never", "so", "this", "without", "doubt"]
ODD += ["or", "nor", "not", "isn't", "musn't!", "WON'T", "the", "shit", "bomb", "bad", "ass", "bus", "stop", "yeah"]
ODD += ["right", "kiss", "death", "to", "die", "for", "beating", "heart", "just", "enough", "sort", "no", "badass"]
NEUTRAL = ["word", "A", "I", "1", "ÉCOLE", "École", "ǅ", "ß", "İ", "ΣΑΣ", "光", "...", "''", "K", "ﬁne", "\u2028", "\0"]
MARKS = ["!", "!!!", "?", "??", "????", ".", ",", "'", '"', ":)", ":D", "(:", "\ud83d", "\ude00", "\ufe0f"]
SPACES = [" ", " ", " ", "  ", "\n", "\t", "\u3000", "\x1c", ""]

words = st.one_of(
    st.sampled_from(ODD),
    st.sampled_from(ODD),
    st.sampled_from(LISTED),
    st.sampled_from(sorted(oracle.BOOSTER_DICT)),
    st.sampled_from(oracle.NEGATE),
    st.sampled_from(NEUTRAL),
    st.sampled_from(sorted(THEIRS.emojis)),
    st.text(string.printable, max_size=4),
)
cased = st.tuples(words, st.sampled_from([str, str, str, str.upper, str.title, str.lower])).map(
    lambda word: word[1](word[0])
)
pieces = st.one_of(cased, cased, cased, cased, st.sampled_from(MARKS))
texts = st.lists(st.tuples(pieces, st.sampled_from(SPACES)).map("".join), max_size=24).map("".join)


@given(texts)
def test_random_text_of_what_the_rules_know_has_the_same_numbers(text: str) -> None:
    same(text)


@given(st.text(st.characters(exclude_categories=["Cn"]), max_size=60))
def test_any_text_has_the_same_numbers(text: str) -> None:
    same(text)
