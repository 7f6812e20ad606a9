"""Concordances: tables of matches, with the text before and after them."""

from __future__ import annotations

from text_processor.table import Table

__all__ = ["Concordance"]


def __dir__() -> list[str]:
    return __all__


class Concordance(Table):
    """The result of `TextAnalyzer.kwic`: each match of a pattern, with the text before and after it.

    A `Table` with the columns `document`, `id` (if documents have ids), `from`, `to`, `start`, `end`, `left`, `match`,
    `right`, `pattern`, and the chosen variables. ``print`` and notebooks show the first lines, with the matches in one
    column.

    >>> import text_processor
    >>> analyzer = text_processor.TextAnalyzer()
    >>> analyzer.add_document("to be or not to be that is the question")
    >>> lines = analyzer.kwic("be", window=3)
    >>> print(lines)
    0         to  be  or not to
    0  or not to  be  that is the
    >>> lines["left"]
    ['to', 'or not to']
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}(lines={len(self)})"

    def __str__(self) -> str:
        """The first lines, with the matches in one column."""
        from text_processor._concordance_text import as_text

        return as_text(self)

    def _repr_html_(self) -> str:
        """The first lines as HTML, for notebooks."""
        from text_processor._concordance_text import as_html

        return as_html(self)
