"""Large batches of texts for calls on all threads, whose results have a row for each text: matrices and scores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from text_processor._native.batches import batches, joined
from text_processor._native.missing import without_missing, without_rows
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import Missing

BATCH_TEXTS = 1 << 16
BATCH_LENGTH = 4 << 20
"""The most texts, and the characters or bytes, of one native call: enough work for all threads."""


class LargeBatch:
    """Some of many texts."""

    __slots__ = ("data", "missing", "rows", "texts")

    def __init__(self, texts: Sequence[Any], data: bytes | None, rows: Sequence[int], missing: Sequence[int]) -> None:
        self.texts: Sequence[Any] = texts
        """The texts; none if all of them are skipped."""
        self.data: bytes | None = data
        """The texts as one text, with zero bytes between them; None if types or lengths do not allow it."""
        self.rows: Sequence[int] = rows
        """The number of each text among all texts."""
        self.missing: Sequence[int] = missing
        """The numbers of the missing texts that are skipped, or replaced by an empty text."""

    @contextmanager
    def numbered(self) -> Iterator[None]:
        """Make the number of a text in an error, which counts from the start of the batch, that among all texts."""
        try:
            yield
        except InvalidDocumentError as error:
            error.document = self.rows[error.document or 0]
            raise


def large_batches(
    texts: Iterable[Any], missing: Missing, is_joinable: Callable[[Any], bool] = lambda _text: True
) -> Iterator[LargeBatch]:
    """Texts in large batches. An exception of the iterable is raised after the batch with the texts before it.

    Args:
        texts: The texts.
        missing: How to treat missing texts. With "raise", they stay in the batch.
        is_joinable: Whether a batch with this first text may become one text.
    """
    first = 0
    for batch, failure in batches(texts, one_by_one=lambda: False, most=BATCH_TEXTS, length=BATCH_LENGTH):
        if batch:
            rows: Sequence[int] = range(first, first + len(batch))
            first += len(batch)
            gone: list[int] = []
            data = joined(batch, length=BATCH_LENGTH) if is_joinable(batch[0]) else None
            if data is None and missing != "raise":
                batch, places = without_missing(batch)
                if places:
                    gone = [rows[place] for place in places]
                    if missing == "skip":
                        batch, remain = without_rows(batch, places)
                        rows = [rows[place] for place in remain]
                    data = joined(batch, length=BATCH_LENGTH) if batch and is_joinable(batch[0]) else None
            yield LargeBatch(batch, data, rows, gone)
        if failure is not None:
            raise failure
