"""Counts documents in Python: features of a user's own functions, or of documents that are not texts."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Hashable, Iterable

import numpy as np

from text_processor._native.missing import checked_missing, is_missing
from text_processor._native.texts import column
from text_processor.vectorizers._missing import refuse_missing
from text_processor.vectorizers._murmur import murmurhash3
from text_processor.vectorizers._pruning import Limits, refuse_empty
from text_processor.vectorizers._reader import DocumentReader
from text_processor.vectorizers._sparse import csr, document_frequencies, index_type
from text_processor.vectorizers._tally import Tally
from text_processor.vectorizers._vocabulary import Vocabulary

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt

    from text_processor.typing import Missing


class PythonBackend:
    """Counts one document after the other."""

    def __init__(self, reader: DocumentReader) -> None:
        self._features = reader.build_analyzer()
        self._binary = reader.binary
        self._dtype = reader.dtype
        self._missing = checked_missing(reader.missing)

    def count(self, documents: Iterable[Any], vocabulary: Vocabulary) -> Any:
        """The matrix of known features. Skips other features."""
        counts = _counted(self._features, documents, vocabulary.columns, self._missing, grow=False)
        return self._matrix(*counts, len(vocabulary))

    def grow(self, documents: Iterable[Any], vocabulary: Vocabulary) -> tuple[Any, Vocabulary]:
        """The matrix of known and new features. New ones get the next columns, in order of first appearance."""
        # A copy, because a later document may raise an error.
        columns = dict(vocabulary.columns)
        counts = _counted(self._features, documents, columns, self._missing, grow=True)
        return self._matrix(*counts, len(columns)), Vocabulary(columns)

    def learn(
        self, documents: Iterable[Any], limits: Limits, *, frequencies: bool = False
    ) -> tuple[Any, Vocabulary, Tally | None, None]:
        """The matrix of sorted features within the limits; the entries of a row are in order of first appearance.

        If the limits are set, the third value is the tally of all features.
        """
        del frequencies
        whole, vocabulary = self._sorted(documents)
        refuse_empty(len(vocabulary))
        if not limits.are_set:
            return whole, vocabulary, None, None
        tally = self._tally(whole, vocabulary, limits.most is not None)
        stays = tally.chosen(limits, self._dtype)
        renumbered = np.cumsum(stays) - 1
        kept = stays[whole.indices]
        before = np.concatenate([[0], np.cumsum(kept)])
        short = whole.indptr.dtype
        matrix = csr(
            before[whole.indptr].astype(short),
            renumbered[whole.indices[kept]].astype(short),
            whole.data[kept],
            int(np.count_nonzero(stays)),
        )
        pairs = zip(vocabulary.columns.items(), stays[vocabulary.order()].tolist(), strict=True)
        known = {feature: int(renumbered[column]) for (feature, column), is_kept in pairs if is_kept}
        return matrix, Vocabulary(known), tally, None

    def tally(self, documents: Iterable[Any], *, sums: bool) -> Tally:
        """The tally of documents, which may have no features."""
        return self._tally(*self._sorted(documents), sums)

    def _sorted(self, documents: Iterable[Any]) -> tuple[Any, Vocabulary]:
        """The matrix of all features, sorted; the entries of a row are in order of first appearance."""
        columns: dict[Any, int] = {}
        indptr, indices, counts = _counted(self._features, documents, columns, self._missing, grow=True)
        place = np.empty(len(columns), indices.dtype)
        place[[columns[feature] for feature in sorted(columns)]] = np.arange(len(columns))
        matrix = self._matrix(indptr, place[indices], counts, len(columns))
        return matrix, Vocabulary(dict(zip(columns, place.tolist(), strict=True)))

    def _tally(self, matrix: Any, vocabulary: Vocabulary, sums: bool) -> Tally:
        return Tally(
            vocabulary,
            matrix.shape[0],
            document_frequencies(matrix),
            np.asarray(matrix.sum(axis=0)).ravel() if sums else None,
        )

    def hash(self, documents: Iterable[Any], columns: int, *, alternate_sign: bool) -> Any:
        """The matrix of hashed features. The counts of features with the same column are added."""
        seen: dict[Any, int] = {}
        indptr, indices, counts = _counted(_bytes_of(self._features), documents, seen, self._missing, grow=True)
        hashes = np.fromiter(map(murmurhash3, seen), np.int64, len(seen))
        signs = np.where((hashes >= 0) | (not alternate_sign), 1, -1)
        for sign in np.unique(signs).tolist():
            # NumPy raises an error here if the type cannot hold the number, such as -1 in an unsigned type.
            np.empty(1, self._dtype)[0] = float(sign)
        columns_of_features = (np.abs(hashes) % columns).astype(indices.dtype)
        dtype = np.float64 if self._dtype is None else self._dtype
        matrix = csr(indptr, columns_of_features[indices], counts * signs[indices], columns, dtype)
        matrix.sum_duplicates()
        return matrix

    def _matrix(
        self, indptr: npt.NDArray[Any], indices: npt.NDArray[Any], counts: npt.NDArray[Any], columns: int
    ) -> Any:
        return csr(indptr, indices, np.ones_like(counts) if self._binary else counts, columns, self._dtype)


def _counted(
    features: Callable[[Any], Iterable[Hashable]],
    documents: Iterable[Any],
    columns: dict[Any, int],
    missing: Missing,
    *,
    grow: bool,
) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
    """The arrays of a matrix of counts; each row is sorted by column. With `grow`, new features get new columns."""
    indptr, indices, data = array("q", [0]), array("q"), array("i")
    for place, document in enumerate(documents if isinstance(documents, np.ndarray) else column(documents)):
        is_left = missing != "raise" and type(document) is not str and is_missing(document)
        if is_left and missing == "skip":
            continue
        try:
            counts = Counter(() if is_left else features(document))
        except (AttributeError, TypeError, ValueError) as error:
            refuse_missing(document, error, place)
            raise
        if grow:
            row = [(columns.setdefault(feature, len(columns)), count) for feature, count in counts.items()]
        else:
            row = [(columns[feature], count) for feature, count in counts.items() if feature in columns]
        row.sort()
        indices.extend(column for column, _ in row)
        data.extend(count for _, count in row)
        indptr.append(len(indices))
    short = index_type(len(indices))
    return (
        np.asarray(indptr).astype(short),
        np.asarray(indices).astype(short),
        np.asarray(data),
    )


def _bytes_of(features: Callable[[Any], Iterable[Any]]) -> Callable[[Any], Iterable[Hashable]]:
    """A function that returns features as bytes, because the hash reads bytes."""

    def as_bytes(document: Any) -> Iterable[Hashable]:
        found = features(document)
        if isinstance(found, str):
            raise ValueError(
                "Samples can not be a single string. The input must be an iterable over iterables of strings."
            )
        for feature in found:
            if not isinstance(feature, str | bytes):
                raise TypeError("feature names must be strings")
            yield feature.encode() if isinstance(feature, str) else feature

    return as_bytes
