"""Concordances: tables of words and phrases with the text around them."""

from __future__ import annotations

from text_processor.table import Table

__all__ = ["Concordance"]


def __dir__() -> list[str]:
    return __all__


class Concordance(Table):
    """The lines of `TextAnalyzer.kwic`: each occurrence of a pattern, with the text around it.

    A `Table` with the columns `document`, `id` (if documents have ids), `from`, `to`, `start`, `end`, `left`, `match`,
    `right`, `pattern`, and the chosen variables. ``print`` shows the first lines with the matches below each other, and
    so do notebooks.

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
        """Notebooks show the first lines."""
        from text_processor._concordance_text import as_html

        return as_html(self)
