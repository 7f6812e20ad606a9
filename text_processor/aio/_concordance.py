"""The methods of `TextAnalyzer` that look for words, as coroutines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from text_processor.aio._work import Owner, awaited

if TYPE_CHECKING:
    from typing import Literal

    from text_processor.concordance import Concordance
    from text_processor.table import Table
    from text_processor.typing import By, Pattern


class Concordances(Owner):
    """An analyzer as a place to look for words."""

    async def kwic(
        self,
        *patterns: Pattern,
        window: int | tuple[int, int] = 5,
        unit: Literal["tokens", "characters", "sentences"] = "tokens",
        on: Literal["terms", "tokens"] = "terms",
        within: Literal["document", "sentence"] = "document",
        unwrap: bool = False,
        sort: str | Sequence[str] | None = None,
        sample: int | None = None,
        seed: int | None = None,
        limit: int | None = None,
        offset: int = 0,
        variables: Iterable[str] = (),
        offsets: Literal["characters", "bytes"] = "characters",
    ) -> Concordance:
        """See `TextAnalyzer.kwic`."""
        return await awaited(
            lambda: self.analyzer.kwic(
                *patterns,
                window=window,
                unit=unit,
                on=on,
                within=within,
                unwrap=unwrap,
                sort=sort,
                sample=sample,
                seed=seed,
                limit=limit,
                offset=offset,
                variables=variables,
                offsets=offsets,
            )
        )

    async def count_matches(
        self,
        *patterns: Pattern,
        on: Literal["terms", "tokens"] = "terms",
        within: Literal["document", "sentence"] = "document",
        unwrap: bool = False,
        by: By | None = None,
    ) -> Table:
        """See `TextAnalyzer.count_matches`."""
        return await awaited(lambda: self.analyzer.count_matches(*patterns, on=on, within=within, unwrap=unwrap, by=by))
