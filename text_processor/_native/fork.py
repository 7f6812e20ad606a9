"""Locks that stay usable after a fork, although the threads that held them do not exist in the child."""

from __future__ import annotations

import os
import threading

from text_processor.exceptions import ForkedAnalyzerError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager


generation: int = 0
"""The number of this process: in each forked child, one more than in its parent."""
_adopting = threading.RLock()
"""Held while a thread checks a `Lock` after a fork."""


def _in_child() -> None:
    global generation, _adopting
    generation += 1
    _adopting = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)


class Lock:
    """A lock that a forked child can always take. The same thread may take it again, in a signal handler too.

    If another thread held the lock at the fork, the data that it protects may be half changed in the child. Then the
    child gets `ForkedAnalyzerError`. With `repairs`, the child gets a new lock instead: use `repairs` for work that
    first repairs the data.

    >>> lock = Lock()
    >>> with lock.intact():
    ...     print("alone")
    alone
    """

    __slots__ = ("_generation", "_lock", "_repairs")

    def __init__(self, *, repairs: bool = False) -> None:
        self._lock = threading.RLock()
        self._repairs = repairs
        self._generation: int | None = generation
        """The number of the process that the lock belongs to; None if this process cannot use it."""

    def intact(self) -> AbstractContextManager[bool]:
        """Return the lock for `with`. It is a native lock: `with` releases it even if a signal handler raises.

        Raises:
            ForkedAnalyzerError: Another thread held the lock when this process was forked.
        """
        if self._generation != generation:
            self._adopt()
        return self._lock

    def _adopt(self) -> None:
        """Assign the lock to this process, unless another thread held it when this process was forked."""
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
