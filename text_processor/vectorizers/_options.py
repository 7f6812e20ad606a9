"""The options of the native backend."""

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
"""The methods that a subclass may override. If it does, the Python backend reads the documents."""

# Each pattern of a set has the same matches, because each takes a complete run of word characters.
_TWO_OR_MORE = {flag + run for flag in ("", "(?u)") for run in (r"\b\w\w+\b", r"\w\w+", r"\b\w{2,}\b", r"\w{2,}")}
_ONE_OR_MORE = {flag + run for flag in ("", "(?u)") for run in (r"\b\w+\b", r"\w+", r"\b\w{1,}\b", r"\w{1,}")}


@dataclass(frozen=True)
class Options:
    """How the native backend reads documents."""

    analyzer: Literal["word", "char", "char_wb"]
    ngram_range: tuple[int, int]
    lowercase: bool
    strip_accents: Literal["unicode", "ascii"] | None
    stop_words: frozenset[str]
    single_letters: bool
    threads: int | None = None
    """The number of threads; None is the default of the core."""

    def vectorizer(self, vocabulary: Iterable[str] | None = None) -> Vectorizer:
        """A native vectorizer with these options."""
        return Vectorizer(
            analyzer=self.analyzer,
            ngram_range=self.ngram_range,
            lowercase=self.lowercase,
            strip_accents=self.strip_accents,
            stop_words=sorted(self.stop_words),
            single_letters=self.single_letters,
            vocabulary=vocabulary,
            threads=self.threads,
        )


def options_of(reader: DocumentReader) -> Options | None:
    """The options that do the same as the parameters of a vectorizer; None if no options do the same."""
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
    """Whether a text can be encoded in UTF-8, because it has no lone surrogate."""
    return text.isascii() or text.encode(errors="ignore").decode() == text
