"""Counts the features of documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import scipy.sparse as sp

from text_processor.vectorizers import _validation
from text_processor.vectorizers._backend import refuse_other_than_documents, with_backend
from text_processor.vectorizers._estimator import (
    UNROUTED,
    BaseEstimator,
    NotFittedError,
    all_or_nothing,
    checking_parameters,
    finite,
    warn,
)
from text_processor.vectorizers._pruning import Limits
from text_processor.vectorizers._reader import DEFAULT_PATTERN, DocumentReader
from text_processor.vectorizers._vocabulary import Vocabulary, read_vocabulary

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


class CountVectorizer(DocumentReader, BaseEstimator):
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

    _kinds: Mapping[str, list[_validation.Kind]] = _validation.COUNTING

    fixed_vocabulary_: bool
    _vocabulary: Vocabulary

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
        return self._fit_counts(raw_documents)

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

    def _fit_counts(self, raw_documents: Iterable[Any]) -> Any:
        self._begin(raw_documents)
        self._take_vocabulary()
        if self.fixed_vocabulary_:
            self._warn_of_upper_case()
            return with_backend(self, lambda backend: backend.count(raw_documents, self._vocabulary))
        limits = Limits(self.min_df, self.max_df, self.max_features)
        matrix, self._vocabulary = with_backend(self, lambda backend: backend.learn(raw_documents, limits))
        return matrix

    def _fit_counts_further(self, raw_documents: Iterable[Any]) -> Any:
        if (self.max_df, self.min_df, self.max_features) != (1.0, 1, None):
            raise ValueError("partial_fit() keeps every feature: it does not work with max_df, min_df or max_features")
        if not hasattr(self, "_vocabulary") or self.fixed_vocabulary_:
            return self._fit_counts(raw_documents)
        self._begin(raw_documents)
        known = self._vocabulary
        matrix, self._vocabulary = with_backend(self, lambda backend: backend.grow(raw_documents, known))
        return matrix

    # ---- The vocabulary ----

    @property
    def vocabulary_(self) -> dict[Any, int]:
        """The column of each feature. Assign a new dict to change it: changes in the dict have no effect."""
        if not hasattr(self, "_vocabulary"):
            raise AttributeError(f"this {type(self).__name__} has no vocabulary_: it is not fitted")
        return self._vocabulary.columns

    @vocabulary_.setter
    def vocabulary_(self, vocabulary: Mapping[Any, int]) -> None:
        self._vocabulary = Vocabulary(dict(vocabulary))

    def _take_vocabulary(self) -> None:
        """Use the parameter `vocabulary`, if it is set."""
        is_fixed = self.vocabulary is not None
        if is_fixed:
            self._vocabulary = Vocabulary(read_vocabulary(self.vocabulary))
        self.fixed_vocabulary_ = is_fixed

    def _need_vocabulary(self) -> Vocabulary:
        if not hasattr(self, "_vocabulary"):
            self._take_vocabulary()
            if not self.fixed_vocabulary_:
                raise NotFittedError("Vocabulary not fitted or provided")
        return self._vocabulary

    def _warn_of_upper_case(self) -> None:
        if self.lowercase and any(
            isinstance(feature, str) and any(map(str.isupper, feature)) for feature in self._vocabulary.columns
        ):
            warn(
                "Upper case characters found in vocabulary while 'lowercase' is True. These entries will not be "
                "matched with any documents"
            )

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
