"""What a document is in Python, and how many of them are made ready for the border at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from typing_extensions import Buffer

from text_processor.exceptions import InvalidDocumentError

BATCH_DOCUMENTS = 4096
BATCH_LENGTH = 1 << 20
"""Bytes that a batch aims at."""
FIRST_BATCH = 64
"""Documents in the first batch, when nobody knows yet how long they are."""

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
    """A batch as one text with zero bytes between the documents; None where their types do not allow it."""
    try:
        if isinstance(batch[0], str):
            return "\0".join(batch).encode()  # type: ignore[arg-type]  # which raises the TypeError
        if set(map(type, batch)) == {bytes}:
            return b"\0".join(batch)  # type: ignore[arg-type]  # all are bytes
    except (TypeError, UnicodeEncodeError):
        pass
    return None


def taken(rest: Iterator[Document], count: int) -> tuple[list[Document], BaseException | None]:
    """The next documents, and what the iterator raised: what it gave before that is not lost."""
    batch: list[Document] = []
    try:
        batch.extend(islice(rest, count))
    except BaseException as error:
        return batch, error
    return batch, None
