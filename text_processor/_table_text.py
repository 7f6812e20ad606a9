"""Tables as text and as HTML: the first and the last rows."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from unicodedata import combining, east_asian_width

from text_processor._printable import harmless

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

END_ROWS = 5
"""The number of rows that are shown at the start and at the end of a table."""
LONGEST = 60
"""The number of characters of a value that are shown."""
DIGITS = 6
"""The number of significant digits of a number that are shown, if it is longer."""


class Ends:
    """The first and the last rows of a table.

    Args:
        names: The names of the columns.
        is_text: Whether each column has strings.
        rows: The number of rows of the table.
        first: The first rows.
        last: The last rows; empty if the first rows are all.
    """

    def __init__(
        self, names: list[str], is_text: list[bool], rows: int, first: Iterable[Any], last: Iterable[Any]
    ) -> None:
        self.names = [_shown(name) for name in names]
        self.is_text = is_text
        self.rows = rows
        self.first, self.last = ([[_shown(value) for value in row] for row in end] for end in (first, last))


def _shown(value: Any) -> str:
    """A value in one short line that cannot control a terminal."""
    if isinstance(value, str):
        text = value[: LONGEST + 1]
    else:
        text = str(value)
        if isinstance(value, float) and len(text) > DIGITS + 2:
            text = f"{value:.{DIGITS}g}"
    # The escape of a character is longer than the character.
    text = harmless(text)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def width_of(text: str) -> int:
    """The number of columns of a terminal that a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(character) else 1 + (east_asian_width(character) in "WF") for character in text)


def as_text(ends: Ends) -> str:
    """The table with aligned columns: numbers on the right, text on the left."""
    rows = [ends.names, *ends.first, *([["…"] * len(ends.names)] if ends.last else []), *ends.last]
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for cell, width, is_text in zip(row, widths, ends.is_text, strict=True):
            space = " " * (width - width_of(cell))
            cells.append(cell + space if is_text else space + cell)
        lines.append("  ".join(cells).rstrip())
    if ends.last:
        lines.append(f"({ends.rows:,} rows)")
    return "\n".join(lines)


def as_html(ends: Ends) -> str:
    """The table as HTML, with all values escaped."""
    sides = ["left" if is_text else "right" for is_text in ends.is_text]

    def line(cells: list[str], tag: str) -> str:
        made = (
            f'<{tag} style="text-align: {side}">{escape(cell)}</{tag}>' for cell, side in zip(cells, sides, strict=True)
        )
        return f"<tr>{''.join(made)}</tr>"

    between = [["…"] * len(sides)] if ends.last else []
    body = [line(row, "td") for row in (*ends.first, *between, *ends.last)]
    head = line(ends.names, "th")
    rows = "1 row" if ends.rows == 1 else f"{ends.rows:,} rows"
    return f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table><p>{rows}</p>"
