"""Groups of documents: by variables, or by a column of the caller. The core gets a code for each document."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable

from text_processor._native.table import NativeTable
from text_processor.analyzer._owner import Owner
from text_processor.analyzer._selection import table_of_names
from text_processor.exceptions import InvalidOptionError
from text_processor.table import Table

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from text_processor._native.analyzer import Handle
    from text_processor.matrix import Matrix

    _T = TypeVar("_T")


class Groups:
    """The group of each document of an analyzer."""

    __slots__ = ("_column", "codes", "values")

    def __init__(self, columns: NativeTable) -> None:
        """Group documents by equal rows of a table."""
        self._column, values = columns.codes()
        # Keeps the memory of the next attribute alive.
        self.codes: Any = self._column.memory("uint32")
        """The number of the group of each document: groups are in order of first appearance."""
        self.values: NativeTable = values
        """The values of each group."""

    def terms(self, handle: Handle, *, limit: int | None, by_frequency: bool) -> Table:
        """The words of each group and their counts; with `by_frequency`, most frequent first."""
        if limit == 0:
            return self.table(handle.grouped_terms(self.codes, self._order(handle, by_frequency), 1), 0)
        return self.table(handle.grouped_terms(self.codes, self._order(handle, by_frequency), limit or 0))

    def ngrams(self, handle: Handle, n: int, skip: int) -> Table:
        """The n-grams of each group and their counts."""
        return self.table(handle.grouped_ngrams(self.codes, n, skip, self._order(handle, False), 0))

    @staticmethod
    def _order(handle: Handle, by_frequency: bool) -> int:
        lib = handle.core._lib
        return lib.TP_ORDER_FREQUENCY if by_frequency else lib.TP_ORDER_FIRST_SEEN

    def statistics(self, handle: Handle) -> Table:
        """The statistics of each group."""
        found = handle.grouped_statistics(self.codes, self.values.rows)
        return self._joined(self.values, found.selected([name for name in found.names if name != "group"]))

    def matrix(self, handle: Handle, least: int, most: int) -> tuple[Matrix, Table]:
        """The counts of features in each group, and the values of the groups."""
        from text_processor.matrix import Matrix

        matrix = Matrix(handle.core, handle.document_term_matrix(least, most), 0)
        matrix.group_rows(self.codes, self.values.rows)
        return matrix, Table._over(self.values)

    def table(self, answer: NativeTable, rows: int | None = None) -> Table:
        """An answer whose column `group` has numbers of groups, with the values of these groups instead."""
        if rows is not None:
            answer = answer.part(0, rows)
        codes = array("I")
        for (column,) in answer.selected(["group"]).batches(0, answer.rows):
            codes.frombytes(column.memory("uint32"))
        others = answer.selected([name for name in answer.names if name != "group"])
        return self._joined(self.values.taken(_wide(codes)), others)

    @staticmethod
    def _joined(values: NativeTable, answer: NativeTable) -> Table:
        """The values of groups, with the rows of an answer."""
        for name in values.names:
            if name in answer.names:
                raise InvalidOptionError(
                    f"by={name!r} does not work, because the result has a column {name!r}: pass the values as a list, "
                    "and their column has the name 'group'"
                )
        return Table._over(NativeTable.joined([values, answer]))


def _wide(numbers: array[int]) -> bytearray:
    """Numbers of 32 bits as numbers of 64 bits, without Python objects."""
    wide = bytearray(8 * len(numbers))
    memoryview(wide).cast("I")[int(sys.byteorder == "big") :: 2] = memoryview(numbers)
    return wide


def grouped(owner: Owner, by: Any, ask: Callable[[Handle, Groups], _T]) -> _T:
    """Ask a question about the groups of all documents.

    Args:
        owner: The analyzer.
        by: The argument of the caller: the name of a variable, several names, or a column with a value for each
            document.
        ask: Asks the core. No thread adds documents at the same time.

    Raises:
        InvalidOptionError: There is no such variable, or the column has another length.
        TypeError: `by` has another type.
    """
    handle = owner._indexed()
    handle.order.begin()
    with handle.order.alone():
        count = handle.document_count()
        return ask(handle, Groups(_columns(owner, count, by)))


def _columns(owner: Owner, count: int, by: Any) -> NativeTable:
    known = owner._variables.names
    if isinstance(by, str):
        return table_of_names(owner._variables, count, [by])
    if isinstance(by, list | tuple) and by and all(isinstance(name, str) and name in known for name in by):
        return table_of_names(owner._variables, count, by)
    from text_processor._native.given_columns import column_table

    name = getattr(by, "name", None)
    column = column_table(owner._core, name if isinstance(name, str) and name else "group", by)
    if column.rows != count:
        raise InvalidOptionError(
            f"by= has {column.rows} values, but there are {count} documents: pass names of variables, or a value for "
            "each document"
        )
    return column
