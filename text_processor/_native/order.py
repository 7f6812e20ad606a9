"""The order in which threads add documents to an analyzer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from text_processor._native import fork
from text_processor._native.checkpoint import checkpoint

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from typing import TypeVar

    _T = TypeVar("_T")

SECONDS_PER_LOOK = 0.0005
"""The time between two looks at the threads that add documents."""


class Order:
    """Lets threads add documents at the same time until the places of documents matter, and one by one from then on.

    The place of a document matters if it has an id or variables, because they are not in the core. Then a thread adds
    documents and their ids inside one lock. The lock is held while the document callback runs; the thread of the
    callback may use the analyzer.
    """

    __slots__ = ("_free", "_lock", "is_kept")

    def __init__(self) -> None:
        self.is_kept: bool = False
        """Whether threads add documents one by one."""
        self._lock = fork.Lock()
        self._free: dict[int, int] = {}
        """The threads that add documents without the lock, and the process in which they do so."""

    def run(self, add: Callable[..., _T], *arguments: object) -> _T:
        """Run a function that adds documents, changes the callback, or both."""
        thread = threading.get_ident()
        if self._free.get(thread) == fork.generation:
            # A callback of this thread. The lock could wait for a thread that waits for this one.
            return add(*arguments)
        if not self.is_kept:
            self._free[thread] = fork.generation
            try:
                # Another thread may have called `begin` before this one was in the list.
                if not self.is_kept:
                    return add(*arguments)
            finally:
                self._free.pop(thread, None)
        with self._lock.intact():
            return add(*arguments)

    def begin(self) -> None:
        """Let threads add documents one by one from now on. Waits for other threads that add documents."""
        self.is_kept = True
        thread = threading.get_ident()
        while any(other != thread and generation == fork.generation for other, generation in list(self._free.items())):
            checkpoint()
            time.sleep(SECONDS_PER_LOOK)

    def alone(self) -> AbstractContextManager[bool]:
        """Return the lock for `with`, after `begin`. No other thread adds documents inside."""
        return self._lock.intact()
