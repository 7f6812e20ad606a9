"""Reads many texts for every function that takes them, and makes batches of them for the core."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from text_processor._native.encoding import is_missing, readable, shortened, utf8
from text_processor.exceptions import (
    InvalidDocumentError,
    InvalidDocumentTypeError,
    InvalidOptionError,
    MissingDocumentError,
)

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import Document, Missing

BATCH_DOCUMENTS = 4096
BATCH_LENGTH = 1 << 20
"""The length of a batch in characters or bytes, about."""
TAKEN = 64
"""The number of documents to take from an iterator before each check of their length."""
SAMPLE = 256
"""The number of documents of a batch from a list whose length is checked."""
BLOCK = 1 << 16
"""The number of rows of a column that become Python objects at a time."""
ENCODED = 1 << 14
"""The number of characters to encode at a time if not all are ASCII."""

MISSING = ("raise", "skip", "keep")
"""The values of `missing`."""


def checked_missing(missing: object) -> Missing:
    """The value of the option `missing`, checked."""
    if missing not in MISSING:
        raise InvalidOptionError(f"missing must be 'raise', 'skip' or 'keep', not {missing!r}")
    return missing  # type: ignore[return-value]  # as was checked


# ---- What is given ----


def texts_of(texts: Iterable[Any], entry: str, *, rows: bool = False) -> Iterable[Any]:
    """The texts to read: reads a column in blocks, and returns everything else unchanged.

    Args:
        texts: The argument of the caller.
        entry: The function that takes them, for messages.
        rows: Whether a row of an array may be a text.

    Raises:
        TypeError: `texts` is a single text or a table; the message says what to pass instead.
    """
    if is_single(texts):
        raise TypeError(f"{entry}() takes many texts, not a single {type(texts).__name__}: put it in a list")
    refuse_table(texts, entry, rows=rows)
    found: Iterable[Any] = column(texts)
    return found


def column(texts: Any) -> Any:
    """Returns a column of NumPy, pandas, polars or pyarrow as a `Column`, and other iterables unchanged."""
    kind = type(texts)
    name = next((name for name in ("tolist", "to_list", "to_pylist") if hasattr(kind, name)), None)
    if name is None or issubclass(kind, list | tuple | memoryview) or _has_rows_of_bytes(texts):
        return texts
    # A Series of pandas may have other labels; only its array counts rows from 0.
    rows = texts.array if hasattr(kind, "array") and not hasattr(kind, "levels") else texts
    try:
        is_column = len(rows) >= 0 and hasattr(type(rows[:0]), name)
    except Exception:
        # A class of the caller's, which happens to have such a method.
        is_column = False
    if is_column:
        return Column(rows, name)
    return texts if hasattr(kind, "__iter__") else getattr(texts, name)()


def _has_rows_of_bytes(texts: Any) -> bool:
    """Whether this is an array whose rows are texts: buffers of bytes."""
    dtype = getattr(texts, "dtype", None)
    return getattr(texts, "ndim", 1) == 2 and getattr(dtype, "itemsize", 0) == 1 and getattr(dtype, "kind", "") in "iu"


class Column:
    """A column of another library. Makes objects of a block of rows at a time; keeps its missing values."""

    __slots__ = ("_name", "_rows")

    def __init__(self, rows: Any, name: str) -> None:
        self._rows = rows
        self._name = name

    def __len__(self) -> int:
        return len(self._rows)

    def blocks(self) -> Iterator[list[Any]]:
        """The rows, in lists."""
        for start in range(0, len(self), BLOCK):
            yield getattr(self._rows[start : start + BLOCK], self._name)()

    def __iter__(self) -> Iterator[Any]:
        return chain.from_iterable(self.blocks())


def is_single(texts: Any) -> bool:
    """Whether this is a single text, so that its items are not texts."""
    if issubclass(type(texts), str):
        return True
    try:
        view = memoryview(texts)
    except (TypeError, ValueError):
        return False
    # A NumPy array of texts of one byte is an array of texts.
    return view.itemsize == 1 and view.ndim <= 1 and not view.format.endswith("s")


def refuse_table(
    texts: Any,
    entry: str,
    *,
    rows: bool = False,
    mappings: bool = False,
    option: str | None = None,
    pairs: bool = False,
) -> None:
    """Raises TypeError for a table or a mapping: iterating over it would give names of columns, or keys.

    Args:
        texts: The argument of the caller.
        entry: The function that takes them, for messages.
        rows: Whether a row of an array may be a text.
        mappings: Whether a mapping is allowed, as the texts that are its keys.
        option: The option of the function that takes words; None for an argument that is texts.
        pairs: Whether the function takes pairs of a word and its value.
    """
    kind = type(texts)
    name = kind.__name__
    what = "words with their values" if pairs else "texts"
    takes = f"{entry}() takes {what}" if option is None else f"{option} must be words"

    def example(argument: str) -> str:
        return f"{entry}({argument})" if option is None else f"{option}={argument}"

    def refused(what: str, columns: list[Any], table: str = "table") -> TypeError:
        listed = shortened(map(repr, columns))
        if pairs:
            first, last = (columns[0], columns[-1]) if columns else ("word", "value")
            advice = f"two of them, e.g. {entry}(zip({table}[{first!r}], {table}[{last!r}]))"
        else:
            chosen = next((column for column in columns if column == "text"), columns[0] if columns else "text")
            advice = f"one of them, e.g. {example(f'{table}[{chosen!r}]')}"
        return TypeError(f"{takes}, and {what} {listed}: pass {advice}")

    if isinstance(texts, Mapping) and not mappings:
        raise TypeError(
            f"{takes}, and iterating over a {name} gives its keys, {shortened(map(repr, texts))}: "
            f"pass its values, {example('list(texts.values())')}"
        )
    # By the type: an object of pandas has its labels as attributes.
    for plan in ("collect", "compute"):
        if hasattr(kind, plan) and hasattr(kind, "columns"):
            raise TypeError(f"{takes}, and a {name} is the plan of a table: call its {plan}() first")
    for attribute in ("column_names", "columns", "colnames"):
        columns = getattr(texts, attribute, None) if hasattr(kind, attribute) else None
        # An iterable of the caller's may have such an attribute for something else.
        is_table = not hasattr(kind, "__iter__") or any(hasattr(kind, name) for name in ("schema", "dtypes", "shape"))
        if isinstance(columns, Iterable) and is_table:
            raise refused(f"a {name} is a table with the columns", list(columns))
    schema = getattr(texts, "schema", None) if hasattr(kind, "schema") else None
    if schema is not None and hasattr(schema, "names"):
        raise refused(f"a {name} gives tables with the columns", list(schema.names))
    if fields := getattr(getattr(texts, "dtype", None), "names", None) if hasattr(kind, "dtype") and not rows else None:
        raise refused(f"this {name} has the fields", list(fields), "array")
    dimensions = getattr(texts, "ndim", 1) if hasattr(kind, "ndim") else 1
    if isinstance(dimensions, int) and dimensions != 1 and not rows and not _has_rows_of_bytes(texts):
        raise TypeError(
            f"{takes}, and this {name} has {dimensions} dimensions: "
            + ("pass one of its columns, e.g. array[:, 0]" if dimensions else "put its text in a list")
        )


# ---- One of many ----


def ready(text: object, row: int, cure: str) -> str | bytes | memoryview:
    """A text as an object that the core can read.

    Args:
        text: The text.
        row: The number of the text, for errors.
        cure: The end of a message: what to do about missing values.

    Raises:
        InvalidDocumentTypeError: It is not text, or missing; the attribute `document` of the error is the row.
    """
    try:
        return readable(text)
    except InvalidDocumentTypeError as error:
        if is_missing(text):
            raise MissingDocumentError(f"{text} is no text; {cure}", document=row) from None
        error.document = row
        raise error from None


def ready_utf8(text: object, row: int, cure: str) -> bytes:
    """The same in UTF-8, in memory that does not change."""
    data = ready(text, row, cure)
    try:
        return utf8(data)
    except InvalidDocumentError as error:
        error.document = row
        raise error from None


def without_missing(batch: Sequence[Any]) -> tuple[Sequence[Any], list[int]]:
    """A batch with an empty text for each missing value, and the indices of the missing values."""
    places = [place for place, text in enumerate(batch) if text is None or (type(text) is not str and is_missing(text))]
    if not places:
        return batch, places
    filled = list(batch)
    # The empty text has the type of the others, so that they can be joined.
    gone = set(places)
    first = next((text for place, text in enumerate(batch) if place not in gone), "")
    empty = b"" if type(first) is bytes else ""
    for place in places:
        filled[place] = empty
    return filled, places


# ---- Batches ----


def joined(batch: Sequence[Document], *, length: int = BATCH_LENGTH) -> bytes | None:
    """A batch as one text with zero bytes between the documents; None if types or lengths do not allow it."""
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
    if (kind is list or kind is tuple or kind is Column) and not one_by_one():
        # All documents are in memory already, so the lengths of a few are enough to estimate the total.
        blocks: Iterable[Any] = documents.blocks() if isinstance(documents, Column) else [documents]
        for block in blocks:
            start = 0
            while batch := block[start : start + most]:
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
        return sum(map(len, documents))  # type: ignore[arg-type]  # which raises the TypeError
    except Exception:
        return sum(map(_length_of, documents))


def _length_of(document: Any) -> int:
    if document is None or is_missing(document):
        return 0
    try:
        return len(document)
    except Exception:
        # Not a text: this ends the batch, and the error comes in its turn.
        return BATCH_LENGTH
