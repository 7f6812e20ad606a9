"""Adds documents to a native matrix: batches of texts, or blocks of a column."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from text_processor._native.background import BackgroundThread
from text_processor._native.checkpoint import checkpoint
from text_processor._native.columns import Column, check_column, column_of, located, null_rows, tp_blank
from text_processor._native.core import Core
from text_processor._native.encoding import utf8_row
from text_processor._native.large_batches import LargeBatch, large_batches
from text_processor._native.long_calls import status_of
from text_processor._native.missing import CURES
from text_processor._native.strings import string_arrays
from text_processor._native.texts import column, refuse_others
from text_processor.exceptions import InvalidDocumentError, MissingDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import Document, Missing

BLOCK_LENGTH = 8 << 20
"""The bytes of a column in one native call. Shorter calls start the threads more often."""

BLOCK_ROWS = 1 << 17
"""The most rows of such a call."""

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
            for block in found.blocks(core, tp_blank(core, self._missing), length=BLOCK_LENGTH, most=BLOCK_ROWS):
                if self._missing == "skip":
                    self.skipped += null_rows(core, block)
                try:
                    status = status_of(core, core._lib.tp_matrix_add_column, self._matrix, block.pointer)
                    check_column(core, status, block.before)
                except InvalidDocumentError as error:
                    raise located(error, block, CURES["matrix"]) from None

    def _add_documents(self, documents: Iterable[Any], threads: int) -> None:
        with BackgroundThread() as background:
            for batch in large_batches(documents, self._missing, self._is_joinable):
                checkpoint()
                if self._missing == "skip":
                    self.skipped += batch.missing
                add = partial(self._add, batch)
                if batch.data is not None and len(batch.data) >= MIN_BACKGROUND_BYTES and threads > 1:
                    background.run(add)
                else:
                    background.wait()
                    add()

    def _is_joinable(self, document: Any) -> bool:
        """Whether the documents of a batch that begins with this one may be joined, because they are not decoded."""
        return self._decode is None or isinstance(document, str)

    def _add(self, batch: LargeBatch) -> None:
        core, lib = self._core, self._core._lib
        if (data := batch.data) is not None:
            add = lib.tp_matrix_add_separated
            with batch.numbered():
                status = status_of(core, add, self._matrix, data, len(data), b"\0", len(batch.texts))
                if status != lib.TP_ERROR_INVALID_ARGUMENT:
                    core._check(status)
                    return
        kept: list[Any] = []
        arrays = string_arrays([self._utf8(text, row) for row, text in zip(batch.rows, batch.texts, strict=True)], kept)
        with batch.numbered():
            core._check(status_of(core, lib.tp_matrix_add_documents, self._matrix, *arrays, len(batch.texts)))

    def _utf8(self, document: Any, row: int) -> bytes:
        """The text of a document in UTF-8. An error about it has the number of its row."""
        if self._decode is not None and not isinstance(document, str):
            try:
                document = self._decode(document)
            except MissingDocumentError as error:
                error.document = row
                raise
        return utf8_row(document, row, CURES["matrix"])
