"""The numbers of words, and how often words and n-grams occur."""

from __future__ import annotations

from collections.abc import Iterator

from text_processor import _options
from text_processor._renamed import former_argument
from text_processor.analyzer._documents import Documents
from text_processor.frequencies import WordCounts

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.ngrams import NgramCounts
    from text_processor.typing import Progress, Statistics

BATCH_ROWS = 1 << 13
"""Words that are made into Python objects between two looks at signals."""

FIRST_ROWS = 1 << 8
"""The same for the lazy methods, so that the first rows come soon."""


class Counts(Documents):
    """An analyzer as an index of words."""

    __slots__ = ()

    def total_words(self) -> int:
        """The number of words in all documents."""
        return (self._complete() if self._counts_at_once else self._indexed()).total_words()

    def sentence_count(self, *, unwrap: bool = False) -> int:
        r"""The number of sentences in all documents, as `sentences` finds them. Each call counts them again.

        Args:
            unwrap: True for text whose lines are wrapped: a line end inside a paragraph counts as a space, as in
                `sentences`. By default each line end ends a sentence.

        Raises:
            TextNotStoredError: The documents were only counted.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("To be, or not to be? That\nis the question.")
        >>> analyzer.sentence_count()
        3
        >>> analyzer.sentence_count(unwrap=True)
        2
        """
        return self._complete().sentence_count(unwrap)

    def unique_words(self) -> int:
        """The number of distinct words in lower case."""
        return self._indexed().unique_words()

    def index(self, *, progress: Progress | None = None) -> None:
        """Brings the index up to date, as the first question would do, to show the progress of it or to stop it.

        Args:
            progress: Called now and then with the bytes of text that are indexed and those there are. An exception in
                it ends the call; what was indexed stays so.
        """
        if progress is not None:
            _options.runnable("progress=", progress)
        self._complete().update(progress)

    def get_statistics(self) -> Statistics:
        """Figures of the whole corpus, all of one moment.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("To be or not to be")
        >>> analyzer.get_statistics()["unique_words"]
        4
        """
        found = self._indexed().statistics()
        return {
            "document_count": found.documents,
            "total_words": found.total_words,
            "unique_words": found.unique_words,
            "distinct_types": found.distinct_types,
            "total_bytes": found.bytes,
            "average_words": found.total_words / found.documents if found.documents else 0.0,
        }

    def word_frequency(self) -> dict[str, int]:
        """How often each word occurs, in order of first appearance, as `collections.Counter` would have it.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("the cat The dog")
        >>> analyzer.word_frequency()
        {'the': 2, 'cat': 1, 'dog': 1}
        """
        frequency: dict[str, int] = {}
        for terms, counts in self._indexed().term_frequencies(BATCH_ROWS):
            frequency.update(zip(terms.strings("utf8"), counts.integers(), strict=True))
        return frequency

    def word_counts(self) -> WordCounts:
        """The same as columns: the words, and their counts as a NumPy array over native memory."""
        return WordCounts(self._indexed().term_frequencies(0))

    @former_argument("n", "limit")
    def top_words(self, limit: int | None = None) -> list[tuple[str, int]]:
        """Return the most frequent words with their counts, as ``Counter.most_common(limit)`` does.

        Words with equal counts are in order of first appearance.

        Args:
            limit: The largest number of words to return; by default all.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("no news is no news")
        >>> analyzer.top_words(2)
        [('no', 2), ('news', 2)]
        """
        limit = _options.limit("limit", limit)
        words: list[tuple[str, int]] = []
        if limit == 0:
            return words
        for batch in self._ranked(min(limit or BATCH_ROWS, BATCH_ROWS)):
            words.extend(batch)
            if limit is not None and len(words) >= limit:
                break
        return words[:limit]

    def iter_top_words(self) -> Iterator[tuple[str, int]]:
        """Words with their counts, most frequent first, as of now. Lazy: the first come at once.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("a rose is a rose")
        >>> next(analyzer.iter_top_words())
        ('a', 2)
        """
        ranked = self._ranked(FIRST_ROWS)
        return (pair for batch in ranked for pair in batch)

    def _ranked(self, rows: int) -> Iterator[Iterator[tuple[str, int]]]:
        ranked = self._indexed().top_terms(rows)
        return (zip(terms.strings("utf8"), counts.integers(), strict=True) for terms, counts in ranked)

    def ngram_frequency(self, n: int, *, skip: int = 0) -> dict[tuple[str, ...], int]:
        """How often words follow each other in a document, in order of first appearance.

        Words that `set_terms` drops are as if they were not there.

        Args:
            n: The number of words, from 1 to 1000.
            skip: Words that may be left out between the first and the last, in all: each choice of `n` words of a
                document counts, in their order, that leaves out no more. At most a million may begin at each word.

        Raises:
            InvalidOptionError: There are no such n-grams.
            TextNotStoredError: The analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("to be or not to be")
        >>> analyzer.ngram_frequency(2)
        {('to', 'be'): 2, ('be', 'or'): 1, ('or', 'not'): 1, ('not', 'to'): 1}
        """
        return dict(self.ngram_counts(n, skip=skip))

    def ngram_counts(self, n: int, *, skip: int = 0) -> NgramCounts:
        """The same as columns: the words, and their counts as a NumPy array over native memory."""
        from text_processor.ngrams import NgramCounts

        n, skip = _options.whole("n", n, 1), _options.whole("skip", skip)
        return NgramCounts(self._indexed().ngrams(n, skip, 0), n)

    @former_argument("k", "limit")
    def top_ngrams(self, n: int, limit: int | None = None, *, skip: int = 0) -> list[tuple[tuple[str, ...], int]]:
        """Return the most frequent n-grams with their counts, as `ngram_frequency` counts them.

        N-grams with equal counts are in order of first appearance.

        Args:
            n: As in `ngram_frequency`.
            limit: The largest number of n-grams to return; by default all.
            skip: As in `ngram_frequency`.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["a rose is a rose is a rose", "a rose"])
        2
        >>> analyzer.top_ngrams(2, limit=2)
        [(('a', 'rose'), 4), (('rose', 'is'), 2)]
        >>> analyzer.top_ngrams(2, limit=1, skip=3)
        [(('a', 'rose'), 6)]
        """
        from itertools import islice

        limit = _options.limit("limit", limit)
        rows = BATCH_ROWS if limit is None else min(max(limit, 1), BATCH_ROWS)
        return list(islice(self._ranked_ngrams(n, skip, rows), limit))

    def iter_top_ngrams(self, n: int, *, skip: int = 0) -> Iterator[tuple[tuple[str, ...], int]]:
        """Return an iterator over the n-grams with their counts, most frequent first, as of this call.

        Counts all n-grams first, and then makes Python objects of them only as they are needed.

        Args:
            n: As in `ngram_frequency`.
            skip: As in `ngram_frequency`.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("a rose is a rose")
        >>> next(analyzer.iter_top_ngrams(2))
        (('a', 'rose'), 2)
        """
        return self._ranked_ngrams(n, skip, FIRST_ROWS)

    def _ranked_ngrams(self, n: int, skip: int, rows: int) -> Iterator[tuple[tuple[str, ...], int]]:
        from text_processor.ngrams import pairs

        n, skip = _options.whole("n", n, 1), _options.whole("skip", skip)
        return pairs(self._indexed().top_ngrams(n, skip, rows))
