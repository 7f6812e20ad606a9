"""Who counts: native code, where it gives the same answer; Python otherwise."""

from __future__ import annotations

from collections.abc import Callable

from text_processor._native.batches import refuse_table
from text_processor.vectorizers._native_backend import NativeCounting, NotNativeError, options_of
from text_processor.vectorizers._python_backend import PythonCounting
from text_processor.vectorizers._reader import DocumentReader

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeVar

    _Answer = TypeVar("_Answer")


def refuse(reader: DocumentReader, documents: Iterable[Any], entry: str) -> None:
    """Raises an error for what is not a collection of documents: a single text, a table, a mapping.

    Args:
        reader: How documents are read.
        documents: The argument of the caller.
        entry: The method that takes them, for messages.
    """
    if isinstance(documents, str):
        raise ValueError("Iterable over raw text documents expected, string object received.")
    refuse_table(documents, entry, rows=True)
    has_rows = getattr(documents, "ndim", 1) != 1 or getattr(getattr(documents, "dtype", None), "names", None)
    if has_rows and options_of(reader) is not None:
        # A function of the caller may take the rows of an array.
        refuse_table(documents, entry)


def counting(reader: DocumentReader, work: Callable[[NativeCounting | PythonCounting], _Answer]) -> _Answer:
    """What counting gives, by whoever can.

    Args:
        reader: How documents are read.
        work: Has documents counted, and changes nothing if that fails.
    """
    in_python = PythonCounting(reader)
    options = options_of(reader)
    if options is not None:
        try:
            return work(NativeCounting(reader, options))
        except NotNativeError:
            pass
    return work(in_python)
