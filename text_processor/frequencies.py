"""The counts of words, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from text_processor._native.arrow import Column

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["WordCounts"]


def __dir__() -> list[str]:
    return __all__


class WordCounts:
    """The words and their counts at the time of `TextAnalyzer.word_counts`, in order of first appearance.

    The columns are native memory, which is freed with the last array that uses it. Iterating yields pairs.

    >>> import text_processor
    >>> analyzer = text_processor.TextAnalyzer()
    >>> analyzer.add_document("the cat and the dog")
    >>> counts = analyzer.word_counts()
    >>> counts.words[counts.counts.argmax()]
    'the'
    >>> list(counts)
    [('the', 2), ('cat', 1), ('and', 1), ('dog', 1)]
    """

    def __init__(self, batches: Iterable[list[Column]]) -> None:
        self._batches: list[tuple[Column, Column]] = [(terms, counts) for terms, counts in batches]

    def __len__(self) -> int:
        """The number of distinct words."""
        return sum(terms.length for terms, _ in self._batches)

    @cached_property
    def words(self) -> list[str]:
        """The distinct words, in lower case."""
        return [word for terms, _ in self._batches for word in terms.strings("utf8")]

    @cached_property
    def counts(self) -> npt.NDArray[np.uint64]:
        """The count of each word: a read-only array of uint64 over native memory, as long as `words`.

        Raises:
            ModuleNotFoundError: NumPy is not installed.
        """
        columns = [counts.numpy("uint64") for _, counts in self._batches]
        if len(columns) == 1:
            return columns[0]
        import numpy as np

        return np.concatenate([*columns, np.empty(0, np.uint64)])

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Pairs of word and count."""
        for terms, counts in self._batches:
            yield from zip(terms.strings("utf8"), counts.integers(), strict=True)

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("cannot copy or pickle WordCounts, which is native memory: use dict(counts), or the arrays")

    def __repr__(self) -> str:
        return f"{type(self).__name__}(words={len(self)})"
