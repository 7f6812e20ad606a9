"""The counts of words, as a table."""

from __future__ import annotations

from collections.abc import Iterator

from text_processor.table import Table

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["WordCounts"]


def __dir__() -> list[str]:
    return __all__


class WordCounts(Table):
    """The words and their counts at the time of `TextAnalyzer.word_counts`, in order of first appearance.

    A `Table` with the columns `word` and `count`. Iterating yields pairs of a word and its count; `rows` yields the
    rows of the table.

    >>> import text_processor
    >>> analyzer = text_processor.TextAnalyzer()
    >>> analyzer.add_document("the cat and the dog")
    >>> counts = analyzer.word_counts()
    >>> print(counts)
    word  count
    the       2
    cat       1
    and       1
    dog       1
    >>> counts.words[counts.counts.argmax()]
    'the'
    >>> dict(counts)
    {'the': 2, 'cat': 1, 'and': 1, 'dog': 1}
    """

    @property
    def words(self) -> list[str]:
        """The distinct words, by default in lower case."""
        words: list[str] = self._column("word")
        return words

    @property
    def counts(self) -> npt.NDArray[np.uint64]:
        """The count of each word: a read-only array of uint64 over native memory, as long as `words`.

        Raises:
            ModuleNotFoundError: NumPy is not installed.
        """
        counts: npt.NDArray[np.uint64] = self._column("count")
        return counts

    def __iter__(self) -> Iterator[tuple[str, int]]:
        """Pairs of word and count."""
        for words, counts in self._batches:
            yield from zip(words.strings("utf8"), counts.integers(), strict=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(words={len(self)})"
