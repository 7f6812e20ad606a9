"""The documents of an analyzer: how to add them, and how to read them back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from text_processor import _options
from text_processor._native.encoding import check, encoded
from text_processor._native.missing import checked_missing
from text_processor._native.pending import MAX_PENDING_LENGTH, NO_ROOM
from text_processor._native.table import NativeTable
from text_processor._native.table_columns import Wanted, columns_of
from text_processor.analyzer._adding import Adding
from text_processor.analyzer._owner import Owner
from text_processor.analyzer._variables import Given, Variables, given
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor._native.analyzer import Handle
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
        ids: Iterable[str | int] | ArrowStream | ArrowArray | None = None,
        variables: object = None,
        missing: Missing = "raise",
        progress: Progress | None = None,
    ) -> int:
        """Add documents, up to the first one that is not valid.

        Args:
            documents: A column of pandas, polars, pyarrow or another library that speaks Arrow: its rows do not become
                Python objects. Or an iterable of texts as `add_document` takes them: a list, a NumPy array, an
                iterator. Takes up to 4096 documents, or about a million characters, from an iterator before it adds
                them; if a callback is set, one document at a time. If you have a table, see `add_table`.
            ids: An id for each document, a str or an int, that no other document of the analyzer has. The default id of
                a document is its number among all documents, from 0.
            variables: Columns with a value for each document, such as its author or its date: a dict of columns, or a
                table of any library. A value is text, a number, a date, a time, true or false, or missing.
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
            InvalidColumnError: A column of Arrow was read before, its producer failed, or a row is not valid. The rows
                before stay added.
            DuplicateIdError: Two documents have the same id. Nothing was added.
            InvalidOptionError: There are more or fewer ids or variables than documents, or a variable has another type
                than in earlier documents. Nothing was added, unless `documents` has no length.
            TextNotStoredError: The documents have ids or variables, and the analyzer does not store its documents.
            TypeError: `documents` is a single text, a table, or a mapping; or an id is not a str or an int.

        >>> from text_processor import TextAnalyzer
        >>> TextAnalyzer().add_documents(line for line in ["to be", "or not to be"])
        2
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["to be", None, " ", "or not to be"], missing="keep")
        4
        >>> analyzer.get_documents()
        ['to be', '', ' ', 'or not to be']
        >>> plays = TextAnalyzer()
        >>> plays.add_documents(["to be", "et tu"], ids=["hamlet", "caesar"], variables={"year": [1603, 1599]})
        2
        >>> print(plays.documents())
        id      year  text   word_count
        hamlet  1603  to be           2
        caesar  1599  et tu           2
        """
        if progress is not None:
            _options.runnable("progress=", progress)
        missing = checked_missing(missing)
        beside = given(self._core, ids, variables)
        with Adding(self, missing, progress) as adding:
            adding.add(documents, "add_documents", is_all=True, given=beside)
        return adding.added

    def add_table(
        self,
        data: object,
        *,
        text: str = "text",
        id: str | None = None,  # noqa: A002  # as the column of documents()
        variables: Iterable[str] = (),
        missing: Missing = "raise",
        progress: Progress | None = None,
    ) -> int:
        """Add each row of a table as a document: the text in one of its columns.

        Args:
            data: A table of pandas, polars, pyarrow, DuckDB or another library that speaks Arrow; a dict of columns; or
                an iterable of tables, such as the batches of a file.
            text: The name of the column.
            id: The name of the column with the ids of the documents, see `add_documents`.
            variables: The names of the columns with variables of the documents, see `add_documents`.
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
        >>> analyzer.clear()
        >>> analyzer.add_table({"stars": [5, 1], "review": ["so good", "so bad"]}, text="review", variables=["stars"])
        2
        >>> analyzer.documents()["stars"].tolist()
        [5, 1]
        """
        if progress is not None:
            _options.runnable("progress=", progress)
        missing = checked_missing(missing)
        if not isinstance(text, str):
            raise TypeError(f"text must be the name of a column, not {type(text).__name__}")
        names = {} if id is None else {"id": _column_name("id", id)}
        if isinstance(variables, str):
            raise TypeError("variables must be names of columns, not a single str: put it in a list")
        for name in variables:
            names[_column_name("each of variables", name)] = name
        columns = columns_of(data, Wanted(self._core, "add_table", text, names))
        with Adding(self, missing, progress) as adding:
            for column, table in columns:
                beside = None if table is None else Given(table, adding.rows)
                adding.add(column, "add_table", is_all=isinstance(columns, list), given=beside)
        return adding.added

    def clear(self) -> None:
        """Remove all documents, with their ids and variables. The callback stays set."""
        handle = self._complete()
        handle.order.run(self._clear, handle)

    def _clear(self, handle: Handle) -> None:
        variables = Variables()
        try:
            handle.clear()
        finally:
            if not handle.document_count():
                self._variables = variables

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

        If you gave ids or variables, the column `id` and the columns of the variables come first. The texts are in the
        memory of the analyzer: they are not copied, and no `str` is made.

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

        handle = self._complete()
        if not self._variables:
            return Table._over(handle.document_table())
        with handle.order.alone():
            table = handle.document_table()
            beside = self._variables.shown(table.rows)
        return Table._over(table if beside is None else NativeTable.joined([beside, table]))

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


def _column_name(option: str, name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{option} must be the name of a column, not {type(name).__name__}")
    return name
