"""The methods of `TextAnalyzer` for words that occur together, as coroutines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from text_processor.aio._work import Owner, awaited

if TYPE_CHECKING:
    from typing import Literal

    from text_processor.table import Table
    from text_processor.typing import By, Pattern


class Collocations(Owner):
    """An analyzer that finds words which occur together."""

    async def collocations(
        self,
        n: int = 2,
        *,
        measures: str | Iterable[str] | None = None,
        min_count: int = 5,
        min_documents: int = 1,
        gaps: Literal["keep", "close"] = "keep",
        within: Literal["document", "sentence"] = "document",
        unwrap: bool = False,
        convention: Literal["exact", "nltk", "gensim", "quanteda"] = "exact",
        limit: int | None = None,
        by: By | None = None,
    ) -> Table:
        """See `TextAnalyzer.collocations`."""
        return await awaited(
            lambda: self.analyzer.collocations(
                n,
                measures=measures,
                min_count=min_count,
                min_documents=min_documents,
                gaps=gaps,
                within=within,
                unwrap=unwrap,
                convention=convention,
                limit=limit,
                by=by,
            )
        )

    async def collocates(
        self,
        pattern: Pattern,
        window: int | tuple[int, int] = 5,
        *,
        measures: str | Iterable[str] | None = None,
        min_count: int = 1,
        barriers: Pattern | None = None,
        on: Literal["terms", "tokens"] = "terms",
        gaps: Literal["keep", "close"] = "keep",
        within: Literal["document", "sentence"] = "document",
        unwrap: bool = False,
        convention: Literal["surface", "nltk"] = "surface",
        limit: int | None = None,
        by: By | None = None,
    ) -> Table:
        """See `TextAnalyzer.collocates`."""
        return await awaited(
            lambda: self.analyzer.collocates(
                pattern,
                window,
                measures=measures,
                min_count=min_count,
                barriers=barriers,
                on=on,
                gaps=gaps,
                within=within,
                unwrap=unwrap,
                convention=convention,
                limit=limit,
                by=by,
            )
        )
