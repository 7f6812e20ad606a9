"""The documents of an analyzer as columns."""

from __future__ import annotations

from typing import Any

from text_processor import TextAnalyzer


def shown(analyzer: TextAnalyzer) -> dict[str, list[Any]]:
    """The ids, the variables and the texts."""
    found = analyzer.documents().to_dict()
    del found["word_count"]
    return found
