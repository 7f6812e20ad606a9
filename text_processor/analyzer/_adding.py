"""Adds many documents to an analyzer: batches of texts, or blocks of a column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Sized
from functools import partial

from text_processor._native.batches import batches
from text_processor._native.columns import Block, Column, column_of, rows_with_words
from text_processor._native.indexer import Indexer
from text_processor._native.missing import is_blank
from text_processor._native.texts import column as text_column
from text_processor._native.texts import refuse_others
from text_processor.analyzer._owner import Owner
from text_processor.analyzer._variables import Given
from text_processor.exceptions import InvalidOptionError, TextNotStoredError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor._native.analyzer import Handle
    from text_processor.typing import Missing, Progress


class Adding:
    """A context manager that adds documents, and indexes them in the background."""

    __slots__ = ("_before", "_given", "_indexer", "_missing", "_owner", "_progress", "_total", "added", "rows")

    def __init__(self, owner: Owner, missing: Missing, progress: Progress | None) -> None:
        self._owner = owner
        self._missing: Missing = missing
        self._progress = progress
        self._total: int | None = None
        self._given: Given | None = None
        """The ids and variables of the texts that are being added."""
        self._before: int = 0
        """The number of rows before these texts."""
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

    def add(self, texts: Any, entry: str, *, is_all: bool, given: Given | None = None) -> None:
        """Add many texts, or a column.

        Args:
            texts: The texts.
            entry: The name of the function, for messages.
            is_all: Whether the call adds only these texts: then their number is the total for `progress`.
            given: Their ids and variables.

        Raises:
            InvalidOptionError: There are more or fewer texts than ids. If the number of texts is not known before, some
                were added.
            DuplicateIdError: An id belongs to another document already.
        """
        self._given, self._before = given, self.rows
        if given is not None:
            self._prepare(given, len(texts) if isinstance(texts, Sized) else None)
        self._add(texts, entry, is_all=is_all)
        if given is not None and self.rows - self._before < given.table.rows:
            raise _different(given, self.rows - self._before)

    def add_rows(self, first: int, texts: Any, others: Mapping[str, Any]) -> int:
        """Add rows of a file, the first of which has this number; returns the number of documents added.

        `others` has columns with the id and the variables. A list of numbers, which has no type of its own, gets the
        type that fits all rows: integers or floats.
        """
        from text_processor._native.given_columns import column_table, joined

        owner = self._owner
        tables = {name: column_table(owner._core, name, column) for name, column in others.items()}
        for name, table in tables.items():
            if isinstance(others[name], list) and table.formats[0] in ("l", "g") and name != "id":
                handle = owner._complete()
                with handle.order.alone():
                    tables[name] = owner._variables.with_fitting_type(table)
        before, self.rows = self.added, first
        self.add(texts, "add_file", is_all=False, given=Given(joined(list(tables.values())), first))
        return self.added - before

    def _prepare(self, given: Given, texts: int | None) -> None:
        """Check ids and variables before a text is added."""
        handle = self._owner._complete()
        if not self._owner._store_text:
            raise TextNotStoredError(
                "an analyzer with store_text=False does not keep its documents, so they have no ids and no variables"
            )
        if texts not in (None, given.table.rows):
            raise _different(given, texts or 0)
        handle.order.begin()
        with handle.order.alone():
            self._owner._variables.check(given, range(given.table.rows))

    def _add(self, texts: Any, entry: str, *, is_all: bool) -> None:
        if isinstance(texts, Column):
            self.add_column(texts)
            return
        refuse_others(texts, entry)
        if is_all and isinstance(texts, Sized):
            self._total = len(texts)
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
                rows = range(block.before + block.first, block.before + block.first + block.count)
                block.before += before
                handle = owner._complete()
                self._add_block(handle, block, rows)
                self._count(handle, block.count)

    def _add_block(self, handle: Handle, block: Block, rows: range) -> None:
        first = block.first

        def add(place: int, count: int) -> int:
            block.pointer.first, block.pointer.count = first + place, count
            return handle.add_column(block)

        def kept() -> Sequence[int]:
            start = rows.start - first
            return [start + row for row in rows_with_words(self._owner._core, block)]

        self._add_rows(handle, rows, add, kept)

    def add_texts(self, texts: Iterable[Any]) -> None:
        """Add texts, up to the first one that is not valid."""
        for batch, failure in batches(texts, one_by_one=self._is_heard):
            try:
                if batch:
                    handle = self._owner._complete()
                    self._add_batch(handle, batch)
                    self._count(handle, len(batch))
            except Exception:
                if failure is not None and not isinstance(failure, Exception):
                    raise failure from None
                raise
            if failure is not None:
                raise failure

    def _add_batch(self, handle: Handle, batch: Sequence[Any]) -> None:
        first, start = self.rows, self.rows - self._before

        def add(place: int, count: int) -> int:
            return handle.add_batch(batch[place : place + count], first=first + place, missing=self._missing)

        def kept() -> Sequence[int]:
            return [row for row, text in enumerate(batch, start) if not is_blank(text)]

        self._add_rows(handle, range(start, start + len(batch)), add, kept)

    def _add_rows(
        self, handle: Handle, rows: range, add: Callable[[int, int], int], kept: Callable[[], Sequence[int]]
    ) -> None:
        """Add rows, and their ids and variables.

        Args:
            handle: The analyzer.
            rows: The numbers of the rows in the table of ids and variables.
            add: Adds some of these rows: the first one, counted from the first of `rows`, and their number.
            kept: Returns the numbers of the rows that are not skipped.
        """
        given = self._given
        if given is None:
            self.added += add(0, len(rows))
            return
        if rows.stop > given.table.rows:
            raise _different(given, rows.stop)
        with handle.order.alone():
            # Another thread may have replaced them before it released the lock.
            variables = self._owner._variables
            if self._is_heard():
                for place, row in enumerate(rows):
                    self.added += variables.add(handle, given, [row], partial(add, place, 1))
            else:
                chosen = kept() if self._missing == "skip" else rows
                self.added += variables.add(handle, given, chosen, partial(add, 0, len(rows)))

    def _count(self, handle: Handle, rows: int) -> None:
        self.rows += rows
        self.index(handle)
        if self._progress is not None:
            self._progress(self.rows, self._total)

    def index(self, handle: Handle) -> None:
        """Index the documents in the background if enough of them follow. Called after each batch."""
        if self._total is None or self._total > 2 * self.rows:
            self._indexer.added(handle)

    def _is_heard(self) -> bool:
        """Whether a callback must run before the next document is taken."""
        return self._owner._callback.function is not None


def _different(given: Given, texts: int) -> InvalidOptionError:
    what = "variables" if given.ids is None else "ids"
    return InvalidOptionError(f"there are {what} for {given.table.rows} documents, but {texts} documents")
