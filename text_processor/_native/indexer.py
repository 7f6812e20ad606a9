"""Indexes documents in the background while others are added."""

from __future__ import annotations

from text_processor._native.analyzer import Handle
from text_processor._native.core import ffi
from text_processor._native.owned import owned

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Indexer:
    """A context manager that indexes documents in the background, after the first few batches."""

    __slots__ = ("_batches", "_pointer")

    BATCHES_WORTH_A_THREAD = 4
    """The least number of batches for which a thread saves time."""

    def __init__(self) -> None:
        self._batches = 0
        self._pointer: Any = None

    def __enter__(self) -> Indexer:
        return self

    def added(self, handle: Handle) -> None:
        """Count a batch that was added. The indexer starts with batch number BATCHES_WORTH_A_THREAD."""
        self._batches += 1
        if self._batches == self.BATCHES_WORTH_A_THREAD:
            start = handle.core._lib.tp_indexer_start
            self._pointer = owned(handle.core, "tp_indexer", lambda out: start(handle.pointer, out), free="stop")

    def __exit__(self, *_: object) -> None:
        # If a signal handler raises before this line, the indexer stops when the last reference to it is gone.
        if self._pointer is not None:
            ffi.release(self._pointer)
