"""The types of what the package takes and gives. At run time, nothing imports this before somebody asks for it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, Protocol, TypeAlias, TypedDict, Union

from typing_extensions import Buffer

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = [
    "CoreInfo",
    "Document",
    "DocumentEvent",
    "File",
    "FilePath",
    "Missing",
    "PandasSeries",
    "PolarityScores",
    "Progress",
    "Row",
    "ScoreColumns",
    "Statistics",
    "Tokenizer",
    "Words",
]

Document: TypeAlias = str | Buffer
"""A text, or UTF-8 in anything with the buffer protocol."""

FilePath: TypeAlias = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
"""The name of a file; bytes are the name in the file system."""

Row: TypeAlias = Document | float | None
"""A text, or a missing value: None, NaN, or that of a library (`pandas.NA`, `numpy.ma.masked`)."""

Missing: TypeAlias = Literal["raise"] | Literal["skip"] | Literal["keep"]
"""What to do with missing values: raise an error, skip them, or keep a row for them."""

File: TypeAlias = FilePath | BinaryIO
"""A path, or a file that is open for reading bytes."""

Tokenizer: TypeAlias = Union[str, "re.Pattern[str]"]
"""What a token is: a name, or a regular expression."""

Progress: TypeAlias = Callable[[int, int | None], object]
"""Called now and then during long work with what is done and the total (None where nobody knows it). An exception in it
stops the work; what was done stays."""


Words: TypeAlias = Mapping[str, float] | Iterable[tuple[str, float]]
"""Words, and what each is worth."""


class PandasSeries(Protocol):
    """The part of a pandas Series that the types need: pandas is optional."""

    @property
    def iloc(self) -> Any:
        """Its rows by their numbers."""


class PolarityScores(TypedDict):
    """What VADER says of a text; all are 0 where it has no word."""

    neg: float
    """How much of it is negative, from 0 to 1, to three digits."""
    neu: float
    """How much is neutral."""
    pos: float
    """How much is positive."""
    compound: float
    """The sum of the valences of all words, made a number from -1 to 1, to four digits."""


class ScoreColumns(TypedDict):
    """The same of many texts: arrays with a value for each."""

    neg: npt.NDArray[np.float64]
    """How much of each is negative."""
    neu: npt.NDArray[np.float64]
    """How much is neutral."""
    pos: npt.NDArray[np.float64]
    """How much is positive."""
    compound: npt.NDArray[np.float64]
    """The sums of their valences."""


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
