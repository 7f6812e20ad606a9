"""Chooses documents: parts of a corpus, and the removal and replacement of documents."""

from __future__ import annotations

from array import array
from itertools import compress

from text_processor import _options
from text_processor._native.analyzer import Handle
from text_processor._native.table import NativeTable
from text_processor.analyzer._documents import Documents
from text_processor.analyzer._variables import Variables
from text_processor.exceptions import InvalidOptionError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from text_processor.typing import Document


class Choosing(Documents):
    """An analyzer whose documents can be chosen, removed and replaced."""

    __slots__ = ()

    def _with(self, handle: Handle, table: NativeTable | None) -> Self:
        """A new analyzer with the options of this one, and with ids and variables."""
        made = self._of(handle, self._options, self._terms, table)
        for name, value in getattr(self, "__dict__", {}).items():
            # An attribute of a subclass.
            made.__dict__[name] = value
        return made

    def subset(self, documents: object) -> Self:
        """Return an analyzer of some documents, in their order. Does not tokenize them again.

        The new analyzer has the same options, and does not change if this one does. Both share the texts in memory. All
        answers are those of an analyzer to which only these documents were added.

        Args:
            documents: Which documents to choose.

                - A mask: a bool for each document, as a list or a column of any library.
                - The ids of the documents. If you gave a document no id, its id is its number, from 0.
                - A dict with the names of variables and their values: ``{"party": "Labour"}``, or several values in a
                  list. Chooses the documents that have one of the values of each variable; None is a missing value.
                  Values need the type of the variable; times are compared in microseconds.

        Raises:
            UnknownIdError: There is no document with an id.
            InvalidOptionError: The mask has another length, there is no such variable, or a value has another type than
                the variable.
            TextNotStoredError: The analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> plays = TextAnalyzer()
        >>> plays.add_documents(["to be", "et tu", "or not"], ids=["a", "b", "c"], variables={"year": [3, 9, 3]})
        3
        >>> plays.subset({"year": 3}).word_frequency()
        {'to': 1, 'be': 1, 'or': 1, 'not': 1}
        >>> plays.subset(["b"]).get_documents()
        ['et tu']
        >>> plays.subset([True, False, False]).get_documents()
        ['to be']
        """
        from text_processor.analyzer._selection import places

        return self._chosen(lambda count: places(self._core, self._variables, count, documents))

    def sample(self, n: int, *, seed: int | None = None) -> Self:
        """Return an analyzer of `n` documents that are chosen at random, in their order; see `subset`.

        Args:
            n: The number of documents.
            seed: A number for which the choice is always the same; by default it is different each time.

        Raises:
            InvalidOptionError: There are fewer than `n` documents.
            TextNotStoredError: The analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["a", "b", "c", "d"])
        4
        >>> len(analyzer.sample(2, seed=1))
        2
        """
        n = _options.whole("n", n)

        def chosen(count: int) -> array[int]:
            if n > count:
                raise InvalidOptionError(f"n is {n}, but there are only {count} documents")
            from random import Random

            return array("Q", sorted(Random(seed).sample(range(count), n)))  # noqa: S311  # not for secrets

        return self._chosen(chosen)

    def copy(self) -> Self:
        """Return an analyzer with the same options and documents. Neither changes if the other one does.

        The copy has no callback.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("to be")
        >>> analyzer.copy().get_documents()
        ['to be']
        """
        if not self._store_text:
            # The core cannot choose documents that it does not have.
            return self._with(self._complete().copied(self._options[0]), None)
        return self._chosen(lambda count: array("Q", range(count)))

    def __copy__(self) -> Self:
        return self.copy()

    def _chosen(self, choose: Callable[[int], array[int] | memoryview[int]]) -> Self:
        handle = self._complete()
        # No other thread may remove documents before they are chosen.
        with handle.order.alone():
            count = handle.document_count()
            chosen = choose(count)
            table = self._variables.table(count)
            made = handle.choose(chosen)
        return self._with(made, None if table is None else table.taken(chosen))

    def remove(self, documents: object) -> int:
        """Remove documents, with their ids and variables. The others keep their order.

        Args:
            documents: Which documents to remove, as in `subset`.

        Returns:
            The number of documents removed.

        Raises:
            Exception: As in `subset`; nothing was removed.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["to be", "et tu"], ids=["hamlet", "caesar"])
        2
        >>> analyzer.remove(["caesar"])
        1
        >>> analyzer.get_documents()
        ['to be']
        """
        from text_processor.analyzer._selection import places

        handle = self._complete()
        handle.order.begin()
        with handle.order.alone():
            count = handle.document_count()
            gone = places(self._core, self._variables, count, documents)
            is_kept = bytearray(b"\1") * count
            for place in gone:
                is_kept[place] = 0
            self._keep(handle, count, array("Q", compress(range(count), is_kept)))
        return len(gone)

    def _keep(self, handle: Handle, count: int, kept: array[int]) -> None:
        """Keep some of `count` documents, inside the lock."""
        table = self._variables.table(count)
        variables = Variables(None if table is None else table.taken(kept))
        try:
            handle.keep(kept)
        finally:
            # Also if a signal handler raises an exception after the call.
            if handle.document_count() == len(kept):
                self._variables = variables

    def replace(self, id: str | int, text: Document) -> None:  # noqa: A002  # as in add_table
        """Replace the text of a document, which keeps its place, its id and its variables. Calls no callback.

        Args:
            id: The id of the document; its number, from 0, if you gave it no id.
            text: The new text, as `add_document` takes it.

        Raises:
            UnknownIdError: There is no such document.
            TypeError: The id is not a str or an int.
            InvalidDocumentError: The text has no word, or is not valid UTF-8; nothing was replaced.
            TextNotStoredError: The analyzer does not store its documents.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["to be", "or not"], ids=["a", "b"])
        2
        >>> analyzer.replace("a", "to see")
        >>> analyzer.get_documents()
        ['to see', 'or not']
        """
        from text_processor._native.given_columns import plain
        from text_processor.analyzer._selection import places_of_ids

        # `documents()["id"]` has integers of NumPy.
        id = plain(id)  # noqa: A001
        if isinstance(id, bool) or not isinstance(id, str | int):
            raise TypeError(f"an id is a str or an int, not {type(id).__name__}")
        handle = self._complete()
        new = handle.choose(array("Q"))
        new.add(text)
        handle.order.begin()
        with handle.order.alone():
            count = handle.document_count()
            (place,) = places_of_ids(self._variables, count, [id])
            order = array("Q", range(count))
            order[place] = count
            try:
                handle.merge(new)
                handle.keep(order)
            finally:
                # Also if a signal handler raises an exception between the two calls.
                if handle.document_count() > count:
                    handle.keep(array("Q", range(count)))
