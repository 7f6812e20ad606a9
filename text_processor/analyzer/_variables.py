"""The ids and the variables of documents: a table with a row for each document.

The core knows nothing about them. A thread adds documents and their rows inside one lock (`Order`), so that row `i`
always belongs to document `i`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence

from text_processor._native.table import NO_ROW, NativeTable
from text_processor.exceptions import DuplicateIdError, InvalidOptionError, UnknownIdError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from text_processor._native.analyzer import Handle
    from text_processor._native.core import Core

    _T = TypeVar("_T")

_MAX_DIGITS = 20
"""More digits than the number of a document has."""

RESERVED = ("id", "text", "tokens", "word_count")
"""The names of the other columns of documents."""


class Given:
    """The ids and the variables of the documents of one call, in the order of its rows."""

    __slots__ = ("first", "ids", "table")

    def __init__(self, table: NativeTable, first: int = 0, *, is_checked: bool = False) -> None:
        """Check a table, whose first row has the number `first` in the call; `is_checked` if an analyzer had it.

        Raises:
            DuplicateIdError: Two rows have the same id.
            InvalidOptionError: An id is missing, or a variable has the name of another column.
            TypeError: The ids are not str or int.
        """
        names = table.names
        self.table: NativeTable = table
        self.first: int = first
        self.ids: list[Any] | None = table.values("id") if "id" in names else None
        """The ids; None for a document without id, if other documents have one."""
        if is_checked:
            return
        for name in names:
            if name != "id" and (name in RESERVED or names.count(name) > 1):
                why = "two variables have this name" if names.count(name) > 1 else "documents have such a column"
                raise InvalidOptionError(f"a variable cannot have the name {name!r}, because {why}: rename it")
        if self.ids is not None:
            kind = table.formats[names.index("id")]
            if kind not in ("l", "L", "U") and table.rows:
                raise TypeError("ids must be str or int")
            if None in self.ids:
                raise InvalidOptionError(f"the id at row {first + self.ids.index(None)} is missing")
            if len(set(self.ids)) < len(self.ids):
                self._refuse_duplicate(self.ids)
            if kind not in ("l", "U"):
                from text_processor._native.given_columns import list_table

                ids, others = list_table(table.core, "id", self.ids), [name for name in names if name != "id"]
                self.table = NativeTable.joined([ids, table.selected(others)] if others else [ids])

    def _refuse_duplicate(self, ids: list[Any]) -> None:
        seen: dict[Any, int] = {}
        for row, one in enumerate(ids, self.first):
            if one in seen:
                raise DuplicateIdError(f"the id {one!r} is at row {seen[one]} and at row {row}: an id must be unique")
            seen[one] = row


def given(core: Core, ids: Any, variables: Any) -> Given | None:
    """The ids and variables that a caller passes; None if both are None.

    Raises:
        Exception: As `Given`, `column_table` and `table_of`.
    """
    if ids is None and variables is None:
        return None
    from text_processor._native.given_columns import column_table, joined, table_of

    tables = [] if ids is None else [column_table(core, "id", ids)]
    if variables is not None:
        found = table_of(core, variables)
        if "id" in found.names:
            raise InvalidOptionError("a variable cannot have the name 'id': pass ids= for the ids")
        tables.append(found)
    return Given(joined(tables))


class _Part:
    """Some consecutive rows of a table, for consecutive documents."""

    __slots__ = ("count", "first", "place", "table")

    def __init__(self, place: int, table: NativeTable, first: int, count: int) -> None:
        self.place = place
        """The number of the first document."""
        self.table = table
        self.first = first
        """The number of the first row."""
        self.count = count


class Variables:
    """The rows of the documents of an analyzer. Each method runs inside the lock of `Order`."""

    __slots__ = ("_kinds", "_parts", "_places")

    def __init__(self, table: NativeTable | None = None) -> None:
        """Rows for the first documents; by default none."""
        self._parts: list[_Part] = []
        """In the order of the documents. Documents between two parts have no id and no variables."""
        self._kinds: dict[str, str] = {}
        """The Arrow format of each column; "n" if it has only nulls. Columns stay if their documents are removed."""
        self._places: dict[Any, int] | None = {}
        """The number of the document of each id; None if it must be made from the rows."""
        if table is not None:
            self._parts.append(_Part(0, table, 0, table.rows))
            self._kinds = dict(zip(table.names, table.formats, strict=True))
            self._places = None

    @property
    def names(self) -> list[str]:
        """The names of the columns, with "id" as the first one."""
        return sorted(self._kinds, key=lambda name: name != "id")

    def __bool__(self) -> bool:
        """Whether a document has an id or a variable."""
        return bool(self._parts)

    def add(self, handle: Handle, new: Given, rows: Sequence[int], add: Callable[[], _T]) -> _T:
        """Add documents, and their rows.

        Args:
            handle: The analyzer.
            new: The table with the rows.
            rows: The numbers of the rows in this table. If `add` fails, only the first of them become documents.
            add: Adds the documents to the analyzer. If it may run a callback, there is only one row.

        Raises:
            DuplicateIdError: An id belongs to another document already. Nothing was added.
            InvalidOptionError: A variable has another type in other documents. Nothing was added.
        """
        place = handle.document_count()
        self._trim(place)
        self.check(new, rows)
        try:
            # Before the documents: a callback may add more documents.
            self._put(place, new, rows)
            return add()
        finally:
            count = handle.document_count()
            self._take_back(count, new, rows[max(count - place, 0) :])

    def check(self, new: Given, rows: Sequence[int]) -> None:
        """Raise an error if rows cannot be added: see `add`."""
        for name, kind in zip(new.table.names, new.table.formats, strict=True):
            known = self._kinds.get(name, "n")
            if kind != known and "n" not in (kind, known):
                raise InvalidOptionError(
                    f"the values of {name!r} have the Arrow format {kind!r}, but those of earlier documents have "
                    f"{known!r}: a variable has one type"
                )
        if new.ids is not None:
            places = self._known_places()
            for row in rows:
                # A document without id is not in the dict.
                if (other := places.get(new.ids[row])) is not None:
                    raise DuplicateIdError(
                        f"the id {new.ids[row]!r} at row {new.first + row} is that of document {other}: an id must be "
                        "unique"
                    )

    def with_fitting_type(self, new: NativeTable) -> NativeTable:
        """A column of numbers with the type of the variable of this name.

        If the variable has floats, the integers of the column become floats. If the column has floats, the integers of
        earlier documents become floats.
        """
        (name,), (kind,) = new.names, new.formats
        known = self._kinds.get(name)
        if (kind, known) == ("l", "g"):
            return _as_floats(new)
        if (kind, known) == ("g", "l"):
            for part in self._parts:
                if name in part.table.names:
                    columns = [part.table.selected([one]) for one in part.table.names]
                    part.table = NativeTable.joined(
                        [_as_floats(one) if one.names[0] == name else one for one in columns]
                    )
            self._kinds[name] = kind
        return new

    def _put(self, place: int, new: Given, rows: Sequence[int]) -> None:
        if not rows:
            return
        for name, kind in zip(new.table.names, new.table.formats, strict=True):
            if self._kinds.get(name, "n") == "n":
                self._kinds[name] = kind
        if rows[-1] - rows[0] == len(rows) - 1:
            last = self._parts[-1] if self._parts else None
            end = None if last is None else (last.table, last.place + last.count, last.first + last.count)
            if last is not None and end == (new.table, place, rows[0]):
                last.count += len(rows)
            else:
                self._parts.append(_Part(place, new.table, rows[0], len(rows)))
        else:
            self._parts.append(_Part(place, new.table.taken(array("Q", rows)), 0, len(rows)))
        if new.ids is not None and self._places is not None:
            self._places.update(zip((new.ids[row] for row in rows), range(place, place + len(rows)), strict=True))
            self._places.pop(None, None)

    def _take_back(self, count: int, new: Given, rows: Sequence[int]) -> None:
        """Remove the rows after those of the first `count` documents, which were put for documents not added."""
        if not rows:
            return
        places = self._places
        self._trim(count)
        if places is not None:
            for row in rows if new.ids is not None else ():
                if places.get(one := new.ids[row], -1) >= count:  # type: ignore[index]  # there are ids
                    del places[one]
            self._places = places

    def _trim(self, count: int) -> None:
        """Remove the rows after those of the first `count` documents. An interrupted call may have left some."""
        while self._parts and self._parts[-1].place + self._parts[-1].count > count:
            self._places = None
            last = self._parts[-1]
            if last.place >= count:
                self._parts.pop()
            else:
                last.count = count - last.place

    def _known_places(self) -> dict[Any, int]:
        if self._places is None:
            places: dict[Any, int] = {}
            for part in self._parts:
                if "id" in part.table.names:
                    ids = part.table.selected(["id"]).part(part.first, part.count).values("id")
                    places.update(zip(ids, range(part.place, part.place + part.count), strict=True))
            places.pop(None, None)
            self._places = places
        return self._places

    def table(self, count: int) -> NativeTable | None:
        """The rows of the first `count` documents as they were given, in one table; None if there are no columns."""
        self._trim(count)
        if not self._parts:
            return None
        if len(self._parts) > 1 or self._parts[0].count < count or self._parts[0].table.rows != count:
            tables, end = [], 0
            for part in self._parts:
                tables += [*_nulls(part.table, part.place - end), part.table.part(part.first, part.count)]
                end = part.place + part.count
            tables += _nulls(self._parts[-1].table, count - end)
            whole = NativeTable.concatenated(tables)
            self._parts = [_Part(0, whole, 0, count)]
        found = self._parts[0].table
        return found if list(found.names) == self.names else found.selected(self.names)

    def shown(self, count: int) -> NativeTable | None:
        """As `table`, with the number of a document as the id of a document without one.

        The id stays null if another document has this id.
        """
        table = self.table(count)
        if table is None or "id" not in table.names:
            return table
        column = table.selected(["id"])
        if not any(part.has_nulls for (part,) in column.batches(0, count)) and column.formats[0] != "n":
            return table
        from text_processor._native.given_columns import list_table

        ids, known = column.values("id"), self._known_places()
        kind = str if column.formats[0] == "U" else int
        for place, one in enumerate(ids):
            if one is None and (number := kind(place)) not in known:
                ids[place] = number
        others = [name for name in table.names if name != "id"]
        new = list_table(table.core, "id", ids)
        return NativeTable.joined([new, table.selected(others)]) if others else new

    def places_of(self, ids: Sequence[Any], count: int) -> list[int]:
        """The number of the document of each id, which is one of `count` documents.

        Raises:
            UnknownIdError: There is no document with an id.
        """
        places = self._known_places()
        with_ids: set[int] | None = None
        found = []
        for one in ids:
            place = places.get(one) if type(one) is not bool else None
            if place is None:
                if with_ids is None:
                    with_ids = set(places.values())
                place = self._number_in(one)
                if place is None or not 0 <= place < count or place in with_ids:
                    raise UnknownIdError(f"there is no document with the id {one!r}")
            found.append(place)
        return found

    def _number_in(self, one: Any) -> int | None:
        """The number that an id stands for, if it is the id of a document without one."""
        if self._kinds.get("id") != "U":
            return one if isinstance(one, int) and not isinstance(one, bool) else None
        is_number = isinstance(one, str) and one.isascii() and one.isdigit() and len(one) < _MAX_DIGITS
        return int(one) if is_number and str(int(one)) == one else None


def _as_floats(column: NativeTable) -> NativeTable:
    from text_processor._native.given_columns import list_table

    (name,) = column.names
    values = [None if value is None else float(value) for value in column.values(name)]
    return list_table(column.core, name, values) if any(value is not None for value in values) else column


def _nulls(table: NativeTable, count: int) -> list[NativeTable]:
    """Rows of nulls."""
    return [table.taken(array("Q", [NO_ROW]) * count)] if count > 0 else []
