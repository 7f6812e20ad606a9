"""The methods of `TextAnalyzer` that count, as coroutines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from text_processor._renamed import former_argument
from text_processor.aio._work import Owner, Steps, awaited

if TYPE_CHECKING:
    from typing import Literal, overload

    import numpy as np
    import numpy.typing as npt

    from text_processor.frequencies import WordCounts
    from text_processor.matrix import DocumentTermMatrix
    from text_processor.ngrams import NgramCounts
    from text_processor.table import Table
    from text_processor.typing import By, Progress, Statistics, Words


class Counts(Owner):
    """An analyzer as an index of words."""

    async def index(self, *, progress: Progress | None = None) -> None:
        """See `TextAnalyzer.index`. Another thread calls `progress`."""
        await awaited(lambda: self.analyzer.index(progress=progress))

    async def total_words(self) -> int:
        """See `TextAnalyzer.total_words`."""
        return await awaited(self.analyzer.total_words)

    async def unique_words(self) -> int:
        """See `TextAnalyzer.unique_words`."""
        return await awaited(self.analyzer.unique_words)

    async def sentence_count(self, *, unwrap: bool = False) -> int:
        """See `TextAnalyzer.sentence_count`."""
        return await awaited(lambda: self.analyzer.sentence_count(unwrap=unwrap))

    if TYPE_CHECKING:

        @overload
        async def get_statistics(self, *, by: None = None) -> Statistics: ...

        @overload
        async def get_statistics(self, *, by: By) -> Table: ...

    async def get_statistics(self, *, by: By | None = None) -> Statistics | Table:
        """See `TextAnalyzer.get_statistics`."""
        return await awaited(lambda: self.analyzer.get_statistics(by=by))

    async def word_frequency(self) -> dict[str, int]:
        """See `TextAnalyzer.word_frequency`."""
        return await awaited(self.analyzer.word_frequency)

    if TYPE_CHECKING:

        @overload
        async def word_counts(self, *, by: None = None) -> WordCounts: ...

        @overload
        async def word_counts(self, *, by: By) -> Table: ...

    async def word_counts(self, *, by: By | None = None) -> WordCounts | Table:
        """See `TextAnalyzer.word_counts`."""
        return await awaited(lambda: self.analyzer.word_counts(by=by))

    if TYPE_CHECKING:

        @overload
        async def top_words(self, limit: int | None = None, *, by: None = None) -> list[tuple[str, int]]: ...

        @overload
        async def top_words(self, limit: int | None = None, *, by: By) -> Table: ...

    async def top_words(self, limit: int | None = None, *, by: By | None = None) -> list[tuple[str, int]] | Table:
        """See `TextAnalyzer.top_words`."""
        return await awaited(lambda: self.analyzer.top_words(limit, by=by))

    def iter_top_words(self) -> AsyncIterator[tuple[str, int]]:
        """See `TextAnalyzer.iter_top_words`; the counts are those of the time when the iteration begins."""
        return Steps(self.analyzer.iter_top_words)

    async def ngram_frequency(self, n: int, *, skip: int = 0) -> dict[tuple[str, ...], int]:
        """See `TextAnalyzer.ngram_frequency`."""
        return await awaited(lambda: self.analyzer.ngram_frequency(n, skip=skip))

    if TYPE_CHECKING:

        @overload
        async def ngram_counts(self, n: int, *, skip: int = 0, by: None = None) -> NgramCounts: ...

        @overload
        async def ngram_counts(self, n: int, *, skip: int = 0, by: By) -> Table: ...

    async def ngram_counts(self, n: int, *, skip: int = 0, by: By | None = None) -> NgramCounts | Table:
        """See `TextAnalyzer.ngram_counts`."""
        return await awaited(lambda: self.analyzer.ngram_counts(n, skip=skip, by=by))

    async def top_ngrams(self, n: int, limit: int | None = None, *, skip: int = 0) -> list[tuple[tuple[str, ...], int]]:
        """See `TextAnalyzer.top_ngrams`."""
        return await awaited(lambda: self.analyzer.top_ngrams(n, limit, skip=skip))

    def iter_top_ngrams(self, n: int, *, skip: int = 0) -> AsyncIterator[tuple[tuple[str, ...], int]]:
        """See `TextAnalyzer.iter_top_ngrams`; the counts are those of the time when the iteration begins."""
        return Steps(lambda: self.analyzer.iter_top_ngrams(n, skip=skip))

    async def document_term_matrix(
        self,
        ngram_range: tuple[int, int] = (1, 1),
        *,
        weight: Literal["count", "tfidf", "binary"] = "count",
        order: Literal["name", "appearance"] = "name",
        by: By | None = None,
    ) -> DocumentTermMatrix:
        """See `TextAnalyzer.document_term_matrix`."""
        return await awaited(lambda: self.analyzer.document_term_matrix(ngram_range, weight=weight, order=order, by=by))

    async def analyze_sentiment(self, lexicon: Words | None = None) -> float:
        """See `TextAnalyzer.analyze_sentiment`."""
        return await awaited(lambda: self.analyzer.analyze_sentiment(lexicon))

    async def document_sentiments(self, lexicon: Words | None = None) -> npt.NDArray[np.float64]:
        """See `TextAnalyzer.document_sentiments`."""
        return await awaited(lambda: self.analyzer.document_sentiments(lexicon))


# Not as decorators: type checkers would no longer see that the methods are coroutines.
for _name, _former in (("top_words", "n"), ("top_ngrams", "k")):
    _method = former_argument(_former, "limit", is_async=True)(getattr(Counts, _name))
    setattr(Counts, _name, _method)
del _name, _former, _method
