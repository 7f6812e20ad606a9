"""The texts that VADER scores: batches of texts, or blocks of a column."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from text_processor._native.batches import batches, joined
from text_processor._native.columns import column_of, located, null_rows
from text_processor._native.core import Core, ffi
from text_processor._native.encoding import readable, readable_row
from text_processor._native.missing import CURES, tp_blank, without_missing, without_rows
from text_processor._native.texts import column, refuse_others
from text_processor.exceptions import InvalidDocumentError, InvalidOptionError

if TYPE_CHECKING:
    from text_processor.typing import Document, Missing

BATCH_LENGTH = 4 << 20
"""The number of bytes or characters that are scored between two checks for signals."""
BATCH_TEXTS = 1 << 16
"""The most texts that are scored in one call: enough to make the start of the threads a small part of the time."""


class Scoring:
    """Scores many texts with one option `missing`."""

    __slots__ = ("_core", "_missing", "_scores", "missing_rows")

    def __init__(self, core: Core, missing: Missing, scores: Callable[..., Any]) -> None:
        """Prepare to score texts.

        Args:
            core: The core of the analyzer.
            missing: How to treat missing texts.
            scores: Calls a function of the core with its arguments, and returns the scores.
        """
        self._core = core
        self._missing: Missing = missing
        self._scores = scores
        self.missing_rows: list[int] = []
        """The numbers of the missing texts: with "skip" they have no scores, with "keep" those of an empty text. Nulls
        of a column that are kept are not in the list, because the core gives them NaN."""

    def of(self, texts: Any) -> Iterator[Any]:
        """The scores, some texts at a time."""
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
                yield scores

    def _of_batches(self, texts: Iterable[Any]) -> Iterator[Any]:
        first = 0
        for batch, failure in batches(texts, one_by_one=lambda: False, most=BATCH_TEXTS, length=BATCH_LENGTH):
            if batch:
                rows: Sequence[int] = range(first, first + len(batch))
                first += len(batch)
                data = joined(batch, length=BATCH_LENGTH)
                if data is None and self._missing != "raise":
                    batch, places = without_missing(batch)
                    self.missing_rows += [rows[place] for place in places]
                    if places and self._missing == "skip":
                        batch, remain = without_rows(batch, places)
                        rows = [rows[place] for place in remain]
                    data = joined(batch, length=BATCH_LENGTH) if places and batch else None
                if batch:
                    yield self._of_batch(batch, data, rows)
            if failure is not None:
                raise failure

    def _of_batch(self, batch: Sequence[Any], data: bytes | None, rows: Sequence[int]) -> Any:
        lib = self._core._lib
        try:
            if data is not None:
                return self._scores(lib.tp_vader_score_separated, data, len(data), b"\0", len(batch))
        except InvalidOptionError:
            # A text has a zero byte, which separates the texts here.
            pass
        except InvalidDocumentError as error:
            error.document = rows[error.document or 0]
            raise
        each = [encoded(readable_row(text, row, CURES["scores"])) for row, text in zip(rows, batch, strict=True)]
        buffers = [ffi.from_buffer("char[]", text) for text in each]
        pointers, lengths = ffi.new("char *[]", buffers), ffi.new("size_t[]", [len(text) for text in each])
        try:
            return self._scores(lib.tp_vader_score_texts, pointers, lengths, len(each))
        except InvalidDocumentError as error:
            error.document = rows[error.document or 0]
            raise


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
