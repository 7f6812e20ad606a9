"""Save and load analyzers of the core in tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from text_processor._native.analyzer import Handle
from text_processor._native.core import default_core
from text_processor._native.table import NativeTable
from text_processor.exceptions import (
    TextNotStoredError,
)

TEXTS = ["The cat sat", "the dog é", "x y z the", "光 a\nb", "cat cat"]


def handle_of(texts: list[str], **options: Any) -> Handle:
    handle = Handle(default_core(), options.pop("threads", None), **options)
    if texts:
        handle.add_batch(texts)
    return handle


def columns_of(handle: Handle, *names: str) -> NativeTable:
    """A table with a row for each document."""
    core = handle.core
    return NativeTable.of(core, [handle._stream(core._lib.tp_analyzer_documents, 0)], names or ("id", "number"))


def rows(table: NativeTable) -> list[Any]:
    batches = list(table.batches(0, table.rows))
    kinds = list(enumerate(table.formats))
    return [[value for batch in batches for value in batch[number].values(kind)] for number, kind in kinds]


def answers(handle: Handle) -> list[Any]:
    """Answers that depend on texts, tokens, counts and terms, and on their order."""
    figures = handle.statistics()
    tables = [handle.term_table()]
    if figures.document_count and _keeps_text(handle):
        tables += [handle.document_table(), handle.ngram_table(2, 1)]
    return [
        figures.document_count,
        figures.total_words,
        figures.distinct_types,
        figures.total_bytes,
        *map(rows, tables),
    ]


def _keeps_text(handle: Handle) -> bool:
    try:
        handle.document_table()
    except TextNotStoredError:
        return False
    return True


def load(path: Path, mmap: bool = False, threads: int | None = None) -> Handle:
    return Handle.load(default_core(), path, threads, mmap)[0]


def of_state(data: bytes) -> Handle:
    return Handle.of_state(default_core(), data, 1)[0]
