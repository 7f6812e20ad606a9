"""Single documents that are gathered until somebody looks.

Crossing the border costs more than a short document takes to process, so documents cross it many at a time.
"""

from __future__ import annotations

import threading

from text_processor._native import fork
from text_processor._native.analyzer import Handle
from text_processor._native.batches import BATCH_DOCUMENTS, BATCH_LENGTH
from text_processor._native.core import ffi

GATHERED_LENGTH = 4 * BATCH_LENGTH // BATCH_DOCUMENTS
"""Characters of the longest document that is worth gathering."""


class Gathered:
    """Documents that were checked, and wait.

    Any thread may append to `documents` at any time. Whoever looks hands over what is there first, and waits for others
    who do.
    """

    __slots__ = ("_lock", "_owner", "documents")

    def __init__(self) -> None:
        self.documents: list[str] = []
        """Those that were not handed over yet."""
        self._lock = fork.Lock()
        self._owner: int | None = None

    def clear(self) -> None:
        """Forgets what was not handed over."""
        self.documents.clear()

    def is_handing_over(self) -> bool:
        """Whether this thread is handing over at the moment."""
        return self._owner == threading.get_ident()

    def hand_over(self, handle: Handle) -> None:
        """Hands over what is there. What could not be added stays, and so does what is appended meanwhile."""
        if not (self.documents or self._owner):
            return
        # In a child, a thread may have the number of a thread of the parent: only the lock knows its owner.
        lock = self._lock.whole()
        if self.is_handing_over():
            # This thread: a signal handler or a finalizer that looks. It cannot wait for itself.
            return
        with lock:
            self._owner = threading.get_ident()
            try:
                while batch := self.documents[:BATCH_DOCUMENTS]:
                    added = ffi.new("uint64_t *")
                    try:
                        handle.add_gathered(batch, added)
                    finally:
                        # However it ended, by KeyboardInterrupt too: no document is lost, and none is added twice.
                        del self.documents[: added[0]]
            finally:
                self._owner = None
