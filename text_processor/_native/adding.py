"""Documents for an analyzer of the native core."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from text_processor._native.batches import joined, long_texts
from text_processor._native.callbacks import (
    DocumentCallback,
    check_stack_depth,
    forget_kept,
    is_from_callback,
    raise_kept,
    trampoline,
)
from text_processor._native.checkpoint import checkpoint
from text_processor._native.columns import Block, check_column, located, tp_blank
from text_processor._native.core import ffi
from text_processor._native.draft import Draft
from text_processor._native.encoding import byte_pieces, encoded, encoded_pieces, readable, readable_row
from text_processor._native.missing import CURES, without_missing
from text_processor._native.queries import Queries
from text_processor._native.strings import string_arrays
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import Document, Missing

BYTES_PER_PIECE = 8 << 20
"""The part of a long document that is added between two checkpoints."""


class Adding(Queries):
    """An analyzer that takes documents."""

    __slots__ = ()

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
        long = long_texts(batch)
        # Joined by zero bytes, short documents cross the boundary in one call, unless one of them contains a zero byte.
        data = joined(batch) if long is None else None
        if long is None and data is None and missing != "raise":
            batch, places = without_missing(batch)
            data = joined(batch) if places else None
        kept: list[Any] = []
        try:
            if long is not None:
                self._add(self._lib.tp_analyzer_add_texts, *string_arrays(long, kept), len(long), blank, added)
                return int(added[0])
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
            invalid = self._lib.TP_ERROR_INVALID_ARGUMENT
            status = self._add(self._lib.tp_analyzer_add_column, block.pointer, added, but=invalid)
        except InvalidDocumentError as error:
            if is_from_callback(error):
                raise
            raise located(error, block, CURES["documents"]) from None
        check_column(self.core, status, block.before)
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

    def set_callback(self, callback: DocumentCallback) -> None:
        """Set the document callback. The caller keeps it alive."""
        self._has_callback = True
        key = ffi.cast("void *", callback.key)
        self.core._check(self._lib.tp_analyzer_set_callback(self.pointer, trampoline(self.core), key, ffi.NULL))

    def clear_callback(self) -> None:
        """Remove the document callback."""
        self.core._check(self._lib.tp_analyzer_clear_callback(self.pointer))
        self._has_callback = False

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
