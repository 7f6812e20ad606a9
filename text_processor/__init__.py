"""A corpus engine: counts, profiles and scores text in native code, on all cores, without the GIL.

>>> from text_processor import TextAnalyzer
>>> analyzer = TextAnalyzer()
>>> analyzer.add_documents(["It was the best of times,", "it was the worst of times,"])
2
>>> analyzer.top_words(3)
[('it', 2), ('was', 2), ('the', 2)]
"""

from text_processor._native.core import Core, core_info, load_core
from text_processor._renamed import keep_former_names
from text_processor.analyzer import TextAnalyzer
from text_processor.arrays import process_array
from text_processor.exceptions import (
    ClosedAnalyzerError,
    CoreLoadError,
    CoreNotFoundError,
    EmptyAnalyzerError,
    ForkedAnalyzerError,
    IncompatibleCoreError,
    InvalidCoreError,
    InvalidDocumentError,
    InvalidDocumentTypeError,
    InvalidLexiconError,
    InvalidOptionError,
    InvalidPatternError,
    MissingDocumentError,
    MisuseError,
    OutOfMemoryError,
    PanicError,
    StoppedByCallbackError,
    TermsPendingError,
    TextNotStoredError,
    TextProcessorError,
)
from text_processor.frequencies import WordCounts
from text_processor.greeting import hello
from text_processor.sentences import sentence_spans, sentences
from text_processor.tokenizers import tokenize
from text_processor.word_count import count_words

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.aio import AsyncTextAnalyzer
    from text_processor.ngrams import NgramCounts
    from text_processor.sentiment import Lexicon, SentimentIntensityAnalyzer
    from text_processor.terms import TermOptions, stemmers, stop_words
    from text_processor.typing import CoreInfo, DocumentEvent, PolarityScores, Progress, ScoreColumns, Statistics

__version__ = "0.2.0"

__all__ = [
    "AsyncTextAnalyzer",
    "ClosedAnalyzerError",
    "Core",
    "CoreInfo",
    "CoreLoadError",
    "CoreNotFoundError",
    "DocumentEvent",
    "EmptyAnalyzerError",
    "ForkedAnalyzerError",
    "IncompatibleCoreError",
    "InvalidCoreError",
    "InvalidDocumentError",
    "InvalidDocumentTypeError",
    "InvalidLexiconError",
    "InvalidOptionError",
    "InvalidPatternError",
    "Lexicon",
    "MissingDocumentError",
    "MisuseError",
    "NgramCounts",
    "OutOfMemoryError",
    "PanicError",
    "PolarityScores",
    "Progress",
    "ScoreColumns",
    "SentimentIntensityAnalyzer",
    "Statistics",
    "StoppedByCallbackError",
    "TermOptions",
    "TermsPendingError",
    "TextAnalyzer",
    "TextNotStoredError",
    "TextProcessorError",
    "WordCounts",
    "__version__",
    "core_info",
    "count_words",
    "hello",
    "load_core",
    "process_array",
    "sentence_spans",
    "sentences",
    "stemmers",
    "stop_words",
    "tokenize",
]


# What takes longer to import than all the rest, and few need.
_LATER = {
    "AsyncTextAnalyzer": "aio",
    "CoreInfo": "typing",
    "DocumentEvent": "typing",
    "Lexicon": "sentiment",
    "NgramCounts": "ngrams",
    "PolarityScores": "typing",
    "Progress": "typing",
    "ScoreColumns": "typing",
    "SentimentIntensityAnalyzer": "sentiment",
    "Statistics": "typing",
    "TermOptions": "terms",
    "stemmers": "terms",
    "stop_words": "terms",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)


def __dir__() -> list[str]:
    return __all__


keep_former_names()
