"""The methods of `TextAnalyzer` about documents, as coroutines."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from typing import TYPE_CHECKING

from text_processor.aio._work import Owner, Steps, awaited
from text_processor.analyzer import TextAnalyzer

if TYPE_CHECKING:
    from typing_extensions import Self

    from text_processor._native.core import Core
    from text_processor.table import Table
    from text_processor.typing import (
        ArrowArray,
        ArrowStream,
        Document,
        DocumentEvent,
        File,
        FileFormat,
        FilePath,
        Missing,
        Progress,
        Row,
    )


class Documents(Owner):
    """An analyzer as a collection of documents."""

    async def add_document(self, text: Document) -> None:
        """See `TextAnalyzer.add_document`."""
        await awaited(lambda: self.analyzer.add_document(text))

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
        return await awaited(
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
        return await awaited(
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
        id: str | None = None,  # noqa: A002  # as in TextAnalyzer
        variables: Iterable[str] = (),
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
            id=id,
            variables=variables,
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
        id: str | None = None,  # noqa: A002  # as in TextAnalyzer
        variables: Iterable[str] = (),
        format: FileFormat | None = None,  # noqa: A002  # as in TextAnalyzer
        encoding: str = "utf-8",
        errors: str = "strict",
        missing: Missing | None = None,
        max_size: int | None = None,
        progress: Progress | None = None,
    ) -> int:
        """See `TextAnalyzer.add_files`. Other threads read the files and call `progress`."""
        return await awaited(
            lambda: self.analyzer.add_files(
                paths,
                lines=lines,
                column=column,
                id=id,
                variables=variables,
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
        await awaited(self.analyzer.clear)

    async def document_count(self) -> int:
        """See `TextAnalyzer.document_count`."""
        return await awaited(self.analyzer.document_count)

    async def get_documents(self) -> list[str]:
        """See `TextAnalyzer.get_documents`."""
        return await awaited(self.analyzer.get_documents)

    async def documents(self) -> Table:
        """See `TextAnalyzer.documents`."""
        return await awaited(self.analyzer.documents)

    def __aiter__(self) -> AsyncIterator[str]:
        """The documents at the time when the iteration begins."""
        return Steps(lambda: iter(self.analyzer))

    async def set_callback(self, callback: Callable[[DocumentEvent], object]) -> None:
        """See `TextAnalyzer.set_callback`. The callback does not run on the thread of the event loop."""
        await awaited(lambda: self.analyzer.set_callback(callback))

    async def clear_callback(self) -> None:
        """See `TextAnalyzer.clear_callback`."""
        await awaited(self.analyzer.clear_callback)

    # ---- Parts ----

    async def subset(self, documents: object) -> Self:
        """See `TextAnalyzer.subset`. Returns an asynchronous analyzer."""
        return type(self)(await awaited(lambda: self.analyzer.subset(documents)))

    async def sample(self, n: int, *, seed: int | None = None) -> Self:
        """See `TextAnalyzer.sample`. Returns an asynchronous analyzer."""
        return type(self)(await awaited(lambda: self.analyzer.sample(n, seed=seed)))

    async def copy(self) -> Self:
        """See `TextAnalyzer.copy`. Returns an asynchronous analyzer."""
        return type(self)(await awaited(self.analyzer.copy))

    async def remove(self, documents: object) -> int:
        """See `TextAnalyzer.remove`."""
        return await awaited(lambda: self.analyzer.remove(documents))

    async def replace(self, id: str | int, text: Document) -> None:  # noqa: A002  # as in TextAnalyzer
        """See `TextAnalyzer.replace`."""
        await awaited(lambda: self.analyzer.replace(id, text))

    # ---- Keeping and merging ----

    async def save(self, path: FilePath) -> None:
        """See `TextAnalyzer.save`."""
        await awaited(lambda: self.analyzer.save(path))

    @classmethod
    async def load(
        cls, path: FilePath, *, mmap: bool = False, threads: int | None = None, core: Core | None = None
    ) -> Self:
        """See `TextAnalyzer.load`. Returns an asynchronous analyzer."""
        return cls(await awaited(lambda: TextAnalyzer.load(path, mmap=mmap, threads=threads, core=core)))

    async def merge(self, other: TextAnalyzer) -> None:
        """See `TextAnalyzer.merge`."""
        await awaited(lambda: self.analyzer.merge(other))
