"""Adds files to an analyzer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial

from text_processor._files import tables
from text_processor._files.content import decoded, raw_blocks, raw_rows
from text_processor._files.error_places import at_line, at_row, behind_mark
from text_processor._files.leaves import Leaf, leaves
from text_processor._files.reading import Reading
from text_processor._native.analyzer import Handle
from text_processor._native.batches import batches
from text_processor._native.callbacks import is_from_callback
from text_processor._native.columns import column_of
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import File, Missing

Step = Callable[[int, int], None]
"""A function that is called after each step with the number of documents added in this step, and the number of bytes of
the file that were read until then."""

AddRows = Callable[["Any", int], int]
"""A function that adds a batch of rows, the first of which has this number, and returns the number of documents."""

MAX_RESERVED_BYTES = 1 << 30
"""The most bytes of memory to reserve before a file is read."""


def add(handle: Handle, file: File, step: Step, reading: Reading, add_rows: AddRows | None = None) -> None:
    """Add a file, and call `step` after each step.

    `add_rows` adds the rows of tables with ids or variables.

    This is not a generator, because a callback could not raise StopIteration out of it.
    """
    with closing(leaves(file, reading)) as found:
        for leaf in found:
            if leaf.format != "text":
                _add_rows(handle, leaf, step, add_rows)
            elif reading.lines:
                _add_lines(handle, leaf, step)
            else:
                _add_text(handle, leaf, step)


def _add_text(handle: Handle, leaf: Leaf, step: Step) -> None:
    text = decoded(leaf)
    try:
        if text.mark:
            step(0, leaf.position())
        # A file may report a wrong size. One byte more shows whether it ends there.
        draft = handle.draft(expected := min(leaf.size, MAX_RESERVED_BYTES) + 1)
        for _ in text.append_to(draft, expected):
            step(0, leaf.position())
        step(handle.add_draft(draft, handle.blank(leaf.reading.missing or "raise")), leaf.position())
    except InvalidDocumentError as error:
        if not is_from_callback(error, step):
            behind_mark(error, text.mark)
            error.path = leaf.name
        raise


def _add_lines(handle: Handle, leaf: Leaf, step: Step) -> None:
    text = decoded(leaf)
    blank = handle.blank(leaf.reading.missing or "skip")
    if text.mark:
        step(0, text.mark)
    with closing(raw_blocks(leaf, text)) as found:
        for line, block, position in found:
            # The core finds a line that is not text, because it knows the number of the line.
            try:
                added = handle.add_lines(block, blank)
            except InvalidDocumentError as error:
                if not is_from_callback(error):
                    at_line(error, line, text.mark)
                    error.path = leaf.name
                raise
            step(added, position)


def _add_rows(handle: Handle, leaf: Leaf, step: Step, add_rows: AddRows | None) -> None:
    add_batch = add_rows if leaf.reading.others else None
    if add_batch is None:
        add_batch = partial(_add_batch, handle, leaf.reading.missing or "raise")
    with closing(raw_rows(leaf)) as found:
        for row, rows, position in found:
            try:
                added = add_batch(rows, row)
            except InvalidDocumentError as error:
                if not is_from_callback(error):
                    at_row(error)
                    error.path = leaf.name
                raise
            step(added, position)


def _add_batch(handle: Handle, missing: Missing, rows: Any, first: int) -> int:
    """Add rows, the first of which has this number; returns the number of documents added."""
    added = 0
    column = None if isinstance(rows, list) else column_of(rows, "add_file")
    if column is None:
        for batch, _ in batches(tables.listed(rows), one_by_one=lambda: False):
            added += handle.add_batch(batch, first=first, missing=missing)
            first += len(batch)
        return added
    with column:
        for block in column.blocks(handle.core, handle.blank(missing)):
            block.before += first
            added += handle.add_column(block)
    return added
