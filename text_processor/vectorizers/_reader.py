"""The part of vectorizers that takes documents: how they are read, cut and counted, and by whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable

from text_processor.vectorizers._estimator import warn
from text_processor.vectorizers._features import (
    Analyzer,
    Characters,
    Preprocessor,
    Words,
    char_ngrams,
    char_wb_ngrams,
)
from text_processor.vectorizers._pickles import EqualPickles
from text_processor.vectorizers._preprocessing import strip_accents_ascii, strip_accents_unicode
from text_processor.vectorizers._stop_words import ENGLISH_STOP_WORDS

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt

DEFAULT_PATTERN = r"(?u)\b\w\w+\b"


class DocumentReader(EqualPickles):
    """The parameters that say what the features of a document are, and the functions that are made of them.

    A subclass may override any of its public methods; documents are then read in Python, with what it gives.
    """

    input: str
    encoding: str
    decode_error: str
    strip_accents: str | Callable[[str], str] | None
    lowercase: bool
    preprocessor: Callable[[Any], Any] | None
    tokenizer: Callable[[Any], Iterable[str]] | None
    stop_words: str | list[str] | None
    token_pattern: str | None
    ngram_range: tuple[int, int]
    analyzer: str | Callable[[Any], Iterable[Any]]
    binary: bool
    dtype: npt.DTypeLike

    def decode(self, doc: Any) -> Any:
        """A document as text: read, if it is a file or its name, and decoded, if it is bytes.

        Raises:
            ValueError: It is NaN, which stands for missing values.
        """
        if self.input == "filename":
            with open(doc, "rb") as file:
                doc = file.read()
        elif self.input == "file":
            doc = doc.read()
        if isinstance(doc, bytes):
            return doc.decode(self.encoding, self.decode_error)
        if isinstance(doc, float) and doc != doc:
            raise ValueError("np.nan is an invalid document, expected byte or unicode string.")
        return doc

    def build_preprocessor(self) -> Callable[[Any], Any]:
        """A function that makes of a text what is cut into words."""
        if self.preprocessor is not None:
            return self.preprocessor
        strip: Callable[[str], str] | None
        if not self.strip_accents:
            strip = None
        elif callable(self.strip_accents):
            strip = self.strip_accents
        elif self.strip_accents == "ascii":
            strip = strip_accents_ascii
        elif self.strip_accents == "unicode":
            strip = strip_accents_unicode
        else:
            raise ValueError(f'Invalid value for "strip_accents": {self.strip_accents}')
        return Preprocessor(self.lowercase, strip)

    def build_tokenizer(self) -> Callable[[Any], Iterable[str]]:
        """A function that cuts a text into words."""
        if self.tokenizer is not None:
            return self.tokenizer
        # None is refused, as re does it.
        pattern: re.Pattern[str] = re.compile(self.token_pattern)  # type: ignore[arg-type]
        if pattern.groups > 1:
            raise ValueError("More than 1 capturing group in token pattern. Only a single group should be captured.")
        return pattern.findall

    def get_stop_words(self) -> Collection[str] | None:
        """The stop words, as a set."""
        stop_words = self.stop_words
        if stop_words is None:
            return None
        if not isinstance(stop_words, str):
            return frozenset(stop_words)
        if stop_words == "english":
            return ENGLISH_STOP_WORDS
        raise ValueError(f"not a built-in stop list: {stop_words}")

    def build_analyzer(self) -> Callable[[Any], Iterable[Any]]:
        """A function that makes features of a document: it reads, preprocesses and cuts it.

        >>> from text_processor.vectorizers import CountVectorizer
        >>> CountVectorizer(ngram_range=(1, 2)).build_analyzer()("Call me Ishmael.")
        ['call', 'me', 'ishmael', 'call me', 'me ishmael']
        """
        analyzer = self.analyzer
        if callable(analyzer):
            return Analyzer(self.decode, None, analyzer)
        preprocess = self.build_preprocessor()
        if analyzer == "char":
            return Analyzer(self.decode, preprocess, Characters(char_ngrams, self.ngram_range))
        if analyzer == "char_wb":
            return Analyzer(self.decode, preprocess, Characters(char_wb_ngrams, self.ngram_range))
        if analyzer != "word":
            raise ValueError(f"{analyzer} is not a valid tokenization scheme/analyzer")
        stop_words = self.get_stop_words()
        tokenize = self.build_tokenizer()
        self._check_stop_words_consistency(stop_words, preprocess, tokenize)
        return Analyzer(self.decode, preprocess, Words(tokenize, stop_words, self.ngram_range))

    # ---- What users are told ----

    def _check_stop_words_consistency(
        self,
        stop_words: Collection[str] | None,
        preprocess: Callable[[Any], Any],
        tokenize: Callable[[Any], Iterable[str]],
    ) -> bool | str | None:
        """Warns, once for each list, of stop words that cannot be met as they are, since they are cut like a text.

        Returns:
            Whether all are met; None where that list was looked at before, "error" where it cannot be told.
        """
        if id(self.stop_words) == getattr(self, "_stop_words_id", None):
            return None
        self._stop_words_id = id(self.stop_words)
        try:
            met = {word for stop_word in stop_words or () for word in tokenize(preprocess(stop_word))}
            missing = sorted(word for word in met if word not in (stop_words or ()))
        except Exception:
            # A function of the user's that takes something else than strings.
            return "error"
        if missing:
            warn(
                "Your stop_words may be inconsistent with your preprocessing. Tokenizing the stop words generated "
                f"tokens {missing!r} not in stop_words."
            )
        return not missing

    def _warn_of_unused(self) -> None:
        """Warns of parameters that others make useless."""
        for unused, reason in self._unused():
            warn(f"The parameter '{unused}' will not be used since {reason}")

    def _unused(self) -> Iterable[tuple[str, str]]:
        if self.tokenizer is not None and self.token_pattern is not None:
            yield "token_pattern", "'tokenizer' is not None'"
        if callable(self.analyzer):
            if self.preprocessor is not None:
                yield "preprocessor", "'analyzer' is callable'"
            if self.ngram_range != (1, 1) and self.ngram_range is not None:
                yield "ngram_range", "'analyzer' is callable'"
        if self.analyzer != "word":
            if self.stop_words is not None:
                yield "stop_words", "'analyzer' != 'word'"
            if self.token_pattern is not None and self.token_pattern != DEFAULT_PATTERN:
                yield "token_pattern", "'analyzer' != 'word'"
            if self.tokenizer is not None:
                yield "tokenizer", "'analyzer' != 'word'"

    def _check_ngram_range(self) -> None:
        shortest, longest = self.ngram_range
        if shortest > longest:
            raise ValueError(
                f"Invalid value for ngram_range={self.ngram_range} lower boundary larger than the upper boundary."
            )
