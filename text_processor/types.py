"""The types of what the package takes and gives. At run time, nothing imports this before somebody asks for it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO, TypeAlias, TypedDict, Union

from typing_extensions import Buffer

__all__ = ["CoreInfo", "Document", "DocumentEvent", "File", "Progress", "Statistics"]

Document: TypeAlias = str | Buffer
"""A text, or UTF-8 in anything with the buffer protocol."""

File: TypeAlias = Union[str, "os.PathLike[str]", BinaryIO]
"""A path, or a file that is open for reading bytes."""

Progress: TypeAlias = Callable[[int, int | None], object]
"""Called now and then during long work with what is done and the total (None where nobody knows it). An exception in it
stops the work; what was done stays."""


class Statistics(TypedDict):
    """Figures of a whole corpus, all of one moment."""

    document_count: int
    """The number of documents."""
    total_words: int
    """The number of words in all documents."""
    unique_words: int
    """The number of distinct words in lower case."""
    distinct_types: int
    """The number of distinct words as they are written."""
    total_bytes: int
    """The length of all documents in UTF-8."""
    average_words: float
    """Words a document; 0.0 without documents."""


class CoreInfo(TypedDict):
    """What `core_info` tells."""

    library: str
    """The file of the native core."""
    version: str
    """The version of the core."""
    abi_version: str
    """The version of its C ABI, as ``"1.1"``."""
    simd: str
    """How text is scanned on this processor: ``"portable"``, ``"avx2"``, ``"avx512"`` or ``"neon"``."""
    threads: int
    """The number of threads an analyzer uses by default: what the variable ``TEXT_PROCESSOR_NUM_THREADS`` says, and
    otherwise one for each processor."""


class DocumentEvent(TypedDict):
    """What the document callback is given."""

    text: str
    """The document."""
    word_count: int
    """The number of words in it."""
    total_documents: int
    """The number of documents in the analyzer, this one included."""
