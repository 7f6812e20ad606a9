"""Documents to counts of hashed features."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from text_processor.vectorizers import _validation
from text_processor.vectorizers._choice import counting, refuse
from text_processor.vectorizers._estimator import BaseEstimator, TransformerMixin, aligned, checking_parameters
from text_processor.vectorizers._reader import DEFAULT_PATTERN, DocumentReader
from text_processor.vectorizers._sparse import as_floats, weigh

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    import numpy.typing as npt
    from typing_extensions import Self


class HashingVectorizer(TransformerMixin, DocumentReader, BaseEstimator, auto_wrap_output_keys=None):
    """Counts the words of documents in columns that a hash chooses, so that there is nothing to learn or to keep.

    Parameters, results and errors are those of scikit-learn's class of this name, see ``docs/vectorizers.md`` for the
    few differences. Whatever needs no function of the caller's is done in native code, on all cores.

    Args:
        input: As `CountVectorizer` has it, and so are all others up to `analyzer`.
        encoding: See there.
        decode_error: See there.
        strip_accents: See there.
        lowercase: See there.
        preprocessor: See there.
        tokenizer: See there.
        stop_words: See there.
        token_pattern: See there.
        ngram_range: See there.
        analyzer: See there.
        n_features: The number of columns.
        binary: 1 for each column in which there is a feature.
        norm: Rows are divided by the root of the sum of squares (``"l2"``), by the sum of absolute values (``"l1"``),
            or not (None).
        alternate_sign: Half of the features, as the hash decides, count as -1: where features share a column, they
            cancel out rather than add up.
        dtype: Of the matrix.

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

    def _validate_params(self) -> None:
        _validation.check(type(self).__name__, _validation.HASHING, self.get_params(deep=False))

    @checking_parameters
    def fit(self, X: Iterable[Any], y: object = None) -> Self:  # noqa: N803
        """Looks at the parameters; there is nothing to learn.

        Args:
            X: Not read.
            y: Not used.
        """
        del y
        refuse(self, X, "fit")
        self._warn_of_unused()
        self._check_ngram_range()
        return self

    @checking_parameters
    def partial_fit(self, X: Iterable[Any], y: object = None) -> Self:  # noqa: N803
        """Looks at the parameters; there is nothing to learn.

        Args:
            X: Not read.
            y: Not used.
        """
        del X, y
        return self

    def transform(self, X: Iterable[Any]) -> Any:  # noqa: N803
        """Counts the features of documents.

        Args:
            X: The documents; an iterator is read as it goes.

        Returns:
            A sparse matrix (CSR), a document a row, with `n_features` columns.

        Raises:
            ValueError: There are no documents.
        """
        refuse(self, X, "transform")
        self._check_ngram_range()
        matrix = counting(self, lambda by: by.hash(X, self.n_features, alternate_sign=self.alternate_sign))
        if matrix.shape[0] == 0:
            raise ValueError("Cannot vectorize empty sequence.")
        if self.binary:
            matrix.data.fill(1)
        if self.norm is not None:
            matrix = as_floats(matrix)
            weigh(matrix, None, sublinear=False, norm=self.norm)
        return aligned(matrix)

    def fit_transform(self, X: Iterable[Any], y: object = None) -> Any:  # noqa: N803
        """`fit`, then `transform`."""
        return self.fit(X, y).transform(X)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.two_d_array = False
        tags.requires_fit = False
        return tags
