"""An analyzer of the native core: a method for each function of the C ABI, with Python's types and exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from text_processor._native import saved
from text_processor._native.adding import Adding
from text_processor._native.arrow import Column, filled
from text_processor._native.checkpoint import checkpoint
from text_processor._native.core import Core, ffi
from text_processor._native.long_calls import MILLISECONDS_PER_STEP, status_of
from text_processor._native.owned import owned
from text_processor._native.table import NativeTable

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import FilePath, Progress

NO_GROUP = (1 << 32) - 1
"""The code of a document that is in no group."""


class Handle(Adding):
    """The owner of a native analyzer.

    The caller of a method has a reference to this object, so the analyzer is never freed during a call.
    """

    __slots__ = ()

    def __init__(
        self, core: Core, threads: int | None, *, store_text: bool = True, tokenizer: int = 0, pattern: bytes = b""
    ) -> None:
        kept = ffi.new("char[]", pattern)
        size = ffi.sizeof("tp_analyzer_options")
        settings = [size, threads or 0, not store_text, tokenizer, kept, len(pattern)]
        options = ffi.new("tp_analyzer_options *", settings)
        self._own(core, owned(core, "tp_analyzer", lambda out: core._lib.tp_analyzer_new(options, out)))

    @classmethod
    def over(cls, core: Core, pointer: Any) -> Handle:
        """The owner of a handle that frees itself."""
        handle = cls.__new__(cls)
        handle._own(core, pointer)
        return handle

    @classmethod
    def load(
        cls,
        core: Core,
        path: FilePath,
        threads: int | None,
        mmap: bool,
        function: Callable[[str], str | None] | None = None,
    ) -> tuple[Handle, NativeTable | None]:
        """The analyzer of a file, and the table that was saved with it.

        Args:
            core: The core.
            path: The file.
            threads: The number of threads; None for the default.
            mmap: Whether texts and tokens stay in the file.
            function: Returns the terms of new words, if the saved options have a function.
        """
        pointer, columns = saved.load(core, path, threads, mmap)
        handle = cls.over(core, pointer)
        handle._function = function
        return handle, columns

    @classmethod
    def of_state(
        cls, core: Core, data: bytes, threads: int | None, function: Callable[[str], str | None] | None = None
    ) -> tuple[Handle, NativeTable | None]:
        """The analyzer of bytes that `state` has returned, and the table that is in them, as `load`."""
        pointer, columns = saved.of_state(core, data, threads)
        handle = cls.over(core, pointer)
        handle._function = function
        return handle, columns

    def save(self, path: FilePath, columns: NativeTable | None) -> None:
        """Save the analyzer as a file, with a table that has a row for each document."""
        saved.save(self.core, self.pointer, path, columns)

    def state(self, columns: NativeTable | None) -> bytes:
        """The bytes of such a file."""
        return saved.state(self.core, self.pointer, columns)

    def copied(self, threads: int | None) -> Handle:
        """A copy of the state."""
        function = self._current_function()
        return Handle.of_state(self.core, self.state(None), threads, function)[0]

    def settings(self) -> dict[str, str]:
        """The options: see tp_analyzer_settings."""
        return saved.settings(self.core, self.pointer)

    def clear(self) -> None:
        """Remove all documents."""
        self.core._check(self._lib.tp_analyzer_clear(self.pointer))

    def choose(self, documents: Any) -> Handle:
        """A new analyzer of some documents.

        Args:
            documents: The numbers of the documents, as a buffer of uint64.
        """
        ask = self._lib.tp_analyzer_choose
        with ffi.from_buffer("uint64_t[]", documents) as numbers:
            listed = self.pointer, numbers, len(numbers)
            while True:
                function = self._current_function()
                chosen = Handle.__new__(Handle)
                make = partial(status_of, self.core, ask, *listed)
                chosen._own(self.core, owned(self.core, "tp_analyzer", make))
                chosen._function = function
                # Another thread, or a signal handler, may have set terms in the meantime.
                if self._current_function() is function:
                    return chosen

    def keep(self, documents: Any) -> None:
        """Remove all documents except those with these numbers, and put these in this order."""
        ask = self._lib.tp_analyzer_keep
        with ffi.from_buffer("uint64_t[]", documents) as numbers:
            self.core._check(status_of(self.core, ask, self.pointer, numbers, len(numbers)))

    def merge(self, other: Handle) -> None:
        """Add the documents of another analyzer after those of this one."""
        self.core._check(status_of(self.core, self._lib.tp_analyzer_merge, self.pointer, other.pointer))

    def document_count(self) -> int:
        """The number of documents."""
        return self._number(self._lib.tp_analyzer_document_count)

    def total_words(self) -> int:
        """The number of words."""
        return self._number(self._lib.tp_analyzer_total_words)

    def unique_words(self) -> int:
        """The number of distinct terms."""
        return self._number(self._lib.tp_analyzer_unique_words)

    def sentence_count(self, unwrap: bool) -> int:
        """The number of sentences. With `unwrap`, a line end inside a paragraph counts as a space."""
        answer = ffi.new("uint64_t *")
        self._ask(self._lib.tp_analyzer_sentence_count, bool(unwrap), answer, is_long=True)
        return int(answer[0])

    def contains(self, text: bytes) -> bool:
        """Whether one of the documents is exactly this text."""
        answer = ffi.new("bool *")
        self.core._check(self._lib.tp_analyzer_contains_document(self.pointer, text, len(text), answer))
        return bool(answer[0])

    def update(self, progress: Progress | None) -> None:
        """Index the documents that were added until now, with a checkpoint after each step."""
        done, total = ffi.new("uint64_t *"), ffi.new("uint64_t *")
        target = None
        while target is None or done[0] < min(target, total[0]):
            checkpoint()
            self.core._check(self._lib.tp_analyzer_update(self.pointer, MILLISECONDS_PER_STEP, done, total))
            target = target or total[0]
            if progress is not None:
                progress(min(done[0], target), target)

    def statistics(self) -> Any:
        """The structure tp_statistics."""
        answer = ffi.new("tp_statistics *")
        answer.struct_size = ffi.sizeof("tp_statistics")
        self._ask(self._lib.tp_analyzer_statistics, answer)
        return answer

    def sentiment(self) -> float:
        """Sentiment of the corpus."""
        answer = ffi.new("double *")
        self._ask(self._lib.tp_analyzer_sentiment, answer)
        return float(answer[0])

    def sentiment_with(self, lexicon: Any) -> float:
        """Sentiment of the corpus by a native lexicon."""
        answer = ffi.new("double *")
        self._ask(self._lib.tp_analyzer_sentiment_with, lexicon, answer)
        return float(answer[0])

    def document_sentiments(self, lexicon: Any | None) -> Column:
        """Sentiment of each document, by a native lexicon if one is given."""
        listed = ffi.NULL if lexicon is None else lexicon
        query = self._lib.tp_analyzer_document_sentiments
        return filled(self.core, lambda out: self._ask(query, listed, out))

    def term_frequencies(self, rows: int) -> Iterator[list[Column]]:
        """Record batches of terms and counts, in order of first appearance."""
        return self._batches(self._lib.tp_analyzer_term_frequencies, rows)

    def top_terms(self, rows: int) -> Iterator[list[Column]]:
        """Record batches of terms and counts, most frequent first."""
        return self._batches(self._lib.tp_analyzer_top_terms, rows)

    def documents(self) -> Iterator[list[Column]]:
        """Record batches of texts and word counts."""
        return self._batches(self._lib.tp_analyzer_documents, 0)

    def top_ngrams(self, n: int, skip: int, rows: int) -> Iterator[list[Column]]:
        """Record batches of n columns of terms, and counts, most frequent first."""
        return self._batches(self._lib.tp_analyzer_top_ngrams, n, skip, rows)

    def document_term_matrix(self, least: int, most: int) -> Any:
        """A native matrix of the counts of n-grams of `least` to `most` terms in each document."""
        query = self._lib.tp_analyzer_document_term_matrix
        return owned(self.core, "tp_matrix", lambda out: self._ask(query, least, most, out))

    def term_table(self) -> NativeTable:
        """The terms and their counts, in order of first appearance."""
        return self._table(("word", "count"), self._lib.tp_analyzer_term_frequencies, 0)

    def ngram_table(self, n: int, skip: int) -> NativeTable:
        """The n columns of terms, and the counts, in order of first appearance."""
        # The core refuses an `n` that is too large, so it comes first.
        opened = self._stream(self._lib.tp_analyzer_ngrams, n, skip, 0)
        names = *(f"word_{number}" for number in range(1, n + 1)), "count"
        return NativeTable.of(self.core, [opened], names)

    def grouped_terms(self, codes: Any, order: int, limit: int) -> NativeTable:
        """The groups, the terms and their counts, in the order of the groups.

        Args:
            codes: The group of each document, as a buffer of uint32: a number, or NO_GROUP.
            order: The order of the rows of a group, a value of tp_order.
            limit: The largest number of rows of a group; 0 for all.
        """
        with ffi.from_buffer("uint32_t[]", codes) as given:
            query = self._lib.tp_analyzer_grouped_terms
            return self._table(("group", "word", "count"), query, given, len(given), order, limit, 0)

    def grouped_ngrams(self, codes: Any, n: int, skip: int, order: int, limit: int) -> NativeTable:
        """The groups, the n columns of terms, and the counts, as in `grouped_terms`."""
        with ffi.from_buffer("uint32_t[]", codes) as given:
            # As in `ngram_table`.
            query = self._lib.tp_analyzer_grouped_ngrams
            opened = self._stream(query, given, len(given), n, skip, order, limit, 0)
        names = "group", *(f"word_{number}" for number in range(1, n + 1)), "count"
        return NativeTable.of(self.core, [opened], names)

    def grouped_statistics(self, codes: Any, groups: int) -> NativeTable:
        """The statistics of the groups 0 to `groups` - 1, with the names of tp_statistics; `codes` as above."""
        with ffi.from_buffer("uint32_t[]", codes) as given:
            return self._table((), self._lib.tp_analyzer_grouped_statistics, given, len(given), groups)

    def document_table(self) -> NativeTable:
        """The texts and their numbers of words."""
        return self._table((), self._lib.tp_analyzer_documents, 0)
