"""Counts the features of documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from text_processor.vectorizers import _validation
from text_processor.vectorizers._backend import refuse_other_than_documents, with_backend
from text_processor.vectorizers._estimator import (
    UNROUTED,
    BaseEstimator,
    all_or_nothing,
    checking_parameters,
    finite,
)
from text_processor.vectorizers._known_features import KnownFeatures
from text_processor.vectorizers._merging import refuse_different
from text_processor.vectorizers._options import options_of
from text_processor.vectorizers._pruning import Limits, refuse_empty
from text_processor.vectorizers._reader import DEFAULT_PATTERN
from text_processor.vectorizers._sparse import document_frequencies
from text_processor.vectorizers._tally import Tally, added

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt
    from typing_extensions import Self

    from text_processor.typing import Missing

__all__ = ["CountVectorizer"]


def __dir__() -> list[str]:
    return __all__


class CountVectorizer(KnownFeatures, BaseEstimator):
    r"""Counts words of documents, or n-grams of words or characters. Each document is a row of a sparse matrix.

    Parameters, results and errors are those of scikit-learn's class of the same name; ``docs/vectorizers.md`` lists the
    few differences. The work is done in native code on all cores, unless you pass a function of your own.

    Args:
        input: The kind of documents: ``"content"``, texts; ``"file"``, open files; ``"filename"``, paths.
        encoding: The encoding of documents that are bytes.
        decode_error: ``"strict"``, ``"ignore"`` or ``"replace"``, as in `bytes.decode`.
        strip_accents: ``"unicode"``, ``"ascii"``, None, or a function of a text.
        lowercase: Whether to convert the text to lower case.
        preprocessor: A function that replaces `strip_accents` and `lowercase`.
        tokenizer: A function from a text to words.
        stop_words: The words to drop: a list, or ``"english"``.
        token_pattern: A regular expression for words. If it has a group, the group is the word.
        ngram_range: The lengths of the shortest and the longest n-grams.
        analyzer: ``"word"``, ``"char"``, ``"char_wb"`` (characters within words), or a function from a document to
            features.
        max_df: Drops features of more documents than this number (int) or this part of all documents (float).
        min_df: Drops features of fewer documents than this number (int) or this part of all documents (float).
        max_features: The greatest number of features. The most frequent ones stay.
        vocabulary: The features, or a mapping from features to columns. No other features are learned.
        binary: Whether to set the count of each feature that occurs to 1.
        dtype: The type of the entries of the matrix.
        missing: How to treat missing documents (None, NaN, `pandas.NA`): ``"raise"`` raises an error, ``"keep"`` gives
            them empty rows, so that each document has its row, ``"skip"`` leaves their rows out. Not in scikit-learn.

    Attributes:
        vocabulary_: A dict with the column of each feature. It is made at its first use.
        fixed_vocabulary_: Whether the features are those of the parameter `vocabulary`.

    >>> vectorizer = CountVectorizer()
    >>> counts = vectorizer.fit_transform(["the cat and the dog", "a good dog"])
    >>> vectorizer.get_feature_names_out().tolist()
    ['and', 'cat', 'dog', 'good', 'the']
    >>> counts.toarray().tolist()
    [[1, 1, 1, 0, 2], [0, 0, 1, 1, 0]]
    """

    __metadata_request__fit = {"raw_documents": UNROUTED}  # noqa: RUF012  # scikit-learn reads it from the class
    __metadata_request__partial_fit = {"raw_documents": UNROUTED}  # noqa: RUF012
    __metadata_request__transform = {"raw_documents": UNROUTED}  # noqa: RUF012

    fixed_vocabulary_: bool
    _kinds: Mapping[str, list[_validation.Kind]] = _validation.COUNTING

    def __init__(
        self,
        *,
        input: str = "content",  # noqa: A002
        encoding: str = "utf-8",
        decode_error: str = "strict",
        strip_accents: str | Callable[[str], str] | None = None,
        lowercase: bool = True,
        preprocessor: Callable[[Any], Any] | None = None,
        tokenizer: Callable[[Any], Iterable[str]] | None = None,
        stop_words: str | list[str] | None = None,
        token_pattern: str | None = DEFAULT_PATTERN,
        ngram_range: tuple[int, int] = (1, 1),
        analyzer: str | Callable[[Any], Iterable[Any]] = "word",
        max_df: float = 1.0,
        min_df: float = 1,
        max_features: int | None = None,
        vocabulary: Mapping[Any, int] | Iterable[Any] | None = None,
        binary: bool = False,
        dtype: npt.DTypeLike = np.int64,
        missing: Missing = "raise",
    ) -> None:
        self.input = input
        self.encoding = encoding
        self.decode_error = decode_error
        self.strip_accents = strip_accents
        self.lowercase = lowercase
        self.preprocessor = preprocessor
        self.tokenizer = tokenizer
        self.stop_words = stop_words
        self.token_pattern = token_pattern
        self.ngram_range = ngram_range
        self.analyzer = analyzer
        self.max_df = max_df
        self.min_df = min_df
        self.max_features = max_features
        self.vocabulary = vocabulary
        self.binary = binary
        self.dtype = dtype
        self.missing: Missing = missing

    def _validate_params(self) -> None:
        _validation.check(type(self).__name__, self._kinds, self.get_params(deep=False))

    # ---- Learning ----

    @checking_parameters
    @all_or_nothing
    def fit(self, raw_documents: Iterable[Any], y: object = None) -> Self:
        """Learn the features of documents.

        Args:
            raw_documents: The documents. An iterator is read while the documents are counted.
            y: Not used.

        Raises:
            ValueError: There are no features.
        """
        del y
        self._fit_counts(raw_documents)
        return self

    @checking_parameters
    @all_or_nothing
    def fit_transform(self, raw_documents: Iterable[Any], y: object = None) -> Any:
        """Learn the features of documents, and count them.

        Args:
            raw_documents: The documents. An iterator is read while the documents are counted.
            y: Not used.

        Returns:
            A sparse matrix (CSR) with a row for each document and a column for each feature.

        Raises:
            ValueError: There are no features.
        """
        del y
        return self._fit_counts(raw_documents)[0]

    @checking_parameters
    @all_or_nothing
    def partial_fit(self, raw_documents: Iterable[Any], y: object = None) -> Self:
        """Learn the features of further documents.

        Known features keep their columns, so models of earlier matrices stay valid. New features get the next columns,
        in order of first appearance.

        Args:
            raw_documents: The documents. An iterator is read while the documents are counted.
            y: Not used.

        Raises:
            ValueError: `max_df`, `min_df` or `max_features` limits the features. Each batch would change the features
                that stay, and their columns.

        >>> vectorizer = CountVectorizer().partial_fit(["to be"]).partial_fit(["or not to be"])
        >>> vectorizer.get_feature_names_out().tolist()
        ['be', 'to', 'or', 'not']
        """
        del y
        self._fit_counts_further(raw_documents)
        return self

    def _begin(self, raw_documents: Iterable[Any]) -> None:
        refuse_other_than_documents(self, raw_documents, "fit")
        self._check_ngram_range()
        self._warn_of_unused()

    def _fit_counts(
        self, raw_documents: Iterable[Any], *, frequencies: bool = False
    ) -> tuple[Any, npt.NDArray[np.int64] | None]:
        """The matrix; with `frequencies`, perhaps also the number of documents that have each of its features."""
        self._begin(raw_documents)
        self._take_vocabulary()
        if self.fixed_vocabulary_:
            self._warn_of_upper_case()
            return with_backend(self, lambda backend: backend.count(raw_documents, self._vocabulary)), None
        limits = self._limits()
        matrix, vocabulary, tally, found = with_backend(
            self, lambda backend: backend.learn(raw_documents, limits, frequencies=frequencies)
        )
        self._know(vocabulary, tally)
        return matrix, found

    def _fit_counts_further(self, raw_documents: Iterable[Any]) -> Any:
        if self._limits().are_set:
            raise ValueError("partial_fit() keeps every feature: it does not work with max_df, min_df or max_features")
        if not hasattr(self, "_vocabulary") or self.fixed_vocabulary_:
            return self._fit_counts(raw_documents)[0]
        self._begin(raw_documents)
        known = self._vocabulary
        matrix, vocabulary = with_backend(self, lambda backend: backend.grow(raw_documents, known))
        self._know(vocabulary)
        return matrix

    def _limits(self) -> Limits:
        return Limits(self.min_df, self.max_df, self.max_features)

    # ---- Merging ----

    @checking_parameters
    @all_or_nothing
    def merge(self, other: Self) -> Self:
        """Add what another vectorizer has learned, as if it had learned from all documents in one `fit`.

        The documents of `other` follow those of this vectorizer. The features are sorted, also after `partial_fit`.

        If `min_df`, `max_df` or `max_features` is set, `fit` keeps the counts of all features in memory, and `merge`
        applies the limits to their sums. Pickles do not contain these counts, so a vectorizer with limits cannot be
        merged after it was pickled. `text_processor.engines` merges the work of several processes, also with limits.

        Args:
            other: A fitted vectorizer of the same class with the same parameters. It does not change.

        Returns:
            This vectorizer.

        Raises:
            TypeError: The other one is not of the same class.
            ValueError: The parameters differ, or counts of features that were dropped are not in memory. Nothing has
                changed.
            NotFittedError: One of both is not fitted.

        >>> vectorizer, other = CountVectorizer(min_df=2), CountVectorizer(min_df=2)
        >>> vectorizer.fit(["to be", "to be or"]).merge(other.fit(["not to be", "or not to be"]))
        CountVectorizer(min_df=2)
        >>> vectorizer.get_feature_names_out().tolist()
        ['be', 'not', 'or', 'to']
        """
        refuse_different(self, other)
        self._learn_tally(self._added([self._learned(), other._learned()]))
        return self

    def _added(self, tallies: Sequence[Tally], threads: int | None = None) -> Tally:
        """The tally of the documents of all tallies, one after the other."""
        options = options_of(self)
        return added(tallies, None if options is None else replace(options, threads=threads))

    def _learned(self) -> Tally:
        """The tally of the documents of `fit`."""
        vocabulary = self._need_vocabulary()
        if self.vocabulary is not None or not self._limits().are_set:
            # These counts are not used.
            counts = np.zeros(len(vocabulary), np.int64)
            return Tally(None if self.vocabulary is not None else vocabulary, 0, counts)
        tally = self._tally.tally if hasattr(self, "_tally") else None
        if tally is None:
            raise ValueError(
                "with min_df, max_df or max_features, merge() needs the counts of all features, but they are not in "
                "memory: pickles do not contain them, and fit() keeps them only if one of these parameters is set"
            )
        return tally

    # ---- Learning from parts of the documents, in other processes ----

    @checking_parameters
    def _unfitted(self) -> Self:
        """A copy without features, whose vocabulary is not an iterator."""
        self._check_ngram_range()
        self._warn_of_unused()
        made = copy(self)
        for name in ("fixed_vocabulary_", "_vocabulary", "_tally", "_tfidf"):
            vars(made).pop(name, None)
        if self.vocabulary is not None:
            made._take_vocabulary()
            made.vocabulary = made.vocabulary_
            made._warn_of_upper_case()
        return made

    def _tallied(self, raw_documents: Iterable[Any], threads: int) -> Tally:
        """The tally of a part of the documents, which may have no features."""
        refuse_other_than_documents(self, raw_documents, "fit")
        if self.vocabulary is not None:
            known = self._need_vocabulary()
            matrix = with_backend(self, lambda backend: backend.count(raw_documents, known), threads)
            return Tally(None, matrix.shape[0], document_frequencies(matrix))
        has_sums = self.max_features is not None
        return with_backend(self, lambda backend: backend.tally(raw_documents, sums=has_sums), threads)

    @all_or_nothing
    def _fit_tally(self, tally: Tally, unfitted: Self) -> Self:
        """Learn from the tally of all documents, which `unfitted` has counted."""
        if unfitted.vocabulary is not None:
            self._know(unfitted._need_vocabulary())
            self.fixed_vocabulary_ = True
        self._learn_tally(tally)
        return self

    def _learn_tally(self, tally: Tally) -> npt.NDArray[np.int64]:
        """Learn from the tally of all documents. Returns the number of documents that have each kept feature."""
        if tally.vocabulary is None:
            return tally.frequencies
        self.fixed_vocabulary_ = False
        refuse_empty(len(tally.vocabulary))
        limits = self._limits()
        if not limits.are_set:
            self._know(tally.vocabulary)
            return tally.frequencies
        stays = tally.chosen(limits, self.dtype)
        self._know(tally.vocabulary.only(stays), tally)
        return tally.frequencies[stays]

    # ---- Results ----

    def transform(self, raw_documents: Iterable[Any]) -> Any:
        """Count the known features.

        Args:
            raw_documents: The documents. An iterator is read while the documents are counted.

        Returns:
            A sparse matrix (CSR) with a row for each document and a column for each feature.

        Raises:
            NotFittedError: There are no known features.
        """
        refuse_other_than_documents(self, raw_documents, "transform")
        vocabulary = self._need_vocabulary()
        return with_backend(self, lambda backend: backend.count(raw_documents, vocabulary))

    def inverse_transform(self, X: Any) -> list[npt.NDArray[Any]]:  # noqa: N803
        """The features of each document, without their counts and their order in the document.

        Args:
            X: A matrix in the form of `transform`; it may be any sparse or dense matrix.

        Returns:
            An array of features for each row.

        Raises:
            ValueError: An entry is infinite, not a number, or complex.

        >>> vectorizer = CountVectorizer().fit(["the cat", "a good dog"])
        >>> [features.tolist() for features in vectorizer.inverse_transform([[0, 2, 0, 1], [1, 0, 0, 0]])]
        [['dog', 'the'], ['cat']]
        """
        features = np.array(self._need_vocabulary().features())
        matrix = finite(X)
        if not sp.issparse(matrix):
            return [features[np.flatnonzero(row)] for row in matrix]
        return [
            features[matrix.indices[start:end][matrix.data[start:end] != 0]]
            for start, end in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
        ]

    def get_feature_names_out(self, input_features: object = None) -> npt.NDArray[np.object_]:
        """The features in the order of their columns.

        Args:
            input_features: Not used.
        """
        del input_features
        return np.asarray(self._need_vocabulary().features(), dtype=object)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.allow_nan = self.missing != "raise"
        return tags
