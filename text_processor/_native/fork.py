"""What a fork leaves behind: locks that threads held which do not exist in the child."""

from __future__ import annotations

import os
import threading

from text_processor.exceptions import ForkedAnalyzerError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager


generation: int = 0
"""Which process this is: one more in each child."""
_adopting = threading.RLock()
"""Held while a lock is checked."""


def _in_child() -> None:
    global generation, _adopting
    generation += 1
    _adopting = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


class Lock:
    """A lock that a forked child can always take. The same thread may take it again, in a signal handler too.

    If another thread held it when this process was forked, the data that it protects may be half changed in the child.
    Then the child gets `ForkedAnalyzerError`. With `repairs`, the child gets a new lock instead: use it for work that
    first repairs the data.

    >>> lock = Lock()
    >>> with lock.whole():
    ...     print("alone")
    alone
    """

    __slots__ = ("_generation", "_lock", "_repairs")

    def __init__(self, *, repairs: bool = False) -> None:
        self._lock = threading.RLock()
        self._repairs = repairs
        self._generation: int | None = generation
        """The process it belongs to; None if it was lost in a fork."""

    def whole(self) -> AbstractContextManager[bool]:
        """Returns the lock for `with`. It is a native lock: `with` frees it even if a signal handler raises.

        Raises:
            ForkedAnalyzerError: Another thread held it when this process was forked.
        """
        if self._generation != generation:
            self._adopt()
        return self._lock

    def _adopt(self) -> None:
        """Makes it this process's own, if no other thread held it when this process was forked."""
        with _adopting:
            # Another thread may have done so while this one waited.
            if self._generation not in (None, generation):
                if self._lock.acquire(blocking=False):
                    self._lock.release()
                elif self._repairs:
                    self._lock = threading.RLock()
                else:
                    self._generation = None
                if self._generation is not None:
                    self._generation = generation
        if self._generation is None:
            raise ForkedAnalyzerError(
                "another thread was using the analyzer when this process was forked: this child cannot use it"
            )
