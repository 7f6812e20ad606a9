"""Weighs the features of documents: term frequency times inverse document frequency."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

import numpy as np

from text_processor.vectorizers import _validation
from text_processor.vectorizers._estimator import NotFittedError, aligned, all_or_nothing, checking_parameters, warn
from text_processor.vectorizers._reader import DEFAULT_PATTERN
from text_processor.vectorizers._sparse import as_floats, count_bounds, refuse_complex
from text_processor.vectorizers._tally import Tally
from text_processor.vectorizers.count import CountVectorizer
from text_processor.vectorizers.tfidf_transformer import TfidfTransformer

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    import numpy.typing as npt
    from typing_extensions import Self

    from text_processor.typing import Missing

__all__ = ["TfidfVectorizer"]


def __dir__() -> list[str]:
    return __all__


FLOATS: tuple[Any, ...] = (np.float64, np.float32, np.float16)


class TfidfVectorizer(CountVectorizer):
    """Counts words of documents and weighs the counts: `CountVectorizer`, then `TfidfTransformer`.

    Args:
        input: As in `CountVectorizer`, like all parameters up to `vocabulary`.
        encoding: See `CountVectorizer`.
        decode_error: See `CountVectorizer`.
        strip_accents: See `CountVectorizer`.
        lowercase: See `CountVectorizer`.
        preprocessor: See `CountVectorizer`.
        tokenizer: See `CountVectorizer`.
        analyzer: See `CountVectorizer`.
        stop_words: See `CountVectorizer`.
        token_pattern: See `CountVectorizer`.
        ngram_range: See `CountVectorizer`.
        max_df: See `CountVectorizer`.
        min_df: See `CountVectorizer`.
        max_features: See `CountVectorizer`.
        vocabulary: See `CountVectorizer`.
        binary: Whether to set the count of each feature that occurs to 1 before it is weighed.
        dtype: The type of the entries of the matrix: float64 or float32.
        norm: As in `TfidfTransformer`, like the parameters that follow.
        use_idf: See `TfidfTransformer`.
        smooth_idf: See `TfidfTransformer`.
        sublinear_tf: See `TfidfTransformer`.
        missing: See `CountVectorizer`. With ``"keep"``, a missing document counts as one without features.

    Attributes:
        vocabulary_: A dict with the column of each feature. It is made at its first use.
        fixed_vocabulary_: Whether the features are those of the parameter `vocabulary`.
        idf_: The weight of each feature.

    >>> vectorizer = TfidfVectorizer()
    >>> weights = vectorizer.fit_transform(["the cat and the dog", "a good dog"])
    >>> weights.toarray().round(2).tolist()
    [[0.39, 0.39, 0.28, 0.0, 0.78], [0.0, 0.0, 0.58, 0.81, 0.0]]
    """

    _kinds = _validation.COUNTING | _validation.WEIGHTING

    _tfidf: TfidfTransformer

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
        analyzer: str | Callable[[Any], Iterable[Any]] = "word",
        stop_words: str | list[str] | None = None,
        token_pattern: str | None = DEFAULT_PATTERN,
        ngram_range: tuple[int, int] = (1, 1),
        max_df: float = 1.0,
        min_df: float = 1,
        max_features: int | None = None,
        vocabulary: Mapping[Any, int] | Iterable[Any] | None = None,
        binary: bool = False,
        dtype: npt.DTypeLike = np.float64,
        norm: Literal["l1", "l2"] | None = "l2",
        use_idf: bool = True,
        smooth_idf: bool = True,
        sublinear_tf: bool = False,
        missing: Missing = "raise",
    ) -> None:
        super().__init__(
            input=input,
            encoding=encoding,
            decode_error=decode_error,
            strip_accents=strip_accents,
            lowercase=lowercase,
            preprocessor=preprocessor,
            tokenizer=tokenizer,
            analyzer=analyzer,
            stop_words=stop_words,
            token_pattern=token_pattern,
            ngram_range=ngram_range,
            max_df=max_df,
            min_df=min_df,
            max_features=max_features,
            vocabulary=vocabulary,
            binary=binary,
            dtype=dtype,
            missing=missing,
        )
        self.norm = norm
        self.use_idf = use_idf
        self.smooth_idf = smooth_idf
        self.sublinear_tf = sublinear_tf

    # ---- Learning ----

    @checking_parameters
    @all_or_nothing
    def fit(self, raw_documents: Iterable[Any], y: object = None) -> Self:
        """Learn the features of documents and their weights.

        Args:
            raw_documents: The documents. An iterator is read while the documents are counted.
            y: Not used.

        Raises:
            ValueError: There are no features.
        """
        del y
        self._learn(raw_documents)
        return self

    @checking_parameters
    @all_or_nothing
    def fit_transform(self, raw_documents: Iterable[Any], y: object = None) -> Any:
        """Learn the features of documents and their weights, and weigh the documents.

        Args:
            raw_documents: The documents. An iterator is read while the documents are counted.
            y: Not used.

        Returns:
            A sparse matrix of floats (CSR) with a row for each document and a column for each feature.

        Raises:
            ValueError: There are no features.
        """
        del y
        return self._weighed(self._learn(raw_documents))

    @checking_parameters
    @all_or_nothing
    def partial_fit(self, raw_documents: Iterable[Any], y: object = None) -> Self:
        """Learn new features from further documents, as in `CountVectorizer.partial_fit`, and update all weights.

        Args:
            raw_documents: The documents. An iterator is read while the documents are counted.
            y: Not used.

        Raises:
            ValueError: `max_df`, `min_df` or `max_features` limits the features.

        >>> vectorizer = TfidfVectorizer().partial_fit(["to be"]).partial_fit(["or not to be"])
        >>> vectorizer.idf_.round(3).tolist() == TfidfVectorizer().fit(["be to", "be not or to"]).idf_[
        ...     [0, 3, 1, 2]].round(3).tolist()
        True
        """
        del y
        if hasattr(self, "_tfidf"):
            self._learn_weights(self._fit_counts_further(raw_documents), further=True)
        else:
            self._warn_of_dtype()
            self._learn_weights(self._fit_counts_further(raw_documents))
        return self

    def _unfitted(self) -> Self:
        self._warn_of_dtype()
        return super()._unfitted()

    def _learned(self) -> Tally:
        if not hasattr(self, "_tfidf"):
            raise NotFittedError(f"this {type(self).__name__} is not fitted: call fit() before merge()")
        frequencies = self._tfidf._counted()
        tally = super()._learned()
        return tally if tally.documents else replace(tally, documents=self._tfidf._documents, frequencies=frequencies)

    def _learn_tally(self, tally: Tally) -> npt.NDArray[np.int64]:
        frequencies = super()._learn_tally(tally)
        self._refuse_no_documents(tally.documents)
        weights = self._new_weights()
        weights._learn_frequencies(frequencies, tally.documents, np.dtype(self.dtype or np.int32))
        self._tfidf = weights
        return frequencies

    def _learn(self, raw_documents: Iterable[Any]) -> Any:
        self._warn_of_dtype()
        counts, frequencies = self._fit_counts(raw_documents, frequencies=True)
        self._refuse_no_documents(counts.shape[0])
        self._learn_weights(counts, frequencies)
        return counts

    def _refuse_no_documents(self, documents: int) -> None:
        if not documents:
            # Only with the parameter `vocabulary`: otherwise there are no features, which raises another error.
            raise ValueError(
                f"Found array with 0 sample(s) (shape=(0, {len(self._vocabulary)})) while a minimum of 1 is required "
                "by TfidfTransformer."
            )

    def _learn_weights(
        self, counts: Any, frequencies: npt.NDArray[np.int64] | None = None, *, further: bool = False
    ) -> None:
        refuse_complex(counts)
        weights = self._new_weights()
        if further:
            weights._know(self._tfidf)
        weights._learn(counts, frequencies)
        self._tfidf = weights

    def _warn_of_dtype(self) -> None:
        if self.dtype not in FLOATS:
            warn(f"Only {FLOATS} 'dtype' should be used. {self.dtype} 'dtype' will be converted to np.float64.")

    def _new_weights(self) -> TfidfTransformer:
        return TfidfTransformer(
            norm=self.norm, use_idf=self.use_idf, smooth_idf=self.smooth_idf, sublinear_tf=self.sublinear_tf
        )

    # ---- The weights ----

    @property
    def idf_(self) -> npt.NDArray[Any]:
        """The weight of each feature. Exists only with `use_idf`."""
        if not hasattr(self, "_tfidf"):
            raise NotFittedError(
                f"{type(self).__name__} is not fitted yet. Call 'fit' with appropriate arguments before using this "
                "attribute."
            )
        return self._tfidf.idf_

    @idf_.setter
    @all_or_nothing
    def idf_(self, value: npt.ArrayLike) -> None:
        if not self.use_idf:
            raise ValueError("`idf_` cannot be set when `user_idf=False`.")
        given = self._new_weights()
        if hasattr(self, "_tfidf"):
            vars(given).update(vars(self._tfidf))
        self._take_vocabulary()
        weights = np.asarray(value)
        if hasattr(self, "_vocabulary") and len(self._vocabulary) != len(weights):
            raise ValueError(f"idf length = {len(weights)} must be equal to vocabulary size = {len(self._vocabulary)}")
        given.idf_ = weights
        self._tfidf = given

    # ---- Results ----

    def transform(self, raw_documents: Iterable[Any]) -> Any:
        """Count the known features, and weigh the counts.

        Args:
            raw_documents: The documents. An iterator is read while the documents are counted.

        Returns:
            A sparse matrix of floats (CSR) with a row for each document and a column for each feature.

        Raises:
            NotFittedError: There are no weights, also if `use_idf` was set after `fit`.
            ValueError: A weight is infinite or not a number, and `norm` is set.
        """
        if not hasattr(self, "_tfidf") or (self.use_idf and not hasattr(self._tfidf, "idf_")):
            raise NotFittedError("The TF-IDF vectorizer is not fitted")
        return self._weighed(super().transform(raw_documents))

    def _weighed(self, counts: Any) -> Any:
        return aligned(self._tfidf._weigh(as_floats(counts), count_bounds(counts)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        # As in scikit-learn: its checks pass numbers to an estimator, but this one takes text.
        tags._skip_test = True
        return tags
