"""The analyzer for asyncio: each method of `TextAnalyzer` as a coroutine."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from text_processor._native.checkpoint import on_checkpoint
from text_processor._renamed import former_argument
from text_processor.analyzer import TextAnalyzer
from text_processor.frequencies import WordCounts

if TYPE_CHECKING:
    from typing import Any, Literal, overload

    import numpy as np
    import numpy.typing as npt
    from typing_extensions import Self

    from text_processor._native.core import Core
    from text_processor.matrix import DocumentTermMatrix
    from text_processor.ngrams import NgramCounts
    from text_processor.table import Table
    from text_processor.terms import TermOptions
    from text_processor.typing import (
        ArrowArray,
        ArrowStream,
        By,
        Document,
        DocumentEvent,
        File,
        FileFormat,
        FilePath,
        Missing,
        Progress,
        Row,
        Statistics,
        Tokenizer,
        Words,
    )

__all__ = ["AsyncTextAnalyzer"]


def __dir__() -> list[str]:
    return __all__


T = TypeVar("T")

STEP = 1 << 8
"""The number of items that a thread makes at a time for an asynchronous iterator."""


class AsyncTextAnalyzer:
    """A `TextAnalyzer` whose methods are coroutines, so that the event loop runs while they work.

    It has the methods and properties of `TextAnalyzer`. Each method runs on a thread of the default executor of the
    event loop, mostly in native code without the GIL. If the task that awaits it is cancelled, the work soon stops:
    between two documents, after a few megabytes of a file, or after about 40 milliseconds of native work. Documents
    that were added or indexed until then stay, and you can continue to use the analyzer. If the work has not begun, it
    never begins.

    Args:
        analyzer: The analyzer to use; by default a new one. You may also use it directly at the same time.

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
        """The analyzer that does the work."""

    @property
    def tokenizer(self) -> Tokenizer:
        """See `TextAnalyzer.tokenizer`."""
        return self.analyzer.tokenizer

    @property
    def term_options(self) -> TermOptions:
        """See `TextAnalyzer.term_options`."""
        return self.analyzer.term_options

    async def close(self) -> None:
        """See `TextAnalyzer.close`."""
        await _awaited(self.analyzer.close)

    async def __aenter__(self) -> Self:
        self.analyzer.__enter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.close()
        finally:
            # A second cancellation may end close() before it begins.
            self.analyzer.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.analyzer._described()})"

    # ---- Documents ----

    async def add_document(self, text: Document) -> None:
        """See `TextAnalyzer.add_document`."""
        await _awaited(lambda: self.analyzer.add_document(text))

    async def add_documents(
        self,
        documents: Iterable[Row] | ArrowStream | ArrowArray,
        *,
        ids: Iterable[str | int] | ArrowStream | ArrowArray | None = None,
        variables: object = None,
        missing: Missing = "raise",
        progress: Progress | None = None,
    ) -> int:
        """See `TextAnalyzer.add_documents`. Another thread reads the iterable and calls `progress`."""
        return await _awaited(
            lambda: self.analyzer.add_documents(
                documents, ids=ids, variables=variables, missing=missing, progress=progress
            )
        )

    async def add_table(
        self,
        data: object,
        *,
        text: str = "text",
        id: str | None = None,  # noqa: A002  # as in TextAnalyzer
        variables: Iterable[str] = (),
        missing: Missing = "raise",
        progress: Progress | None = None,
    ) -> int:
        """See `TextAnalyzer.add_table`. Another thread reads the table and calls `progress`."""
        return await _awaited(
            lambda: self.analyzer.add_table(
                data, text=text, id=id, variables=variables, missing=missing, progress=progress
            )
        )

    async def add_file(
        self,
        file: File,
        *,
        lines: bool = False,
        column: str | None = None,
        format: FileFormat | None = None,  # noqa: A002  # as in TextAnalyzer
        encoding: str = "utf-8",
        errors: str = "strict",
        missing: Missing | None = None,
        max_size: int | None = None,
        progress: Progress | None = None,
    ) -> int:
        """See `TextAnalyzer.add_file`."""
        return await self.add_files(
            [file],
            lines=lines,
            column=column,
            format=format,
            encoding=encoding,
            errors=errors,
            missing=missing,
            max_size=max_size,
            progress=progress,
        )

    async def add_files(
        self,
        paths: Iterable[File],
        *,
        lines: bool = False,
        column: str | None = None,
        format: FileFormat | None = None,  # noqa: A002  # as in TextAnalyzer
        encoding: str = "utf-8",
        errors: str = "strict",
        missing: Missing | None = None,
        max_size: int | None = None,
        progress: Progress | None = None,
    ) -> int:
        """See `TextAnalyzer.add_files`. Other threads read the files and call `progress`."""
        return await _awaited(
            lambda: self.analyzer.add_files(
                paths,
                lines=lines,
                column=column,
                format=format,
                encoding=encoding,
                errors=errors,
                missing=missing,
                max_size=max_size,
                progress=progress,
            )
        )

    async def clear(self) -> None:
        """See `TextAnalyzer.clear`."""
        await _awaited(self.analyzer.clear)

    async def document_count(self) -> int:
        """See `TextAnalyzer.document_count`."""
        return await _awaited(self.analyzer.document_count)

    async def get_documents(self) -> list[str]:
        """See `TextAnalyzer.get_documents`."""
        return await _awaited(self.analyzer.get_documents)

    async def documents(self) -> Table:
        """See `TextAnalyzer.documents`."""
        return await _awaited(self.analyzer.documents)

    def __aiter__(self) -> AsyncIterator[str]:
        """The documents at the time when the iteration begins."""
        return _Steps(lambda: iter(self.analyzer))

    async def set_callback(self, callback: Callable[[DocumentEvent], object]) -> None:
        """See `TextAnalyzer.set_callback`. The callback does not run on the thread of the event loop."""
        await _awaited(lambda: self.analyzer.set_callback(callback))

    async def clear_callback(self) -> None:
        """See `TextAnalyzer.clear_callback`."""
        await _awaited(self.analyzer.clear_callback)

    async def set_terms(self, options: TermOptions | None = None, **changes: Any) -> None:
        """See `TextAnalyzer.set_terms`."""
        await _awaited(lambda: self.analyzer.set_terms(options, **changes))

    # ---- Parts ----

    async def subset(self, documents: object) -> Self:
        """See `TextAnalyzer.subset`. Returns an asynchronous analyzer."""
        return type(self)(await _awaited(lambda: self.analyzer.subset(documents)))

    async def sample(self, n: int, *, seed: int | None = None) -> Self:
        """See `TextAnalyzer.sample`. Returns an asynchronous analyzer."""
        return type(self)(await _awaited(lambda: self.analyzer.sample(n, seed=seed)))

    async def copy(self) -> Self:
        """See `TextAnalyzer.copy`. Returns an asynchronous analyzer."""
        return type(self)(await _awaited(self.analyzer.copy))

    async def remove(self, documents: object) -> int:
        """See `TextAnalyzer.remove`."""
        return await _awaited(lambda: self.analyzer.remove(documents))

    async def replace(self, id: str | int, text: Document) -> None:  # noqa: A002  # as in TextAnalyzer
        """See `TextAnalyzer.replace`."""
        await _awaited(lambda: self.analyzer.replace(id, text))

    # ---- Keeping and merging ----

    async def save(self, path: FilePath) -> None:
        """See `TextAnalyzer.save`."""
        await _awaited(lambda: self.analyzer.save(path))

    @classmethod
    async def load(
        cls, path: FilePath, *, mmap: bool = False, threads: int | None = None, core: Core | None = None
    ) -> Self:
        """See `TextAnalyzer.load`. Returns an asynchronous analyzer."""
        return cls(await _awaited(lambda: TextAnalyzer.load(path, mmap=mmap, threads=threads, core=core)))

    async def merge(self, other: TextAnalyzer) -> None:
        """See `TextAnalyzer.merge`."""
        await _awaited(lambda: self.analyzer.merge(other))

    # ---- Counts ----

    async def index(self, *, progress: Progress | None = None) -> None:
        """See `TextAnalyzer.index`. Another thread calls `progress`."""
        await _awaited(lambda: self.analyzer.index(progress=progress))

    async def total_words(self) -> int:
        """See `TextAnalyzer.total_words`."""
        return await _awaited(self.analyzer.total_words)

    async def unique_words(self) -> int:
        """See `TextAnalyzer.unique_words`."""
        return await _awaited(self.analyzer.unique_words)

    async def sentence_count(self, *, unwrap: bool = False) -> int:
        """See `TextAnalyzer.sentence_count`."""
        return await _awaited(lambda: self.analyzer.sentence_count(unwrap=unwrap))

    if TYPE_CHECKING:

        @overload
        async def get_statistics(self, *, by: None = None) -> Statistics: ...

        @overload
        async def get_statistics(self, *, by: By) -> Table: ...

    async def get_statistics(self, *, by: By | None = None) -> Statistics | Table:
        """See `TextAnalyzer.get_statistics`."""
        return await _awaited(lambda: self.analyzer.get_statistics(by=by))

    async def word_frequency(self) -> dict[str, int]:
        """See `TextAnalyzer.word_frequency`."""
        return await _awaited(self.analyzer.word_frequency)

    if TYPE_CHECKING:

        @overload
        async def word_counts(self, *, by: None = None) -> WordCounts: ...

        @overload
        async def word_counts(self, *, by: By) -> Table: ...

    async def word_counts(self, *, by: By | None = None) -> WordCounts | Table:
        """See `TextAnalyzer.word_counts`."""
        return await _awaited(lambda: self.analyzer.word_counts(by=by))

    if TYPE_CHECKING:

        @overload
        async def top_words(self, limit: int | None = None, *, by: None = None) -> list[tuple[str, int]]: ...

        @overload
        async def top_words(self, limit: int | None = None, *, by: By) -> Table: ...

    async def top_words(self, limit: int | None = None, *, by: By | None = None) -> list[tuple[str, int]] | Table:
        """See `TextAnalyzer.top_words`."""
        return await _awaited(lambda: self.analyzer.top_words(limit, by=by))

    def iter_top_words(self) -> AsyncIterator[tuple[str, int]]:
        """See `TextAnalyzer.iter_top_words`; the counts are those of the time when the iteration begins."""
        return _Steps(self.analyzer.iter_top_words)

    async def ngram_frequency(self, n: int, *, skip: int = 0) -> dict[tuple[str, ...], int]:
        """See `TextAnalyzer.ngram_frequency`."""
        return await _awaited(lambda: self.analyzer.ngram_frequency(n, skip=skip))

    if TYPE_CHECKING:

        @overload
        async def ngram_counts(self, n: int, *, skip: int = 0, by: None = None) -> NgramCounts: ...

        @overload
        async def ngram_counts(self, n: int, *, skip: int = 0, by: By) -> Table: ...

    async def ngram_counts(self, n: int, *, skip: int = 0, by: By | None = None) -> NgramCounts | Table:
        """See `TextAnalyzer.ngram_counts`."""
        return await _awaited(lambda: self.analyzer.ngram_counts(n, skip=skip, by=by))

    async def top_ngrams(self, n: int, limit: int | None = None, *, skip: int = 0) -> list[tuple[tuple[str, ...], int]]:
        """See `TextAnalyzer.top_ngrams`."""
        return await _awaited(lambda: self.analyzer.top_ngrams(n, limit, skip=skip))

    def iter_top_ngrams(self, n: int, *, skip: int = 0) -> AsyncIterator[tuple[tuple[str, ...], int]]:
        """See `TextAnalyzer.iter_top_ngrams`; the counts are those of the time when the iteration begins."""
        return _Steps(lambda: self.analyzer.iter_top_ngrams(n, skip=skip))

    async def document_term_matrix(
        self,
        ngram_range: tuple[int, int] = (1, 1),
        *,
        weight: Literal["count", "tfidf", "binary"] = "count",
        order: Literal["name", "appearance"] = "name",
        by: By | None = None,
    ) -> DocumentTermMatrix:
        """See `TextAnalyzer.document_term_matrix`."""
        return await _awaited(
            lambda: self.analyzer.document_term_matrix(ngram_range, weight=weight, order=order, by=by)
        )

    # ---- Sentiment ----

    async def analyze_sentiment(self, lexicon: Words | None = None) -> float:
        """See `TextAnalyzer.analyze_sentiment`."""
        return await _awaited(lambda: self.analyzer.analyze_sentiment(lexicon))

    async def document_sentiments(self, lexicon: Words | None = None) -> npt.NDArray[np.float64]:
        """See `TextAnalyzer.document_sentiments`."""
        return await _awaited(lambda: self.analyzer.document_sentiments(lexicon))


# Not as decorators: type checkers would no longer see that the methods are coroutines.
for _name, _former in (("top_words", "n"), ("top_ngrams", "k")):
    _method = former_argument(_former, "limit", is_async=True)(getattr(AsyncTextAnalyzer, _name))
    setattr(AsyncTextAnalyzer, _name, _method)
del _name, _former, _method


class _Steps(AsyncIterator[T]):
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
            self._made = iter(await _awaited(self._make))
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


async def _awaited(work: Callable[[], T]) -> T:
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
