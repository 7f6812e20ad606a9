"""What a document is in Python, and how many of them are made ready for the border at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from typing_extensions import Buffer

from text_processor.exceptions import InvalidDocumentError

BATCH_DOCUMENTS = 4096
BATCH_LENGTH = 1 << 20
"""Characters or bytes that a batch aims at."""

Document = str | Buffer


def check(text: str) -> None:
    """Raises what the core would raise for this document."""
    if not text or text.isspace():
        raise InvalidDocumentError("the document holds no word: it is empty or all whitespace")
    if not text.isascii():
        encoded(text)


def encoded(text: str) -> bytes:
    """The document in UTF-8; its own data, whatever methods a subclass of str has."""
    try:
        return str.encode(text)
    except UnicodeEncodeError as error:
        raise _lone_surrogate(text, error.start) from None


def _lone_surrogate(text: str, index: int) -> InvalidDocumentError:
    character = ord(str.__getitem__(text, index))
    return InvalidDocumentError(f"the text has a lone surrogate, U+{character:04X}, at index {index}", offset=index)


def encoded_pieces(text: str, length: int) -> Iterator[bytes]:
    """A long document in UTF-8, so many characters at a time."""
    for start in range(0, len(text), length):
        try:
            yield encoded(str.__getitem__(text, slice(start, start + length)))
        except InvalidDocumentError as error:
            raise _lone_surrogate(text, start + (error.offset or 0)) from None


def joined(batch: Sequence[Document]) -> bytes | None:
    """A batch as one text with zero bytes between the documents; None where that cannot be."""
    try:
        if isinstance(batch[0], str):
            text = "\0".join(batch).encode()  # type: ignore[arg-type]  # which raises the TypeError
        elif set(map(type, batch)) == {bytes}:
            text = b"\0".join(batch)  # type: ignore[arg-type]  # all are bytes
        else:
            return None
    except (TypeError, UnicodeEncodeError):
        return None
    return text if text.count(0) == len(batch) - 1 else None


def batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Cuts an iterable into lists of about `BATCH_LENGTH`, looking no further ahead than that.

    What was taken before the iterable fails is handed out before its exception is raised.
    """
    rest = iter(documents)
    count = 64
    while True:
        batch: list[Document] = []
        failure: BaseException | None = None
        try:
            batch.extend(islice(rest, count))
        except BaseException as error:
            failure = error
        if batch:
            yield batch
        if failure is not None:
            raise failure
        if len(batch) < count:
            return
        try:
            length = sum(map(len, batch)) or 1  # type: ignore[arg-type]  # buffers without a length
        except TypeError:
            length = BATCH_LENGTH
        count = max(1, min(BATCH_DOCUMENTS, count * 4, count * BATCH_LENGTH // length))
