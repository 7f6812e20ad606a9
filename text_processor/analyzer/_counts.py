"""The queries about words: their numbers, and the frequencies of words and n-grams."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from text_processor import _options
from text_processor._renamed import former_argument
from text_processor.analyzer._documents import Documents
from text_processor.frequencies import WordCounts

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, TypeVar, overload

    from text_processor._native.analyzer import Handle
    from text_processor.analyzer._groups import Groups
    from text_processor.matrix import DocumentTermMatrix
    from text_processor.ngrams import NgramCounts
    from text_processor.table import Table
    from text_processor.typing import By, Progress, Statistics

    _T = TypeVar("_T")

BATCH_ROWS = 1 << 13
"""The number of rows that become Python objects between two checks for signals."""

FIRST_ROWS = 1 << 8
"""The same for iterators: a small number, so that the first rows come soon."""


class Counts(Documents):
    """An analyzer as an index of words."""

    __slots__ = ()

    def total_words(self) -> int:
        """Return the number of words in all documents."""
        return (self._complete() if self._counts_unindexed else self._indexed()).total_words()

    def sentence_count(self, *, unwrap: bool = False) -> int:
        r"""Return the number of sentences in all documents, as `sentences` finds them. Each call counts them again.

        Args:
            unwrap: True for text whose lines are wrapped: a line end inside a paragraph counts as a space, as in
                `sentences`. By default each line end ends a sentence.

        Raises:
            TextNotStoredError: The analyzer does not store its documents.

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
        """Return the number of distinct terms, which are the distinct words in lower case by default."""
        return self._indexed().unique_words()

    def index(self, *, progress: Progress | None = None) -> None:
        """Index all documents now, and not during the next query, so that you can show progress or stop the work.

        Args:
            progress: A function that is called repeatedly with the number of bytes that are indexed and the number of
                all bytes. An exception in it ends the call; the text that was indexed stays indexed.
        """
        if progress is not None:
            _options.runnable("progress=", progress)
        self._complete().update(progress)

    if TYPE_CHECKING:

        @overload
        def get_statistics(self, *, by: None = None) -> Statistics: ...

        @overload
        def get_statistics(self, *, by: By) -> Table: ...

    def get_statistics(self, *, by: By | None = None) -> Statistics | Table:
        """Return the numbers of documents, words, distinct words and bytes, all at one moment.

        Args:
            by: Groups documents, as in `word_counts`: returns a table with a row for each group.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("To be or not to be")
        >>> analyzer.get_statistics()["unique_words"]
        4
        """
        if by is not None:
            return self._grouped(by, lambda handle, groups: groups.statistics(handle))
        found = self._indexed().statistics()
        return {
            "document_count": found.document_count,
            "total_words": found.total_words,
            "unique_words": found.unique_words,
            "distinct_types": found.distinct_types,
            "total_bytes": found.total_bytes,
            "average_words": found.average_words,
        }

    def word_frequency(self) -> dict[str, int]:
        """Return the count of each word, in order of first appearance, like `collections.Counter`.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("the cat The dog")
        >>> analyzer.word_frequency()
        {'the': 2, 'cat': 1, 'dog': 1}
        """
        frequency: dict[Any, int] = {}
        for number, (terms, counts) in enumerate(self._indexed().term_frequencies(BATCH_ROWS)):
            if number == 1:
                # If a dict of CPython had a key that is not a str, it stores the hash of each key. So it grows without
                # reading the strings again. This saves a quarter of the time if the strings do not fit into the caches.
                frequency[None] = 0
                del frequency[None]
            # This loop is faster than dict.update, which checks each pair.
            for word, count in zip(terms.strings("utf8"), counts.integers(), strict=True):
                frequency[word] = count
        return frequency

    if TYPE_CHECKING:

        @overload
        def word_counts(self, *, by: None = None) -> WordCounts: ...

        @overload
        def word_counts(self, *, by: By) -> Table: ...

    def word_counts(self, *, by: By | None = None) -> WordCounts | Table:
        """Return the counts of `word_frequency` as a table with the columns `word` and `count`.

        Args:
            by: Counts the words of each group of documents: those with equal values of a variable. The name of a
                variable, a list of such names, or a column with a value for each document. The columns of the values
                come first. Groups are in order of first appearance, and so are the words of a group. Documents whose
                value is missing are a group too.

        Raises:
            InvalidOptionError: There is no such variable, or the column has another length.
            TextNotStoredError: `by` is given, and the analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("a rose is a rose")
        >>> print(analyzer.word_counts())
        word  count
        a         2
        rose      2
        is        1
        >>> lines = TextAnalyzer()
        >>> lines.add_documents(["to be", "et tu", "to see"], variables={"play": ["Hamlet", "Caesar", "Hamlet"]})
        3
        >>> print(lines.word_counts(by="play"))
        play    word  count
        Hamlet  to        2
        Hamlet  be        1
        Hamlet  see       1
        Caesar  et        1
        Caesar  tu        1
        """
        if by is not None:
            return self._grouped(by, lambda handle, groups: groups.terms(handle, limit=None, by_frequency=False))
        return WordCounts._over(self._indexed().term_table())

    def _grouped(self, by: Any, ask: Callable[[Handle, Groups], _T]) -> _T:
        from text_processor.analyzer._groups import grouped

        return grouped(self, by, ask)

    if TYPE_CHECKING:

        @overload
        def top_words(self, limit: int | None = None, *, by: None = None) -> list[tuple[str, int]]: ...

        @overload
        def top_words(self, limit: int | None = None, *, by: By) -> Table: ...

    @former_argument("n", "limit")
    def top_words(self, limit: int | None = None, *, by: By | None = None) -> list[tuple[str, int]] | Table:
        """Return the most frequent words with their counts, as ``Counter.most_common(limit)`` does.

        Words with equal counts are in order of first appearance.

        Args:
            limit: The largest number of words to return; by default all. 0 returns none (`--limit 0` of the command
                line shows all).
            by: Groups documents, as in `word_counts`: returns a table with at most `limit` words of each group.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("a rose is a rose")
        >>> analyzer.top_words(2)
        [('a', 2), ('rose', 2)]
        """
        limit = _options.limit("limit", limit)
        if by is not None:
            return self._grouped(by, lambda handle, groups: groups.terms(handle, limit=limit, by_frequency=True))
        words: list[tuple[str, int]] = []
        if limit == 0:
            self._open_handle()
            return words
        for batch in self._ranked(min(limit or BATCH_ROWS, BATCH_ROWS)):
            words.extend(batch)
            if limit is not None and len(words) >= limit:
                break
        return words[:limit]

    def iter_top_words(self) -> Iterator[tuple[str, int]]:
        """Return an iterator over the words with their counts, most frequent first, at the time of this call.

        The first words come sooner than `top_words` returns, because only those you take become Python objects.

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
        """Return the count of each sequence of `n` words in a document, in order of first appearance.

        Ignores words that `set_terms` drops.

        Args:
            n: The number of words of an n-gram, from 1 to 1000.
            skip: The total number of words that an n-gram may skip between its first and its last word. Counts every
                choice of `n` words, in the order of the text, that skips at most that many. At most a million n-grams
                may begin at each word.

        Raises:
            InvalidOptionError: `n` or `skip` is out of range.
            TextNotStoredError: The analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("to be or not to be")
        >>> analyzer.ngram_frequency(2)
        {('to', 'be'): 2, ('be', 'or'): 1, ('or', 'not'): 1, ('not', 'to'): 1}
        """
        return dict(self.ngram_counts(n, skip=skip))

    if TYPE_CHECKING:

        @overload
        def ngram_counts(self, n: int, *, skip: int = 0, by: None = None) -> NgramCounts: ...

        @overload
        def ngram_counts(self, n: int, *, skip: int = 0, by: By) -> Table: ...

    def ngram_counts(self, n: int, *, skip: int = 0, by: By | None = None) -> NgramCounts | Table:
        """Return the counts of `ngram_frequency` as a table with the columns `word_1`, `word_2` and so on, and `count`.

        Args:
            n: As in `ngram_frequency`.
            skip: As in `ngram_frequency`.
            by: Groups documents, as in `word_counts`.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("to be or not to be")
        >>> print(analyzer.ngram_counts(2)[:2])
        word_1  word_2  count
        to      be          2
        be      or          1
        """
        from text_processor.ngrams import NgramCounts

        n, skip = _options.whole("n", n, 1), _options.whole("skip", skip)
        if by is not None:
            return self._grouped(by, lambda handle, groups: groups.ngrams(handle, n, skip))
        return NgramCounts._over(self._indexed().ngram_table(n, skip))

    @former_argument("k", "limit")
    def top_ngrams(self, n: int, limit: int | None = None, *, skip: int = 0) -> list[tuple[tuple[str, ...], int]]:
        """Return the most frequent n-grams with their counts, as `ngram_frequency` counts them.

        N-grams with equal counts are in order of first appearance.

        Args:
            n: As in `ngram_frequency`.
            limit: The largest number of n-grams to return; by default all. 0 returns none (`--limit 0` of the command
                line shows all).
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
        """Return an iterator over the n-grams with their counts, most frequent first, at the time of this call.

        Counts all n-grams first; only those you take become Python objects.

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

    def document_term_matrix(
        self,
        ngram_range: tuple[int, int] = (1, 1),
        *,
        weight: Literal["count", "tfidf", "binary"] = "count",
        order: Literal["name", "appearance"] = "name",
        by: By | None = None,
    ) -> DocumentTermMatrix:
        """Return how often each term occurs in each document, as a sparse matrix. Does not read the text again.

        The matrix is equal to that of scikit-learn's `CountVectorizer` or `TfidfVectorizer` with the same terms. A
        document without terms is an empty row.

        Args:
            ngram_range: The smallest and the largest number of terms of a feature. Words that `set_terms` drops are
                ignored.
            weight: ``"count"``; ``"binary"``, 1 for each feature that occurs; or ``"tfidf"``, the weights of
                `TfidfVectorizer` with its default parameters. For other weights, pass the counts to `TfidfTransformer`.
            order: The order of the columns: ``"name"``, sorted by their terms, or ``"appearance"``, in order of first
                appearance. Within a document, features of fewer terms come first.
            by: Groups documents, as in `word_counts`: each row has the counts of a group, and the attribute `groups` of
                the matrix has the values of each group. ``"tfidf"`` weighs these rows.

        Raises:
            TextNotStoredError: The analyzer does not store its documents.
            ModuleNotFoundError: NumPy is not installed.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["to be or not", "to be"])
        2
        >>> matrix = analyzer.document_term_matrix((1, 2), order="appearance")
        >>> matrix.features
        ['to', 'be', 'or', 'not', 'to be', 'be or', 'or not']
        >>> matrix.csr().toarray().tolist()
        [[1, 1, 1, 1, 1, 1, 1], [1, 1, 0, 0, 1, 0, 0]]
        """
        from text_processor.matrix import DocumentTermMatrix, Matrix
        from text_processor.matrix._counting import lengths_of

        least, most = lengths_of(ngram_range)
        if by is not None:
            matrix, values = self._grouped(by, lambda handle, groups: groups.matrix(handle, least, most))
            return DocumentTermMatrix(matrix, weight, order, values)
        handle = self._indexed()
        matrix = Matrix(handle.core, handle.document_term_matrix(least, most), 0)
        return DocumentTermMatrix(matrix, weight, order)
