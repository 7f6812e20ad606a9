"""Count, find and compare words, build matrices and score sentiment, fast and exactly: a corpus engine in native code.

>>> from text_processor import TextAnalyzer
>>> analyzer = TextAnalyzer()
>>> analyzer.add_documents(["It was the best of times,", "it was the worst of times,"])
2
>>> analyzer.top_words(3)
[('it', 2), ('was', 2), ('the', 2)]

help() shows the full description of each of these names, for example help(text_processor.TextAnalyzer).

Many documents:

    TextAnalyzer                documents, with their words, n-grams, statistics and sentiment
    AsyncTextAnalyzer           the same for asyncio
    TermOptions                 how words become terms: case, accents, stop words, stemmer
    stop_words, stemmers        the lists of stop words, the names of the stemmers
    Table                       results with rows and columns, which pandas, polars, pyarrow and DuckDB read
    WordCounts, NgramCounts     the tables that `word_counts` and `ngram_counts` return
    Concordance                 the table that `kwic` returns: words with the text around them

One text:

    tokenize, count_words       its tokens, and the number of its words
    sentences, sentence_spans   its sentences, and where each begins and ends

Sentiment:

    SentimentIntensityAnalyzer  the rules of VADER
    ScoreColumns                the table that its `scores` and `line_scores` return
    Lexicon                     words with their values, for `TextAnalyzer.analyze_sentiment`

Other modules and functions:

    text_processor.vectorizers  CountVectorizer, TfidfVectorizer and others, as in scikit-learn
    text_processor.matrix       document-term matrices without scikit-learn and SciPy
    text_processor.association  measures of association and p-values for your own counts
    text_processor.typing       CoreInfo, DocumentEvent, PolarityScores, Progress, Statistics
    Core, load_core, core_info  the native core: load another one; its version, SIMD and threads
    process_array, hello        a multiplication of an array, and a greeting, in native code

Exceptions, all of which derive from TextProcessorError:

    InvalidDocumentError, InvalidDocumentTypeError, MissingDocumentError, EmptyAnalyzerError, TextNotStoredError,
    DuplicateIdError, UnknownIdError, InvalidColumnError, SavedFileError, ClosedAnalyzerError, ForkedAnalyzerError,
    StoppedByCallbackError, TermsPendingError, InvalidLexiconError, InvalidOptionError, InvalidParameterError,
    InvalidPatternError, UnknownEncodingError, OutOfMemoryError, PanicError, MisuseError, CoreLoadError,
    CoreNotFoundError, InvalidCoreError, IncompatibleCoreError
"""

import sys

from text_processor._native.core import Core, core_info, load_core
from text_processor._renamed import MODULES, keep_former_names
from text_processor.analyzer import TextAnalyzer
from text_processor.arrays import process_array
from text_processor.exceptions import (
    ClosedAnalyzerError,
    CoreLoadError,
    CoreNotFoundError,
    DuplicateIdError,
    EmptyAnalyzerError,
    ForkedAnalyzerError,
    IncompatibleCoreError,
    InvalidColumnError,
    InvalidCoreError,
    InvalidDocumentError,
    InvalidDocumentTypeError,
    InvalidLexiconError,
    InvalidOptionError,
    InvalidParameterError,
    InvalidPatternError,
    MissingDocumentError,
    MisuseError,
    OutOfMemoryError,
    PanicError,
    SavedFileError,
    StoppedByCallbackError,
    TermsPendingError,
    TextNotStoredError,
    TextProcessorError,
    UnknownEncodingError,
    UnknownIdError,
)
from text_processor.frequencies import WordCounts
from text_processor.greeting import hello
from text_processor.sentences import sentence_spans, sentences
from text_processor.table import Table
from text_processor.tokenizers import tokenize
from text_processor.word_count import count_words

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.aio import AsyncTextAnalyzer
    from text_processor.concordance import Concordance
    from text_processor.ngrams import NgramCounts
    from text_processor.sentiment import Lexicon, SentimentIntensityAnalyzer
    from text_processor.sentiment.scores import ScoreColumns
    from text_processor.terms import TermOptions, stemmers, stop_words
    from text_processor.typing import CoreInfo, DocumentEvent, PolarityScores, Progress, Statistics

__version__ = "0.2.0"

__all__ = [
    "AsyncTextAnalyzer",
    "ClosedAnalyzerError",
    "Concordance",
    "Core",
    "CoreInfo",
    "CoreLoadError",
    "CoreNotFoundError",
    "DocumentEvent",
    "DuplicateIdError",
    "EmptyAnalyzerError",
    "ForkedAnalyzerError",
    "IncompatibleCoreError",
    "InvalidColumnError",
    "InvalidCoreError",
    "InvalidDocumentError",
    "InvalidDocumentTypeError",
    "InvalidLexiconError",
    "InvalidOptionError",
    "InvalidParameterError",
    "InvalidPatternError",
    "Lexicon",
    "MissingDocumentError",
    "MisuseError",
    "NgramCounts",
    "OutOfMemoryError",
    "PanicError",
    "PolarityScores",
    "Progress",
    "SavedFileError",
    "ScoreColumns",
    "SentimentIntensityAnalyzer",
    "Statistics",
    "StoppedByCallbackError",
    "Table",
    "TermOptions",
    "TermsPendingError",
    "TextAnalyzer",
    "TextNotStoredError",
    "TextProcessorError",
    "UnknownEncodingError",
    "UnknownIdError",
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


# help() shows the docstrings of all names in `__all__`, thousands of lines. Without `__all__`, only the one above.
# So pydoc does not find the list, and `__getattr__` returns it to all others, such as `from text_processor import *`.
_PUBLIC = __all__
del __all__

# The modules to import at the first use of a name: they take longer to import than all the others.
_LATER = {
    "AsyncTextAnalyzer": "aio",
    "Concordance": "concordance",
    "CoreInfo": "typing",
    "DocumentEvent": "typing",
    "Lexicon": "sentiment",
    "NgramCounts": "ngrams",
    "PolarityScores": "typing",
    "Progress": "typing",
    "ScoreColumns": "sentiment.scores",
    "SentimentIntensityAnalyzer": "sentiment",
    "Statistics": "typing",
    "TermOptions": "terms",
    "stemmers": "terms",
    "stop_words": "terms",
}


def __getattr__(name: str) -> object:
    if name == "__all__" and not sys._getframe(1).f_code.co_filename.endswith("pydoc.py"):
        return _PUBLIC
    import importlib

    if name in _LATER:
        return getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)
    if name in MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return _PUBLIC


keep_former_names()
