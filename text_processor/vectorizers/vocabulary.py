"""The features of a fitted vectorizer and their columns."""

from __future__ import annotations

from collections.abc import Mapping

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def read_vocabulary(vocabulary: Any) -> dict[Any, int]:
    """The columns of features that a user gives: a mapping, or features in order; those of a set are sorted.

    Raises:
        ValueError: A feature occurs twice, or the columns are not all those from 0 on.
    """
    columns: dict[Any, int]
    if isinstance(vocabulary, Mapping):
        columns = dict(vocabulary)
        used = set(columns.values())
        if len(used) != len(columns):
            raise ValueError("Vocabulary contains repeated indices.")
        for column in range(len(columns)):
            if column not in used:
                raise ValueError(f"Vocabulary of size {len(columns)} doesn't contain index {column}.")
    else:
        columns = {}
        for column, feature in enumerate(sorted(vocabulary) if isinstance(vocabulary, set) else vocabulary):
            if columns.setdefault(feature, column) != column:
                raise ValueError(f"Duplicate term in vocabulary: {feature!r}")
    if not columns:
        raise ValueError("empty vocabulary passed to fit")
    return columns


class Vocabulary:
    """Features and their columns."""

    def __init__(self, columns: dict[Any, int]) -> None:
        self.columns = columns

    def __len__(self) -> int:
        """The number of features."""
        return len(self.columns)

    def features(self) -> list[Any]:
        """The features in the order of their columns."""
        return sorted(self.columns, key=self.columns.__getitem__)
