"""Counts the words of parts of the documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from text_processor.analyzer import TextAnalyzer

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.terms import TermOptions
    from text_processor.typing import Missing, Tokenizer


@dataclass(frozen=True, kw_only=True)
class CountWords:
    """Makes an analyzer of each part of the documents, and merges the analyzers.

    Args:
        text: The name of the column with the text, if a part is a table; None if a part is a column or a list of texts.
        id: The name of the column with the ids of the documents, if a part is a table.
        variables: The names of the columns with variables of the documents, if a part is a table.
        missing: How to treat missing documents, as in `TextAnalyzer.add_documents`.
        store_text: Whether the analyzers store the texts. If false, results are small, but the answer cannot have ids
            and variables, and a query that needs the documents raises `TextNotStoredError`.
        tokenizer: As in `TextAnalyzer`.
        terms: As in `TextAnalyzer`.

    Raises:
        TypeError: `id` or `variables` is given, and `text` is not.
    """

    text: str | None = None
    id: str | None = None
    variables: Sequence[str] = ()
    missing: Missing = "raise"
    store_text: bool = False
    tokenizer: Tokenizer = "whitespace"
    terms: TermOptions | None = None

    def __post_init__(self) -> None:
        if self.text is None and (self.id is not None or len(self.variables)):
            raise TypeError("id and variables are names of columns of a table: pass text=, the name of the text column")

    def __call__(self, documents: Any) -> TextAnalyzer:
        """Count one part of the documents."""
        analyzer = self._analyzer(1)
        if self.text is None:
            analyzer.add_documents(documents, missing=self.missing)
        else:
            analyzer.add_table(documents, text=self.text, id=self.id, variables=self.variables, missing=self.missing)
        return analyzer

    def merge(self, results: Iterable[TextAnalyzer]) -> TextAnalyzer:
        """The analyzer of consecutive parts. The results do not change, so an engine may repeat this step."""
        return self._merged(results, 1)

    def finish(self, result: TextAnalyzer) -> TextAnalyzer:
        """The analyzer of all documents, which uses all cores."""
        return self._merged([result], None)

    def _merged(self, results: Iterable[TextAnalyzer], threads: int | None) -> TextAnalyzer:
        merged = self._analyzer(threads)
        for result in results:
            merged.merge(result)
        return merged

    def _analyzer(self, threads: int | None) -> TextAnalyzer:
        return TextAnalyzer(threads=threads, store_text=self.store_text, tokenizer=self.tokenizer, terms=self.terms)
