"""What a document is in Python, and how many of them are made ready for the border at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from text_processor.exceptions import InvalidDocumentError

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.types import Document

BATCH_DOCUMENTS = 4096
BATCH_LENGTH = 1 << 20
"""Characters or bytes that a batch aims at."""
TAKEN = 64
"""Documents that are taken from an iterator before their lengths are looked at."""
SAMPLE = 256
"""Documents of a batch from a list whose lengths are looked at."""
ENCODED = 1 << 14
"""Characters that are encoded together where not all are ASCII."""


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


def readable(text: object) -> str | bytes | memoryview:
    """A document as it can be read, where it lies; only bytes that are scattered in memory are copied."""
    if isinstance(text, str | bytes):
        return text
    try:
        view = memoryview(text)  # type: ignore[arg-type]  # which raises the TypeError
    except TypeError:
        raise TypeError(f"a document is a str or a buffer of UTF-8 bytes, not {type(text).__name__}") from None
    if view.itemsize != 1:
        raise TypeError(f"a buffer of UTF-8 bytes is needed, not one of items of {view.itemsize} bytes")
    if not view.c_contiguous:
        return view.tobytes()
    return view.cast("B")


def is_single(documents: object) -> bool:
    """Whether this is a text itself, whose items are no documents."""
    if isinstance(documents, str):
        return True
    try:
        view = memoryview(documents)  # type: ignore[arg-type]  # which raises the TypeError
    except TypeError:
        return False
    return view.itemsize == 1 and view.ndim == 1


def joined(batch: Sequence[Document], *, length: int = BATCH_LENGTH) -> bytes | None:
    """A batch as one text with zero bytes between the documents; None where types or lengths do not allow it."""
    try:
        if isinstance(batch[0], str):
            data = _utf8("\0".join(batch))  # type: ignore[arg-type]  # which raises the TypeError
        elif set(map(type, batch)) == {bytes}:
            data = b"\0".join(batch)  # type: ignore[arg-type]  # all are bytes
        else:
            return None
    except (TypeError, UnicodeEncodeError, MemoryError):
        return None
    return data if len(data) <= 4 * length else None


def _utf8(text: str) -> bytes:
    """A text encoded: of one that is mostly ASCII, what is around other characters is only copied."""
    if text.isascii():
        return text.encode()
    return b"".join([text[start : start + ENCODED].encode() for start in range(0, len(text), ENCODED)])


def batches(
    documents: Iterable[Document],
    *,
    one_by_one: Callable[[], bool],
    most: int = BATCH_DOCUMENTS,
    length: int = BATCH_LENGTH,
) -> Iterator[tuple[Sequence[Document], BaseException | None]]:
    """Documents in batches; one by one where somebody must hear of each before the next is asked for.

    A batch has at most so many documents, and aims at a length in characters or bytes. With each comes what the
    iterator raised after it: what it gave before that is not lost.
    """
    if isinstance(documents, list | tuple) and not one_by_one():
        # They are in memory already, so that some of them tell enough about the lengths of the others.
        start = 0
        while batch := documents[start : start + most]:
            step = -(-len(batch) // SAMPLE)
            if (guess := step * _length(batch[::step])) > length:
                batch = batch[: max(1, len(batch) * length // guess)]
            yield batch, None
            start += len(batch)
        return
    rest = iter(documents)
    while True:
        batch, failure = _taken(rest, 1 if one_by_one() else most, length)
        yield batch, failure
        if not batch:
            return


def _taken(rest: Iterator[Document], most: int, aim: int) -> tuple[list[Document], BaseException | None]:
    batch: list[Document] = []
    length = 0
    # Some at a time: documents may be very long, and all that are taken are in memory.
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
        return sum(map(len, documents))  # type: ignore[arg-type]  # which raises the TypeError
    except TypeError:
        # Something else than text, whose turn comes with this batch.
        return BATCH_LENGTH
