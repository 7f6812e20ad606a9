"""Single documents that wait for the next query.

For a short document, a call of the core takes longer than the work, so the core receives many documents in one call.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from itertools import repeat

from text_processor._native import fork
from text_processor._native.analyzer import Handle
from text_processor._native.batches import BATCH_DOCUMENTS, BATCH_LENGTH
from text_processor._native.core import ffi

MAX_PENDING_LENGTH = 4 * BATCH_LENGTH // BATCH_DOCUMENTS
"""The most characters of a document that waits; a longer one is added directly."""

Room = Iterator[Callable[[str], None]]
"""Yields `append` of the list of pending documents once for each document that there is room for.

A step of this iterator takes less time than a look-up of the list and a check of its length.
"""

NO_ROOM: Room = iter(())
"""The room of an analyzer whose documents do not wait."""


class PendingDocuments:
    """Documents that were checked, but not yet handed to the core.

    Any thread may append to `documents` at any time. Each query first hands the documents over, and waits for other
    threads that do the same.
    """

    __slots__ = ("_lock", "_owner", "documents")

    def __init__(self) -> None:
        self.documents: list[str] = []
        """The documents that were not handed over yet."""
        self._lock = fork.Lock()
        self._owner: int | None = None

    def room(self) -> Room:
        """Room for one more batch."""
        return repeat(self.documents.append, BATCH_DOCUMENTS)

    def clear(self) -> None:
        """Remove the documents that were not handed over."""
        self.documents.clear()

    def is_handing_over(self) -> bool:
        """Whether this thread is handing documents over at this moment."""
        return self._owner == threading.get_ident()

    def hand_over(self, handle: Handle) -> None:
        """Hand the documents to the core. Those that it refuses stay, and those that are appended during the call."""
        if self.documents or self._owner:
            # In this order: a thread that adds documents may hand over pending ones in its callback.
            handle.order.run(self._hand_over, handle)

    def _hand_over(self, handle: Handle) -> None:
        # In a child, a thread may have the same number as a thread of the parent: only the lock knows its owner.
        lock = self._lock.intact()
        if self.is_handing_over():
            # A query in a signal handler or in a finalizer on this thread: the thread cannot wait for itself.
            return
        with lock:
            self._owner = threading.get_ident()
            try:
                while batch := self.documents[:BATCH_DOCUMENTS]:
                    added = ffi.new("uint64_t *")
                    try:
                        handle.add_pending(batch, added)
                    finally:
                        # Also after an error such as KeyboardInterrupt: no document is lost, and none is added twice.
                        del self.documents[: added[0]]
            finally:
                self._owner = None
