"""Counts the hashed features of documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from text_processor.vectorizers import _validation
from text_processor.vectorizers._backend import refuse_other_than_documents, with_backend
from text_processor.vectorizers._estimator import BaseEstimator, TransformerMixin, aligned, checking_parameters
from text_processor.vectorizers._merging import refuse_different
from text_processor.vectorizers._reader import DEFAULT_PATTERN, DocumentReader
from text_processor.vectorizers._sparse import as_floats, count_bounds, weigh

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    import numpy.typing as npt
    from typing_extensions import Self

    from text_processor.typing import Missing

__all__ = ["HashingVectorizer"]


def __dir__() -> list[str]:
    return __all__


class HashingVectorizer(TransformerMixin, DocumentReader, BaseEstimator, auto_wrap_output_keys=None):
    """Counts words of documents in columns that a hash chooses. There is no vocabulary to learn or to store.

    Parameters, results and errors are those of scikit-learn's class of the same name; ``docs/vectorizers.md`` lists the
    few differences. The work is done in native code on all cores, unless you pass a function of your own.

    Args:
        input: As in `CountVectorizer`, like all parameters up to `analyzer`.
        encoding: See `CountVectorizer`.
        decode_error: See `CountVectorizer`.
        strip_accents: See `CountVectorizer`.
        lowercase: See `CountVectorizer`.
        preprocessor: See `CountVectorizer`.
        tokenizer: See `CountVectorizer`.
        stop_words: See `CountVectorizer`.
        token_pattern: See `CountVectorizer`.
        ngram_range: See `CountVectorizer`.
        analyzer: See `CountVectorizer`.
        n_features: The number of columns.
        binary: Whether to set the entry of each column that has a feature to 1.
        norm: Whether to divide each row by the root of the sum of its squares (``"l2"``), by the sum of its absolute
            values (``"l1"``), or not (None).
        alternate_sign: Whether half of the features, chosen by the hash, count as -1. Then two features in one
            column can cancel out instead of adding up.
        dtype: The type of the entries of the matrix.
        missing: See `CountVectorizer`.

    >>> HashingVectorizer(n_features=8, norm=None).transform(["to be or not to be"]).toarray().tolist()
    [[0.0, 0.0, 0.0, 2.0, 1.0, 0.0, -2.0, 1.0]]
    """

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
        n_features: int = 1 << 20,
        binary: bool = False,
        norm: Literal["l1", "l2"] | None = "l2",
        alternate_sign: bool = True,
        dtype: npt.DTypeLike = np.float64,
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
        self.n_features = n_features
        self.binary = binary
        self.norm = norm
        self.alternate_sign = alternate_sign
        self.dtype = dtype
        self.missing: Missing = missing

    def _validate_params(self) -> None:
        _validation.check(type(self).__name__, _validation.HASHING, self.get_params(deep=False))

    @checking_parameters
    def fit(self, X: Iterable[Any], y: object = None) -> Self:  # noqa: N803
        """Check the parameters. There is nothing to learn.

        Args:
            X: Not read.
            y: Not used.
        """
        del y
        refuse_other_than_documents(self, X, "fit")
        self._warn_of_unused()
        self._check_ngram_range()
        return self

    @checking_parameters
    def partial_fit(self, X: Iterable[Any], y: object = None) -> Self:  # noqa: N803
        """Check the parameters. There is nothing to learn.

        Args:
            X: Not read.
            y: Not used.
        """
        del X, y
        return self

    @checking_parameters
    def merge(self, other: Self) -> Self:
        """Check that another vectorizer has the same parameters. There is nothing to add.

        Args:
            other: A vectorizer of the same class.

        Raises:
            TypeError: The other one is not of the same class.
            ValueError: The parameters differ.
        """
        refuse_different(self, other)
        return self

    def transform(self, X: Iterable[Any]) -> Any:  # noqa: N803
        """Count the features of documents.

        Args:
            X: The documents. An iterator is read while the documents are counted.

        Returns:
            A sparse matrix (CSR) with a row for each document and `n_features` columns.

        Raises:
            ValueError: There are no documents.
        """
        refuse_other_than_documents(self, X, "transform")
        self._check_ngram_range()
        matrix = with_backend(
            self, lambda backend: backend.hash(X, self.n_features, alternate_sign=self.alternate_sign)
        )
        if matrix.shape[0] == 0:
            raise ValueError("Cannot vectorize empty sequence.")
        if self.binary:
            matrix.data.fill(1)
        if self.norm is not None:
            bounds = count_bounds(matrix, signed=True)
            matrix = as_floats(matrix)
            weigh(matrix, None, sublinear=False, norm=self.norm, bounds=bounds)
        return aligned(matrix)

    def fit_transform(self, X: Iterable[Any], y: object = None) -> Any:  # noqa: N803
        """Call `fit`, then `transform`."""
        return self.fit(X, y).transform(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.input_tags.allow_nan = self.missing != "raise"
        tags.requires_fit = False
        return tags
