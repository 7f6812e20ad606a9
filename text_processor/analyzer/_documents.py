"""The documents of an analyzer: adding them, and reading them back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sized

from text_processor import _files, _options
from text_processor._native.analyzer import Handle
from text_processor._native.batches import BATCH_DOCUMENTS, batches
from text_processor._native.encoding import check, encoded
from text_processor._native.indexer import Indexer
from text_processor._native.missing import checked_missing
from text_processor._native.pending import MAX_PENDING_LENGTH
from text_processor._native.texts import texts_of
from text_processor.analyzer._owner import Owner
from text_processor.exceptions import InvalidDocumentError

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.typing import Document, File, Missing, Progress, Row


class Documents(Owner):
    """An analyzer as a collection of documents."""

    __slots__ = ()

    def add_document(self, text: Document) -> None:
        r"""Adds a document.

        Args:
            text: A `str`, or UTF-8 in anything with the buffer protocol (bytes, bytearray, memoryview, mmap, NumPy).

        Raises:
            InvalidDocumentError: There is no word in it, or it is not text; nothing was added.
            InvalidDocumentTypeError: The text is of another type. This error is also a TypeError.
            Exception: What the callback raised; the document stays added.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("Alice was beginning to get very tired")
        >>> analyzer.add_document(b" \n")
        Traceback (most recent call last):
        text_processor.exceptions.InvalidDocumentError: the document holds no word: it is empty or all whitespace
        """
        # Each operation here costs as much as the core needs for some words. What begins with a visible character and
        # is all ASCII holds a word, and can be encoded.
        waiting = self._waiting
        if waiting is not None and type(text) is str and len(text) <= MAX_PENDING_LENGTH:
            if not (text >= "!" and text.isascii()):
                check(text)
            waiting.append(text)
            if len(waiting) >= BATCH_DOCUMENTS:
                self._complete()
        else:
            self._complete().add(text)

    def add_documents(
        self, documents: Iterable[Row], *, missing: Missing = "raise", progress: Progress | None = None
    ) -> int:
        """Adds documents until one is refused.

        Args:
            documents: Documents as `add_document` takes them: a list, a column of pandas, polars or pyarrow, a NumPy
                array, any iterable. An iterator is read as it goes, some thousand documents or a million characters
                ahead; if a callback is set, one by one. If you have a table, pass one of its columns.
            missing: What to do with a missing value (None, NaN, `pandas.NA`) and with a blank document, which is empty
                or all whitespace. ``"raise"`` raises an error, ``"skip"`` skips them. ``"keep"`` adds them as documents
                without words, so that each document has the number of its row.
            progress: Called after each batch with the number of rows that were read.

        Returns:
            The number of documents added.

        Raises:
            InvalidDocumentError: One of them is refused; its attribute `document` tells which. What came before it
                stays added, nothing after it is.
            InvalidDocumentTypeError: One of them is of a wrong type; `document` tells which. It is also a TypeError.
            MissingDocumentError: One of them is missing; `document` tells which.
            TypeError: `documents` is a single text, a table, or a mapping.

        >>> from text_processor import TextAnalyzer
        >>> TextAnalyzer().add_documents(line for line in ["to be", "or not to be"])
        2
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["to be", None, " ", "or not to be"], missing="keep")
        4
        >>> analyzer.get_documents()
        ['to be', '', ' ', 'or not to be']
        """
        if progress is not None:
            _options.runnable("progress=", progress)
        missing = checked_missing(missing)
        texts = texts_of(documents, "add_documents")
        added = done = 0
        total = len(texts) if isinstance(texts, Sized) else None
        with Indexer() as indexer:
            for batch, failure in batches(texts, one_by_one=lambda: self._callback.function is not None):
                try:
                    if batch:
                        handle = self._complete()
                        added += handle.add_batch(batch, first=done, missing=missing)
                        done += len(batch)
                        indexer.added(handle)
                        if progress is not None:
                            progress(done, total)
                except Exception:
                    if failure is not None and not isinstance(failure, Exception):
                        raise failure from None
                    raise
                if failure is not None:
                    raise failure
        return added

    def add_file(
        self,
        file: File,
        *,
        lines: bool = False,
        encoding: str = "utf-8",
        errors: str = "strict",
        missing: Missing | None = None,
        progress: Progress | None = None,
    ) -> int:
        r"""Adds a file: one document, or one a line.

        A byte-order mark at the beginning of the file is not part of its text.

        Args:
            file: A path (a `str`, bytes or a path object), or a file that is open for reading bytes. For a compressed
                file, pass what `gzip.open` returns.
            lines: If true, each line is a document. Skips blank lines, unless you pass `missing`.
            encoding: As in `open()`.
            errors: As in `open()`; ``"replace"`` reads any text.
            missing: What to do with blank lines, or with a blank file, as in `add_documents`. The default skips blank
                lines, and raises an error for a blank file.
            progress: Called now and then with the bytes read and the size of the file.

        Returns:
            The number of documents added.

        Raises:
            InvalidDocumentError: The file holds no word, or no text (it is compressed, for example, or has NUL
                characters), or does not follow the encoding; the error names the file and, with `lines`, the line.
                Lines before it stay added.
            InvalidOptionError: Python does not know this encoding or error handler; nothing was read. For an unknown
                encoding, the error is also a LookupError.
            OSError: The file cannot be read.

        >>> from text_processor import TextAnalyzer
        >>> import io
        >>> TextAnalyzer().add_file(io.BytesIO(b"\xef\xbb\xbfto be\nor not to be\n"), lines=True)
        2
        """
        return self.add_files([file], lines=lines, encoding=encoding, errors=errors, missing=missing, progress=progress)

    def add_files(
        self,
        paths: Iterable[File],
        *,
        lines: bool = False,
        encoding: str = "utf-8",
        errors: str = "strict",
        missing: Missing | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Adds files, as `add_file` does; `progress` counts the bytes of all of them.

        Stops at the first file that cannot be added; what came before stays added.
        """
        if isinstance(paths, str | bytes | os.PathLike):
            raise TypeError("add_files() takes paths, not a single one: use add_file(), or put it in a list")
        if progress is not None:
            _options.runnable("progress=", progress)
        _options.codec(encoding, errors)
        paths = list(paths)
        missing = None if missing is None else checked_missing(missing)
        self._open_handle()
        total = sum(map(_files.size, paths))
        added = done = 0
        with Indexer() as indexer:
            for path in paths:
                handle = self._complete()

                def step(documents: int, length: int, handle: Handle = handle) -> None:
                    nonlocal added, done
                    added += documents
                    done += length
                    if documents:
                        indexer.added(handle)
                    if progress is not None:
                        progress(min(done, total) if total else done, total or None)

                _files.add(handle, path, step, lines=lines, encoding=encoding, errors=errors, missing=missing)
        return added

    def clear(self) -> None:
        """Removes all documents; the callback stays."""
        self._complete().clear()

    def document_count(self) -> int:
        """The number of documents."""
        return self._complete().document_count()

    def __len__(self) -> int:
        """The number of documents."""
        return self.document_count()

    def get_documents(self) -> list[str]:
        """The documents, in the order of their adding."""
        documents: list[str] = []
        for text, _ in self._complete().documents():
            documents.extend(text.strings("large_utf8"))
        return documents

    def __iter__(self) -> Iterator[str]:
        """The documents as of now, made into `str` some at a time."""
        documents = self._complete().documents()
        return (text for column, _ in documents for text in column.strings("large_utf8"))

    def __contains__(self, text: object) -> bool:
        """Whether one of the documents is exactly this text."""
        handle = self._complete()
        try:
            return issubclass(type(text), str) and handle.contains(encoded(text))  # type: ignore[arg-type]
        except InvalidDocumentError:
            return False
