"""What the native counting does: whatever gives the same there as step by step in Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from numbers import Integral

import numpy as np

from text_processor.exceptions import InvalidDocumentError
from text_processor.matrix import Matrix, Vectorizer
from text_processor.vectorizers._pruning import Limits, refuse_empty
from text_processor.vectorizers._reader import DocumentReader
from text_processor.vectorizers._sparse import csr
from text_processor.vectorizers._vocabulary import Vocabulary, is_utf8

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

DTYPES = [np.dtype(name) for name in ("int32", "int64", "float32", "float64")]

STEPS = ("decode", "build_preprocessor", "build_tokenizer", "build_analyzer", "get_stop_words")
"""What a subclass may override: documents are then read in Python."""

# With the same meaning, since a run of word characters is taken as a whole, wherever it begins and ends.
_TWO_OR_MORE = {flag + run for flag in ("", "(?u)") for run in (r"\b\w\w+\b", r"\w\w+", r"\b\w{2,}\b", r"\w{2,}")}
_ONE_OR_MORE = {flag + run for flag in ("", "(?u)") for run in (r"\b\w+\b", r"\w+", r"\b\w{1,}\b", r"\w{1,}")}


class NotNativeError(Exception):
    """The native counting does not take these documents; they can be read again, in Python."""


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


class NativeCounting:
    """Counts many documents at once, on all cores.

    Everything here raises NotNativeError where there are lone surrogates in a document.
    """

    def __init__(self, reader: DocumentReader, options: Options) -> None:
        self._reader = reader
        self._options = options
        self._dtype: Any = np.dtype(reader.dtype).name
        self._binary = bool(reader.binary)

    def count(self, documents: Iterable[Any], vocabulary: Vocabulary) -> Any:
        """The matrix of known features; others are passed over."""
        return self._matrix(self._counted(documents, self._known(vocabulary).count))

    def grow(self, documents: Iterable[Any], vocabulary: Vocabulary) -> tuple[Any, Vocabulary]:
        """The matrix of known and of new features, which get the columns behind in order of first appearance."""
        counts = self._counted(documents, partial(self._known(vocabulary).count, grow=True))
        return self._matrix(counts), Vocabulary.of(self._options, counts.vectorizer(), vocabulary)

    def learn(self, documents: Iterable[Any], limits: Limits) -> tuple[Any, Vocabulary]:
        """The matrix of all features in order that stay, with entries in order of first appearance."""
        counts = self._counted(documents, partial(self._options.vectorizer().count, grow=True))
        rows, columns = counts.shape
        refuse_empty(columns)
        counts.sort()
        if not limits.keep_all(rows):
            sums = partial(counts.sums, binary=self._binary)
            counts.keep(
                limits.chosen(rows, counts.document_frequencies(), lambda: sums().astype(self._sum_type(), copy=False))
            )
        return self._matrix(counts), Vocabulary.of(self._options, counts.vectorizer())

    def hash(self, documents: Iterable[Any], columns: int, *, alternate_sign: bool) -> Any:
        """The matrix of hashed features; those that share a column are added."""
        hashing = self._options.vectorizer()
        counts = self._counted(documents, partial(hashing.hash, n_features=columns, alternate_sign=alternate_sign))
        return csr(*counts.arrays(self._dtype), columns)

    def _known(self, vocabulary: Vocabulary) -> Vectorizer:
        vectorizer = vocabulary.vectorizer(self._options)
        if vectorizer is None:
            raise NotNativeError
        return vectorizer

    def _counted(self, documents: Iterable[Any], count: Callable[..., Matrix]) -> Matrix:
        if isinstance(documents, np.ndarray):
            documents = documents.tolist()
        read = partial(_text, self._reader)
        try:
            if self._reader.input != "content":
                return count(map(read, documents))
            return count(documents, decode=None if _are_utf8(self._reader, documents) else read)
        except InvalidDocumentError as error:
            if isinstance(documents, Iterator):
                raise
            if error.document is not None and isinstance(documents, list | tuple):
                # Which raises, for bytes, what it raises in Python.
                self._reader.decode(documents[error.document])
            # They can be read again, in Python.
            raise NotNativeError from error

    def _matrix(self, counts: Matrix) -> Any:
        columns = counts.shape[1]
        return csr(*counts.arrays(self._dtype, binary=self._binary), columns)

    def _sum_type(self) -> str:
        """The type of the sum of the numbers of a matrix, as SciPy has it."""
        return "int64" if self._dtype == "int32" else str(self._dtype)


def _are_utf8(reader: DocumentReader, documents: Iterable[Any]) -> bool:
    """Whether documents are bytes that can be read as they are."""
    return (
        isinstance(documents, list | tuple)
        and set(map(type, documents[:1])) == {bytes} == set(map(type, documents))
        and reader.encoding.lower() in ("utf-8", "utf8")
        and reader.decode_error == "strict"
    )


def _text(reader: DocumentReader, document: Any) -> str:
    text = reader.decode(document)
    if isinstance(text, str):
        return text
    # Which raises what it raises in Python, for most that is no text.
    reader.build_preprocessor()(text)
    raise TypeError(f"a document is a str or bytes, not {type(text).__name__}")
