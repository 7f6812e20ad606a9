"""Weighs counts: term frequency times inverse document frequency."""

from __future__ import annotations

import numpy as np

from text_processor.vectorizers import _validation
from text_processor.vectorizers._estimator import (
    BaseEstimator,
    TransformerMixin,
    aligned,
    all_or_nothing,
    checking_parameters,
    not_fitted,
    validated,
)
from text_processor.vectorizers._merging import refuse_different
from text_processor.vectorizers._pickles import EqualPickles
from text_processor.vectorizers._sparse import document_frequencies, weigh

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    import numpy.typing as npt
    from typing_extensions import Self

__all__ = ["TfidfTransformer"]


def __dir__() -> list[str]:
    return __all__


class TfidfTransformer(TransformerMixin, EqualPickles, BaseEstimator, auto_wrap_output_keys=None):
    """Weighs counts: rare features get a greater weight, and all rows get the same length.

    The weight of a feature that occurs in df of n documents is ``ln(n / df) + 1``.

    Args:
        norm: Whether to divide each row by the root of the sum of its squares (``"l2"``), by the sum of its absolute
            values (``"l1"``), or not (None).
        use_idf: Whether to use weights.
        smooth_idf: Whether to count one more document that has every feature: ``ln((1 + n) / (1 + df)) + 1``.
        sublinear_tf: Whether to replace each count by ``1 + ln(count)``.

    Attributes:
        idf_: The weight of each feature. Exists only with `use_idf`.
        n_features_in_: The number of features.

    >>> transformer = TfidfTransformer().fit([[3, 0, 1], [2, 0, 0], [3, 0, 0], [4, 0, 0], [3, 2, 0], [3, 0, 2]])
    >>> transformer.idf_.round(3).tolist()
    [1.0, 2.253, 1.847]
    >>> transformer.transform([[3, 0, 1]]).toarray().round(3).tolist()
    [[0.852, 0.0, 0.524]]
    """

    idf_: npt.NDArray[Any]
    n_features_in_: int

    def __init__(
        self,
        *,
        norm: Literal["l1", "l2"] | None = "l2",
        use_idf: bool = True,
        smooth_idf: bool = True,
        sublinear_tf: bool = False,
    ) -> None:
        self.norm = norm
        self.use_idf = use_idf
        self.smooth_idf = smooth_idf
        self.sublinear_tf = sublinear_tf

    def _validate_params(self) -> None:
        _validation.check(type(self).__name__, _validation.WEIGHTING, self.get_params(deep=False))

    @checking_parameters
    @all_or_nothing
    def fit(self, X: Any, y: object = None) -> Self:  # noqa: N803
        """Learn the weights.

        Args:
            X: Counts, with a row for each document.
            y: Not used.
        """
        del y
        self._forget()
        self._learn(validated(self, X, formats=("csr", "csc")))
        return self

    @checking_parameters
    @all_or_nothing
    def partial_fit(self, X: Any, y: object = None) -> Self:  # noqa: N803
        """Learn from further documents. The weights count the documents of `fit` and of all calls since then.

        Args:
            X: Counts, with a row for each document. X may have more columns than before.
            y: Not used.

        Raises:
            ValueError: X has fewer columns than before.
        """
        del y
        known = getattr(self, "n_features_in_", 0)
        counts = validated(self, X, formats=("csr", "csc"))
        if counts.shape[1] < known:
            raise ValueError(
                f"X has {counts.shape[1]} features, but {type(self).__name__} is expecting {known} features as input, "
                "or more"
            )
        self._learn(counts)
        return self

    @checking_parameters
    @all_or_nothing
    def merge(self, other: Self) -> Self:
        """Add what another transformer has learned, as if it had learned from all rows in one `fit`.

        Args:
            other: A fitted transformer with the same parameters, of counts with the same columns. It does not change.

        Returns:
            This transformer.

        Raises:
            TypeError: The other one is not of the same class.
            ValueError: The parameters or the columns differ, or `idf_` was assigned. Nothing has changed.
            NotFittedError: One of both is not fitted.

        >>> transformer = TfidfTransformer().fit([[3, 0], [2, 1]]).merge(TfidfTransformer().fit([[1, 0]]))
        >>> bool((transformer.idf_ == TfidfTransformer().fit([[3, 0], [2, 1], [1, 0]]).idf_).all())
        True
        """
        refuse_different(self, other)
        ours, theirs = self._counted(), other._counted()
        if len(ours) != len(theirs):
            raise ValueError(f"merge() needs the same features, but there are {len(ours)} and {len(theirs)}")
        names: list[Any] = [getattr(one, "feature_names_in_", None) for one in (self, other)]
        if not np.array_equal(*names):
            raise ValueError("merge() needs the same features: feature_names_in_ differ")
        dtypes = [one.idf_.dtype for one in (self, other) if hasattr(one, "idf_")]
        dtype = np.result_type(*dtypes) if dtypes else np.dtype(np.float64)
        self._learn_frequencies(ours + theirs, self._documents + other._documents, dtype)
        return self

    def _counted(self) -> npt.NDArray[np.int64]:
        """The number of documents that have each feature.

        Raises:
            NotFittedError: The transformer is not fitted.
            ValueError: The weights were assigned.
        """
        if not hasattr(self, "n_features_in_") and not hasattr(self, "idf_"):
            raise not_fitted(self)
        if not hasattr(self, "_document_frequencies"):
            raise ValueError(
                "merge() needs the numbers of documents that fit() counts, but idf_ was assigned: call fit()"
            )
        return self._document_frequencies

    @all_or_nothing
    def fit_transform(self, X: Any, y: object = None) -> Any:  # noqa: N803
        """Call `fit`, then `transform`."""
        return self.fit(X, y).transform(X)

    def transform(self, X: Any, copy: bool = True) -> Any:  # noqa: N803
        """Weigh counts.

        Args:
            X: Counts, with a row for each document.
            copy: False changes X itself if it is a CSR matrix of floats.

        Returns:
            A sparse matrix of floats, of the shape of X.

        Raises:
            NotFittedError: There are no weights, also if `use_idf` was set after `fit`.
            ValueError: A count or a weight is infinite or not a number, and `norm` is set.
        """
        if not hasattr(self, "idf_") and (self.use_idf or not hasattr(self, "n_features_in_")):
            raise not_fitted(self)
        return aligned(self._weigh(validated(self, X, formats="csr", floats=True, copy=copy, reset=False)))

    def get_feature_names_out(self, input_features: npt.ArrayLike | None = None) -> npt.NDArray[np.object_]:
        """The names of the columns of the matrix in `fit`.

        Args:
            input_features: The names to use if the matrix had no names.

        Raises:
            NotFittedError: The transformer is not fitted.
            ValueError: The names differ from those of the matrix, or their number is not the number of features.
        """
        if not hasattr(self, "n_features_in_"):
            raise not_fitted(self)
        known = getattr(self, "feature_names_in_", None)
        if input_features is None:
            names = known if known is not None else [f"x{column}" for column in range(self.n_features_in_)]
            return np.asarray(names, dtype=object)
        names = np.asarray(input_features, dtype=object)
        if known is not None and not np.array_equal(known, names):
            raise ValueError("input_features is not equal to feature_names_in_")
        if len(names) != self.n_features_in_:
            raise ValueError(
                "input_features should have length equal to number of features "
                f"({self.n_features_in_}), got {len(names)}"
            )
        return names

    # ---- For matrices that were checked before ----

    def _forget(self) -> None:
        for name in ("idf_", "_documents", "_document_frequencies"):
            self.__dict__.pop(name, None)

    def _know(self, other: TfidfTransformer) -> None:
        """Copy the state that another transformer has learned. The parameters stay."""
        vars(self).update(vars(other) | vars(self))

    def _learn(self, counts: Any, frequencies: npt.NDArray[np.int64] | None = None) -> None:
        """Learn from a matrix of counts, in addition to the earlier ones. `frequencies` are those of its columns."""
        if frequencies is None:
            frequencies = document_frequencies(counts)
        if hasattr(self, "_document_frequencies"):
            frequencies[: len(self._document_frequencies)] += self._document_frequencies
        self._learn_frequencies(frequencies, getattr(self, "_documents", 0) + counts.shape[0], counts.dtype)

    def _learn_frequencies(self, frequencies: npt.NDArray[np.int64], documents: int, dtype: np.dtype[Any]) -> None:
        """Learn from the number of documents that have each feature, and the number of all documents.

        Args:
            frequencies: The numbers for the features.
            documents: The number of all documents.
            dtype: The type of the counts.
        """
        self.n_features_in_ = len(frequencies)
        self._document_frequencies: npt.NDArray[np.int64] = frequencies
        self._documents: int = documents
        if not self.use_idf:
            vars(self).pop("idf_", None)
            return
        dtype = dtype if dtype in (np.float32, np.float64) else np.dtype(np.float64)
        # The same steps and precision as in scikit-learn, so that the last digits are the same too.
        idf = np.full(len(frequencies), self._documents + bool(self.smooth_idf), dtype)
        smoothed = frequencies.astype(dtype)
        smoothed += bool(self.smooth_idf)
        idf /= smoothed
        np.log(idf, out=idf)
        idf += 1
        self.idf_ = idf

    def _weigh(self, counts: Any, bounds: tuple[float, float] | None = None) -> Any:
        """Weigh a CSR matrix of floats in place. `bounds` are those of the function `weigh`."""
        weigh(counts, getattr(self, "idf_", None), sublinear=self.sublinear_tf, norm=self.norm, bounds=bounds)
        return counts

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
