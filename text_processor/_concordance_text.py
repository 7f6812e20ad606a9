"""Concordances as text and as HTML: the first lines, with the matches in one column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from text_processor._printable import harmless
from text_processor._table_text import width_of

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.concordance import Concordance
    from text_processor.table import Table

Cells = tuple[str, str, str, str]
"""A line as it is shown: the name of its document, the text before the match, the match, and the text after it."""

LINES = 20
"""The number of lines that are shown."""
COLUMNS = 40
"""The columns of a terminal for the text before a match, for the match, and for the text after it."""


def _first(lines: Concordance) -> list[Cells]:
    """The cells of the first lines."""
    shown = lines[:LINES]
    return cells_of(shown, shown._values("id" if "id" in shown.names else "document"))


def cells_of(lines: Table, names: Iterable[Any]) -> list[Cells]:
    """The cells of lines.

    Args:
        lines: The lines.
        names: The name of the document of each line.
    """
    texts = [[_in_one_line(text) for text in lines._values(name)] for name in ("left", "match", "right")]
    return [
        (_in_one_line("" if name is None else str(name)), _end(left), _beginning(match), _beginning(right))
        for name, left, match, right in zip(names, *texts, strict=True)
    ]


def _in_one_line(text: str) -> str:
    """A text without line ends, which cannot control a terminal."""
    return harmless(" ".join(text.split()))


def _beginning(text: str) -> str:
    """As much of a text as fits."""
    if width_of(text) <= COLUMNS:
        return text
    kept, columns = 0, 1
    for character in text:
        columns += width_of(character)
        if columns > COLUMNS:
            break
        kept += 1
    return text[:kept] + "…"


def _end(text: str) -> str:
    """As much of the end of a text as fits."""
    if width_of(text) <= COLUMNS:
        return text
    kept, columns = 0, 1
    for character in reversed(text):
        columns += width_of(character)
        if columns > COLUMNS:
            break
        kept += 1
    return "…" + text[len(text) - kept :].lstrip()


def _more(lines: Concordance) -> str:
    return f"{len(lines):,} line{'' if len(lines) == 1 else 's'}"


def aligned(lines: Sequence[Cells]) -> Iterator[str]:
    """Lines of text with the matches in one column."""
    widths = [max(map(width_of, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        name, left, match, right = line
        spaces = [" " * (width - width_of(cell)) for cell, width in zip(line, widths, strict=True)]
        yield f"{name}{spaces[0]}  {spaces[1]}{left}  {match}{spaces[2]}  {right}".rstrip()


def as_text(lines: Concordance) -> str:
    """The first lines: the document, and the text before, in and after the match."""
    cells = _first(lines)
    shown = list(aligned(cells))
    if len(lines) != len(cells) or not cells:
        shown.append(f"({_more(lines)})")
    return "\n".join(shown)


def as_html(lines: Concordance) -> str:
    """The first lines as a table of HTML."""
    styles = "text-align: left; color: gray", "text-align: right", "font-weight: bold", "text-align: left"
    rows = []
    for line in _first(lines):
        cells = (f'<td style="{style}">{escape(cell)}</td>' for cell, style in zip(line, styles, strict=True))
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table><tbody>{''.join(rows)}</tbody></table><p>{_more(lines)}</p>"
