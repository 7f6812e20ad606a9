"""Reads the column of a table, in batches of rows, with the reader of its format."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from text_processor._files import columnar, delimited, jsonl
from text_processor._files.decoding import DecodedText

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor._files.leaves import Leaf


def batches(leaf: Leaf) -> Iterator[tuple[Any, int]]:
    """The rows of the column of a leaf, in batches of a few megabytes, each with the position in the file.

    A batch is a list of texts and missing values, or an array of pyarrow with them; or `Rows` if the caller wants ids
    or variables.
    """
    if leaf.format in ("parquet", "arrow"):
        yield from columnar.batches(leaf)
        return
    leaf.stream.limit(leaf.limit)
    text = DecodedText(leaf.stream, leaf.reading.encoding, leaf.reading.errors)
    column = leaf.reading.column
    if leaf.format == "jsonl":
        made = jsonl.batches(text.pieces(), column, leaf.reading.others)
    else:
        made = delimited.batches(text.pieces(), column, "\t" if leaf.format == "tsv" else ",", leaf.reading.others)
    for batch in made:
        yield batch, leaf.position()


def listed(rows: Any) -> list[str | bytes | None]:
    """Rows, a list or an array of pyarrow, as a list."""
    if isinstance(rows, list):
        return rows
    texts: Sequence[str | bytes | None] = rows.to_pylist()
    return list(texts)
