"""From a document to its features, step by step, in Python.

A user's own functions need these steps. The native backend gives the same features for all documents in one call.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WHITESPACE = re.compile(r"\s\s+")


@dataclass(frozen=True)
class Preprocessor:
    """Converts a text to lower case, then strips accents."""

    lowercase: bool
    strip_accents: Callable[[str], str] | None

    def __call__(self, text: str) -> str:
        """The text that the tokenizer receives."""
        if self.lowercase:
            text = text.lower()
        return text if self.strip_accents is None else self.strip_accents(text)


def word_ngrams(words: Iterable[str], ngram_range: tuple[int, int]) -> list[str]:
    """Sequences of words, joined by spaces: first the shortest ones, then those that are a word longer, and so on."""
    words = list(words)
    shortest, longest = ngram_range
    if longest == 1:
        return words
    # Single words stay unchanged: a tokenizer may return objects that are not strings.
    found = list(words) if shortest == 1 else []
    for n in range(2 if shortest == 1 else shortest, min(longest, len(words)) + 1):
        found += [" ".join(words[start : start + n]) for start in range(len(words) - n + 1)]
    return found


def char_ngrams(text: str, ngram_range: tuple[int, int]) -> list[str]:
    """Sequences of characters, across words; several whitespace characters count as one space."""
    text = _WHITESPACE.sub(" ", text)
    shortest, longest = ngram_range
    return [
        text[start : start + n]
        for n in range(shortest, min(longest, len(text)) + 1)
        for start in range(len(text) - n + 1)
    ]


def char_wb_ngrams(text: str, ngram_range: tuple[int, int]) -> list[str]:
    """Sequences of characters within words, each word with a space on both sides.

    A padded word that is not longer than a sequence is one feature, counted once.
    """
    shortest, longest = ngram_range
    found = []
    for word in text.split():
        padded = f" {word} "
        for n in range(shortest, longest + 1):
            found += [padded[start : start + n] for start in range(max(1, len(padded) - n + 1))]
            if len(padded) <= n:
                break
    return found


@dataclass(frozen=True)
class Words:
    """Cuts a text into n-grams of words, without stop words."""

    tokenize: Callable[[Any], Iterable[str]]
    stop_words: Collection[str] | None
    ngram_range: tuple[int, int]

    def __call__(self, text: Any) -> Sequence[str]:
        """The features of a preprocessed text."""
        words = self.tokenize(text)
        if self.stop_words is not None:
            words = [word for word in words if word not in self.stop_words]
        return word_ngrams(words, self.ngram_range)


@dataclass(frozen=True)
class Characters:
    """Cuts a text into n-grams of characters."""

    ngrams: Callable[[str, tuple[int, int]], list[str]]
    ngram_range: tuple[int, int]

    def __call__(self, text: str) -> Sequence[str]:
        """The features of a preprocessed text."""
        return self.ngrams(text, self.ngram_range)


@dataclass(frozen=True)
class Analyzer:
    """All steps together. An object can be pickled if its functions can."""

    decode: Callable[[Any], Any]
    preprocess: Callable[[Any], Any] | None
    features: Callable[[Any], Iterable[Any]]

    def __call__(self, document: Any) -> Iterable[Any]:
        """The features of a document, each as often as it occurs in it."""
        text = self.decode(document)
        return self.features(text if self.preprocess is None else self.preprocess(text))
