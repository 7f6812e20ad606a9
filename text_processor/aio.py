"""The analyzer for asyncio: long operations that can be awaited."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from text_processor._native.checkpoint import checkpoint, on_checkpoint
from text_processor._native.texts import texts_of
from text_processor.analyzer import TextAnalyzer
from text_processor.frequencies import WordCounts

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from typing_extensions import Self

    from text_processor.ngrams import NgramCounts
    from text_processor.typing import File, Missing, Row, Statistics, Words

__all__ = ["AsyncTextAnalyzer"]

T = TypeVar("T")


class AsyncTextAnalyzer:
    """Awaits the long operations of a `TextAnalyzer`, while the event loop runs on.

    Each runs on a thread of the loop's default executor, most of it in native code without the GIL. When the awaiting
    task is cancelled, the work ends at its next step, soon: between two documents, some megabytes of a file, or
    some ten milliseconds of native work. What was added or indexed until then stays, and the analyzer is as usable as
    before. Work that has not begun never does.

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

    async def add_documents(self, documents: Iterable[Row], *, missing: Missing = "raise") -> int:
        """See `TextAnalyzer.add_documents`; the iterable is read on another thread."""

        def checked() -> Iterator[Row]:
            for document in texts_of(documents, "add_documents"):
                checkpoint()
                yield document

        return await _awaited(lambda: self.analyzer.add_documents(checked(), missing=missing))

    async def add_file(
        self,
        file: File,
        *,
        lines: bool = False,
        encoding: str = "utf-8",
        errors: str = "strict",
        missing: Missing | None = None,
    ) -> int:
        """See `TextAnalyzer.add_file`."""
        return await self.add_files([file], lines=lines, encoding=encoding, errors=errors, missing=missing)

    async def add_files(
        self,
        paths: Iterable[File],
        *,
        lines: bool = False,
        encoding: str = "utf-8",
        errors: str = "strict",
        missing: Missing | None = None,
    ) -> int:
        """See `TextAnalyzer.add_files`."""
        return await _awaited(
            lambda: self.analyzer.add_files(paths, lines=lines, encoding=encoding, errors=errors, missing=missing)
        )

    async def index(self) -> None:
        """See `TextAnalyzer.index`."""
        await _awaited(self.analyzer.index)

    async def get_statistics(self) -> Statistics:
        """See `TextAnalyzer.get_statistics`."""
        return await _awaited(self.analyzer.get_statistics)

    async def analyze_sentiment(self, lexicon: Words | None = None) -> float:
        """See `TextAnalyzer.analyze_sentiment`."""
        return await _awaited(lambda: self.analyzer.analyze_sentiment(lexicon))

    async def document_sentiments(self, lexicon: Words | None = None) -> npt.NDArray[np.float64]:
        """See `TextAnalyzer.document_sentiments`."""
        return await _awaited(lambda: self.analyzer.document_sentiments(lexicon))

    async def word_frequency(self) -> dict[str, int]:
        """See `TextAnalyzer.word_frequency`."""
        return await _awaited(self.analyzer.word_frequency)

    async def word_counts(self) -> WordCounts:
        """See `TextAnalyzer.word_counts`."""
        return await _awaited(self.analyzer.word_counts)

    async def top_words(self, n: int | None = None) -> list[tuple[str, int]]:
        """See `TextAnalyzer.top_words`."""
        return await _awaited(lambda: self.analyzer.top_words(n))

    async def top_ngrams(self, n: int, k: int | None = None, *, skip: int = 0) -> list[tuple[tuple[str, ...], int]]:
        """See `TextAnalyzer.top_ngrams`."""
        return await _awaited(lambda: self.analyzer.top_ngrams(n, k, skip=skip))

    async def ngram_frequency(self, n: int, *, skip: int = 0) -> dict[tuple[str, ...], int]:
        """See `TextAnalyzer.ngram_frequency`."""
        return await _awaited(lambda: self.analyzer.ngram_frequency(n, skip=skip))

    async def ngram_counts(self, n: int, *, skip: int = 0) -> NgramCounts:
        """See `TextAnalyzer.ngram_counts`."""
        return await _awaited(lambda: self.analyzer.ngram_counts(n, skip=skip))

    async def get_documents(self) -> list[str]:
        """See `TextAnalyzer.get_documents`."""
        return await _awaited(self.analyzer.get_documents)


class _Cancelled(BaseException):
    """Ends the work on the thread when nobody awaits it any more."""


async def _awaited(work: Callable[[], T]) -> T:
    """Runs work on a thread; where the task is cancelled, its next checkpoint ends it."""
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
            # As in a coroutine, whose future cannot hold it.
            raise RuntimeError("a callback raised StopIteration") from error

    future = asyncio.get_running_loop().run_in_executor(None, contextvars.copy_context().run, run)
    # Whoever was cancelled does not ask how it ended.
    future.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        cancelled.set()
        if begun.is_set():
            # Whoever goes on with the analyzer should not find the thread still in it.
            await asyncio.wait([future])
        else:
            future.cancel()
        raise
