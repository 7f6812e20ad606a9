"""What a document is in Python: the only place where an object becomes text for the core.

The core reads exactly the number of bytes that Python passes. So lengths come from the buffer itself: a class of the
caller may override every method, including `__len__`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from itertools import islice

from text_processor.exceptions import InvalidDocumentError, InvalidDocumentTypeError

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


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
    for start in range(0, str.__len__(text), length):
        try:
            yield encoded(str.__getitem__(text, slice(start, start + length)))
        except InvalidDocumentError as error:
            raise _lone_surrogate(text, start + (error.offset or 0)) from None


def byte_pieces(text: bytes | memoryview, length: int) -> Iterator[memoryview]:
    """A long document, so many bytes at a time, where they lie."""
    view = memoryview(text)
    for start in range(0, len(view), length):
        yield view[start : start + length]


def readable(text: Any) -> str | bytes | memoryview:
    """A document as an object of a built-in type, without a copy if possible.

    Copies subclasses of str and bytes, and buffers that are not contiguous.

    Raises:
        InvalidDocumentTypeError: It is not text.
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
        # A missing value of pyarrow is a buffer without bytes.
        if isinstance(error, ValueError) and not is_missing(text):
            raise
        raise InvalidDocumentTypeError(
            f"a document is a str or a buffer of UTF-8 bytes, not {kind.__name__}{_instead(text)}"
        ) from None
    if view.itemsize != 1:
        raise InvalidDocumentTypeError(
            f"a buffer of UTF-8 bytes is needed, not one of items of {view.itemsize} bytes ({kind.__name__})"
        )
    try:
        return view.cast("B")
    except (TypeError, ValueError):
        # It is not contiguous, or has a format that memoryview does not know.
        return view.tobytes()


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
        InvalidDocumentTypeError: It is not text.
        InvalidDocumentError: It is a str with a lone surrogate. Bytes are not checked.
    """
    text = readable(text)
    return encoded(text) if isinstance(text, str) else bytes(text)


def is_missing(value: Any) -> bool:
    """Whether a value means that a document is missing, in Python or in a library."""
    if value is None:
        return True
    kind = type(value)
    if issubclass(kind, float):
        return float.__ne__(value, value)  # NaN
    library = str(kind.__module__).partition(".")[0]
    if library == "pandas":
        return kind.__name__ in ("NAType", "NaTType")
    if library == "numpy":
        return kind.__name__ == "MaskedConstant" or (kind.__name__ in _NUMPY and bool(value != value))
    return library == "pyarrow" and getattr(value, "is_valid", True) is False


_NUMPY = ("float16", "float32", "longdouble", "float128", "datetime64", "timedelta64")
"""Types of NumPy scalars that may be NaN or NaT, and are not subclasses of float."""
