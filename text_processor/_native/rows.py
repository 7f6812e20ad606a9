"""Adds documents to a native matrix: batches of texts, or blocks of a column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from text_processor._native.background import BackgroundThread
from text_processor._native.batches import batches, joined
from text_processor._native.checkpoint import checkpoint
from text_processor._native.columns import Column, column_of, located, null_rows
from text_processor._native.core import Core, ffi
from text_processor._native.encoding import utf8_row
from text_processor._native.long_calls import status_of
from text_processor._native.missing import CURES, tp_blank, without_missing, without_rows
from text_processor._native.texts import column, refuse_others
from text_processor.exceptions import InvalidDocumentError, MissingDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import Document, Missing

BATCH_DOCUMENTS = 1 << 16
BATCH_LENGTH = 4 << 20
"""The most documents, and the characters or bytes, of one native call: enough work for all threads."""

BLOCK_LENGTH = 8 << 20
"""The bytes of a column in one native call. Shorter calls start the threads more often."""

MIN_BACKGROUND_BYTES = 1 << 20
"""The fewest bytes to count in the background, while this thread prepares the next documents."""


class Rows:
    """Adds the rows of a matrix."""

    __slots__ = ("_core", "_decode", "_matrix", "_missing", "skipped")

    def __init__(self, core: Core, matrix: Any, missing: Missing, decode: Callable[[Any], Document] | None) -> None:
        """Prepare to add documents.

        Args:
            core: The core of the matrix.
            matrix: A tp_matrix.
            missing: How to treat missing documents.
            decode: Returns the text of a document that is not a str, or None.
        """
        self._core = core
        self._matrix = matrix
        self._missing: Missing = missing
        self._decode = decode
        self.skipped: list[int] = []
        """The numbers of the missing documents that have no row."""

    def add(self, documents: Any, threads: int, entry: str) -> None:
        """Add documents; `entry` is the name of the function, for messages."""
        refuse_others(documents, entry, rows=self._decode is not None)
        found = column_of(documents, entry)
        if found is None or (found.is_binary and self._decode is not None):
            self._add_documents(column(documents), threads)
        else:
            self._add_column(found)

    def _add_column(self, found: Column) -> None:
        core = self._core
        with found:
            for block in found.blocks(core, tp_blank(core, self._missing), length=BLOCK_LENGTH):
                if self._missing == "skip":
                    self.skipped += null_rows(core, block)
                try:
                    core._check(status_of(core, core._lib.tp_matrix_add_column, self._matrix, block.pointer))
                except InvalidDocumentError as error:
                    raise located(error, block, CURES["matrix"]) from None

    def _add_documents(self, documents: Iterable[Any], threads: int) -> None:
        first = 0
        with BackgroundThread() as background:
            for batch, failure in batches(
                documents, one_by_one=lambda: False, most=BATCH_DOCUMENTS, length=BATCH_LENGTH
            ):
                checkpoint()
                if batch:
                    rows: Sequence[int] = range(first, first + len(batch))
                    first += len(batch)
                    data = self._together(batch)
                    if data is None and self._missing != "raise":
                        batch, places = without_missing(batch)
                        if places and self._missing == "skip":
                            self.skipped += [rows[place] for place in places]
                            batch, remain = without_rows(batch, places)
                            rows = [rows[place] for place in remain]
                        data = self._together(batch) if places else None
                    add = partial(self._add, batch, data, rows)
                    if data is not None and len(data) >= MIN_BACKGROUND_BYTES and threads > 1:
                        background.run(add)
                    else:
                        background.wait()
                        add()
                if failure is not None:
                    raise failure

    def _together(self, batch: Sequence[Any]) -> bytes | None:
        """A batch as one text; None if each document must be checked, because there are other types than str."""
        is_joined = batch and (self._decode is None or isinstance(batch[0], str))
        return joined(batch, length=BATCH_LENGTH) if is_joined else None

    def _add(self, batch: Sequence[Any], data: bytes | None, rows: Sequence[int]) -> None:
        lib = self._core._lib
        try:
            if data is not None:
                add = lib.tp_matrix_add_separated
                status = status_of(self._core, add, self._matrix, data, len(data), b"\0", len(batch))
                if status != lib.TP_ERROR_INVALID_ARGUMENT:
                    self._core._check(status)
                    return
        except InvalidDocumentError as error:
            error.document = rows[error.document or 0]
            raise
        texts = [self._utf8(text, row) for row, text in zip(rows, batch, strict=True)]
        buffers = [ffi.from_buffer("char[]", text) for text in texts]
        pointers, lengths = ffi.new("char *[]", buffers), ffi.new("size_t[]", [len(text) for text in texts])
        try:
            add_each = lib.tp_matrix_add_documents
            self._core._check(status_of(self._core, add_each, self._matrix, pointers, lengths, len(texts)))
        except InvalidDocumentError as error:
            error.document = rows[error.document or 0]
            raise

    def _utf8(self, document: Any, row: int) -> bytes:
        """The text of a document in UTF-8. An error about it has the number of its row."""
        if self._decode is not None and not isinstance(document, str):
            try:
                document = self._decode(document)
            except MissingDocumentError as error:
                error.document = row
                raise
        return utf8_row(document, row, CURES["matrix"])
