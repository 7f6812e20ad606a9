"""Single documents that are gathered until somebody looks.

Crossing the border costs more than a short document takes to process, so documents cross it many at a time.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from text_processor.core import ffi
from text_processor.documents import BATCH_DOCUMENTS, BATCH_LENGTH
from text_processor.handle import Handle

if TYPE_CHECKING:
    from typing_extensions import TypeIs

GATHERED_LENGTH = 4 * BATCH_LENGTH // BATCH_DOCUMENTS
"""Characters of the longest document that is worth gathering."""


class Gathered:
    """Documents that were checked, and wait.

    Any thread may append at any time. Whoever looks hands over what is there first, and waits for others who do.
    """

    __slots__ = ("_documents", "_lock", "_owner")

    def __init__(self) -> None:
        self._documents: list[str] = []
        self._lock = threading.RLock()
        self._owner: int | None = None

    @staticmethod
    def takes(text: object) -> TypeIs[str]:
        """Whether a document is short, and of a type that needs no conversion."""
        return type(text) is str and len(text) <= GATHERED_LENGTH

    def append(self, text: str) -> bool:
        """Takes a document that was checked; whether it is time to hand over."""
        self._documents.append(text)
        return len(self._documents) >= BATCH_DOCUMENTS

    def clear(self) -> None:
        """Forgets what was not handed over."""
        self._documents.clear()

    def is_handing_over(self) -> bool:
        """Whether this thread is handing over at the moment."""
        return self._owner == threading.get_ident()

    def hand_over(self, handle: Handle) -> None:
        """Hands over what is there. What could not be added stays, and so does what is appended meanwhile."""
        if not (self._documents or self._owner) or self.is_handing_over():
            # This thread: a signal handler or a finalizer that looks. It cannot wait for itself.
            return
        with self._lock:
            self._owner = threading.get_ident()
            try:
                while batch := self._documents[:BATCH_DOCUMENTS]:
                    added = ffi.new("uint64_t *")
                    try:
                        handle.add_batch(batch, added=added)
                    finally:
                        # However it ended, by KeyboardInterrupt too: no document is lost, and none is added twice.
                        del self._documents[: added[0]]
            finally:
                self._owner = None
