"""The types of arguments and results. The package does not import this module, because typing is slow to import."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping, Set
from typing import Any, BinaryIO, Literal, Protocol, TypeAlias, TypedDict, Union

from typing_extensions import Buffer

__all__ = [
    "ArrowArray",
    "ArrowStream",
    "By",
    "CoreInfo",
    "Document",
    "DocumentEvent",
    "File",
    "FileFormat",
    "FilePath",
    "Missing",
    "PandasSeries",
    "Pattern",
    "PolarityScores",
    "Progress",
    "Row",
    "ScoreColumns",  # noqa: F822  # `__getattr__` returns it
    "Statistics",
    "Tokenizer",
    "Words",
]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> type:
    if name == "ScoreColumns":
        # The class was here before. It needs the modules that need this one, so this module cannot import it.
        kind: type = sys.modules[__package__].ScoreColumns
        return kind
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


Document: TypeAlias = str | Buffer
"""A `str`, or UTF-8 in anything with the buffer protocol."""

FilePath: TypeAlias = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
"""The path of a file; bytes are its name in the file system."""

Row: TypeAlias = Document | float | None
"""A text, or a missing value: None, NaN, or that of another library (`pandas.NA`, `numpy.ma.masked`)."""

Missing: TypeAlias = Literal["raise"] | Literal["skip"] | Literal["keep"]
"""How to treat missing values: raise an error, skip them, or keep a row for each."""

File: TypeAlias = FilePath | BinaryIO
"""A path, a URL for fsspec, or a file that is open for reading bytes."""

FileFormat: TypeAlias = (
    Literal["text"] | Literal["csv"] | Literal["tsv"] | Literal["jsonl"] | Literal["parquet"] | Literal["arrow"]
)
"""The format of a file, after decompression."""

Tokenizer: TypeAlias = Union[str, "re.Pattern[str]"]
"""How to find tokens: a name, or a regular expression."""

Slot: TypeAlias = Union[str, "re.Pattern[str]", Set[Union[str, "re.Pattern[str]"]], None]
"""A word of a phrase: a str with wildcards, a regular expression, a set of alternatives, or None for any word."""

Pattern: TypeAlias = Slot | tuple[Slot, ...] | Mapping[str, Any]
"""A word, a phrase, or labels, each with a pattern or a list of patterns."""

Progress: TypeAlias = Callable[[int, int | None], object]
"""A function that long work calls repeatedly with the amount that is done and the total (None if it is not known). An
exception in it stops the work; the part that is done stays."""


Words: TypeAlias = Mapping[str, float] | Iterable[tuple[str, float]]
"""Words with their values."""


class ArrowStream(Protocol):
    """An object that gives an Arrow stream: a column or a table of pyarrow, polars, pandas, DuckDB or nanoarrow."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Return a capsule with the name "arrow_array_stream"."""


class ArrowArray(Protocol):
    """An object that gives one Arrow array."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        """Return two capsules, with the names "arrow_schema" and "arrow_array"."""


By: TypeAlias = Iterable[Any] | ArrowStream | ArrowArray
"""The groups of documents: the name of a variable, a list of names, or a column with a value for each document."""


Correction: TypeAlias = Literal["bonferroni"] | Literal["holm"] | Literal["bh"]
"""How p-values are adjusted because there are many tests."""


class PandasSeries(Protocol):
    """The part of a pandas Series that the types need, because pandas is optional."""

    @property
    def iloc(self) -> Any:
        """Its rows by their numbers."""


class PolarityScores(TypedDict):
    """The scores of a text by VADER; all are 0 if it has no word."""

    neg: float
    """The negative part of the text, from 0 to 1, rounded to three digits."""
    neu: float
    """The neutral part."""
    pos: float
    """The positive part."""
    compound: float
    """The sum of the valences of all words, scaled to a number from -1 to 1, rounded to four digits."""


class Statistics(TypedDict):
    """The numbers of a corpus, all at one moment."""

    document_count: int
    """The number of documents."""
    total_words: int
    """The number of words in all documents."""
    unique_words: int
    """The number of distinct terms, which are the distinct words in lower case by default."""
    distinct_types: int
    """The number of distinct words, as they are written."""
    total_bytes: int
    """The length of all documents in UTF-8."""
    average_words: float
    """The mean number of words of a document; 0.0 without documents."""


class CoreInfo(TypedDict):
    """The result of `core_info`."""

    library: str
    """The file of the native core."""
    version: str
    """The version of the core."""
    abi_version: str
    """The version of its C ABI, as ``"1.1"``."""
    simd: str
    """The instructions that scan text on this processor: ``"portable"``, ``"avx2"``, ``"avx512"`` or ``"neon"``."""
    threads: int
    """The number of threads that an analyzer uses by default: the value of the environment variable
    ``TEXT_PROCESSOR_NUM_THREADS`` or, if that is not set, one for each processor."""


class DocumentEvent(TypedDict):
    """The argument of the document callback."""

    text: str
    """The document."""
    word_count: int
    """The number of words in it."""
    total_documents: int
    """The number of documents in the analyzer, including this one."""
