"""An analyzer of the native core: one method a verb of the C ABI, with Python's types and exceptions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence

from text_processor._native.arrow import Column, filled, record_batches, stream
from text_processor._native.batches import MISSING, joined, ready, without_missing
from text_processor._native.callbacks import (
    DocumentCallback,
    forget_kept,
    is_from_callback,
    look_down,
    raise_kept,
    trampoline,
)
from text_processor._native.checkpoint import checkpoint
from text_processor._native.core import Core, ffi
from text_processor._native.encoding import byte_pieces, encoded, encoded_pieces, readable
from text_processor._native.fork import Lock
from text_processor._options import plain_text, refuse_coroutine
from text_processor.exceptions import InvalidDocumentError, InvalidPatternError
from text_processor.tokenizers import Tokenization

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.sentiment.lexicon import Lexicon
    from text_processor.terms import TermOptions
    from text_processor.typing import Document, Missing, Progress

STEP = 40
"""Milliseconds of native work between two looks at signals and progress."""

PENDING = 1 << 10
"""Words whose terms a function is asked for between two looks at whether it is still wanted."""

CURE = "pass missing='skip' to leave such rows out, or missing='keep' to keep them as documents without words"
"""The end of a message: what a caller can do about missing documents."""

PIECE = 8 << 20
"""Bytes of a long document that are added at once, for the same reason."""


class Handle:
    """Owns a native analyzer, which is freed with it.

    Whoever calls a method holds the handle, so it is never freed under a call.
    """

    __slots__ = ("_function", "_has_callback", "_lib", "_pointer", "_setting", "core")

    def __init__(
        self, core: Core, threads: int | None, *, store_text: bool = True, tokenization: Tokenization | None = None
    ) -> None:
        self.core: Core = core
        self._lib = core._lib
        self._has_callback = False
        self._function: Callable[[str], str | None] | None = None
        # Whoever asks for pending words must know whose they are. A signal handler may set terms, too.
        self._setting = Lock()
        tokenization = tokenization or Tokenization("whitespace")
        pattern = tokenization.pattern()
        kept = ffi.new("char[]", pattern)
        size = ffi.sizeof("tp_analyzer_options")
        settings = [size, threads or 0, not store_text, tokenization.number, kept, len(pattern)]
        options = ffi.new("tp_analyzer_options *", settings)
        pointer = ffi.new("tp_analyzer **")
        try:
            core._check(self._lib.tp_analyzer_new(options, pointer))
        except InvalidPatternError as error:
            raise tokenization.located(error) from None
        finally:
            # However it ended: a signal handler may raise as soon as the call is over.
            self._pointer = ffi.gc(pointer[0], self._lib.tp_analyzer_free)

    def add(self, text: Document) -> None:
        """Adds a document."""
        self._add_readable(readable(text), self._lib.TP_BLANK_REFUSE)

    def _add_readable(self, text: str | bytes | memoryview, blank: int) -> int:
        """Adds a document; returns the number of documents added."""
        if len(text) > PIECE:
            return self._add_long(text, blank)
        # Memory that is not of bytes may change during the check.
        data = encoded(text) if isinstance(text, str) else bytes(text)
        if blank == self._lib.TP_BLANK_REFUSE:
            self._add(self._lib.tp_analyzer_add_document, data, len(data))
            return 1
        added, buffer = ffi.new("uint64_t *"), ffi.from_buffer("char[]", data)
        texts, lengths = ffi.new("char *[]", [buffer]), ffi.new("size_t[]", [len(data)])
        self._add(self._lib.tp_analyzer_add_texts, texts, lengths, 1, blank, added)
        return int(added[0])

    def _add_long(self, text: str | bytes | memoryview, blank: int) -> int:
        draft = Draft(self, len(text))
        for piece in encoded_pieces(text, PIECE) if isinstance(text, str) else byte_pieces(text, PIECE):
            draft.append(piece)
        return draft.add(blank)

    def blank(self, missing: Missing) -> int:
        """The value of tp_blank for a value of `missing`."""
        lib = self._lib
        return (lib.TP_BLANK_REFUSE, lib.TP_BLANK_SKIP, lib.TP_BLANK_KEEP)[MISSING.index(missing)]

    def add_batch(self, batch: Sequence[Any], *, first: int = 0, missing: Missing = "raise") -> int:
        """Adds documents until one is wrong; returns the number of documents added.

        Args:
            batch: The documents.
            first: The number of the first one, for errors.
            missing: What to do with missing and blank ones.
        """
        blank, added = self.blank(missing), ffi.new("uint64_t *")
        # Joined by zero bytes, they cross the border in one call, unless one of them holds a zero byte.
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
            each = ready(text, row, CURE)
            try:
                added[0] += self._add_readable(each, blank)
            except InvalidDocumentError as error:
                if not is_from_callback(error):
                    error.document = row
                raise
        return int(added[0])

    def add_gathered(self, texts: Sequence[str], added: Any) -> None:
        """Adds texts that were checked, and counts them at `added`, a uint64_t that is right however it ends."""
        together = joined(texts)
        blank = self._lib.TP_BLANK_REFUSE
        if together is not None and self._add_parts(together, len(together), b"\0", len(texts), blank, added):
            return
        # All in one call as well: between two, a signal handler may raise when one is added and not counted yet.
        each = [encoded(text) for text in texts]
        buffers = [ffi.from_buffer("char[]", text) for text in each]
        lengths = ffi.new("size_t[]", [len(text) for text in each])
        self._add(self._lib.tp_analyzer_add_documents, ffi.new("char *[]", buffers), lengths, len(each), added)

    def add_lines(self, block: bytes, blank: int) -> int:
        """Adds each line of a block, which may end with a line feed; returns the number of documents added."""
        checkpoint()
        added = ffi.new("uint64_t *")
        # No line follows the last line feed.
        self._add_parts(block, len(block) - block.endswith(b"\n"), b"\n", 0, blank, added)
        return int(added[0])

    def _add_parts(self, text: bytes, length: int, separator: bytes, parts: int, blank: int, added: Any) -> bool:
        """Adds the parts of the first `length` bytes of a text; none if `parts` is neither 0 nor their number."""
        add, wrong = self._lib.tp_analyzer_add_parts, self._lib.TP_ERROR_INVALID_ARGUMENT
        return self._add(add, text, length, separator, parts, blank, added, but=wrong) == 0

    def clear(self) -> None:
        """Removes all documents."""
        self.core._check(self._lib.tp_analyzer_clear(self._pointer))

    def set_callback(self, callback: DocumentCallback) -> None:
        """Sets the document callback; whoever calls keeps it alive."""
        self._has_callback = True
        key = ffi.cast("void *", callback.key)
        self.core._check(self._lib.tp_analyzer_set_callback(self._pointer, trampoline(self.core), key, ffi.NULL))

    def clear_callback(self) -> None:
        """Removes the document callback."""
        self.core._check(self._lib.tp_analyzer_clear_callback(self._pointer))
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
        """The number of sentences; with `unwrap`, a line end inside a paragraph counts as a space."""
        count = self._lib.tp_analyzer_sentence_count
        return self._number(lambda pointer, answer: count(pointer, bool(unwrap), answer))

    def _number(self, query: Callable[[Any, Any], int]) -> int:
        answer = ffi.new("uint64_t *")
        self._ask(lambda: query(self._pointer, answer))
        return int(answer[0])

    def contains(self, text: bytes) -> bool:
        """Whether one of the documents is exactly this text."""
        answer = ffi.new("bool *")
        self.core._check(self._lib.tp_analyzer_contains_document(self._pointer, text, len(text), answer))
        return bool(answer[0])

    def update(self, progress: Progress | None) -> None:
        """Brings the index up to date with what is there now, in steps between which signals are handled."""
        done, total = ffi.new("uint64_t *"), ffi.new("uint64_t *")
        target = None
        while target is None or done[0] < min(target, total[0]):
            checkpoint()
            self.core._check(self._lib.tp_analyzer_update(self._pointer, STEP, done, total))
            target = target or total[0]
            if progress is not None:
                progress(min(done[0], target), target)

    def statistics(self) -> Any:
        """The structure tp_statistics."""
        answer = ffi.new("tp_statistics *")
        answer.struct_size = ffi.sizeof("tp_statistics")
        self._ask(lambda: self._lib.tp_analyzer_statistics(self._pointer, answer))
        return answer

    def sentiment(self) -> float:
        """Sentiment of the corpus."""
        answer = ffi.new("double *")
        self._ask(lambda: self._lib.tp_analyzer_sentiment(self._pointer, answer))
        return float(answer[0])

    def sentiment_with(self, lexicon: Lexicon) -> float:
        """Sentiment of the corpus by a lexicon."""
        answer = ffi.new("double *")
        listed = lexicon._pointer(self.core)
        self._ask(lambda: self._lib.tp_analyzer_sentiment_with(self._pointer, listed, answer))
        return float(answer[0])

    def document_sentiments(self, lexicon: Lexicon | None) -> Column:
        """Sentiment of each document."""
        listed = ffi.NULL if lexicon is None else lexicon._pointer(self.core)
        query = self._lib.tp_analyzer_document_sentiments
        return filled(self.core, lambda out: self._ask(lambda: query(self._pointer, listed, out)))

    def term_frequencies(self, rows: int) -> Iterator[list[Column]]:
        """Record batches of terms and counts, in order of first appearance."""
        return self._batches(self._lib.tp_analyzer_term_frequencies, rows)

    def top_terms(self, rows: int) -> Iterator[list[Column]]:
        """Record batches of terms and counts, most frequent first."""
        return self._batches(self._lib.tp_analyzer_top_terms, rows)

    def documents(self) -> Iterator[list[Column]]:
        """Record batches of texts and word counts."""
        return self._batches(self._lib.tp_analyzer_documents, 0)

    def ngrams(self, n: int, skip: int, rows: int) -> Iterator[list[Column]]:
        """Record batches of n columns of terms, and counts, in order of first appearance."""
        return self._batches(self._lib.tp_analyzer_ngrams, n, skip, rows)

    def top_ngrams(self, n: int, skip: int, rows: int) -> Iterator[list[Column]]:
        """The same, most frequent first."""
        return self._batches(self._lib.tp_analyzer_top_ngrams, n, skip, rows)

    def _batches(self, query: Callable[..., int], *arguments: int) -> Iterator[list[Column]]:
        def fill(out: Any) -> int:
            return self._ask(lambda: query(self._pointer, *arguments, out))

        return record_batches(self.core, stream(self.core, fill))

    def set_terms(self, options: TermOptions) -> None:
        """Has words become terms in another way."""
        from text_processor.terms import native

        structure, kept = native(options)
        with self._setting.whole():
            before, self._function = self._function, options.function
            try:
                self.core._check(self._lib.tp_analyzer_set_terms(self._pointer, structure))
            except BaseException:
                self._function = before
                raise
        del kept

    def _ask(self, query: Callable[[], int]) -> int:
        """Asks the core, once the function that is set has given the terms of all words."""
        while (status := query()) == self._lib.TP_ERROR_TERMS_PENDING:
            self._give_terms()
        self.core._check(status)
        return status

    def _give_terms(self) -> None:
        """Calls the function for some words. What it raises ends it, and the terms it has given until then stay."""
        from text_processor.terms import strings

        checkpoint()
        begin = ffi.new("uint64_t *")
        with self._setting.whole():
            function = self._function
            ask = self._lib.tp_analyzer_pending_terms
            words = filled(self.core, lambda array: ask(self._pointer, PENDING, begin, array)).strings("large_utf8")
        if function is None:
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
            self.core._check(give(self._pointer, begin[0], *strings(terms, kept), len(terms)))

    def _add(self, add: Callable[..., int], *arguments: Any, but: int = 0) -> int:
        """Calls a function of the core that adds documents; raises what a callback raised, and any status `but` one."""
        if self._has_callback:
            look_down()
        try:
            status = add(self._pointer, *arguments)
            if status == self._lib.TP_ERROR_STOPPED_BY_CALLBACK:
                raise_kept()
        except BaseException:
            forget_kept()
            raise
        if status and status != but:
            self.core._fail(status)
        return status


class Draft:
    """A document that is given piece by piece, between which signals are handled, and is added when it is whole."""

    __slots__ = ("_handle", "_pointer")

    def __init__(self, handle: Handle, length: int) -> None:
        """Begins a document of about so many bytes."""
        self._handle = handle
        pointer = ffi.new("tp_draft **")
        try:
            handle.core._check(handle._lib.tp_draft_new(handle._pointer, length, pointer))
        finally:
            # As with analyzers.
            self._pointer = ffi.gc(pointer[0], handle._lib.tp_draft_free)

    def append(self, piece: bytes | memoryview) -> None:
        """Appends UTF-8; characters may lie across pieces."""
        checkpoint()
        with ffi.from_buffer("char[]", piece) as data:
            self._handle.core._check(self._handle._lib.tp_draft_append(self._pointer, data, len(data)))

    def read(self, readinto: Callable[[Any], int | None], length: int) -> int:
        """Appends what a file gives, at most so many bytes, which it writes where they stay; the number of them."""
        checkpoint()
        core, lib, room = self._handle.core, self._handle._lib, ffi.new("char **")
        core._check(lib.tp_draft_room(self._pointer, length, room))
        number = readinto(ffi.buffer(room[0], length)) or 0
        if not 0 <= operator.index(number) <= length:
            raise OSError(f"the file says that it wrote {number} bytes, where there is room for {length}")
        core._check(lib.tp_draft_take(self._pointer, number))
        return number

    def add(self, blank: int) -> int:
        """Adds the draft as a document, without a copy; returns the number of documents added."""
        lib = self._handle._lib
        if blank == lib.TP_BLANK_KEEP:
            self._handle.core._check(lib.tp_draft_allow_blank(self._pointer))
        skipped = lib.TP_ERROR_NO_WORDS if blank == lib.TP_BLANK_SKIP else 0
        return int(not self._handle._add(lib.tp_analyzer_add_draft, self._pointer, but=skipped))


class Indexer:
    """Has what is added indexed while more is, from the moment that it has become much: entered and left by `with`."""

    __slots__ = ("_batches", "_pointer")

    MANY = 4
    """Batches that are worth a thread."""

    def __init__(self) -> None:
        self._batches = 0
        self._pointer: Any = None

    def __enter__(self) -> Indexer:
        return self

    def added(self, handle: Handle) -> None:
        """Tells that a batch was added."""
        self._batches += 1
        if self._batches == self.MANY:
            pointer = ffi.new("tp_indexer **")
            try:
                handle.core._check(handle._lib.tp_indexer_start(handle._pointer, pointer))
            finally:
                # As with analyzers.
                self._pointer = ffi.gc(pointer[0], handle._lib.tp_indexer_stop)

    def __exit__(self, *_: object) -> None:
        # Where a signal handler raises before this, the indexer is stopped when nobody holds it.
        if self._pointer is not None:
            ffi.release(self._pointer)
