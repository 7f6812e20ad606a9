"""An analyzer of the native core: a method for each function of the C ABI, with Python's types and exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from text_processor._native import saved
from text_processor._native.arrow import Column, filled, record_batches, stream
from text_processor._native.batches import joined
from text_processor._native.callbacks import (
    DocumentCallback,
    check_stack_depth,
    forget_kept,
    is_from_callback,
    raise_kept,
    trampoline,
)
from text_processor._native.checkpoint import checkpoint
from text_processor._native.columns import Block, located, tp_blank
from text_processor._native.core import Core, ffi
from text_processor._native.draft import Draft
from text_processor._native.encoding import byte_pieces, encoded, encoded_pieces, readable, readable_row
from text_processor._native.fork import Lock
from text_processor._native.long_calls import MILLISECONDS_PER_STEP, status_of
from text_processor._native.missing import CURES, without_missing
from text_processor._native.order import Order
from text_processor._native.owned import owned
from text_processor._native.strings import string_arrays
from text_processor._native.table import NativeTable
from text_processor._options import plain_text, refuse_coroutine
from text_processor.exceptions import InvalidDocumentError, TermsPendingError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import Document, FilePath, Missing, Progress

WORDS_PER_STEP = 1 << 10
"""The calls of a function for terms between two checkpoints."""

BYTES_PER_PIECE = 8 << 20
"""The part of a long document that is added between two checkpoints."""

NO_GROUP = (1 << 32) - 1
"""The code of a document that is in no group."""


class Handle:
    """The owner of a native analyzer.

    The caller of a method has a reference to this object, so the analyzer is never freed during a call.
    """

    __slots__ = ("_function", "_has_callback", "_lib", "_setting", "core", "order", "pointer")

    def __init__(
        self, core: Core, threads: int | None, *, store_text: bool = True, tokenizer: int = 0, pattern: bytes = b""
    ) -> None:
        kept = ffi.new("char[]", pattern)
        size = ffi.sizeof("tp_analyzer_options")
        settings = [size, threads or 0, not store_text, tokenizer, kept, len(pattern)]
        options = ffi.new("tp_analyzer_options *", settings)
        self._own(core, owned(core, "tp_analyzer", lambda out: core._lib.tp_analyzer_new(options, out)))

    def _own(self, core: Core, pointer: Any) -> None:
        self.core: Core = core
        self._lib = core._lib
        self._has_callback = False
        self._function: Callable[[str], str | None] | None = None
        # Pending words and the function for their terms must be read together. A signal handler may set terms too.
        self._setting = Lock()
        self.order: Order = Order()
        self.pointer: Any = pointer

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

    def add(self, text: Document) -> None:
        """Add a document."""
        self._add_readable(readable(text), self._lib.TP_BLANK_REFUSE)

    def _add_readable(self, text: str | bytes | memoryview, blank: int) -> int:
        """Add a document; returns the number of documents added."""
        if len(text) > BYTES_PER_PIECE:
            return self._add_long(text, blank)
        # Another thread may change memory that is not of bytes during the check.
        data = encoded(text) if isinstance(text, str) else bytes(text)
        if blank == self._lib.TP_BLANK_REFUSE:
            self._add(self._lib.tp_analyzer_add_document, data, len(data))
            return 1
        added = ffi.new("uint64_t *")
        kept: list[Any] = []
        self._add(self._lib.tp_analyzer_add_texts, *string_arrays([data], kept), 1, blank, added)
        return int(added[0])

    def _add_long(self, text: str | bytes | memoryview, blank: int) -> int:
        draft = self.draft(len(text))
        length = BYTES_PER_PIECE
        for piece in encoded_pieces(text, length) if isinstance(text, str) else byte_pieces(text, length):
            draft.append(piece)
        return self.add_draft(draft, blank)

    def draft(self, length: int) -> Draft:
        """Begin a document of about `length` bytes."""
        return Draft(self.core, self.pointer, length)

    def add_draft(self, draft: Draft, blank: int) -> int:
        """Add a draft as a document, without a copy; returns the number of documents added."""
        lib = self._lib
        if blank == lib.TP_BLANK_KEEP:
            draft.allow_blank()
        skipped = lib.TP_ERROR_NO_WORDS if blank == lib.TP_BLANK_SKIP else 0
        return int(not self._add(lib.tp_analyzer_add_draft, draft.pointer, but=skipped))

    def blank(self, missing: Missing) -> int:
        """The value of tp_blank for a value of `missing`."""
        return tp_blank(self.core, missing)

    def add_batch(self, batch: Sequence[Any], *, first: int = 0, missing: Missing = "raise") -> int:
        """Add documents until one is refused; returns the number of documents added.

        Args:
            batch: The documents.
            first: The number of the first document, for errors.
            missing: How to treat missing and blank documents.
        """
        blank, added = self.blank(missing), ffi.new("uint64_t *")
        # Joined by zero bytes, the documents cross the boundary in one call, unless one of them contains a zero byte.
        data = joined(batch)
        if data is None and missing != "raise":
            batch, places = without_missing(batch)
            data = joined(batch) if places else None
        try:
            if data is not None and self._add_parts(data, len(data), b"\0", len(batch), blank, added):
                return int(added[0])
        except InvalidDocumentError as error:
            if not is_from_callback(error):
                error.document = first + (error.document or 0)
            raise
        for row, text in enumerate(batch, first):
            each = readable_row(text, row, CURES["documents"])
            try:
                added[0] += self._add_readable(each, blank)
            except InvalidDocumentError as error:
                if not is_from_callback(error):
                    error.document = row
                    if error.offset is None:
                        # The text is blank. A document of a batch may be; a single one has no option for it.
                        error.reason += f"; {CURES['documents']}"
                raise
        return int(added[0])

    def add_column(self, block: Block) -> int:
        """Add some rows of a column; returns the number of documents added."""
        added = ffi.new("uint64_t *")
        try:
            self._add(self._lib.tp_analyzer_add_column, block.pointer, added)
        except InvalidDocumentError as error:
            if is_from_callback(error):
                raise
            raise located(error, block, CURES["documents"]) from None
        return int(added[0])

    def add_pending(self, texts: Sequence[str], added: Any) -> None:
        """Add texts that were checked, and count them at `added`, a uint64_t that is also right after an error."""
        together = joined(texts)
        blank = self._lib.TP_BLANK_REFUSE
        if together is not None and self._add_parts(together, len(together), b"\0", len(texts), blank, added):
            return
        # Also in one call: between two calls, a signal handler could raise before the last document is counted.
        each = [encoded(text) for text in texts]
        kept: list[Any] = []
        self._add(self._lib.tp_analyzer_add_documents, *string_arrays(each, kept), len(each), added)

    def add_lines(self, block: bytes, blank: int) -> int:
        """Add each line of a block, which may end with a line feed; returns the number of documents added."""
        checkpoint()
        added = ffi.new("uint64_t *")
        # No line follows the last line feed.
        self._add_parts(block, len(block) - block.endswith(b"\n"), b"\n", 0, blank, added)
        return int(added[0])

    def _add_parts(self, text: bytes, length: int, separator: bytes, parts: int, blank: int, added: Any) -> bool:
        """Add the parts of the first `length` bytes. Adds nothing if `parts` is a wrong number; 0 means any number."""
        add, wrong = self._lib.tp_analyzer_add_parts, self._lib.TP_ERROR_INVALID_ARGUMENT
        return self._add(add, text, length, separator, parts, blank, added, but=wrong) == 0

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

    def _current_function(self) -> Callable[[str], str | None] | None:
        with self._setting.intact():
            return self._function

    def keep(self, documents: Any) -> None:
        """Remove all documents except those with these numbers, and put these in this order."""
        ask = self._lib.tp_analyzer_keep
        with ffi.from_buffer("uint64_t[]", documents) as numbers:
            self.core._check(status_of(self.core, ask, self.pointer, numbers, len(numbers)))

    def merge(self, other: Handle) -> None:
        """Add the documents of another analyzer after those of this one."""
        self.core._check(status_of(self.core, self._lib.tp_analyzer_merge, self.pointer, other.pointer))

    def set_callback(self, callback: DocumentCallback) -> None:
        """Set the document callback. The caller keeps it alive."""
        self._has_callback = True
        key = ffi.cast("void *", callback.key)
        self.core._check(self._lib.tp_analyzer_set_callback(self.pointer, trampoline(self.core), key, ffi.NULL))

    def clear_callback(self) -> None:
        """Remove the document callback."""
        self.core._check(self._lib.tp_analyzer_clear_callback(self.pointer))
        self._has_callback = False

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

    def _number(self, query: Callable[..., int]) -> int:
        answer = ffi.new("uint64_t *")
        self._ask(query, answer)
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

    def _table(self, names: Sequence[str], query: Callable[..., int], *arguments: Any) -> NativeTable:
        return NativeTable.of(self.core, [self._stream(query, *arguments)], names)

    def _batches(self, query: Callable[..., int], *arguments: int) -> Iterator[list[Column]]:
        return record_batches(self.core, self._stream(query, *arguments))

    def _stream(self, query: Callable[..., int], *arguments: Any) -> Any:
        return stream(self.core, lambda out: self._ask(query, *arguments, out, is_long=True))

    def set_terms(self, options: Any, function: Callable[[str], str | None] | None) -> None:
        """Change how words are normalized into terms.

        Args:
            options: A tp_term_options.
            function: Returns the term of a word, if the options have the member `given` set.
        """
        with self._setting.intact():
            before, self._function = self._function, function
            try:
                self.core._check(self._lib.tp_analyzer_set_terms(self.pointer, options))
            except BaseException:
                self._function = before
                raise

    def _ask(self, query: Callable[..., int], *arguments: Any, is_long: bool = False) -> int:
        """Query the core, after the function for terms has returned the terms of all words."""

        def ask() -> int:
            return status_of(self.core, query, self.pointer, *arguments) if is_long else query(self.pointer, *arguments)

        while (status := ask()) == self._lib.TP_ERROR_TERMS_PENDING:
            self._give_terms()
        self.core._check(status)
        return status

    def _give_terms(self) -> None:
        """Call the function for some words. Its exception ends this call; the terms that it returned before stay."""
        checkpoint()
        begin = ffi.new("uint64_t *")
        with self._setting.intact():
            function = self._function
            ask = self._lib.tp_analyzer_pending_terms
            pending = filled(self.core, lambda array: ask(self.pointer, WORDS_PER_STEP, begin, array))
            words = pending.strings("large_utf8")
        if function is None:
            if words:
                raise TermsPendingError(
                    f"the word {words[0]!r} has no term: the analyzer was saved with a function for terms, and loaded "
                    "without it; set the terms again, with the function"
                )
            return
        terms: list[bytes | None] = []
        try:
            for word in words:
                term = function(word)
                refuse_coroutine("function=", term)
                if not isinstance(term, str | None):
                    raise TypeError(f"the term of {word!r} must be a str or None, not {type(term).__name__}")
                terms.append(None if term is None else str.encode(plain_text(f"the term of {word!r}", term)))
        finally:
            kept: list[Any] = []
            give = self._lib.tp_analyzer_give_terms
            self.core._check(give(self.pointer, begin[0], *string_arrays(terms, kept), len(terms)))

    def _add(self, add: Callable[..., int], *arguments: Any, but: int = 0) -> int:
        """Call a function that adds documents. Raises the error of a callback, and of any status except `but`."""
        return self.order.run(self._add_now, add, arguments, but)

    def _add_now(self, add: Callable[..., int], arguments: tuple[Any, ...], but: int) -> int:
        if self._has_callback:
            check_stack_depth()
        try:
            status = add(self.pointer, *arguments)
            if status == self._lib.TP_ERROR_STOPPED_BY_CALLBACK:
                raise_kept()
        except BaseException:
            forget_kept()
            raise
        if status and status != but:
            self.core._fail(status)
        return status
