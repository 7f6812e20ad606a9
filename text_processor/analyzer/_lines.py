"""The lines of a concordance: from the arguments of a caller to the table."""

from __future__ import annotations

import operator
import re
from array import array
from collections.abc import Iterable, Sequence

from text_processor import _options
from text_processor._native.concordance import (
    KEYS,
    LEFT,
    RANK,
    RIGHT,
    UNITS,
    Request,
    concordance,
    count_matches,
    documents_of,
)
from text_processor._native.table import NativeTable
from text_processor._patterns import compiled
from text_processor.analyzer._groups import Groups, grouped
from text_processor.analyzer._owner import Owner
from text_processor.analyzer._selection import table_of_names
from text_processor.concordance import Concordance
from text_processor.exceptions import InvalidOptionError
from text_processor.table import Table

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor._native.analyzer import Handle

_DISTANCE = re.compile("([1-9][0-9]{0,3})([LR])")

_SEEDS = 1 << (8 * array("L").itemsize)
"""The number of different seeds."""


class Lines:
    """The matches of patterns in an analyzer."""

    def __init__(self, owner: Owner, patterns: tuple[Any, ...], on: object, within: object, unwrap: object) -> None:
        self._owner = owner
        self._handle = owner._indexed()
        self._patterns = compiled(owner._core, patterns, on)
        is_within = _options.one_of("within", within, ("document", "sentence")) == "sentence"
        self._within = {"within_sentences": int(is_within), "unwrap": int(bool(unwrap))}

    def counted(self, by: Any) -> Table:
        """The numbers of matches, in all documents or in each group."""
        request = Request(**self._within)
        if by is None:
            return Table._over(count_matches(self._handle, self._patterns, request))

        def ask(handle: Handle, groups: Groups) -> Table:
            # The core gives no column of groups if there is no group.
            number = groups.values.rows
            answer = count_matches(handle, self._patterns, request, groups.codes, max(number, 1))
            return groups.table(answer if number else answer.part(0, 0))

        return grouped(self._owner, by, ask)

    def quoted(
        self,
        *,
        window: Any,
        unit: Any,
        sort: Any,
        sample: Any,
        seed: Any,
        limit: Any,
        offset: Any,
        variables: Any,
        offsets: Any,
    ) -> Concordance:
        """The lines, as `kwic` returns them."""
        left, right = _options.window(window)
        most = _options.limit("limit", limit)
        chosen = None if sample is None else _options.whole("sample", sample)
        request = Request(
            **self._within,
            unit=UNITS[_options.one_of("unit", unit, UNITS)],
            left=left,
            right=right,
            sample=chosen or 0,
            seed=_seed(seed),
            offset=_options.whole("offset", offset, 0, _SEEDS - 1),
            # 0 means all lines.
            limit=1 if most == 0 or chosen == 0 else most or 0,
            byte_offsets=int(_options.one_of("offsets", offsets, ("characters", "bytes")) == "bytes"),
        )
        found = self._with_variables(request, sort, _names(variables))
        return Concordance._over(found.part(0, 0) if 0 in (most, chosen) else found)

    def _with_variables(self, request: Request, sort: Any, names: Sequence[str]) -> NativeTable:
        """The lines, with the columns of their documents."""
        owner, handle = self._owner, self._handle
        if not owner._variables:
            request.keys = _Keys([]).of(sort)
            if names:
                # Raises the error.
                table_of_names(owner._variables, 0, names)
            return concordance(handle, self._patterns, request)
        handle.order.begin()
        with handle.order.alone():
            count = handle.document_count()
            keys = _Keys([name for name in owner._variables.names if name != "id"])
            request.keys = keys.of(sort)
            tables = {name: table_of_names(owner._variables, count, [name]) for name in [*keys.variables, *names]}
            request.ranks = [_ranks(tables[name]) for name in keys.variables]
            lines = concordance(handle, self._patterns, request)
            documents = documents_of(lines)
            for name in names:
                if names.count(name) > 1:
                    raise InvalidOptionError(f"variables has {name!r} more than once")
                if name == "id":
                    raise InvalidOptionError("variables='id' is not needed: a concordance has the ids of documents")
                if name in lines.names:
                    raise InvalidOptionError(
                        f"variables={name!r} does not work, because a concordance has a column {name!r}: rename the "
                        "variable"
                    )
            first, others = [lines.selected(["document"])], [lines.selected(lines.names[1:])]
            if "id" in owner._variables.names:
                first.append(table_of_names(owner._variables, count, ["id"]).taken(documents))
            others += [tables[name].taken(documents) for name in names]
        return NativeTable.joined([*first, *others])


class _Keys:
    """The keys by which lines are sorted."""

    def __init__(self, known: list[str]) -> None:
        self._known = known
        self.variables: list[str] = []
        """The variables among the keys."""

    def of(self, sort: Any) -> list[tuple[int, int]]:
        """The keys that a caller names, each with its number."""
        if sort is None:
            return []
        if isinstance(sort, str):
            return [self._key(name) for name in ([sort] if sort in self._known else sort.split())]
        if not isinstance(sort, Iterable):
            raise TypeError(f"sort must be a str or a list of str, not {type(sort).__name__}")
        return [self._key(_options.plain_text("a key of sort=", name)) for name in sort]

    def _key(self, name: str) -> tuple[int, int]:
        if found := _DISTANCE.fullmatch(name):
            return LEFT if found[2] == "L" else RIGHT, int(found[1])
        if name in KEYS:
            return KEYS[name], 0
        if name not in self._known:
            known = ", ".join(["1L", "1R", *KEYS, *self._known])
            raise InvalidOptionError(f"sort={name!r} is not known: pass one or more of {known}")
        self.variables.append(name)
        return RANK, len(self.variables) - 1


def _ranks(column: NativeTable) -> array[int]:
    """A number for each row, in the order of the values; missing values are the last."""
    codes, values = column.codes()
    keys = [_last(value) for value in values.values(values.names[0])]
    # None and NaN are two values, but both are missing.
    places = {key: place for place, key in enumerate(sorted(set(keys)))}
    ranks = array("I", map(places.__getitem__, keys))
    of_rows = array("I")
    of_rows.frombytes(codes.memory("uint32"))
    return array("I", map(ranks.__getitem__, of_rows))


def _last(value: Any) -> tuple[bool, Any]:
    # NaN is not equal to itself.
    is_missing = value is None or value != value
    return is_missing, 0 if is_missing else value


def _seed(seed: Any) -> int:
    if seed is not None:
        return operator.index(seed) % _SEEDS
    from random import SystemRandom

    return SystemRandom().randrange(_SEEDS)


def _names(variables: Any) -> list[str]:
    return [variables] if isinstance(variables, str) else [_options.plain_text("variables=", one) for one in variables]
