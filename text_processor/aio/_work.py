"""Work on threads that a task of asyncio awaits."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import islice
from typing import TypeVar

from text_processor._native.checkpoint import on_checkpoint
from text_processor.analyzer import TextAnalyzer

T = TypeVar("T")

STEP = 1 << 8
"""The number of items that a thread makes at a time for an asynchronous iterator."""


class Owner:
    """The owner of an analyzer, whose methods run on threads."""

    def __init__(self, analyzer: TextAnalyzer | None = None) -> None:
        self.analyzer: TextAnalyzer = TextAnalyzer() if analyzer is None else analyzer
        """The analyzer that does the work."""


class Steps(AsyncIterator[T]):
    """The items of an iterator, which a thread makes, several at a time."""

    def __init__(self, start: Callable[[], Iterator[T]]) -> None:
        self._start = start
        self._rest: Iterator[T] | None = None
        self._made: Iterator[T] = iter(())
        self._is_cancelled = False

    async def __anext__(self) -> T:
        for item in self._made:
            return item
        if self._is_cancelled:
            # Items of the cancelled step are lost. Without this error, a loop would end as if there were no more items.
            raise RuntimeError("a step of this iterator was cancelled: iterate from the start")
        try:
            self._made = iter(await awaited(self._make))
        except asyncio.CancelledError:
            self._is_cancelled = True
            raise
        for item in self._made:
            return item
        raise StopAsyncIteration

    def _make(self) -> list[T]:
        if self._rest is None:
            self._rest = self._start()
        return list(islice(self._rest, STEP))


class _Cancelled(BaseException):
    """Ends the work on the thread after the task that awaits it was cancelled."""


async def awaited(work: Callable[[], T]) -> T:
    """Run work on a thread. If the task is cancelled, the next checkpoint of the work ends it."""
    begun, cancelled = threading.Event(), threading.Event()

    def end_if_cancelled() -> None:
        if cancelled.is_set():
            raise _Cancelled

    def run() -> T:
        begun.set()
        on_checkpoint.set(end_if_cancelled)
        end_if_cancelled()
        try:
            return work()
        except StopIteration as error:
            # As Python does in a coroutine: a future cannot hold a StopIteration.
            raise RuntimeError("a callback raised StopIteration") from error

    future = asyncio.get_running_loop().run_in_executor(None, contextvars.copy_context().run, run)
    # A cancelled task does not read the exception: without this, asyncio would log it.
    future.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        cancelled.set()
        if begun.is_set():
            # The caller may use the analyzer next: the thread must have left it.
            await asyncio.wait([future])
        else:
            future.cancel()
        raise
