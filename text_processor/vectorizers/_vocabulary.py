"""The features of a fitted vectorizer and their columns."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from itertools import chain, compress

import numpy as np

from text_processor._native.texts import column as rows_of
from text_processor.vectorizers._options import Options, is_utf8
from text_processor.vectorizers._pickles import plain

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt

    from text_processor.matrix import Vectorizer


def read_vocabulary(vocabulary: Any) -> dict[Any, int]:
    """The column of each feature of a user's vocabulary: a mapping, or features in order. A set is sorted first.

    Raises:
        ValueError: A feature or a column occurs twice, a column is missing, or there are no features.
    """
    columns: dict[Any, int]
    if isinstance(vocabulary, Mapping):
        columns = dict(vocabulary)
        used = set(columns.values())
        if len(used) != len(columns):
            raise ValueError("Vocabulary contains repeated indices.")
        for column in range(len(columns)):
            if column not in used:
                raise ValueError(f"Vocabulary of size {len(columns)} doesn't contain index {column}.")
    else:
        columns = {}
        for column, feature in enumerate(sorted(vocabulary) if isinstance(vocabulary, set) else rows_of(vocabulary)):
            if columns.setdefault(feature, column) != column:
                raise ValueError(f"Duplicate term in vocabulary: {feature!r}")
    if not columns:
        raise ValueError("empty vocabulary passed to fit")
    return columns


class Vocabulary:
    """Features and their columns, in native memory or in a dict.

    The dict is made at its first use, and is not pickled.
    """

    def __init__(self, columns: dict[Any, int]) -> None:
        self._columns: dict[Any, int] | None = columns
        self._native: tuple[Options, Vectorizer] | None = None
        self._features: list[Any] | None = None
        self._order: npt.NDArray[Any] | None = None
        """The columns in order of the first appearance of their features, which is the order of the dict."""

    @classmethod
    def of(cls, options: Options, vectorizer: Vectorizer, grown_from: Vocabulary | None = None) -> Vocabulary:
        """The features that a native vectorizer has learned.

        Args:
            options: The options of the vectorizer.
            vectorizer: The vectorizer.
            grown_from: The features that were known before. The new ones follow them.
        """
        self = cls.__new__(cls)
        self._columns = self._features = None
        self._native = options, vectorizer
        if grown_from is None:
            self._order = vectorizer.first_seen()
        else:
            self._order = np.concatenate([grown_from.order(), np.arange(len(grown_from), len(vectorizer))])
        return self

    @classmethod
    def listed(cls, features: list[Any], order: npt.NDArray[Any]) -> Vocabulary:
        """Features in the order of their columns, and the columns in order of first appearance."""
        self = cls.__new__(cls)
        self.__setstate__((features, order))
        return self

    def only(self, stays: npt.NDArray[np.bool_]) -> Vocabulary:
        """Some of the features, in the same order. Their columns have no gaps."""
        order = self.order()
        new_columns = np.cumsum(stays) - 1
        return self.listed(list(compress(self.features(), stays.tolist())), new_columns[order[stays[order]]])

    def __len__(self) -> int:
        """The number of features."""
        return len(self._order if self._order is not None else self.columns)

    @property
    def columns(self) -> dict[Any, int]:
        """The column of each feature. The first use makes the dict, which takes time."""
        if self._columns is None:
            features = self.features()
            self._columns = {features[column]: column for column in self.order().tolist()}
        return self._columns

    def features(self) -> list[Any]:
        """The features in the order of their columns."""
        if self._features is not None:
            return self._features
        if self._native is not None and self._columns is None:
            return self._native[1].terms()
        return sorted(self.columns, key=self.columns.__getitem__)

    def order(self) -> npt.NDArray[Any]:
        """The columns in order of the first appearance of their features."""
        if self._order is not None:
            return self._order
        return np.fromiter(self.columns.values(), np.int64, len(self.columns))

    def vectorizer(self, options: Options) -> Vectorizer | None:
        """A native vectorizer with these features and options; None if a feature is not a str in UTF-8."""
        if self._native is None or self._native[0] != options:
            features = self.features()
            if not all(isinstance(feature, str) and is_utf8(feature) for feature in features):
                return None
            self._native = options, options.vectorizer(features)
        return self._native[1]

    def by_appearance(self, options: Options) -> tuple[Vectorizer, npt.NDArray[Any]] | None:
        """A native vectorizer that knows the order of first appearance, and the column here of each of its columns.

        Returns:
            None if a feature is not a str in UTF-8.
        """
        order = self.order()
        if (
            self._native is not None
            and self._native[0] == options
            and np.array_equal(self._native[1].first_seen(), order)
        ):
            return self._native[1], np.arange(len(order))
        features = self.features()
        if not all(isinstance(feature, str) and is_utf8(feature) for feature in features):
            return None
        return options.vectorizer(map(features.__getitem__, order.tolist())), order

    def __getstate__(self) -> tuple[list[Any], npt.NDArray[Any]]:
        # A pickle records which str are the same object. Here, equal str are always the same object.
        return [sys.intern(one) if type(one) is str else one for one in self.features()], plain(self.order())

    def __setstate__(self, state: tuple[list[Any], npt.NDArray[Any]]) -> None:
        self._features, self._order = state
        self._columns = self._native = None


def united(
    vocabularies: Sequence[Vocabulary], options: Options | None
) -> tuple[Vocabulary, list[npt.NDArray[np.int64]]]:
    """The sorted features of all vocabularies, and for each of them the new column of each feature.

    In order of first appearance, the features of a vocabulary precede the new ones of the next vocabulary.
    """
    natives = [] if options is None else [vocabulary.by_appearance(options) for vocabulary in vocabularies]
    known = [native for native in natives if native is not None]
    if options is None or len(known) < len(vocabularies):
        return _united_in_python(vocabularies)
    first, *others = (vectorizer for vectorizer, _ in known)
    merged, found = first.merge(*others)
    columns = [np.empty_like(new) for new in found]
    for places, (_, known_places), new in zip(columns, known, found, strict=True):
        places[known_places] = new
    return Vocabulary.of(options, merged), columns


def _united_in_python(vocabularies: Sequence[Vocabulary]) -> tuple[Vocabulary, list[npt.NDArray[np.int64]]]:
    listed = [vocabulary.features() for vocabulary in vocabularies]
    order: dict[Any, None] = {}
    for vocabulary, features in zip(vocabularies, listed, strict=True):
        order |= dict.fromkeys(map(features.__getitem__, vocabulary.order().tolist()))
    # Each list is sorted already, and sorted() merges sorted parts in one pass.
    union = list(dict.fromkeys(sorted(chain.from_iterable(listed))))
    column_of = dict(zip(union, range(len(union)), strict=True))
    columns = [np.fromiter(map(column_of.__getitem__, features), np.int64, len(features)) for features in listed]
    return Vocabulary.listed(union, np.fromiter(map(column_of.__getitem__, order), np.int64, len(order))), columns
