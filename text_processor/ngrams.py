"""The counts of n-grams, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from text_processor._native.arrow import Column

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["NgramCounts"]


def __dir__() -> list[str]:
    return __all__


class NgramCounts:
    """The n-grams and their counts at the time of `TextAnalyzer.ngram_counts`, in order of first appearance.

    The columns are native memory, which is freed with the last array that uses it. Iterating yields pairs.

    >>> import text_processor
    >>> analyzer = text_processor.TextAnalyzer()
    >>> analyzer.add_document("to be or not to be")
    >>> counts = analyzer.ngram_counts(2)
    >>> counts.columns
    [['to', 'be', 'or', 'not'], ['be', 'or', 'not', 'to']]
    >>> list(counts)[0]
    (('to', 'be'), 2)
    """

    def __init__(self, batches: Iterable[list[Column]], n: int) -> None:
        self.n: int = n
        """The number of words of each n-gram."""
        self._batches = list(batches)

    def __len__(self) -> int:
        """The number of distinct n-grams."""
        return sum(counts.length for *_, counts in self._batches)

    @cached_property
    def columns(self) -> list[list[str]]:
        """A list for each place in the n-gram: the first words of all n-grams, then the second words, and so on."""
        columns = [column for *column, _ in self._batches]
        return [[word for batch in columns for word in batch[place].strings("utf8")] for place in range(self.n)]

    @cached_property
    def counts(self) -> npt.NDArray[np.uint64]:
        """The count of each n-gram: a read-only array of uint64 over native memory, as long as each column.

        Raises:
            ModuleNotFoundError: NumPy is not installed.
        """
        columns = [counts.numpy("uint64") for *_, counts in self._batches]
        if len(columns) == 1:
            return columns[0]
        import numpy as np

        return np.concatenate([*columns, np.empty(0, np.uint64)])

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], int]]:
        """Pairs of n-gram and count."""
        return pairs(self._batches)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("cannot copy or pickle NgramCounts, which is native memory: use dict(counts), or the arrays")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(n={self.n}, ngrams={len(self)})"


def pairs(batches: Iterable[list[Column]]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Pairs of n-gram and count from record batches of the core."""
    for *terms, counts in batches:
        grams = zip(*(column.strings("utf8") for column in terms), strict=True)
        yield from zip(grams, counts.integers(), strict=True)
