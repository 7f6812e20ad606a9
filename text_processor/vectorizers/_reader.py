"""The parameters of a vectorizer that say how to decode, preprocess and cut documents."""

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

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt

    from text_processor.typing import Missing

DEFAULT_PATTERN = r"(?u)\b\w\w+\b"


class DocumentReader(EqualPickles):
    """The parameters that define the features of a document, and the functions that they make.

    A subclass may override each public method. The Python backend then reads the documents with the functions of the
    subclass.
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
    missing: Missing = "raise"
    """Estimators in pickles of earlier versions do not have this parameter."""

    def decode(self, doc: Any) -> Any:
        """The text of a document. Reads a file or the file of a name, and decodes bytes.

        Raises:
            ValueError: The document is NaN, which stands for a missing value.
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
        """A function that changes a text before it is cut into words."""
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
        # re.compile() refuses None.
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
        """A function that returns the features of a document: it decodes, preprocesses and cuts the document.

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

    # ---- Warnings and errors ----

    def _check_stop_words_consistency(
        self,
        stop_words: Collection[str] | None,
        preprocess: Callable[[Any], Any],
        tokenize: Callable[[Any], Iterable[str]],
    ) -> bool | str | None:
        """Warn, once for each list, of stop words that the tokenizer cuts into words that are not in the list.

        Returns:
            True if there are no such words, None if the list was checked before, "error" if a function raised an error.
        """
        if id(self.stop_words) == getattr(self, "_stop_words_id", None):
            return None
        self._stop_words_id = id(self.stop_words)
        try:
            met = {word for stop_word in stop_words or () for word in tokenize(preprocess(stop_word))}
            missing = sorted(word for word in met if word not in (stop_words or ()))
        except Exception:
            # A function of the user that does not accept strings.
            return "error"
        if missing:
            warn(
                "Your stop_words may be inconsistent with your preprocessing. Tokenizing the stop words generated "
                f"tokens {missing!r} not in stop_words."
            )
        return not missing

    def _warn_of_unused(self) -> None:
        """Warn of parameters that have no effect because of other parameters."""
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
