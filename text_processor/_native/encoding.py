"""Turns documents of all allowed types into text for the core. No other module does this.

The core reads exactly the number of bytes that Python passes. So lengths come from the buffer itself: a class of the
caller may override every method, including `__len__`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from itertools import islice

from text_processor._native.missing import is_missing
from text_processor.exceptions import InvalidDocumentError, InvalidDocumentTypeError, MissingDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def check(text: str) -> None:
    """Raise the error that the core would raise for this document."""
    if not text or text.isspace():
        raise InvalidDocumentError("the document holds no word: it is empty or all whitespace")
    if not text.isascii():
        encoded(text)


def encoded(text: str) -> bytes:
    """The document in UTF-8. The methods of a subclass of str are ignored."""
    try:
        return str.encode(text)
    except UnicodeEncodeError as error:
        raise _lone_surrogate(text, error.start) from None


def _lone_surrogate(text: str, index: int) -> InvalidDocumentError:
    character = ord(str.__getitem__(text, index))
    return InvalidDocumentError(f"the text has a lone surrogate, U+{character:04X}, at index {index}", offset=index)


def encoded_pieces(text: str, length: int) -> Iterator[bytes]:
    """A long document in UTF-8, in pieces of `length` characters."""
    for start in range(0, str.__len__(text), length):
        try:
            yield encoded(str.__getitem__(text, slice(start, start + length)))
        except InvalidDocumentError as error:
            raise _lone_surrogate(text, start + (error.offset or 0)) from None


def byte_pieces(text: bytes | memoryview, length: int) -> Iterator[memoryview]:
    """A long document in pieces of `length` bytes, without a copy."""
    view = memoryview(text)
    for start in range(0, len(view), length):
        yield view[start : start + length]


def readable(text: Any) -> str | bytes | memoryview:
    """A document as an object of a built-in type, without a copy if possible.

    Copies subclasses of str and bytes, and buffers that are not contiguous.

    Raises:
        InvalidDocumentTypeError: The object is not a text.
    """
    kind = type(text)
    if kind is str or kind is bytes:
        plain: str | bytes = text
        return plain
    # By the type: `__class__` of an object may be wrong.
    if issubclass(kind, str):
        return str.__str__(text)
    if issubclass(kind, bytes):
        return bytes.__getitem__(text, slice(None))
    try:
        # NumPy's numbers and dates are buffers, but not texts.
        if issubclass(kind, getattr(sys.modules.get("numpy"), "generic", ())):
            raise TypeError
        view = memoryview(text)
    except (TypeError, ValueError) as error:
        # A missing value of pyarrow is a buffer that raises ValueError.
        if isinstance(error, ValueError) and not is_missing(text):
            raise
        raise InvalidDocumentTypeError(
            f"a document must be a str or a buffer of UTF-8 bytes, not {kind.__name__}{_instead(text)}"
        ) from None
    if view.itemsize != 1:
        raise InvalidDocumentTypeError(
            f"a document must be a buffer of UTF-8 bytes; the items of this {kind.__name__} have {view.itemsize} bytes"
        )
    try:
        return view.cast("B")
    except (TypeError, ValueError):
        # The buffer is not contiguous, or has a format that memoryview does not know.
        return view.tobytes()


def readable_row(text: object, row: int, cure: str) -> str | bytes | memoryview:
    """One of many texts, as an object that the core can read.

    Args:
        text: The text.
        row: The number of the text, for errors.
        cure: The end of a message: what to do about missing values.

    Raises:
        InvalidDocumentTypeError: The row is not a text, or is missing; the attribute `document` of the error is `row`.
    """
    try:
        return readable(text)
    except InvalidDocumentTypeError as error:
        if is_missing(text):
            raise MissingDocumentError(f"{text} is not a text; {cure}", document=row) from None
        error.document = row
        raise error from None


def utf8_row(text: object, row: int, cure: str) -> bytes:
    """One of many texts in UTF-8, in memory that does not change. Raises the same errors as `readable_row`."""
    data = readable_row(text, row, cure)
    try:
        return utf8(data)
    except InvalidDocumentError as error:
        error.document = row
        raise error from None


def _instead(row: object) -> str:
    """The end of a message for a row of a table: what to pass instead."""
    if isinstance(row, Mapping):
        return f": pass one of its values, {shortened(map(repr, row))}"
    return ": pass one of its items, or join them" if isinstance(row, list | tuple) else ""


def shortened(names: Iterator[str]) -> str:
    """The first names, and "..." if there are more."""
    first = list(islice(names, 9)) or ["(none)"]
    return ", ".join(first) if len(first) < 9 else ", ".join([*first[:8], "..."])


def utf8(text: object) -> bytes:
    """A document in UTF-8, in memory that does not change.

    Raises:
        InvalidDocumentTypeError: The object is not a text.
        InvalidDocumentError: The text is a str with a lone surrogate. Bytes are not checked.
    """
    text = readable(text)
    return encoded(text) if isinstance(text, str) else bytes(text)
