"""The methods of `TextAnalyzer` that compare documents, as coroutines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from text_processor.aio._work import Owner, awaited

if TYPE_CHECKING:
    from collections.abc import Iterable

    from text_processor.table import Table
    from text_processor.typing import By, Correction


class Keyness(Owner):
    """An analyzer that compares its documents."""

    async def keyness(
        self,
        target: object,
        reference: object = None,
        *,
        measures: str | Iterable[str] = ("g2", "log_ratio"),
        min_count: int = 1,
        limit: int | None = None,
        signed: bool = True,
        correction: Correction | None = None,
        smoothing: float = 1.0,
        prior: float = 0.01,
    ) -> Table:
        """See `TextAnalyzer.keyness`. Another analyzer may be a `TextAnalyzer` or an `AsyncTextAnalyzer`."""
        first, second = (side.analyzer if isinstance(side, Owner) else side for side in (target, reference))
        return await awaited(
            lambda: self.analyzer.keyness(
                first,
                second,
                measures=measures,
                min_count=min_count,
                limit=limit,
                signed=signed,
                correction=correction,
                smoothing=smoothing,
                prior=prior,
            )
        )

    async def keyness_by(
        self,
        by: By,
        *,
        measures: str | Iterable[str] = ("g2", "log_ratio"),
        min_count: int = 1,
        limit: int | None = None,
        signed: bool = True,
        correction: Correction | None = None,
        smoothing: float = 1.0,
        prior: float = 0.01,
    ) -> Table:
        """See `TextAnalyzer.keyness_by`."""
        return await awaited(
            lambda: self.analyzer.keyness_by(
                by,
                measures=measures,
                min_count=min_count,
                limit=limit,
                signed=signed,
                correction=correction,
                smoothing=smoothing,
                prior=prior,
            )
        )

    async def dispersion(
        self,
        terms: Iterable[str] | None = None,
        *,
        parts: By | int = "documents",
        measures: str | Iterable[str] = ("range", "dp", "dpnorm", "d", "kld"),
        min_count: int = 1,
        equal_parts: bool = False,
    ) -> Table:
        """See `TextAnalyzer.dispersion`."""
        return await awaited(
            lambda: self.analyzer.dispersion(
                terms, parts=parts, measures=measures, min_count=min_count, equal_parts=equal_parts
            )
        )
