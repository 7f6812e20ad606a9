"""The analyzer for asyncio: long operations that can be awaited."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

from typing_extensions import Self

from text_processor import files
from text_processor.analyzer import Progress, Statistics, TextAnalyzer
from text_processor.documents import Document
from text_processor.frequencies import WordCounts

__all__ = ["AsyncTextAnalyzer"]

T = TypeVar("T")


class AsyncTextAnalyzer:
    """Awaits the long operations of a `TextAnalyzer`, while the event loop runs on.

    Each runs on a thread of the loop's default executor, most of it in native code without the GIL. When the awaiting
    task is cancelled, the work stops at its next step, within some 50 ms; what was added or indexed until then stays,
    and the analyzer is as usable as before.

    Args:
        analyzer: The analyzer to use; by default a new one. It may be used directly at the same time.

    >>> import asyncio
    >>> async def main():
    ...     async with AsyncTextAnalyzer() as texts:
    ...         await texts.add_documents(["to be", "or not to be"])
    ...         return await texts.top_words(2)
    >>> asyncio.run(main())
    [('to', 2), ('be', 2)]
    """

    def __init__(self, analyzer: TextAnalyzer | None = None) -> None:
        self.analyzer: TextAnalyzer = TextAnalyzer() if analyzer is None else analyzer
        """The analyzer behind it."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.analyzer.close()

    async def add_documents(self, documents: Iterable[Document]) -> int:
        """See `TextAnalyzer.add_documents`; the iterable is read on another thread."""
        return await _awaited(lambda checkpoint: self.analyzer.add_documents(documents, progress=checkpoint))

    async def add_file(
        self, file: files.File, *, lines: bool = False, encoding: str = "utf-8", errors: str = "strict"
    ) -> int:
        """See `TextAnalyzer.add_file`."""
        return await self.add_files([file], lines=lines, encoding=encoding, errors=errors)

    async def add_files(
        self, paths: Iterable[files.File], *, lines: bool = False, encoding: str = "utf-8", errors: str = "strict"
    ) -> int:
        """See `TextAnalyzer.add_files`."""
        return await _awaited(
            lambda checkpoint: self.analyzer.add_files(
                paths, lines=lines, encoding=encoding, errors=errors, progress=checkpoint
            )
        )

    async def index(self) -> None:
        """See `TextAnalyzer.index`."""
        await _awaited(lambda checkpoint: self.analyzer.index(progress=checkpoint))

    async def get_statistics(self) -> Statistics:
        """See `TextAnalyzer.get_statistics`."""
        return await self._asked(self.analyzer.get_statistics)

    async def analyze_sentiment(self) -> float:
        """See `TextAnalyzer.analyze_sentiment`."""
        return await self._asked(self.analyzer.analyze_sentiment)

    async def word_frequency(self) -> dict[str, int]:
        """See `TextAnalyzer.word_frequency`."""
        return await self._asked(self.analyzer.word_frequency)

    async def word_counts(self) -> WordCounts:
        """See `TextAnalyzer.word_counts`."""
        return await self._asked(self.analyzer.word_counts)

    async def top_words(self, n: int | None = None) -> list[tuple[str, int]]:
        """See `TextAnalyzer.top_words`."""
        return await self._asked(lambda: self.analyzer.top_words(n))

    async def get_documents(self) -> list[str]:
        """See `TextAnalyzer.get_documents`."""
        return await _awaited(lambda _: self.analyzer.get_documents())

    async def _asked(self, question: Callable[[], T]) -> T:
        """Asks after bringing the index up to date, which is the part that can be stopped."""

        def work(checkpoint: Progress) -> T:
            self.analyzer.index(progress=checkpoint)
            return question()

        return await _awaited(work)


class _Cancelled(BaseException):
    """Ends the work on the thread when nobody awaits it any more."""


async def _awaited(work: Callable[[Progress], T]) -> T:
    """Runs work on a thread; it calls its checkpoint now and then, which raises when the task was cancelled."""
    cancelled = threading.Event()

    def checkpoint(_done: int, _total: int | None) -> None:
        if cancelled.is_set():
            raise _Cancelled

    def run() -> T:
        checkpoint(0, None)
        return work(checkpoint)

    future = asyncio.get_running_loop().run_in_executor(None, contextvars.copy_context().run, run)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        cancelled.set()
        # Whoever goes on with the analyzer should not find the thread still in it.
        await asyncio.wait([future])
        if not future.cancelled():
            future.exception()
        raise
