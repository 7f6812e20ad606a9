"""Lexicons and lists of words from columns, whose words and values may be missing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from missing_values import GONE, KINDS
from optional_packages import HAS_VADER, pa, pd, pl, vectorizers

from text_processor import (
    InvalidLexiconError,
    InvalidOptionError,
    Lexicon,
    MissingDocumentError,
    SentimentIntensityAnalyzer,
    TermOptions,
)
from text_processor.matrix import Vectorizer

pytestmark = pytest.mark.once

WORDS = ["good", "bad", "so"]


def word_columns(words: list[Any]) -> Iterator[Any]:
    yield words
    yield tuple(words)
    yield iter(words)
    yield np.array(words, dtype=object)
    if pd is not None:
        yield pd.Series(words, index=range(len(words), 0, -1))
        yield pd.Series(words, dtype="category")
    if pl is not None:
        yield pl.Series(words)
    if pa is not None:
        yield pa.array(words)
        yield pa.chunked_array([words[:1], words[1:]])


def test_a_lexicon_takes_a_column_of_words_and_one_of_values() -> None:
    for words in word_columns(WORDS):
        assert dict(Lexicon(words, [1, -1, 0.5])) == {"good": 1, "bad": -1, "so": 0.5}
    for values in word_columns([1.0, -1.0, 0.5]):
        assert dict(Lexicon(WORDS, values)) == {"good": 1, "bad": -1, "so": 0.5}
    assert dict(Lexicon(["good", "good"], [1, 2])) == {"good": 2}
    assert dict(Lexicon([], [])) == {}
    for words, values in ((WORDS, [1]), (["good"], [1, 2, 3])):
        fewer, more = sorted((("words", len(words)), ("values", len(values))), key=lambda pair: pair[1])
        with pytest.raises(InvalidLexiconError, match=f"more {more[0]} than {fewer[0]}: there are 1 {fewer[0]}"):
            Lexicon(words, values)
    for words, values in (("good", [1]), ({"good": 1}, [1]), (WORDS, {"good": 1}), (WORDS, 1)):
        with pytest.raises(TypeError):
            Lexicon(words, values)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "bytes"])
def test_a_lexicon_skips_missing_words(kind: str) -> None:
    def words() -> Any:
        """A column of three words and a missing one."""
        texts = KINDS[kind]()
        if isinstance(texts, list | tuple):
            return [text.replace(" ", "") or "x" if isinstance(text, str) else text for text in texts]
        return texts

    if isinstance(words(), list):
        assert dict(Lexicon(words(), [1, 2, 3, 4], missing="skip")) == {"goodday": 1, "x": 3, "aday": 4}
        with pytest.raises(MissingDocumentError, match=f"missing value at row {GONE}: the word is "):
            Lexicon(words(), [1, 2, 3, 4])
    else:
        with pytest.raises(InvalidLexiconError, match="'good day' has whitespace in it"):
            Lexicon(words(), [1, 2, 3, 4], missing="skip")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith(("list", "object"))])
def test_a_lexicon_skips_missing_values(kind: str) -> None:
    values = [1 if isinstance(value, str) else value for value in KINDS[kind]()]
    with pytest.raises(MissingDocumentError, match=f"missing value at row {GONE}: the value of 'b' is "):
        Lexicon(["a", "b", "c", "d"], values)
    assert dict(Lexicon(["a", "b", "c", "d"], values, missing="skip")) == {"a": 1, "c": 1, "d": 1}


def test_the_error_for_an_entry_without_a_word_or_a_value_names_its_row() -> None:
    for words in ({"good": 1, None: 2}, [("good", 1), (None, 2)], [("good", 1), ("bad", math.nan)]):
        with pytest.raises(
            MissingDocumentError, match=r"missing value at row 1: the (word|value of 'bad') is "
        ) as caught:
            Lexicon(words)  # type: ignore[arg-type]
        assert isinstance(caught.value, InvalidLexiconError)
        assert caught.value.document == 1
        assert str(caught.value).endswith("pass missing='skip' to leave such rows out")
        assert dict(Lexicon(words, missing="skip")) == {"good": 1}  # type: ignore[arg-type]
    with pytest.raises(InvalidOptionError, match="missing='keep' is not known"):
        Lexicon({}, missing="keep")  # type: ignore[arg-type]


def test_lists_of_words_may_be_columns() -> None:
    for number in range(len(list(word_columns(WORDS)))):

        def words(number: int = number) -> Any:
            return list(word_columns(WORDS))[number]

        assert Vectorizer(vocabulary=words()).terms() == WORDS
        assert Vectorizer(stop_words=words()).count(["good day"], grow=True).shape == (1, 1)
        assert TermOptions(stop_words=words()).stop_words == frozenset(WORDS)
        if HAS_VADER:
            made = SentimentIntensityAnalyzer(negations=words())
            assert made.polarity_scores("so great")["compound"] < 0
        if vectorizers is not None:
            assert vectorizers.CountVectorizer(vocabulary=words()).fit([]).get_feature_names_out().tolist() == WORDS
