"""What the native counting does: whatever gives the same there as step by step in Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np

from text_processor.exceptions import InvalidDocumentError
from text_processor.matrix import Matrix, Vectorizer
from text_processor.vectorizers._options import Options
from text_processor.vectorizers._pruning import Limits, refuse_empty
from text_processor.vectorizers._reader import DocumentReader
from text_processor.vectorizers._sparse import csr
from text_processor.vectorizers._vocabulary import Vocabulary

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class NotNativeError(Exception):
    """The native counting does not take these documents; they can be read again, in Python."""


class NativeBackend:
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
