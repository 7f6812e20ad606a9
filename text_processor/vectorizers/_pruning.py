"""Limits for the features of a vocabulary: how rare, how frequent, and how many."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral

import numpy as np

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt


def refuse_empty(features: int) -> None:
    """Raise ValueError if there are no features."""
    if features == 0:
        raise ValueError("empty vocabulary; perhaps the documents only contain stop words")


def sum_type(dtype: npt.DTypeLike) -> np.dtype[Any]:
    """The type that SciPy gives the sums of the entries of a matrix of this type; None is the type of plain counts."""
    sums: np.dtype[Any] = np.empty(0, np.int32 if dtype is None else dtype).sum().dtype
    return sums


@dataclass(frozen=True)
class Limits:
    """The parameters `min_df`, `max_df` and `max_features`, the last one as `most`."""

    min_df: float
    max_df: float
    most: int | None

    def bounds(self, documents: int) -> tuple[float, float]:
        """The least and the greatest number of documents that may have a feature.

        Raises:
            ValueError: The least number is greater than the greatest one.
        """
        highest = self.max_df if isinstance(self.max_df, Integral) else self.max_df * documents
        lowest = self.min_df if isinstance(self.min_df, Integral) else self.min_df * documents
        if highest < lowest:
            raise ValueError("max_df corresponds to < documents than min_df")
        return lowest, highest

    @property
    def are_set(self) -> bool:
        """Whether there are documents for which a feature is dropped. 1 is a number of documents, and 1.0 a part."""
        keeps_rare = isinstance(self.min_df, Integral) and self.min_df <= 1
        keeps_frequent = not isinstance(self.max_df, Integral) and self.max_df == 1
        return not (keeps_rare and keeps_frequent and self.most is None)

    def chosen(
        self, documents: int, frequencies: npt.NDArray[Any], sums: npt.NDArray[Any] | None
    ) -> npt.NDArray[np.bool_]:
        """Which features stay.

        Args:
            documents: The number of documents.
            frequencies: The number of documents that have each feature. The features are sorted if `most` is set.
            sums: The number of occurrences of each feature, in the type of `sum_type`, if `most` is set.

        Raises:
            ValueError: No feature stays.
        """
        lowest, highest = self.bounds(documents)
        stays = (frequencies >= lowest) & (frequencies <= highest)
        if self.most is not None and sums is not None and np.count_nonzero(stays) > self.most:
            places = np.flatnonzero(stays)
            # Among features with the same number, the order of NumPy decides, as in scikit-learn.
            places = places[(-sums[places]).argsort()[: self.most]]
            stays = np.zeros(len(stays), bool)
            stays[places] = True
        if not stays.any():
            raise ValueError("After pruning, no terms remain. Try a lower min_df or a higher max_df.")
        return stays
