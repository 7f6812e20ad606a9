"""Adds many documents to an analyzer: batches of texts, or blocks of a column."""

from __future__ import annotations

from collections.abc import Iterable

from text_processor._native.batches import batches
from text_processor._native.columns import Column, column_of
from text_processor._native.indexer import Indexer
from text_processor._native.texts import column as text_column
from text_processor.analyzer._owner import Owner

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor._native.analyzer import Handle
    from text_processor.typing import Missing, Progress


class Adding:
    """A context manager that adds documents, and indexes them in the background."""

    __slots__ = ("_indexer", "_missing", "_owner", "_progress", "_total", "added", "rows")

    def __init__(self, owner: Owner, missing: Missing, progress: Progress | None, total: int | None = None) -> None:
        """Prepare to add documents; `total` is the number of rows, if it is known."""
        self._owner = owner
        self._missing: Missing = missing
        self._progress = progress
        self._total = total
        self._indexer = Indexer()
        self.added: int = 0
        """The number of documents added."""
        self.rows: int = 0
        """The number of rows read."""

    def __enter__(self) -> Adding:
        self._indexer.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._indexer.__exit__(*error)

    def add(self, texts: Any, entry: str) -> None:
        """Add many texts, or a column; `entry` is the name of the function, for messages."""
        column = column_of(texts, entry)
        if column is None:
            self.add_texts(text_column(texts))
        else:
            self.add_column(column)

    def add_column(self, column: Column) -> None:
        """Add the rows of a column."""
        owner, before = self._owner, self.rows
        with column:
            handle = owner._complete()
            missing = handle.blank(self._missing)
            for block in column.blocks(owner._core, missing, one_by_one=self._is_heard):
                block.before += before
                handle = owner._complete()
                self.added += handle.add_column(block)
                self._count(handle, block.count)

    def add_texts(self, texts: Iterable[Any]) -> None:
        """Add texts, up to the first one that is not valid."""
        for batch, failure in batches(texts, one_by_one=self._is_heard):
            try:
                if batch:
                    handle = self._owner._complete()
                    self.added += handle.add_batch(batch, first=self.rows, missing=self._missing)
                    self._count(handle, len(batch))
            except Exception:
                if failure is not None and not isinstance(failure, Exception):
                    raise failure from None
                raise
            if failure is not None:
                raise failure

    def _count(self, handle: Handle, rows: int) -> None:
        self.rows += rows
        self._indexer.added(handle)
        if self._progress is not None:
            self._progress(self.rows, self._total)

    def _is_heard(self) -> bool:
        """Whether a callback must run before the next document is taken."""
        return self._owner._callback.function is not None
