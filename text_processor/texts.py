"""Many texts: the one reader for everything that takes them, and how many are made ready for the border at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice

from text_processor.documents import is_missing, readable, shortened, utf8
from text_processor.exceptions import (
    InvalidDocumentError,
    InvalidDocumentTypeError,
    InvalidOptionError,
    MissingDocumentError,
)

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.types import Document, Missing

BATCH_DOCUMENTS = 4096
BATCH_LENGTH = 1 << 20
"""Characters or bytes that a batch aims at."""
TAKEN = 64
"""Documents that are taken from an iterator before their lengths are looked at."""
SAMPLE = 256
"""Documents of a batch from a list whose lengths are looked at."""
BLOCK = 1 << 16
"""Rows of a column that are made into objects at once."""
ENCODED = 1 << 14
"""Characters that are encoded together where not all are ASCII."""

MISSING = ("raise", "skip", "keep")
"""What may become of missing values."""


def checked_missing(missing: object) -> Missing:
    """What becomes of missing values, if it is one of the three."""
    if missing not in MISSING:
        raise InvalidOptionError(f"missing must be 'raise', 'skip' or 'keep', not {missing!r}")
    return missing  # type: ignore[return-value]  # as was checked


# ---- What is given ----


def texts_of(texts: Iterable[Any], entry: str, *, rows: bool = False) -> Iterable[Any]:
    """The texts that an entry was given: a column is read in blocks, everything else stays as it is.

    Args:
        texts: What was given.
        entry: The function that takes them, for messages.
        rows: Whether a text may be the row of an array.

    Raises:
        TypeError: It is a single text, or a table; the message says what to pass.
    """
    if is_single(texts):
        raise TypeError(f"{entry}() takes many texts, not a single {type(texts).__name__}: put it in a list")
    refuse_table(texts, entry, rows=rows)
    found: Iterable[Any] = column(texts)
    return found


def column(texts: Any) -> Any:
    """A column of NumPy, pandas, polars or pyarrow as one that is read in blocks; other iterables as they are."""
    kind = type(texts)
    name = next((name for name in ("tolist", "to_list", "to_pylist") if hasattr(kind, name)), None)
    if name is None or isinstance(texts, memoryview):
        return texts
    # Rows of pandas are numbered from 0 in the array behind them alone.
    rows = texts.array if hasattr(kind, "array") and not hasattr(kind, "levels") else texts
    return Column(rows, name) if hasattr(type(rows), name) else getattr(texts, name)()


class Column:
    """A column of another library, some of whose rows are objects of Python at a time: missing ones as it has them."""

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
    """Whether this is a text itself, whose items are no texts."""
    if issubclass(type(texts), str):
        return True
    try:
        view = memoryview(texts)
    except (TypeError, ValueError):
        return False
    # A NumPy array of texts of one byte is an array of texts.
    return view.itemsize == 1 and view.ndim <= 1 and not view.format.endswith("s")


def refuse_table(texts: Any, entry: str, *, rows: bool = False, mappings: bool = False) -> None:
    """Raises for what has columns or keys, and would be read as their names.

    Args:
        texts: What was given.
        entry: The function that takes them, for messages.
        rows: Whether a text may be the row of an array.
        mappings: Whether keys may be meant.
    """
    kind = type(texts)
    name = kind.__name__
    if isinstance(texts, Mapping) and not mappings:
        raise TypeError(
            f"{entry}() takes texts, and iterating over a {name} gives its keys, {shortened(map(repr, texts))}: "
            f"pass its values, {entry}(list(texts.values()))"
        )
    # By the type: a column of pandas has its labels as attributes.
    for plan in ("collect", "compute"):
        if hasattr(kind, plan) and hasattr(kind, "columns"):
            raise TypeError(f"{entry}() takes texts, and a {name} is the plan of a table: call its {plan}() first")
    for attribute in ("column_names", "columns", "colnames"):
        if hasattr(kind, attribute):
            columns = list(getattr(texts, attribute))
            raise TypeError(_message(entry, f"a {name} is a table with the columns", "table", columns))
    schema = getattr(texts, "schema", None) if hasattr(kind, "schema") else None
    if schema is not None and hasattr(schema, "names"):
        raise TypeError(_message(entry, f"a {name} gives tables with the columns", "table", list(schema.names)))
    if fields := getattr(getattr(texts, "dtype", None), "names", None) if hasattr(kind, "dtype") and not rows else None:
        raise TypeError(_message(entry, f"this {name} has the fields", "array", list(fields)))
    dimensions = getattr(texts, "ndim", 1) if hasattr(kind, "ndim") else 1
    if isinstance(dimensions, int) and dimensions != 1 and not rows:
        raise TypeError(
            f"{entry}() takes texts, and this {name} has {dimensions} dimensions: "
            + ("pass one of its columns, e.g. array[:, 0]" if dimensions else "put its text in a list")
        )


def _message(entry: str, what: str, table: str, columns: list[Any]) -> str:
    chosen = next((column for column in columns if column == "text"), columns[0] if columns else "text")
    return (
        f"{entry}() takes texts, and {what} {shortened(map(repr, columns))}: "
        f"pass one of them, e.g. {entry}({table}[{chosen!r}])"
    )


# ---- One of many ----


def ready(text: object, row: int, cure: str) -> str | bytes | memoryview:
    """A text as it can be read.

    Args:
        text: The text.
        row: Its place among those that were given.
        cure: What a caller can do about missing values.

    Raises:
        InvalidDocumentTypeError: It is no text, or missing; its attribute `document` is the row.
    """
    try:
        return readable(text)
    except InvalidDocumentTypeError as error:
        if is_missing(text):
            raise MissingDocumentError(f"{text} is no text; {cure}", document=row) from None
        error.document = row
        raise error from None


def ready_utf8(text: object, row: int, cure: str) -> bytes:
    """The same in UTF-8, in memory that nobody changes."""
    data = ready(text, row, cure)
    try:
        return utf8(data)
    except InvalidDocumentError as error:
        error.document = row
        raise error from None


def without_missing(batch: Sequence[Any]) -> tuple[Sequence[Any], list[int]]:
    """A batch with an empty text in place of each missing value, and the places of these."""
    places = [place for place, text in enumerate(batch) if text is None or (type(text) is not str and is_missing(text))]
    if not places:
        return batch, places
    filled = list(batch)
    # Of the type of the others, so that they can be joined.
    gone = set(places)
    first = next((text for place, text in enumerate(batch) if place not in gone), "")
    empty = b"" if type(first) is bytes else ""
    for place in places:
        filled[place] = empty
    return filled, places


# ---- Batches ----


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
    documents: Iterable[Any],
    *,
    one_by_one: Callable[[], bool],
    most: int = BATCH_DOCUMENTS,
    length: int = BATCH_LENGTH,
) -> Iterator[tuple[Sequence[Any], BaseException | None]]:
    """Documents in batches; one by one where somebody must hear of each before the next is asked for.

    A batch has at most so many documents, and aims at a length in characters or bytes. With each comes what the
    iterator raised after it: what it gave before that is not lost.
    """
    kind = type(documents)
    if (kind is list or kind is tuple or kind is Column) and not one_by_one():
        # They are in memory already, so that some of them tell enough about the lengths of the others.
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
    except Exception:
        return sum(map(_length_of, documents))


def _length_of(document: Any) -> int:
    if document is None or is_missing(document):
        return 0
    try:
        return len(document)
    except Exception:
        # Something else than text, whose turn comes with this batch.
        return BATCH_LENGTH
