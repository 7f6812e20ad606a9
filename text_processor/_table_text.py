"""Tables as text and as HTML: the first and the last rows."""

from __future__ import annotations

from html import escape
from unicodedata import combining, east_asian_width

from text_processor._printable import harmless

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.table import Table

END_ROWS = 5
"""The number of rows that are shown at the start and at the end of a table."""
LONGEST = 60
"""The number of characters of a value that are shown."""


def _shown(value: Any) -> str:
    """A value in one short line that cannot control a terminal."""
    text = value[: LONGEST + 1] if isinstance(value, str) else str(value)
    # The escape of a character is longer than the character.
    text = harmless(text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _parts(table: Table) -> tuple[list[list[str]], list[list[str]]]:
    """The cells of the first rows, and those of the last rows; without last rows if the first rows are all."""
    few = len(table) <= 2 * END_ROWS
    ends = (table[:], table[:0]) if few else (table[:END_ROWS], table[-END_ROWS:])
    first, last = ([[_shown(value) for value in row] for row in end.rows()] for end in ends)
    return first, last


def _width(text: str) -> int:
    """The number of columns of a terminal that a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(character) else 1 + (east_asian_width(character) in "WF") for character in text)


def as_text(table: Table) -> str:
    """The table with aligned columns: numbers on the right, text on the left."""
    first, last = _parts(table)
    names = [_shown(name) for name in table.names]
    rows = [names, *first, *([["…"] * len(names)] if last else []), *last]
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for cell, width, kind in zip(row, widths, table._native.formats, strict=True):
            space = " " * (width - _width(cell))
            cells.append(cell + space if kind in "uU" else space + cell)
        lines.append("  ".join(cells).rstrip())
    if last:
        lines.append(f"({len(table):,} rows)")
    return "\n".join(lines)


def as_html(table: Table) -> str:
    """The table as HTML, with all values escaped."""
    first, last = _parts(table)
    sides = ["left" if kind in "uU" else "right" for kind in table._native.formats]

    def line(cells: list[str], tag: str) -> str:
        made = (
            f'<{tag} style="text-align: {side}">{escape(cell)}</{tag}>' for cell, side in zip(cells, sides, strict=True)
        )
        return f"<tr>{''.join(made)}</tr>"

    between = [line(["…"] * len(sides), "td")] if last else []
    body = [*(line(row, "td") for row in first), *between, *(line(row, "td") for row in last)]
    head = line([_shown(name) for name in table.names], "th")
    rows = "1 row" if len(table) == 1 else f"{len(table):,} rows"
    return f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table><p>{rows}</p>"
