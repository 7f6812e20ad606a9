"""What `fit` counts before it drops features. The tallies of several parts of the documents can be added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from text_processor.vectorizers._options import Options
from text_processor.vectorizers._pruning import Limits, sum_type
from text_processor.vectorizers._vocabulary import Vocabulary, united

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt


@dataclass(frozen=True, eq=False)
class Tally:
    """All features of some documents, and how often they occur. It never changes."""

    vocabulary: Vocabulary | None
    """All features, sorted; None if the features are those of the parameter `vocabulary`."""
    documents: int
    """The number of documents."""
    frequencies: npt.NDArray[np.int64]
    """The number of documents that have each feature."""
    sums: npt.NDArray[Any] | None = None
    """The number of occurrences of each feature; None if it is not known."""

    def chosen(self, limits: Limits, dtype: npt.DTypeLike) -> npt.NDArray[np.bool_]:
        """Which features are within limits.

        Args:
            limits: The limits.
            dtype: The type of the matrix.

        Raises:
            ValueError: The numbers that the limits need are not known, or no feature is within the limits.
        """
        if limits.most is not None and self.sums is None:
            raise ValueError("fit() has not counted what max_features needs, because it was not set: call fit() again")
        sums = None if self.sums is None else self.sums.astype(sum_type(dtype), copy=False)
        return limits.chosen(self.documents, self.frequencies, sums)


def added(tallies: Sequence[Tally], options: Options | None) -> Tally:
    """The tally of the documents of all tallies, one after the other. Features are sorted.

    Args:
        tallies: At least one. If there is only one, its features must be sorted.
        options: The options of the native backend; None if no options do the same as the parameters.
    """
    if len(tallies) == 1:
        return tallies[0]
    documents = sum(tally.documents for tally in tallies)
    vocabularies = [tally.vocabulary for tally in tallies if tally.vocabulary is not None]
    frequencies = [tally.frequencies for tally in tallies]
    if not vocabularies:
        return Tally(None, documents, np.sum(frequencies, axis=0))
    vocabulary, columns = united(vocabularies, options)
    sums = [tally.sums for tally in tallies if tally.sums is not None]
    return Tally(
        vocabulary,
        documents,
        _added(frequencies, columns, len(vocabulary)),
        _added(sums, columns, len(vocabulary)) if len(sums) == len(tallies) else None,
    )


def _added(
    numbers: Sequence[npt.NDArray[Any]], columns: Sequence[npt.NDArray[np.int64]], count: int
) -> npt.NDArray[Any]:
    """The sums of the numbers of features, at the columns of the features."""
    total = np.zeros(count, np.result_type(*numbers))
    for some, places in zip(numbers, columns, strict=True):
        total[places] += some
    return total


class InMemory:
    """Holds the tally of a fitted vectorizer. Copies of the vectorizer share the tally, and pickles do not contain it.

    It also has the features that `fit` has dropped, which may be many times as many as those that `fit` has kept.
    """

    def __init__(self, tally: Tally | None = None) -> None:
        self.tally: Tally | None = tally

    def __copy__(self) -> InMemory:
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> InMemory:
        return self

    def __reduce__(self) -> tuple[type[InMemory], tuple[()]]:
        return InMemory, ()
