"""Work on another thread, while this one makes the next ready."""

from __future__ import annotations

from collections.abc import Callable
from mmap import mmap
from threading import Thread

from text_processor._native import fork
from text_processor.exceptions import ForkedAnalyzerError

MEMORY = 32 << 20
"""Bytes that there must be to start a thread: its stack, and what is allocated for it."""


class Beside:
    """Runs one call after the other beside the thread that asks for them.

    A context manager: what was asked for has ended when it is left, and what it raised is raised there, unless
    something else was. So native work that releases the GIL overlaps with Python's.

    >>> numbers = []
    >>> with Beside() as beside:
    ...     for number in range(3):
    ...         beside.run(lambda number=number: numbers.append(number))
    >>> numbers
    [0, 1, 2]
    """

    def __init__(self) -> None:
        self._thread: Thread | None = None
        self._failure: BaseException | None = None
        self._begun_in: int | None = None
        """The process that began the call, until the call has ended."""

    def run(self, call: Callable[[], object]) -> None:
        """Begins a call, as soon as the one before has ended; what that raised is raised here."""
        self.wait()
        # Until it has ended well.
        self._failure, self._begun_in = MemoryError(), fork.generation
        thread = Thread(target=self._run, args=(call,), daemon=True)
        try:
            # A thread that finds no memory before it has begun is waited for without end.
            mmap(-1, MEMORY).close()
            thread.start()
        except (RuntimeError, OSError, MemoryError):
            # There is none to be had: the system is out of them, or of memory, or the interpreter ends.
            self._failure = self._begun_in = None
            call()
        else:
            self._thread = thread

    def wait(self) -> None:
        """Waits for the call that was begun last; what it raised is raised here."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        failure, self._failure = self._failure, None
        if self._begun_in not in (None, fork.generation):
            # A forked child does not have the other threads.
            raise ForkedAnalyzerError(
                "this process was forked while another thread counted documents: what was counted is lost here, and "
                "whole in the parent. Do not fork inside the iterator of documents, or count them again in the child"
            )
        if failure is not None:
            raise failure

    def _run(self, call: Callable[[], object]) -> None:
        try:
            call()
        except BaseException as failure:
            self._failure = failure
        else:
            self._failure = None
        self._begun_in = None

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.wait()
        elif self._thread is not None:
            self._thread.join()
