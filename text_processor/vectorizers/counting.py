"""Counting features that come from Python: of a user's own functions, or of anything that is no text."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

import numpy as np

from text_processor.vectorizers.matrices import csr, index_type

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy.typing as npt


@dataclass
class Counts:
    """How often features occur in documents: the parts of a matrix, a document a row."""

    columns: dict[Hashable, int]
    """The column of each feature."""
    indptr: npt.NDArray[Any]
    indices: npt.NDArray[Any]
    """In each row in the order of the columns as they were when it was counted."""
    data: npt.NDArray[Any]

    def matrix(self) -> Any:
        """The matrix over these arrays."""
        return csr(self.indptr, self.indices, self.data, len(self.columns))


def counted(
    features: Callable[[Any], Iterable[Hashable]],
    documents: Iterable[Any],
    columns: dict[Hashable, int],
    *,
    grow: bool,
    binary: bool,
    dtype: npt.DTypeLike,
) -> Counts:
    """Counts features, document by document.

    Args:
        features: Gives the features of a document.
        documents: The documents.
        columns: The columns of known features.
        grow: Others get columns of their own, in order of first appearance; otherwise they are passed over.
        binary: Entries are 1, however often the feature occurs.
        dtype: Of the entries.
    """
    known = len(columns)
    indices, data, indptr = array("q"), array("i"), array("q", [0])
    try:
        for document in documents:
            occurrences = Counter(features(document))
            if grow:
                row = [(columns.setdefault(feature, len(columns)), count) for feature, count in occurrences.items()]
            else:
                row = [(columns[feature], count) for feature, count in occurrences.items() if feature in columns]
            row.sort()
            indices.extend(column for column, _ in row)
            data.extend(count for _, count in row)
            indptr.append(len(indices))
    except BaseException:
        while len(columns) > known:
            columns.popitem()
        raise
    short = index_type(len(indices))
    return Counts(
        columns,
        np.asarray(indptr).astype(short),
        np.asarray(indices).astype(short),
        np.ones(len(data), dtype) if binary else np.asarray(data).astype(dtype),
    )


def limited(counts: Counts, lowest: float, highest: float, most: int | None) -> Counts:
    """The counts with their features in order, and only those that are neither too rare nor too frequent.

    Args:
        counts: Counts, which are used up.
        lowest: Features that are in fewer documents are left out.
        highest: Those that are in more documents.
        most: At most so many features stay, those that occur most often.

    Raises:
        ValueError: There is no feature left.
    """
    count = len(counts.columns)
    names = sorted(counts.columns)  # type: ignore[type-var]  # of one kind, or it is an error here
    place = np.empty(count, np.intp)
    place[[counts.columns[name] for name in names]] = np.arange(count)
    frequencies = np.bincount(counts.indices, minlength=count)[np.argsort(place)]
    stays = chosen(
        frequencies,
        lambda: np.asarray(counts.matrix().sum(axis=0)).ravel()[np.argsort(place)],
        lowest,
        highest,
        most,
    )
    renumbered = np.where(stays, np.cumsum(stays) - 1, -1).astype(counts.indices.dtype)
    indices = renumbered[place[counts.indices]]
    is_kept = indices >= 0
    before = np.concatenate([[0], np.cumsum(is_kept)])
    columns = {name: int(renumbered[place[column]]) for name, column in counts.columns.items()}
    return Counts(
        {name: column for name, column in columns.items() if column >= 0},
        before[counts.indptr].astype(counts.indptr.dtype),
        indices[is_kept],
        counts.data[is_kept],
    )


def chosen(
    frequencies: npt.NDArray[Any],
    sums: Callable[[], npt.NDArray[Any]],
    lowest: float,
    highest: float,
    most: int | None,
) -> npt.NDArray[np.bool_]:
    """Which features stay, see `limited`.

    Args:
        frequencies: In how many documents each feature is; features in order.
        sums: Gives how often each occurs.
        lowest: As in `limited`.
        highest: As in `limited`.
        most: As in `limited`.
    """
    stays = (frequencies >= lowest) & (frequencies <= highest)
    if most is not None and np.count_nonzero(stays) > most:
        places = np.flatnonzero(stays)
        # NumPy's own order, where several occur equally often: it is not that of the features.
        places = places[(-sums()[places]).argsort()[:most]]
        stays = np.zeros(len(stays), bool)
        stays[places] = True
    if not stays.any():
        raise ValueError("After pruning, no terms remain. Try a lower min_df or a higher max_df.")
    return stays
