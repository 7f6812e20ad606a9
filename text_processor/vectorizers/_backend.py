"""The choice of the backend that counts: native code if it gives the same answer, otherwise Python."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from text_processor._native.refused_tables import refuse_table
from text_processor.vectorizers._native_backend import NativeBackend, NotNativeError
from text_processor.vectorizers._options import options_of
from text_processor.vectorizers._python_backend import PythonBackend
from text_processor.vectorizers._reader import DocumentReader

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any, TypeVar

    _Answer = TypeVar("_Answer")


def refuse_other_than_documents(reader: DocumentReader, documents: Iterable[Any], entry: str) -> None:
    """Raise an error for an argument that is not a collection of documents: a single text, a table, a mapping.

    Args:
        reader: The parameters of the vectorizer.
        documents: The argument of the caller.
        entry: The name of the method, for messages.
    """
    if isinstance(documents, str):
        raise ValueError("Iterable over raw text documents expected, string object received.")
    refuse_table(documents, entry, rows=True)
    has_rows = getattr(documents, "ndim", 1) != 1 or getattr(getattr(documents, "dtype", None), "names", None)
    if has_rows and options_of(reader) is not None:
        # The caller's own functions may read rows of an array; the native backend does not.
        refuse_table(documents, entry)


def with_backend(
    reader: DocumentReader, work: Callable[[NativeBackend | PythonBackend], _Answer], threads: int | None = None
) -> _Answer:
    """The result of `work` with the native backend, or with the Python backend if the native one is not usable.

    Args:
        reader: The parameters of the vectorizer.
        work: Counts documents with a backend. It changes nothing if it fails.
        threads: The number of threads of the native backend; None is the default.
    """
    in_python = PythonBackend(reader)
    options = options_of(reader)
    if options is not None:
        try:
            return work(NativeBackend(reader, replace(options, threads=threads)))
        except NotNativeError:
            pass
    return work(in_python)
