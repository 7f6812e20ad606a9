"""The word lists of a scorer: a wrong entry never breaks the scorer."""

from __future__ import annotations

import math
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text_processor import (
    InvalidLexiconError,
    SentimentIntensityAnalyzer,
    TextAnalyzer,
)

pytest.importorskip("vaderSentiment", reason="vaderSentiment is not installed")


@given(
    entries=st.dictionaries(
        st.one_of(
            st.text(max_size=5),
            st.sampled_from(["\ud800", "a\udfff", "good", ""]),
            st.integers(),
            st.none(),
            st.binary(),
        ),
        st.one_of(st.floats(), st.text(max_size=3), st.none(), st.integers(), st.lists(st.none())),
        max_size=4,
    ),
    change=st.sampled_from(["item", "update", "setdefault", "or", "assign"]),
    emojis=st.booleans(),
)
@settings(max_examples=settings().max_examples // 2)
def test_an_invalid_word_is_refused_when_it_is_set(entries: dict[Any, Any], change: str, emojis: bool) -> None:
    analyzer = SentimentIntensityAnalyzer()
    words: dict[Any, Any] = analyzer.emojis if emojis else analyzer.lexicon
    before = dict(words)
    try:
        if change == "item":
            for word, value in entries.items():
                words[word] = value
        elif change == "update":
            words.update(entries)
        elif change == "setdefault":
            for word, value in entries.items():
                words.setdefault(word, value)
        elif change == "or":
            words |= entries
        elif emojis:
            analyzer.emojis = entries
        else:
            analyzer.lexicon = entries
    except (InvalidLexiconError, TypeError, OverflowError):
        if change in ("update", "or", "assign"):
            assert dict(analyzer.emojis if emojis else analyzer.lexicon) == before
    analyzer.polarity_scores("a good day \ud800 \u2603")
    assert pickle.loads(pickle.dumps(analyzer)).lexicon == analyzer.lexicon  # noqa: S301


def test_lone_surrogates_are_not_words() -> None:
    for words in (
        {"boosters": {"\ud800": 1}},
        {"idioms": {"a \ud800": 1}},
        {"negations": ["\udfff"]},
        {"negations": [5]},
    ):
        with pytest.raises((InvalidLexiconError, TypeError)):
            SentimentIntensityAnalyzer(**words)
    analyzer = SentimentIntensityAnalyzer()
    with pytest.raises(InvalidLexiconError, match="a word has a lone surrogate at index 1"):
        analyzer.lexicon["a\ud800"] = 1.0
    with pytest.raises(TypeError, match="a word must be a str, not int"):
        analyzer.lexicon[5] = 1.0  # type: ignore[index]
    with pytest.raises(InvalidLexiconError, match="must be a number"):
        analyzer.lexicon["word"] = "much"  # type: ignore[assignment]
    with pytest.raises(InvalidLexiconError, match="finite"):
        analyzer.lexicon["word"] = math.nan
    with pytest.raises(TypeError, match="the description of an emoji must be a str"):
        analyzer.emojis["\u2603"] = 5  # type: ignore[assignment]
    assert "word" not in analyzer.lexicon
    assert analyzer.polarity_scores("good")["compound"] == 0.4404
    with pytest.raises(InvalidLexiconError):
        TextAnalyzer().analyze_sentiment({"\ud800": 1})
