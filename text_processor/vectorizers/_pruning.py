"""Which features stay in a vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral

import numpy as np

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt


def refuse_empty(features: int) -> None:
    """Raises where documents have taught no feature."""
    if features == 0:
        raise ValueError("empty vocabulary; perhaps the documents only contain stop words")


@dataclass(frozen=True)
class Limits:
    """How rare and how frequent features may be, and how many there may be: numbers or parts of the documents."""

    min_df: float
    max_df: float
    most: int | None

    def bounds(self, documents: int) -> tuple[float, float]:
        """The fewest and the most documents in which a feature may be.

        Raises:
            ValueError: No number is between them.
        """
        highest = self.max_df if isinstance(self.max_df, Integral) else self.max_df * documents
        lowest = self.min_df if isinstance(self.min_df, Integral) else self.min_df * documents
        if highest < lowest:
            raise ValueError("max_df corresponds to < documents than min_df")
        return lowest, highest

    def keep_all(self, documents: int) -> bool:
        """Whether every feature of so many documents stays, whatever they are."""
        lowest, highest = self.bounds(documents)
        return lowest <= 1 and highest >= documents and self.most is None

    def chosen(
        self, documents: int, frequencies: npt.NDArray[Any], sums: Callable[[], npt.NDArray[Any]]
    ) -> npt.NDArray[np.bool_]:
        """Which features stay.

        Args:
            documents: The number of documents.
            frequencies: In how many of them each feature is; features in order, where their number is limited.
            sums: Gives how often each occurs, as numbers of the type of the matrix.

        Raises:
            ValueError: None stays.
        """
        lowest, highest = self.bounds(documents)
        stays = (frequencies >= lowest) & (frequencies <= highest)
        if self.most is not None and np.count_nonzero(stays) > self.most:
            places = np.flatnonzero(stays)
            # Where several occur equally often, those that NumPy happens to have first: scikit-learn does the same.
            places = places[(-sums()[places]).argsort()[: self.most]]
            stays = np.zeros(len(stays), bool)
            stays[places] = True
        if not stays.any():
            raise ValueError("After pruning, no terms remain. Try a lower min_df or a higher max_df.")
        return stays
