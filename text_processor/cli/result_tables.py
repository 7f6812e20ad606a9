"""Writes result tables of an analyzer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_processor._table_text import Ends, as_text
from text_processor.cli.options import terminal_encoding
from text_processor.cli.output import write
from text_processor.cli.tables import BATCH_ROWS

if TYPE_CHECKING:
    from text_processor.cli.results import Output
    from text_processor.table import Table

__all__ = ["write_table"]

TYPES: dict[str, type] = {"u": str, "U": str, "I": int, "L": int, "l": int, "g": float}
"""The types of columns, by their format in Arrow."""


def write_table(table: Table, output: Output) -> None:
    """Write all rows of a table: to the file of the output, or to standard output, also as text for people."""
    native = table._native
    if output.path is None and output.form is None:
        is_text = [TYPES[kind] is str for kind in native.formats]
        rows = ([_rounded(value) for value in row] for row in table)
        shown = as_text(Ends(table.names, is_text, len(table), rows, ()))
        write(f"{shown}\n", terminal_encoding())
        return
    with output.table({name: TYPES[kind] for name, kind in zip(table.names, native.formats, strict=True)}) as add:
        for first in range(0, len(table), BATCH_ROWS):
            part = table[first : first + BATCH_ROWS]
            add([part._values(name) for name in table.names])


def _rounded(value: object) -> object:
    """A number with few digits."""
    if not isinstance(value, float):
        return value
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.1f}"
