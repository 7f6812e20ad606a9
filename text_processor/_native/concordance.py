"""Concordances of an analyzer of the core, and the numbers of matches."""

from __future__ import annotations

from array import array

from text_processor._native.core import ffi
from text_processor._native.patterns import NativePatterns
from text_processor._native.table import NativeTable

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor._native.analyzer import Handle

UNITS: dict[str, int] = {
    name: ffi.integer_const(f"TP_WINDOW_{name.upper()}") for name in ("tokens", "characters", "sentences")
}
"""The values of tp_window_unit."""

LEFT: int = ffi.integer_const("TP_SORT_LEFT")
RIGHT: int = ffi.integer_const("TP_SORT_RIGHT")
RANK: int = ffi.integer_const("TP_SORT_RANK")
"""The values of tp_sort_key whose number has a meaning."""

KEYS: dict[str, int] = {
    name: ffi.integer_const(f"TP_SORT_{value}")
    for name, value in (
        ("match", "MATCH"),
        ("pattern", "LABEL"),
        ("document", "DOCUMENT"),
        ("position", "POSITION"),
        ("frequency", "FREQUENCY"),
    )
}
"""The other values."""


class Request:
    """Which lines a concordance has: the members of tp_concordance_options."""

    def __init__(self, **members: int) -> None:
        self.members = members
        self.keys: list[tuple[int, int]] = []
        """The keys by which lines are sorted, each with its number."""
        self.ranks: list[Any] = []
        """A buffer of uint32 with a number for each document, for each `RANK`."""

    def options(self, kept: list[Any]) -> Any:
        """The native options. The list `kept` receives the memory that must live as long as the options."""
        options = ffi.new("tp_concordance_options *", {"struct_size": ffi.sizeof("tp_concordance_options")})
        for name, value in self.members.items():
            setattr(options, name, value)
        kinds = ffi.new("tp_sort_key[]", [kind for kind, _ in self.keys])
        numbers = ffi.new("size_t[]", [number for _, number in self.keys])
        options.sort_keys, options.sort_numbers, options.sort_key_count = kinds, numbers, len(self.keys)
        kept += [options, kinds, numbers]
        if self.ranks:
            joined: Any = ffi.from_buffer("uint32_t[]", b"".join(self.ranks))
            kept.append(joined)
            options.ranks, options.rank_list_count = joined, len(self.ranks)
            options.rank_list_length = len(joined) // len(self.ranks)
        return options


def concordance(handle: Handle, patterns: NativePatterns, request: Request) -> NativeTable:
    """The lines of the matches of patterns."""
    kept: list[Any] = []
    query = handle.core._lib.tp_analyzer_concordance
    return handle._table((), query, patterns.pointer, request.options(kept), 0)


def count_matches(
    handle: Handle, patterns: NativePatterns, request: Request, codes: Any = b"", groups: int = 0
) -> NativeTable:
    """The number of matches of each label, in all documents or in each group.

    Args:
        handle: The analyzer.
        patterns: The patterns.
        request: Where matches may be; other members are ignored.
        codes: The group of each document, as a buffer of uint32: a number, or NO_GROUP.
        groups: The number of groups; 0 for all documents together.
    """
    kept: list[Any] = []
    query = handle.core._lib.tp_analyzer_count_matches
    with ffi.from_buffer("uint32_t[]", codes) as given:
        return handle._table((), query, patterns.pointer, request.options(kept), given, len(given), groups)


def documents_of(lines: NativeTable) -> array[int]:
    """The number of the document of each line, as uint64."""
    numbers = array("Q")
    for (column,) in lines.selected(["document"]).batches(0, lines.rows):
        numbers.frombytes(column.memory("uint64"))
    return numbers
