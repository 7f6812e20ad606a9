"""The documents of an analyzer: how to add them, and how to read them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from text_processor import _options
from text_processor._native.encoding import check, encoded
from text_processor._native.missing import checked_missing
from text_processor._native.pending import MAX_PENDING_LENGTH, NO_ROOM
from text_processor._native.table_columns import text_columns
from text_processor.analyzer._adding import Adding
from text_processor.analyzer._owner import Owner
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.table import Table
    from text_processor.typing import ArrowArray, ArrowStream, Document, Missing, Progress, Row


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

    def documents(self) -> Table:
        """Return the documents as a table with the columns `text` and `word_count`, in the order of `get_documents`.

        The texts are in the memory of the analyzer: they are not copied, and no `str` is made.

        Raises:
            TextNotStoredError: The analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["to be", "or not to be"])
        2
        >>> analyzer.documents()["word_count"].tolist()
        [2, 4]
        """
        from text_processor.table import Table

        return Table._over(self._complete().document_table())

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
