"""Keyness and dispersion: the queries of the core, with their options."""

from __future__ import annotations

from text_processor._native.analyzer import Handle
from text_processor._native.core import Core, ffi
from text_processor._native.measures import (
    ASSOCIATION,
    DISPERSION,
    chosen,
    codes_of,
    correction_of,
    positive,
)
from text_processor._native.strings import string_arrays
from text_processor._native.table import NativeTable
from text_processor._options import limit as rows_of
from text_processor._options import plain_text, whole

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST = (1 << 63) - 1


class KeynessOptions:
    """The options of a comparison. It keeps the memory to which they point."""

    __slots__ = ("_kept", "limit", "native")

    def __init__(
        self,
        core: Core,
        measures: Any,
        min_count: Any,
        limit: Any,
        signed: Any,
        correction: Any,
        smoothing: Any,
        prior: Any,
    ) -> None:
        """Check the options that the caller has passed; see `TextAnalyzer.keyness`."""
        names = chosen("measures", measures, ASSOCIATION)
        least = whole("min_count", min_count, 0, MOST)
        self.limit: int | None = rows_of("limit", limit)
        """The largest number of rows; None for all."""
        how = correction_of(core, correction)
        self._kept: Any = (
            codes_of(core, "TP_MEASURE_", names),
            positive("smoothing", smoothing),
            positive("prior", prior),
        )
        codes, *numbers = self._kept
        size = ffi.sizeof("tp_keyness_options")
        # A limit of 0 stands for all rows; the caller removes the row.
        values = [size, codes, len(names), least, 1 if self.limit == 0 else self.limit or 0, not signed, how, *numbers]
        self.native: Any = ffi.new("tp_keyness_options *", values)


def keyness(handle: Handle, codes: Any, other: Handle | None, other_codes: Any, options: KeynessOptions) -> NativeTable:
    """The terms of a target and a reference, with their counts and scores.

    Args:
        handle: An analyzer.
        codes: TP_TARGET, TP_REFERENCE or TP_NO_GROUP for each document, as a buffer of uint32.
        other: Another analyzer, whose documents may be of both sides, too.
        other_codes: The codes of its documents.
        options: The options.
    """
    if other is not None:
        # The core does not say which of the two analyzers waits for terms.
        other.unique_words()
    with ffi.from_buffer("uint32_t[]", codes) as own, ffi.from_buffer("uint32_t[]", other_codes) as others:
        second = (ffi.NULL if other is None else other.pointer), others, len(others)
        query = handle._lib.tp_analyzer_keyness
        return _first(handle._table((), query, own, len(own), *second, options.native, 0), options)


def grouped_keyness(handle: Handle, codes: Any, options: KeynessOptions) -> NativeTable:
    """The terms of each group against all other groups, after a column with the number of the group."""
    with ffi.from_buffer("uint32_t[]", codes) as own:
        query = handle._lib.tp_analyzer_grouped_keyness
        return _first(handle._table((), query, own, len(own), options.native, 0), options)


def _first(table: NativeTable, options: KeynessOptions) -> NativeTable:
    return table.part(0, 0) if options.limit == 0 else table


class DispersionOptions:
    """The options of a dispersion. It keeps the memory to which they point."""

    __slots__ = ("_kept", "native")

    def __init__(self, core: Core, terms: Any, runs: int, measures: Any, min_count: Any, equal_parts: Any) -> None:
        """Check the options that the caller has passed; see `TextAnalyzer.dispersion`."""
        names = chosen("measures", measures, DISPERSION)
        least = whole("min_count", min_count, 0, MOST)
        self._kept: list[Any] = [codes_of(core, "TP_DISPERSION_", names)]
        pointers, lengths, count = ffi.NULL, ffi.NULL, 0
        if terms is not None:
            if isinstance(terms, str):
                terms = [terms]
            listed: list[bytes | None] = [plain_text("a term", term).encode() for term in terms]
            pointers, lengths = string_arrays(listed, self._kept)
            count = len(listed)
        size = ffi.sizeof("tp_dispersion_options")
        values = [size, self._kept[0], len(names), pointers, lengths, count, least, runs, bool(equal_parts)]
        self.native: Any = ffi.new("tp_dispersion_options *", values)


def dispersion(handle: Handle, codes: Any, options: DispersionOptions) -> NativeTable:
    """The dispersion of terms.

    Args:
        handle: An analyzer.
        codes: The part of each document, as a buffer of uint32; empty if parts are documents or runs of tokens.
        options: The options.
    """
    with ffi.from_buffer("uint32_t[]", codes) as own:
        return handle._table((), handle._lib.tp_analyzer_dispersion, own, len(own), options.native, 0)
