"""Terms that occur together: adjacent terms, and terms near a node."""

from __future__ import annotations

from text_processor._native.core import ffi
from text_processor._native.measures import codes_of
from text_processor._native.table import NativeTable

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor._native.analyzer import Handle
    from text_processor._native.patterns import NativePatterns

CONVENTIONS = {"exact": "EXACT", "nltk": "NLTK", "gensim": "GENSIM", "quanteda": "QUANTEDA"}
"""The end of the name of each value of tp_convention."""


def collocations(
    handle: Handle,
    codes: Any | None,
    *,
    n: int,
    measures: list[str],
    min_count: int,
    min_documents: int,
    closes_gaps: bool,
    within_sentences: bool,
    unwrap: bool,
    convention: str,
    limit: int,
) -> NativeTable:
    """The adjacent terms, their counts and their scores; with codes, the group comes first.

    Args:
        handle: The analyzer.
        codes: The group of each document, as in `Handle.grouped_terms`; None for all documents together.
        n: The number of terms.
        measures: Names of measures.
        min_count: The minimal count of a row.
        min_documents: The minimal number of documents of a row.
        closes_gaps: Whether words without a term leave no gap.
        within_sentences: Whether the terms are in one sentence.
        unwrap: Whether a line end inside a paragraph counts as a space.
        convention: A key of `CONVENTIONS`.
        limit: The largest number of rows, of each group if there are codes; 0 for all.
    """
    lib = handle.core._lib
    listed = codes_of(handle.core, "TP_MEASURE_", measures)
    size = ffi.sizeof("tp_collocation_options")
    chosen = getattr(lib, f"TP_CONVENTION_{CONVENTIONS[convention]}")
    counts = [min_count, min_documents, closes_gaps, within_sentences, unwrap, chosen, limit]
    options = ffi.new("tp_collocation_options *", [size, n, listed, len(measures), *counts])
    return _asked(handle, codes, lib.tp_analyzer_collocations, options)


def collocates(
    handle: Handle,
    codes: Any | None,
    node: NativePatterns,
    barriers: NativePatterns | None,
    *,
    window: tuple[int, int],
    measures: list[str],
    min_count: int,
    closes_gaps: bool,
    within_sentences: bool,
    unwrap: bool,
    counts_pairs: bool,
    limit: int,
) -> NativeTable:
    """The terms near a node, their counts and their scores; with codes, the group comes first.

    Args:
        handle: The analyzer.
        codes: As in `collocations`.
        node: The patterns of the node.
        barriers: The patterns of words that windows do not reach past.
        window: The number of words before and after the node.
        measures: Names of measures.
        min_count: The minimal count of a row.
        closes_gaps: Whether words without a term have no place in a window.
        within_sentences: Whether windows end where a sentence ends.
        unwrap: As in `collocations`.
        counts_pairs: Whether to count pairs, with the scores of NLTK.
        limit: As in `collocations`.
    """
    lib = handle.core._lib
    listed = codes_of(handle.core, "TP_MEASURE_", measures)
    convention = lib.TP_CONVENTION_NLTK if counts_pairs else lib.TP_CONVENTION_EXACT
    counts = [min_count, closes_gaps, within_sentences, unwrap, convention, limit]
    size = ffi.sizeof("tp_collocate_options")
    options = ffi.new("tp_collocate_options *", [size, *window, listed, len(measures), *counts])
    ends = ffi.NULL if barriers is None else barriers.pointer
    return _asked(handle, codes, lib.tp_analyzer_collocates, options, node.pointer, ends)


def _asked(handle: Handle, codes: Any | None, query: Any, options: Any, *patterns: Any) -> NativeTable:
    if codes is None:
        return NativeTable.of(handle.core, [handle._stream(query, *patterns, ffi.NULL, 0, options, 0)])
    with ffi.from_buffer("uint32_t[]", codes) as given:
        # NULL would mean that documents are not in groups, so no documents have a pointer too.
        pointer = given if len(given) else ffi.new("uint32_t[1]")
        return NativeTable.of(handle.core, [handle._stream(query, *patterns, pointer, len(given), options, 0)])
