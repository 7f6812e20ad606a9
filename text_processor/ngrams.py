"""The counts of n-grams, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from text_processor._native.arrow import Column
from text_processor.table import Table

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["NgramCounts"]


def __dir__() -> list[str]:
    return __all__


class NgramCounts(Table):
    """The n-grams and their counts at the time of `TextAnalyzer.ngram_counts`, in order of first appearance.

    A `Table` with the columns `word_1`, `word_2` and so on, and `count`. Iterating yields pairs of an n-gram and its
    count; `rows` yields the rows of the table.

    >>> import text_processor
    >>> analyzer = text_processor.TextAnalyzer()
    >>> analyzer.add_document("to be or not to be")
    >>> counts = analyzer.ngram_counts(2)
    >>> counts.columns
    [['to', 'be', 'or', 'not'], ['be', 'or', 'not', 'to']]
    >>> list(counts)[0]
    (('to', 'be'), 2)
    >>> next(counts.rows())
    Row(word_1='to', word_2='be', count=2)
    """

    @property
    def n(self) -> int:
        """The number of words of each n-gram."""
        return len(self._native.names) - 1

    @property
    def columns(self) -> list[list[str]]:
        """A list for each place in the n-gram: the first words of all n-grams, then the second words, and so on."""
        return [self._column(name) for name in self._native.names[:-1]]

    @property
    def counts(self) -> npt.NDArray[np.uint64]:
        """The count of each n-gram: a read-only array of uint64 over native memory, as long as each column.

        Raises:
            ModuleNotFoundError: NumPy is not installed.
        """
        counts: npt.NDArray[np.uint64] = self._column("count")
        return counts

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], int]]:
        """Pairs of n-gram and count."""
        return pairs(self._batches)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(n={self.n}, ngrams={len(self)})"


def pairs(batches: Iterable[list[Column]]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Pairs of n-gram and count from record batches of the core."""
    for *terms, counts in batches:
        grams = zip(*(column.strings("utf8") for column in terms), strict=True)
        yield from zip(grams, counts.integers(), strict=True)
