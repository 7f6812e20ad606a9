"""Reads ahead: a second thread makes the next items while the caller works on the last one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue

from text_processor._native import fork
from text_processor._native.checkpoint import checkpoint
from text_processor.exceptions import ForkedAnalyzerError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    _T = TypeVar("_T")

MOST_WAITING = 2
"""The most items that wait for the caller. With that number, both threads are busy, and memory is bounded."""

WAIT_SECONDS = 0.05
"""The time between two checkpoints while the caller waits for an item."""


@contextmanager
def read_ahead(items: Iterator[_T], *, uses_thread: bool) -> Iterator[Iterator[_T]]:
    """Make the items of an iterator on a second thread, which ends before this context does.

    An exception reaches the caller after the items before it. If `uses_thread` is false, or the system cannot start a
    thread, the caller's thread makes the items.
    """
    if not uses_thread:
        yield items
        return
    reader = _Reader(items)
    try:
        yield iter(reader.next, None) if reader.start() else items
    finally:
        reader.end()


class _Reader:
    """A thread that makes items, at most `MOST_WAITING` of them before the caller takes one."""

    def __init__(self, items: Iterator[Any]) -> None:
        self._items = items
        self._generation = fork.generation
        self._made: SimpleQueue[tuple[Any, BaseException | None]] = SimpleQueue()
        self._permits: SimpleQueue[bool] = SimpleQueue()
        self._is_ended = False
        self._thread = threading.Thread(target=self._run, name="text_processor reads ahead")
        for _ in range(MOST_WAITING):
            self._permits.put(True)

    def start(self) -> bool:
        """Start the thread; returns whether the system has one."""
        try:
            self._thread.start()
        except RuntimeError:
            return False
        return True

    def _run(self) -> None:
        item = failure = None
        try:
            while self._permits.get() and not self._is_ended:
                item = next(self._items, None)
                if item is None:
                    break
                self._made.put((item, None))
        except BaseException as error:
            failure = error
        self._made.put((None, failure))

    def next(self) -> Any:
        """The next item; None at the end."""
        if self._generation != fork.generation:
            raise ForkedAnalyzerError(
                "this process was forked while a file was read: the thread that reads it exists only in the parent"
            )
        while True:
            try:
                item, failure = self._made.get(timeout=WAIT_SECONDS)
                break
            except Empty:
                checkpoint()
        if failure is not None:
            try:
                raise failure
            finally:
                # The traceback refers to this frame, so the exception would refer to itself.
                del failure
        self._permits.put(True)
        return item

    def end(self) -> None:
        """End the thread, and wait until it has ended."""
        self._is_ended = True
        self._permits.put(True)
        # A forked child does not have the thread, and an interrupt may come before it has begun.
        if self._thread.is_alive():
            self._thread.join()
