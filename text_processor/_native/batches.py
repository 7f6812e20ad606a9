"""Makes batches of documents for the core: each crosses the boundary in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from text_processor._native.checkpoint import checkpoint, with_checkpoints
from text_processor._native.missing import is_missing
from text_processor._native.texts import TextColumn

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import Document

BATCH_DOCUMENTS = 4096
BATCH_LENGTH = 1 << 20
"""The approximate length of a batch in characters or bytes."""
TAKEN = 64
"""The number of documents to take from an iterator before each check of their length."""
SAMPLE = 256
"""The number of documents of a batch from a list whose length is checked."""
ENCODED = 1 << 14
"""The number of characters to encode at a time if not all are ASCII."""
LONG = 1 << 13
"""The mean length from which it takes less time to pass texts one by one than to copy them into one text."""


def long_texts(batch: Sequence[Document], *, length: int = BATCH_LENGTH) -> Sequence[bytes] | None:
    """The texts of a batch, each by itself; None if they are short, or types or lengths do not allow it."""
    # First without a look at each text: batches of short texts have thousands.
    if LONG * len(batch) > 4 * length or (kinds := set(map(type, batch))) not in ({str}, {bytes}):
        return None
    if not LONG * len(batch) <= sum(map(len, batch)) <= 4 * length:  # type: ignore[arg-type]  # all are str or bytes
        return None
    try:
        return list(map(str.encode, batch)) if kinds == {str} else batch  # type: ignore[arg-type, return-value]
    except (UnicodeEncodeError, MemoryError):
        return None


def joined(batch: Sequence[Document], *, length: int = BATCH_LENGTH) -> bytes | None:
    """A batch as one text with zero bytes between the documents; None if types or lengths do not allow it."""
    try:
        if isinstance(batch[0], str):
            data = _utf8("\0".join(batch))  # type: ignore[arg-type]  # join() raises TypeError for other types
        elif set(map(type, batch)) == {bytes}:
            data = b"\0".join(batch)  # type: ignore[arg-type]  # all are bytes
        else:
            return None
    except (TypeError, UnicodeEncodeError, MemoryError):
        return None
    return data if len(data) <= 4 * length else None


def _utf8(text: str) -> bytes:
    """Encodes a text in pieces: pieces in ASCII, which most are, are only copied."""
    if text.isascii():
        return text.encode()
    return b"".join([text[start : start + ENCODED].encode() for start in range(0, len(text), ENCODED)])


def batches(
    documents: Iterable[Any],
    *,
    one_by_one: Callable[[], bool],
    most: int = BATCH_DOCUMENTS,
    length: int = BATCH_LENGTH,
) -> Iterator[tuple[Sequence[Any], BaseException | None]]:
    """Documents in batches; one by one if a callback must run before the next document is taken.

    A batch has at most `most` documents, and about `length` characters or bytes. If the iterator raises an exception,
    the exception comes with the documents before it, so that they are not lost.
    """
    kind = type(documents)
    if (kind is list or kind is tuple or kind is TextColumn) and not one_by_one():
        # All documents are in memory already, so the lengths of a few are enough to estimate the total.
        blocks: Iterable[Any] = documents.blocks() if isinstance(documents, TextColumn) else [documents]
        for block in blocks:
            start = 0
            while batch := block[start : start + most]:
                checkpoint()
                step = -(-len(batch) // SAMPLE)
                if (guess := step * _length(batch[::step])) > length:
                    batch = batch[: max(1, len(batch) * length // guess)]
                yield batch, None
                start += len(batch)
        return
    rest = with_checkpoints(documents)
    while True:
        batch, failure = _taken(rest, 1 if one_by_one() else most, length)
        yield batch, failure
        if not batch:
            return


def _taken(rest: Iterator[Document], most: int, aim: int) -> tuple[list[Document], BaseException | None]:
    batch: list[Document] = []
    length = 0
    # A few at a time: documents may be very long, and all documents of a batch are in memory.
    some = min(TAKEN, most)
    try:
        while len(batch) < most and length < aim:
            before = len(batch)
            batch.extend(islice(rest, some))
            if len(batch) < before + some:
                break
            length += _length(batch[before:])
    except BaseException as error:
        return batch, error
    return batch, None


def _length(documents: Sequence[Document]) -> int:
    try:
        return sum(map(len, documents))  # type: ignore[arg-type]  # len() raises TypeError for other types
    except Exception:
        return sum(map(_length_of, documents))


def _length_of(document: Any) -> int:
    if document is None or is_missing(document):
        return 0
    try:
        return len(document)
    except Exception:
        # Not a text: this ends the batch. Adding the document raises the error.
        return BATCH_LENGTH
