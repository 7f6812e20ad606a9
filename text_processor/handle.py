"""An analyzer of the native core: one method a verb of the C ABI, with Python's types and exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import length_hint
from typing import Any

from text_processor.callbacks import DocumentCallback, raise_kept, trampoline
from text_processor.columns import stream
from text_processor.core import Core, ffi
from text_processor.documents import (
    BATCH_DOCUMENTS,
    BATCH_LENGTH,
    FIRST_BATCH,
    Document,
    encoded,
    encoded_pieces,
    joined,
    taken,
)
from text_processor.exceptions import InvalidDocumentError

STEP = 40
"""Milliseconds of native work between two looks at signals and progress."""

PIECE = 16 << 20
"""Bytes of a long document that are added at once, for the same reason."""

Progress = Callable[[int, int | None], object]
"""Called now and then during long work with what is done and the total (None where nobody knows it). An exception in it
stops the work; what was done stays."""


class DocumentTypeError(TypeError):
    """A document of a type that is not text; to its user it is a TypeError."""


class Handle:
    """Owns a native analyzer, which is freed with it.

    Whoever calls a method holds the handle, so it is never freed under a call.
    """

    __slots__ = ("_lib", "_pointer", "core")

    def __init__(self, core: Core, threads: int | None) -> None:
        self.core: Core = core
        self._lib = core._lib
        options = ffi.new("tp_analyzer_options *", [ffi.sizeof("tp_analyzer_options"), threads or 0])
        pointer = ffi.new("tp_analyzer **")
        core._check(self._lib.tp_analyzer_new(options, pointer))
        self._pointer = ffi.gc(pointer[0], self._lib.tp_analyzer_free)

    def add(self, text: Document) -> int:
        """Adds a document; its length in bytes."""
        if isinstance(text, str):
            if len(text) > PIECE:
                return self.add_pieces(encoded_pieces(text, PIECE), len(text))
            data = encoded(text)
            self._check_added(self._lib.tp_analyzer_add_document(self._pointer, data, len(data)))
            return len(data)
        with _bytes_of(text) as view:
            length = len(view)
            if length > PIECE:
                return self.add_pieces((view[start : start + PIECE] for start in range(0, length, PIECE)), length)
            with ffi.from_buffer("char[]", view) as buffer:
                self._check_added(self._lib.tp_analyzer_add_document(self._pointer, buffer, length))
            return length

    def add_pieces(self, pieces: Iterable[bytes | memoryview], length: int) -> int:
        """Adds a document that comes in pieces, between which signals are handled; its length in bytes."""
        draft = self.draft(length)
        length = 0
        for piece in pieces:
            draft.append(piece)
            length += len(piece)
        draft.add()
        return length

    def draft(self, length: int) -> Draft:
        """Begins a document of about so many bytes."""
        return Draft(self, length)

    def add_all(self, documents: Iterable[Document], progress: Progress | None) -> int:
        """Adds documents until one is refused; the number of them. An iterator is read as it goes."""
        rest, count, added = iter(documents), FIRST_BATCH, 0
        total = length_hint(documents) or None
        while True:
            batch, failure = taken(rest, count)
            if batch:
                length = self.add_batch(batch, first=added)
                added += len(batch)
                count = min(BATCH_DOCUMENTS, 4 * count, count * BATCH_LENGTH // length + 1)
                if progress is not None:
                    progress(added, total)
            elif failure is None:
                return added
            if failure is not None:
                raise failure

    def add_batch(self, batch: Sequence[Document], *, first: int = 0, added: Any = None) -> int:
        """Adds documents until one is refused; their length in bytes.

        Args:
            batch: The documents.
            first: The number of the first one, for errors.
            added: A pointer to uint64_t, where the number of documents added is counted, right however it ends.
        """
        added = added or ffi.new("uint64_t *")
        try:
            # Joined by zero bytes, they cross the border at once; unless one of them holds a zero itself.
            data = joined(batch)
            if data is not None and self._add_separated(data, b"\0", len(batch), added):
                return len(data)
            length = 0
            for text in batch:
                length += self.add(text)
                added[0] += 1
            return length
        except InvalidDocumentError as error:
            error.document = first + added[0]
            raise
        except DocumentTypeError as error:
            raise DocumentTypeError(f"document {first + added[0]} of the batch: {error}") from None

    def add_lines(self, block: bytes) -> int:
        """Adds each line that is not blank; the number of documents added."""
        added = ffi.new("uint64_t *")
        self._add_separated(block, b"\n", 0, added)
        return int(added[0])

    def _add_separated(self, text: bytes, separator: bytes, parts: int, added: Any) -> bool:
        """Adds the parts of a text, if there are as many as there must be; if any number will do, but blank ones."""
        lib = self._lib
        status = lib.tp_analyzer_add_separated(self._pointer, text, len(text), separator, parts, not parts, added)
        if status == lib.TP_ERROR_INVALID_ARGUMENT:
            return False
        self._check_added(status)
        return True

    def clear(self) -> None:
        """Removes all documents."""
        self.core._check(self._lib.tp_analyzer_clear(self._pointer))

    def set_callback(self, callback: DocumentCallback) -> None:
        """Sets the document callback; whoever calls keeps it alive."""
        key = ffi.cast("void *", callback.key)
        self.core._check(self._lib.tp_analyzer_set_callback(self._pointer, trampoline(self.core), key, ffi.NULL))

    def clear_callback(self) -> None:
        """Removes the document callback."""
        self.core._check(self._lib.tp_analyzer_clear_callback(self._pointer))

    def number(self, query: str) -> int:
        """The answer of a query that gives one integer."""
        answer = ffi.new("uint64_t *")
        self.core._check(getattr(self._lib, f"tp_analyzer_{query}")(self._pointer, answer))
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
            self.core._check(self._lib.tp_analyzer_update(self._pointer, STEP, done, total))
            target = target or total[0]
            if progress is not None:
                progress(min(done[0], target), target)

    def statistics(self) -> Any:
        """The structure tp_statistics."""
        answer = ffi.new("tp_statistics *")
        answer.struct_size = ffi.sizeof("tp_statistics")
        self.core._check(self._lib.tp_analyzer_statistics(self._pointer, answer))
        return answer

    def sentiment(self) -> float:
        """Sentiment of the corpus."""
        answer = ffi.new("double *")
        self.core._check(self._lib.tp_analyzer_sentiment(self._pointer, answer))
        return float(answer[0])

    def stream(self, query: str, argument: int) -> Any:
        """The Arrow stream that a query gives."""
        fill = getattr(self._lib, f"tp_analyzer_{query}")
        return stream(self.core, lambda out: fill(self._pointer, argument, out))

    def _check_added(self, status: int) -> None:
        if status:
            if status == self._lib.TP_ERROR_STOPPED_BY_CALLBACK:
                raise_kept()
            self.core._fail(status)


class Draft:
    """A document that is given piece by piece, and is added when it is whole."""

    __slots__ = ("_handle", "_pointer")

    def __init__(self, handle: Handle, length: int) -> None:
        self._handle = handle
        pointer = ffi.new("tp_draft **")
        handle.core._check(handle._lib.tp_draft_new(length, pointer))
        self._pointer = ffi.gc(pointer[0], handle._lib.tp_draft_free)

    def append(self, piece: bytes | memoryview) -> None:
        """Appends UTF-8; characters may lie across pieces."""
        with ffi.from_buffer("char[]", piece) as data:
            self._handle.core._check(self._handle._lib.tp_draft_append(self._pointer, data, len(piece)))

    def add(self) -> None:
        """Adds what was appended, which takes no time."""
        self._handle._check_added(self._handle._lib.tp_analyzer_add_draft(self._handle._pointer, self._pointer))


def _bytes_of(text: object) -> memoryview:
    """The bytes of a buffer, where they lie; only what is scattered is copied."""
    try:
        view = memoryview(text)  # type: ignore[arg-type]  # which raises the TypeError
    except TypeError:
        raise DocumentTypeError(f"a document is a str or a buffer of UTF-8 bytes, not {type(text).__name__}") from None
    if view.itemsize != 1:
        raise DocumentTypeError(f"a buffer of UTF-8 bytes is needed, not one of items of {view.itemsize} bytes")
    return view if view.c_contiguous else memoryview(view.tobytes())
