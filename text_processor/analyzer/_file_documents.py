"""Files as documents of an analyzer."""

from __future__ import annotations

import os
from collections.abc import Iterable

from text_processor import _options
from text_processor._native.analyzer import Handle
from text_processor.analyzer._adding import Adding
from text_processor.analyzer._owner import Owner

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor._files.columns import Rows
    from text_processor.typing import File, FileFormat, Missing, Progress


class FileDocuments(Owner):
    """An analyzer to which files can be added."""

    __slots__ = ()

    def add_file(
        self,
        file: File,
        *,
        lines: bool = False,
        column: str | None = None,
        id: str | None = None,  # noqa: A002  # as in add_table
        variables: Iterable[str] = (),
        format: FileFormat | None = None,  # noqa: A002  # as in PySpark and DuckDB
        encoding: str = "utf-8",
        errors: str = "strict",
        missing: Missing | None = None,
        max_size: int | None = None,
        progress: Progress | None = None,
    ) -> int:
        r"""Add a file as one document, or each of its lines or rows as a document.

        A compressed file (gzip, bzip2, xz, zstd) is decompressed. Of an archive (zip, tar), each member is read like a
        file, and no member is extracted. Of a table (CSV, TSV, JSON lines, Parquet, Arrow), the rows of a column are
        the documents. A byte-order mark at the beginning of the file is not part of its text.

        Args:
            file: A path (a `str`, bytes or a path object), a URL such as ``"s3://bucket/reviews.parquet"``, or a file
                that is open for reading bytes.
            lines: If true, each line of a file of text is a document. A line ends with ``"\n"``, ``"\r\n"`` or
                ``"\r"``. Skips blank lines, unless you pass `missing`.
            column: The column of a table with the texts, or the key of JSON lines; by default ``"text"``.
            id: The column of a table with the ids of the documents, see `add_documents`.
            variables: The columns of a table with variables of the documents. In CSV and TSV, all values are texts.
            format: ``"text"``, ``"csv"``, ``"tsv"``, ``"jsonl"``, ``"parquet"`` or ``"arrow"``; by default the format
                that the content or the name of the file shows.
            encoding: As in `open()`. Parquet and Arrow have an encoding of their own.
            errors: As in `open()`; ``"replace"`` reads any text.
            missing: How to treat missing values, and blank rows, lines or files, as in `add_documents`. The default
                skips blank lines, and raises an error for a blank file or row, and for a missing value.
            max_size: The most bytes of the file after decompression; of an archive, of all its members together; of
                Parquet and Arrow, of the columns that are read. The default has no limit: pass one for files that you
                do not trust.
            progress: A function that is called repeatedly with the number of bytes read and the size of the file.

        Returns:
            The number of documents added.

        Raises:
            InvalidDocumentError: The file has no word, does not follow the encoding, is damaged or was not copied
                completely, is larger than `max_size`, has no such column, or is not text (it is an image, for example,
                or has NUL characters). The error names the file, and the member, line or row; the documents before it
                stay added.
            InvalidOptionError: An option has a wrong value; nothing was read. For an encoding that Python does not
                know, the error is also a LookupError. Or an id is missing, or a variable has another type than in
                earlier documents; the documents before stay added.
            DuplicateIdError: Two documents have the same id; the documents before stay added.
            TextNotStoredError: There are ids or variables, and the analyzer does not store its documents.
            ModuleNotFoundError: The package that reads this format is not installed; the message names it.
            OSError: The file cannot be read.

        >>> import gzip, io
        >>> from text_processor import TextAnalyzer
        >>> TextAnalyzer().add_file(io.BytesIO(gzip.compress(b"to be\nto have\n")), lines=True)
        2
        >>> reviews = b"id,review\n1,good food\n2,\"slow, but friendly\"\n"
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_file(io.BytesIO(reviews), format="csv", column="review", id="id")
        2
        >>> analyzer.documents()["id"]
        ['1', '2']
        """
        return self.add_files(
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

    def add_files(
        self,
        paths: Iterable[File],
        *,
        lines: bool = False,
        column: str | None = None,
        id: str | None = None,  # noqa: A002  # as in add_table
        variables: Iterable[str] = (),
        format: FileFormat | None = None,  # noqa: A002  # as in PySpark and DuckDB
        encoding: str = "utf-8",
        errors: str = "strict",
        missing: Missing | None = None,
        max_size: int | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Add several files, as `add_file` does; `progress` counts the bytes of all of them, `max_size` those of each.

        Stops at the first file that cannot be added; the files before it stay added.
        """
        if isinstance(paths, str | bytes | os.PathLike):
            raise TypeError("add_files() takes several paths, not a single one: use add_file(), or put it in a list")
        if progress is not None:
            _options.runnable("progress=", progress)
        # Few programs read files, and these modules take long to import.
        from text_processor import _files

        reading = _files.Reading(
            lines=lines,
            column=column,
            id=id,
            variables=variables,
            format=format,
            encoding=encoding,
            errors=errors,
            missing=missing,
            max_size=max_size,
        )
        paths = list(paths)
        self._open_handle()
        sizes = [_files.size(path) for path in paths]
        total = sum(sizes)
        added = before = 0

        def add_rows(rows: Rows, first: int) -> int:
            return adding.add_rows(first, rows.texts, rows.others)

        with Adding(self, reading.missing or "raise", None) as adding:
            for path, size in zip(paths, sizes, strict=True):
                handle = self._complete()
                done = before

                def step(documents: int, position: int, handle: Handle = handle, before: int = before) -> None:
                    nonlocal added, done
                    added += documents
                    # A reader of an archive may go back in the file.
                    done = max(done, before + position)
                    if documents:
                        adding.index(handle)
                    if progress is not None:
                        progress(min(done, total) if total else done, total or None)

                _files.add(handle, path, step, reading, add_rows)
                if done < before + size:
                    # A reader of a table or of an archive does not read all bytes of the file.
                    step(0, size)
                before = done
        return added
