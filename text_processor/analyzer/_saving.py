"""Saves, loads and merges analyzers."""

from __future__ import annotations

from text_processor import _options
from text_processor._native.analyzer import Handle
from text_processor._native.core import Core, chosen_core
from text_processor.analyzer._choosing import Choosing
from text_processor.analyzer._variables import Given

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Self

    from text_processor.analyzer import TextAnalyzer
    from text_processor.typing import FilePath


class Saving(Choosing):
    """An analyzer that can be kept, and joined with others."""

    __slots__ = ()

    def save(self, path: FilePath) -> None:
        """Save the analyzer as a file, which `load` reads. Replaces an older file when the new one is complete.

        The file is an Arrow IPC file, which polars, DuckDB and pyarrow read: a row for each document, with its id, its
        variables, its text and its tokens. The file also has the options of the analyzer, but no callback.

        Args:
            path: The path of the file.

        Raises:
            OSError: The file cannot be written. A file that was there before is unchanged.
            InvalidOptionError: The path names a folder or a device.

        >>> import os, tempfile
        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["to be", "et tu"], ids=["hamlet", "caesar"])
        2
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     analyzer.save(os.path.join(folder, "plays.arrow"))
        ...     again = TextAnalyzer.load(os.path.join(folder, "plays.arrow"))
        >>> again.documents()["id"]
        ['hamlet', 'caesar']
        """
        handle = self._complete()
        with handle.order.alone():
            handle.save(path, self._variables.table(handle.document_count()))

    @classmethod
    def load(cls, path: FilePath, *, mmap: bool = False, threads: int | None = None, core: Core | None = None) -> Self:
        """Return the analyzer that `save` has written to a file. Does not tokenize again.

        Checks the file completely: a file that is damaged, or was not copied completely, raises an error. If the
        analyzer was saved with a function for terms, the file has the terms of its words; for other words, pass the
        function to `set_terms`. `tokenizer` and `term_options` show the options in the form of the core: for example,
        the words of a list of stop words, and not its name.

        Args:
            path: The path of the file.
            mmap: Whether the texts and tokens stay in the file, and are read when they are needed. This is much faster,
                but no process may change the file while the analyzer exists. Texts are checked when a query first reads
                them: a query raises `SavedFileError` if its texts are damaged.
            threads: As in `TextAnalyzer`; the file does not have it.
            core: As in `TextAnalyzer`.

        Raises:
            SavedFileError: The file is not a saved analyzer, is damaged, or has the format of another version.
            OSError: The file cannot be read.
        """
        threads = _options.threads(threads)
        handle, table = Handle.load(chosen_core(core), path, threads, mmap)
        from text_processor.analyzer._loaded_options import store_text, terms, tokenizer

        settings = handle.settings()
        return cls._of(handle, (threads, store_text(settings), tokenizer(settings)), terms(settings), table)

    def merge(self, other: TextAnalyzer) -> None:
        """Add the documents of another analyzer after its own, with their ids and variables. Tokenizes nothing.

        All answers are those of an analyzer to which the documents of both were added in this order. Calls no callback.

        Args:
            other: An analyzer with the same tokenizer. It does not change, and may be this one.

        Raises:
            InvalidOptionError: The other analyzer has another tokenizer, or a variable of another type.
            DuplicateIdError: A document of both has the same id; nothing was added.
            TextNotStoredError: This analyzer stores its documents, and the other one does not.

        >>> from text_processor import TextAnalyzer
        >>> first, second = TextAnalyzer(), TextAnalyzer()
        >>> first.add_document("to be")
        >>> second.add_document("or not to be")
        >>> first.merge(second)
        >>> first.word_frequency()
        {'to': 2, 'be': 2, 'or': 1, 'not': 1}
        """
        if not isinstance(other, Saving):
            raise TypeError(f"merge() takes a TextAnalyzer, not {type(other).__name__}")
        handle, others = self._complete(), other._complete()
        # An analyzer that only counts has no documents that could have ids.
        if not self._store_text or (not self._variables and not other._variables):
            handle.order.run(handle.merge, others)
            return
        handle.order.begin()
        others.order.begin()
        # In one order for all threads, so that two analyzers can be merged with each other at the same time.
        first, second = sorted((handle.order, others.order), key=id)
        with first.alone(), second.alone():
            rows = others.document_count()
            new = other._variables.table(rows)
            if new is None:
                handle.merge(others)
            else:
                self._variables.add(handle, Given(new, is_checked=True), range(rows), lambda: handle.merge(others))

    def __add__(self, other: object) -> Self:
        """An analyzer of the documents of both; see `merge`."""
        if not isinstance(other, Saving):
            return NotImplemented
        made = self.copy()
        made.merge(other)  # type: ignore[arg-type]  # it is a TextAnalyzer
        return made

    def __iadd__(self, other: object) -> Self:
        """Add the documents of another analyzer; see `merge`."""
        if not isinstance(other, Saving):
            return NotImplemented
        self.merge(other)  # type: ignore[arg-type]  # it is a TextAnalyzer
        return self
