"""Counts documents in native code, if the features are the same as those of the Python backend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import numpy as np

from text_processor._native.missing import checked_missing, is_missing
from text_processor._native.texts import column
from text_processor.exceptions import InvalidDocumentError, MissingDocumentError, MissingFeaturesError
from text_processor.matrix import Matrix, Vectorizer
from text_processor.vectorizers._missing import missing_in, refuse_missing
from text_processor.vectorizers._options import Options
from text_processor.vectorizers._pruning import Limits, refuse_empty
from text_processor.vectorizers._reader import DocumentReader
from text_processor.vectorizers._sparse import csr
from text_processor.vectorizers._tally import Tally
from text_processor.vectorizers._vocabulary import Vocabulary

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import numpy.typing as npt


class NotNativeError(Exception):
    """The native backend cannot count these documents. The Python backend can read them again."""


class NativeBackend:
    """Counts many documents in one call, on all cores.

    Each method raises NotNativeError if a document has a lone surrogate.
    """

    def __init__(self, reader: DocumentReader, options: Options) -> None:
        self._reader = reader
        self._options = options
        self._dtype: Any = np.dtype(reader.dtype).name
        self._binary = bool(reader.binary)
        self._missing = checked_missing(reader.missing)

    def count(self, documents: Iterable[Any], vocabulary: Vocabulary) -> Any:
        """The matrix of known features. Skips other features."""
        return self._matrix(self._counted(documents, self._known(vocabulary).count))

    def grow(self, documents: Iterable[Any], vocabulary: Vocabulary) -> tuple[Any, Vocabulary]:
        """The matrix of known and new features. New ones get the next columns, in order of first appearance."""
        counts = self._counted(documents, partial(self._known(vocabulary).count, grow=True))
        return self._matrix(counts), Vocabulary.of(self._options, counts.vectorizer(), vocabulary)

    def learn(
        self, documents: Iterable[Any], limits: Limits, *, frequencies: bool = False
    ) -> tuple[Any, Vocabulary, Tally | None, npt.NDArray[np.int64] | None]:
        """The matrix of sorted features within the limits; the entries of a row are in order of first appearance.

        If the limits are set, the third value is the tally of all features. With `frequencies`, the last value is the
        number of documents that have each feature of the matrix.
        """
        counts = self._sorted(documents)
        refuse_empty(counts.shape[1])
        tally = None
        if limits.are_set:
            tally = self._tally(counts, limits.most is not None)
            counts.keep(tally.chosen(limits, self._dtype))
        found = counts.document_frequencies() if frequencies else None
        return self._matrix(counts), Vocabulary.of(self._options, counts.vectorizer()), tally, found

    def tally(self, documents: Iterable[Any], *, sums: bool) -> Tally:
        """The tally of documents, which may have no features."""
        return self._tally(self._sorted(documents), sums)

    def _sorted(self, documents: Iterable[Any]) -> Matrix:
        counts = self._counted(documents, partial(self._options.vectorizer().count, grow=True))
        counts.sort()
        return counts

    def _tally(self, counts: Matrix, sums: bool) -> Tally:
        frequencies, occurrences = counts.totals()
        vocabulary = Vocabulary.of(self._options, counts.vectorizer())
        summed = frequencies if self._binary else occurrences
        return Tally(vocabulary, counts.shape[0], frequencies, summed if sums else None)

    def hash(self, documents: Iterable[Any], columns: int, *, alternate_sign: bool) -> Any:
        """The matrix of hashed features. The counts of features with the same column are added."""
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
        count = partial(count, missing=self._missing)
        try:
            if self._reader.input != "content":
                return count(self._contents(documents))
            read = None if _are_utf8(self._reader, documents) else partial(_text, self._reader)
            return count(documents, decode=read)
        except MissingFeaturesError:
            raise
        except MissingDocumentError as error:
            raise missing_in(documents, error.document) from None
        except InvalidDocumentError as error:
            if isinstance(documents, Iterator) or not hasattr(type(documents), "__iter__"):
                raise
            if error.document is not None and isinstance(documents, list | tuple):
                # For bytes, this raises the same error as the Python backend.
                self._reader.decode(documents[error.document])
            # The Python backend can read the documents again.
            raise NotNativeError from error

    def _contents(self, documents: Iterable[Any]) -> Iterator[str | None]:
        """The texts of files, or of the files of names."""
        for row, document in enumerate(column(documents)):
            is_left = self._missing != "raise" and is_missing(document)
            yield None if is_left else _text(self._reader, document, row)

    def _matrix(self, counts: Matrix) -> Any:
        columns = counts.shape[1]
        return csr(*counts.arrays(self._dtype, binary=self._binary), columns)


def _are_utf8(reader: DocumentReader, documents: Iterable[Any]) -> bool:
    """Whether the core can read the documents without decoding: bytes that must be UTF-8."""
    return (
        isinstance(documents, list | tuple)
        and set(map(type, documents[:1])) == {bytes} == set(map(type, documents))
        and reader.encoding.lower() in ("utf-8", "utf8")
        and reader.decode_error == "strict"
    )


def _text(reader: DocumentReader, document: Any, row: int | None = None) -> str:
    try:
        text = reader.decode(document)
        if isinstance(text, str):
            return text
        # For most objects that are not texts, this raises the same error as the Python backend.
        reader.build_preprocessor()(text)
        raise TypeError(f"a document must be a str or bytes, not {type(text).__name__}")
    except (AttributeError, TypeError, ValueError) as error:
        refuse_missing(document, error, row)
        raise
