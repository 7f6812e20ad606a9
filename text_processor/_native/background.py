"""Runs native work on another thread while the caller prepares the next documents."""

from __future__ import annotations

from collections.abc import Callable
from mmap import mmap
from threading import Thread

from text_processor._native import fork
from text_processor._native.checkpoint import on_checkpoint
from text_processor.exceptions import ForkedAnalyzerError

THREAD_MEMORY = 32 << 20
"""Bytes that must be free to start a thread: for its stack, and for what it allocates at its start."""


class BackgroundThread:
    """Runs one call after the other in the background.

    It is a context manager. Its exit waits for the last call, and raises the exception of that call. If the block
    raised an exception, the last call ends at its next checkpoint. Native work that releases the GIL overlaps with the
    work of the calling thread.

    >>> numbers = []
    >>> with BackgroundThread() as background:
    ...     for number in range(3):
    ...         background.run(lambda number=number: numbers.append(number))
    >>> numbers
    [0, 1, 2]
    """

    def __init__(self) -> None:
        self._thread: Thread | None = None
        self._failure: BaseException | None = None
        self._begun_in: int | None = None
        """The process that started the call; None after the end of the call."""
        self._check = on_checkpoint.get()
        """The function that the caller runs at checkpoints."""
        self._ends = False

    def run(self, call: Callable[[], object]) -> None:
        """Start a call after the call before has ended. Raises the exception of the call before."""
        self.wait()
        # This failure stays if the thread ends before it can run the call.
        self._failure, self._begun_in = MemoryError(), fork.generation
        thread = Thread(target=self._run, args=(call,), daemon=True)
        try:
            # Thread.start() waits forever for a thread that finds no memory before it runs.
            mmap(-1, THREAD_MEMORY).close()
            thread.start()
        except (RuntimeError, OSError, MemoryError):
            # No thread can start: the system has no more threads or memory, or the interpreter is ending.
            self._failure = self._begun_in = None
            call()
        else:
            self._thread = thread

    def wait(self) -> None:
        """Wait for the call that was started last. Raises its exception."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        failure, self._failure = self._failure, None
        if self._begun_in not in (None, fork.generation):
            # A forked child does not have the other threads.
            raise ForkedAnalyzerError(
                "this process was forked while another thread counted documents: this child has lost the counts; the "
                "parent still has them. Fork outside the iterator, or count the documents again in the child"
            )
        if failure is not None:
            raise failure

    def _checkpoint(self) -> None:
        if self._ends:
            raise InterruptedError("the caller no longer needs the result")
        if self._check is not None:
            self._check()

    def _run(self, call: Callable[[], object]) -> None:
        on_checkpoint.set(self._checkpoint)
        try:
            call()
        except BaseException as failure:
            self._failure = failure
        else:
            self._failure = None
        self._begun_in = None

    def __enter__(self) -> BackgroundThread:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.wait()
        finally:
            # The block, or a signal handler during the wait, raised an exception.
            if self._thread is not None:
                self._ends = True
                self._thread.join()
