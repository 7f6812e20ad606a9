"""Indexing in the background while many documents are added."""

from __future__ import annotations

from text_processor._native.analyzer import Handle
from text_processor._native.core import ffi
from text_processor._native.owned import owned

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


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
            start = handle.core._lib.tp_indexer_start
            self._pointer = owned(handle.core, "tp_indexer", lambda out: start(handle.pointer, out), free="stop")

    def __exit__(self, *_: object) -> None:
        # Where a signal handler raises before this, the indexer is stopped when nobody holds it.
        if self._pointer is not None:
            ffi.release(self._pointer)
