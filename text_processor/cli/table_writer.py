"""Writes result tables of an analyzer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from text_processor._table_text import Ends, as_text
from text_processor.cli.options import terminal_encoding
from text_processor.cli.output import write
from text_processor.cli.table_formats import BATCH_ROWS, Signed

if TYPE_CHECKING:
    from text_processor.cli.destination import Output
    from text_processor.table import Table

__all__ = ["cells", "column_type", "write_table"]

TYPES: dict[str, type] = {
    **dict.fromkeys("CSIL", int),
    **dict.fromkeys("csil", Signed),
    **dict.fromkeys("efg", float),
}
"""The types of columns of numbers, by their format in Arrow."""


def column_type(table: Table, name: str) -> type:
    """The type of a column for `Output.table`. A date, for example, is a text there."""
    return TYPES.get(table._native.formats[table.names.index(name)], str)


def cells(table: Table, name: str) -> list[Any]:
    """The values of a column for `Output.table`."""
    kind, values = column_type(table, name), table._values(name)
    if kind is float:
        return [math.nan if value is None else value for value in values]
    return [value if value is None else str(value) for value in values] if kind is str else values


def write_table(table: Table, output: Output) -> None:
    """Write all rows of a table: to the file of the output, or to standard output, also as text for people."""
    types = {name: column_type(table, name) for name in table.names}
    if output.path is None and output.form is None:
        is_text = [kind is str for kind in types.values()]
        rows = ([_rounded(value) for value in row] for row in table)
        shown = as_text(Ends(table.names, is_text, len(table), rows, ()))
        write(f"{shown}\n", terminal_encoding())
        return
    with output.table(types) as add:
        for first in range(0, len(table), BATCH_ROWS):
            part = table[first : first + BATCH_ROWS]
            add([cells(part, name) for name in table.names])


def _rounded(value: object) -> object:
    """A number with few digits."""
    if not isinstance(value, float):
        return value
    return f"{value:.4g}" if abs(value) < 1000 else f"{value:.1f}"
