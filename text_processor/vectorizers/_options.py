"""How the native counting reads documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from text_processor.matrix import Vectorizer
from text_processor.vectorizers._reader import DocumentReader

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

DTYPES = [np.dtype(name) for name in ("int32", "int64", "float32", "float64")]

STEPS = ("decode", "build_preprocessor", "build_tokenizer", "build_analyzer", "get_stop_words")
"""What a subclass may override: documents are then read in Python."""

# With the same meaning, since a run of word characters is taken as a whole, wherever it begins and ends.
_TWO_OR_MORE = {flag + run for flag in ("", "(?u)") for run in (r"\b\w\w+\b", r"\w\w+", r"\b\w{2,}\b", r"\w{2,}")}
_ONE_OR_MORE = {flag + run for flag in ("", "(?u)") for run in (r"\b\w+\b", r"\w+", r"\b\w{1,}\b", r"\w{1,}")}


@dataclass(frozen=True)
class Options:
    """How the native counting reads documents."""

    analyzer: Literal["word", "char", "char_wb"]
    ngram_range: tuple[int, int]
    lowercase: bool
    strip_accents: Literal["unicode", "ascii"] | None
    stop_words: frozenset[str]
    single_letters: bool

    def vectorizer(self, vocabulary: Iterable[str] | None = None) -> Vectorizer:
        """A native vectorizer that reads documents like this."""
        return Vectorizer(
            analyzer=self.analyzer,
            ngram_range=self.ngram_range,
            lowercase=self.lowercase,
            strip_accents=self.strip_accents,
            stop_words=sorted(self.stop_words),
            single_letters=self.single_letters,
            vocabulary=vocabulary,
        )


def options_of(reader: DocumentReader) -> Options | None:
    """How the native counting does what a reader of documents asks for; None where it cannot."""
    changed = any(
        name in vars(reader) or getattr(type(reader), name) is not vars(DocumentReader)[name] for name in STEPS
    )
    shortest, longest = reader.ngram_range
    is_word = reader.analyzer == "word"
    if (
        changed
        or reader.analyzer not in ("word", "char", "char_wb")
        or reader.preprocessor is not None
        or callable(reader.strip_accents)
        or not (isinstance(shortest, Integral) and isinstance(longest, Integral) and 1 <= shortest <= longest < 1 << 16)
        or reader.dtype is None
        or np.dtype(reader.dtype) not in DTYPES
        or (is_word and (reader.tokenizer is not None or reader.token_pattern not in _TWO_OR_MORE | _ONE_OR_MORE))
    ):
        return None
    stop_words = (reader.get_stop_words() if is_word else None) or ()
    return Options(
        analyzer=reader.analyzer,
        ngram_range=(int(shortest), int(longest)),
        lowercase=bool(reader.lowercase),
        strip_accents=reader.strip_accents or None,
        stop_words=frozenset(word for word in stop_words if isinstance(word, str) and is_utf8(word)),
        single_letters=is_word and reader.token_pattern in _ONE_OR_MORE,
    )


def is_utf8(text: str) -> bool:
    """Whether there is no lone surrogate in a text: it can be written in UTF-8."""
    return text.isascii() or text.encode(errors="ignore").decode() == text
