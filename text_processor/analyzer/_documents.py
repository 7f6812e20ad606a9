"""The documents of an analyzer: how to add them, and how to read them back."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from text_processor import _files, _options
from text_processor._native.analyzer import Handle
from text_processor._native.encoding import check, encoded
from text_processor._native.indexer import Indexer
from text_processor._native.missing import checked_missing
from text_processor._native.pending import MAX_PENDING_LENGTH, NO_ROOM
from text_processor._native.table_columns import text_columns
from text_processor.analyzer._adding import Adding
from text_processor.analyzer._owner import Owner
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.typing import ArrowArray, ArrowStream, Document, File, Missing, Progress, Row


class Documents(Owner):
    """An analyzer as a collection of documents."""

    __slots__ = ()

    def add_document(self, text: Document) -> None:
        r"""Add a document.

        Args:
            text: A `str`, or UTF-8 in anything with the buffer protocol (bytes, bytearray, memoryview, mmap, NumPy).

        Raises:
            InvalidDocumentError: The text has no word, or is not valid UTF-8; nothing was added.
            InvalidDocumentTypeError: The text has another type. This error is also a TypeError.
            Exception: The callback raised it; the document stays added.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("Alice was beginning to get very tired")
        >>> analyzer.add_document(b" \n")
        Traceback (most recent call last):
        text_processor.exceptions.InvalidDocumentError: the document holds no word: it is empty or all whitespace
        """
        # Each operation here takes as long as the core needs for a few words. A text of ASCII that begins with a
        # visible character has a word, and can be encoded, so it needs no check.
        if type(text) is str and len(text) <= MAX_PENDING_LENGTH:
            for append in self._room:
                if not (text >= "!" and text.isascii()):
                    check(text)
                append(text)
                return
            if self._room is not NO_ROOM:
                # A batch is pending. Makes room for the next one.
                self._follow_callback()
        self._complete().add(text)

    def add_documents(
        self,
        documents: Iterable[Row] | ArrowStream | ArrowArray,
        *,
        missing: Missing = "raise",
        progress: Progress | None = None,
    ) -> int:
        """Add documents, up to the first one that is not valid.

        Args:
            documents: A column of pandas, polars, pyarrow or another library that speaks Arrow: its rows do not become
                Python objects. Or an iterable of texts as `add_document` takes them: a list, a NumPy array, an
                iterator. Takes up to 4096 documents, or about a million characters, from an iterator before it adds
                them; if a callback is set, one document at a time. If you have a table, see `add_table`.
            missing: How to treat a missing value (None, NaN, `pandas.NA`) and a blank document, which is empty
                or has only whitespace. ``"raise"`` raises an error, ``"skip"`` skips them. ``"keep"`` adds them as
                documents without words, so that each document has the number of its row.
            progress: A function that is called after each batch with the number of rows that were read.

        Returns:
            The number of documents added.

        Raises:
            InvalidDocumentError: A document is not valid; the attribute `document` of the error is its number. The
                documents before it stay added.
            InvalidDocumentTypeError: A document has a wrong type. This error is also a TypeError.
            MissingDocumentError: A document is missing.
            InvalidColumnError: A column of Arrow was read before, or its producer failed; the rows before stay added.
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
        with Adding(self, missing, progress) as adding:
            adding.add(documents, "add_documents", is_all=True)
        return adding.added

    def add_table(
        self, data: object, *, text: str = "text", missing: Missing = "raise", progress: Progress | None = None
    ) -> int:
        """Add each row of a table as a document: the text in one of its columns.

        Args:
            data: A table of pandas, polars, pyarrow, DuckDB or another library that speaks Arrow; a dict of columns; or
                an iterable of tables, such as the batches of a file.
            text: The name of the column.
            missing: How to treat missing values and blank documents, as in `add_documents`.
            progress: A function that is called repeatedly with the number of rows that were read.

        Returns:
            The number of documents added.

        Raises:
            InvalidOptionError: A table has no column with this name, or two of them.
            TypeError: `data` is not a table and not an iterable of tables, or it is a plan, such as a LazyFrame: then
                the message names the method that computes the table.
            Exception: As in `add_documents`. The number of a row counts all rows of all tables.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_table({"stars": [5, 1], "review": ["so good", "so bad"]}, text="review")
        2
        >>> analyzer.add_table([{"text": ["to be"]}, {"text": ["or not", "to be"]}])
        3
        """
        if progress is not None:
            _options.runnable("progress=", progress)
        missing = checked_missing(missing)
        if not isinstance(text, str):
            raise TypeError(f"text must be the name of a column, not {type(text).__name__}")
        columns = text_columns(data, text, "add_table")
        with Adding(self, missing, progress) as adding:
            for column in columns:
                adding.add(column, "add_table", is_all=isinstance(columns, list))
        return adding.added

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
        r"""Add a file as one document, or each of its lines as a document.

        A byte-order mark at the beginning of the file is not part of its text.

        Args:
            file: A path (a `str`, bytes or a path object), or a file that is open for reading bytes. For a compressed
                file, pass what `gzip.open` returns.
            lines: If true, each line is a document. Skips blank lines, unless you pass `missing`.
            encoding: As in `open()`.
            errors: As in `open()`; ``"replace"`` reads any text.
            missing: How to treat blank lines, or a blank file, as in `add_documents`. The default skips blank
                lines, and raises an error for a blank file.
            progress: A function that is called repeatedly with the number of bytes read and the size of the file.

        Returns:
            The number of documents added.

        Raises:
            InvalidDocumentError: The file has no word, or does not follow the encoding, or is not text (it is
                compressed, for example, or has NUL characters). The error names the file and, with `lines`, the line;
                the lines before it stay added.
            InvalidOptionError: Python does not know this encoding or error handler; nothing was read. For an unknown
                encoding, the error is also a LookupError.
            OSError: The file cannot be read.

        >>> import io
        >>> from text_processor import TextAnalyzer
        >>> TextAnalyzer().add_file(io.BytesIO(b"\xef\xbb\xbfto be\nto have\n"), lines=True)
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
        """Add several files, as `add_file` does; `progress` counts the bytes of all of them.

        Stops at the first file that cannot be added; the files before it stay added.
        """
        if isinstance(paths, str | bytes | os.PathLike):
            raise TypeError("add_files() takes several paths, not a single one: use add_file(), or put it in a list")
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
        """Remove all documents. The callback stays set."""
        self._complete().clear()

    def document_count(self) -> int:
        """Return the number of documents."""
        return self._complete().document_count()

    def __len__(self) -> int:
        """The number of documents."""
        return self.document_count()

    def get_documents(self) -> list[str]:
        """Return the documents, in the order in which they were added."""
        documents: list[str] = []
        for text, _ in self._complete().documents():
            documents.extend(text.strings("large_utf8"))
        return documents

    def __iter__(self) -> Iterator[str]:
        """The documents at the time of this call. Makes a batch of `str` at a time."""
        documents = self._complete().documents()
        return (text for column, _ in documents for text in column.strings("large_utf8"))

    def __contains__(self, text: object) -> bool:
        """Whether one of the documents is exactly this text."""
        handle = self._complete()
        try:
            return issubclass(type(text), str) and handle.contains(encoded(text))  # type: ignore[arg-type]
        except InvalidDocumentError:
            return False
