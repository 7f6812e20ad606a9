"""From counts to term frequency times inverse document frequency."""

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
from text_processor.vectorizers._pickles import EqualPickles
from text_processor.vectorizers._sparse import document_frequencies, weigh

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    import numpy.typing as npt
    from typing_extensions import Self


class TfidfTransformer(TransformerMixin, EqualPickles, BaseEstimator, auto_wrap_output_keys=None):
    """Weighs counts: those of features that are in few documents count more, and rows get the same length.

    The weight of a feature is ``ln(n / df) + 1``, where it is in df of n documents.

    Args:
        norm: Each row is divided by the root of the sum of its squares (``"l2"``), by the sum of its absolute values
            (``"l1"``), or left as it is (None).
        use_idf: Whether features are weighed.
        smooth_idf: As if there were one document more, with every feature in it: ``ln((1 + n) / (1 + df)) + 1``.
        sublinear_tf: A count is replaced by ``1 + ln(count)``.

    Attributes:
        idf_: The weight of each feature; only there if features are weighed.
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
        """Learns the weights.

        Args:
            X: Counts, a document a row.
            y: Not used.
        """
        del y
        self._forget()
        self._learn(validated(self, X, formats=("csr", "csc")))
        return self

    @checking_parameters
    @all_or_nothing
    def partial_fit(self, X: Any, y: object = None) -> Self:  # noqa: N803
        """Learns from further documents as well: the weights are those of all that were given since `fit`, or ever.

        Args:
            X: Counts, a document a row. There may be more features than before.
            y: Not used.

        Raises:
            ValueError: There are fewer features than before.
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

    @all_or_nothing
    def fit_transform(self, X: Any, y: object = None) -> Any:  # noqa: N803
        """`fit`, then `transform`."""
        return self.fit(X, y).transform(X)

    def transform(self, X: Any, copy: bool = True) -> Any:  # noqa: N803
        """Weighs counts.

        Args:
            X: Counts, a document a row.
            copy: Without it, a CSR matrix of floats is changed itself.

        Returns:
            A sparse matrix of floats, of the shape of X.

        Raises:
            NotFittedError: No weights were learned; also if `use_idf` was set only after `fit`.
            ValueError: Counts or weights are infinite or not a number, and rows are to be divided by their length.
        """
        if not hasattr(self, "idf_") and (self.use_idf or not hasattr(self, "n_features_in_")):
            raise not_fitted(self)
        return aligned(self._weigh(validated(self, X, formats="csr", floats=True, copy=copy, reset=False)))

    def get_feature_names_out(self, input_features: npt.ArrayLike | None = None) -> npt.NDArray[np.object_]:
        """The names of the columns: those of the matrix that was learned from.

        Args:
            input_features: Names for them, where it had none.

        Raises:
            NotFittedError: No weights were learned.
            ValueError: These are not the names, or not as many as there are features.
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

    # ---- For matrices that need no look at them ----

    def _forget(self) -> None:
        for name in ("idf_", "_documents", "_document_frequencies"):
            self.__dict__.pop(name, None)

    def _know(self, other: TfidfTransformer) -> None:
        """Takes over what another transformer has learned; the parameters stay."""
        vars(self).update(vars(other) | vars(self))

    def _learn(self, counts: Any) -> None:
        """Learns from a matrix of counts, beyond what was learned before."""
        self.n_features_in_ = counts.shape[1]
        frequencies = document_frequencies(counts)
        if hasattr(self, "_document_frequencies"):
            frequencies[: len(self._document_frequencies)] += self._document_frequencies
        self._document_frequencies: npt.NDArray[np.intp] = frequencies
        self._documents: int = getattr(self, "_documents", 0) + counts.shape[0]
        if not self.use_idf:
            vars(self).pop("idf_", None)
            return
        dtype = counts.dtype if counts.dtype in (np.float32, np.float64) else np.dtype(np.float64)
        # In the steps and with the precision of scikit-learn: the last digits are its own as well.
        idf = np.full(len(frequencies), self._documents + bool(self.smooth_idf), dtype)
        smoothed = frequencies.astype(dtype)
        smoothed += bool(self.smooth_idf)
        idf /= smoothed
        np.log(idf, out=idf)
        idf += 1
        self.idf_ = idf

    def _weigh(self, counts: Any) -> Any:
        """Weighs a CSR matrix of floats in place."""
        weigh(counts, getattr(self, "idf_", None), sublinear=self.sublinear_tf, norm=self.norm)
        return counts

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
