"""The texts that VADER scores: batches of texts, or blocks of a column."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from text_processor._native.columns import column_of, invalid_column, located, null_rows, tp_blank
from text_processor._native.core import Core
from text_processor._native.encoding import readable, readable_row
from text_processor._native.large_batches import BATCH_LENGTH, LargeBatch, large_batches
from text_processor._native.missing import CURES
from text_processor._native.strings import string_arrays
from text_processor._native.texts import column, refuse_others
from text_processor.exceptions import InvalidDocumentError, InvalidOptionError

if TYPE_CHECKING:
    from text_processor.typing import Document, Missing


class Scoring:
    """Scores many texts with one option `missing`."""

    __slots__ = ("_core", "_missing", "_scores", "missing_rows")

    def __init__(self, core: Core, missing: Missing, scores: Callable[..., Any]) -> None:
        """Prepare to score texts.

        Args:
            core: The core of the analyzer.
            missing: How to treat missing texts.
            scores: Calls a function of the core with its arguments, and returns the stream of scores.
        """
        self._core = core
        self._missing: Missing = missing
        self._scores = scores
        self.missing_rows: list[int] = []
        """The numbers of the missing texts: with "skip" they have no scores, with "keep" those of an empty text.

        Nulls of a column that are kept are not in the list, because the core gives them NaN.
        """

    def streams(self, texts: Any) -> Iterator[Any]:
        """Streams of the scores, each of some texts."""
        refuse_others(texts, "scores")
        found = column_of(texts, "scores")
        if found is None:
            yield from self._of_batches(column(texts))
            return
        core = self._core
        with found:
            for block in found.blocks(core, tp_blank(core, self._missing), length=BATCH_LENGTH):
                if self._missing == "skip":
                    self.missing_rows += null_rows(core, block)
                try:
                    scores = self._scores(core._lib.tp_vader_score_column, block.pointer)
                except InvalidDocumentError as error:
                    raise located(error, block, CURES["scores"]) from None
                except InvalidOptionError:
                    raise invalid_column(core, block.before) from None
                yield scores

    def _of_batches(self, texts: Iterable[Any]) -> Iterator[Any]:
        for batch in large_batches(texts, self._missing):
            self.missing_rows += batch.missing
            if batch.texts:
                yield self._of_batch(batch)

    def _of_batch(self, batch: LargeBatch) -> Any:
        lib = self._core._lib
        if (data := batch.data) is not None:
            # A text may have a zero byte, which separates the texts here.
            with suppress(InvalidOptionError), batch.numbered():
                return self._scores(lib.tp_vader_score_separated, data, len(data), b"\0", len(batch.texts))
        rows = zip(batch.rows, batch.texts, strict=True)
        kept: list[Any] = []
        arrays = string_arrays([encoded(readable_row(text, row, CURES["scores"])) for row, text in rows], kept)
        with batch.numbered():
            return self._scores(lib.tp_vader_score_texts, *arrays, len(batch.texts))


def encoded(text: Document) -> bytes:
    """A text in UTF-8. Each lone surrogate becomes U+10FFFF, which no lexicon knows either."""
    text = readable(text)
    return bytes(text) if not isinstance(text, str) else str.encode(text, "utf-8", _LONE_SURROGATES)


_LONE_SURROGATES = "text_processor.lone_surrogates"


def _replaced(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "\U0010ffff".encode() * (error.end - error.start), error.end


codecs.register_error(_LONE_SURROGATES, _replaced)
