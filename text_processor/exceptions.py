"""What can go wrong, as exceptions.

All derive from `TextProcessorError`. Those that have a counterpart in Python derive from it as well, so that
``except ValueError`` catches what one would expect.
"""

from __future__ import annotations

from text_processor._escapes import harmless

__all__ = [
    "ClosedAnalyzerError",
    "CoreLoadError",
    "CoreNotFoundError",
    "EmptyAnalyzerError",
    "ForkedAnalyzerError",
    "IncompatibleCoreError",
    "InvalidCoreError",
    "InvalidDocumentError",
    "InvalidDocumentTypeError",
    "InvalidLexiconError",
    "InvalidOptionError",
    "InvalidPatternError",
    "MissingDocumentError",
    "MisuseError",
    "OutOfMemoryError",
    "PanicError",
    "StoppedByCallbackError",
    "TermsPendingError",
    "TextNotStoredError",
    "TextProcessorError",
]


class TextProcessorError(Exception):
    """Base of everything this package raises by itself."""


class InvalidDocumentError(TextProcessorError, ValueError):
    """A document holds no word, or is not text (invalid UTF-8, lone surrogates), or a file holds no text.

    Attributes:
        reason: What is wrong with the document, without the place.
        offset: The first wrong byte, counted from the beginning of the document; for a `str` with a lone surrogate, the
            index of that character. None where the document holds no word.
        document: The place of the document in its batch, counted from 0; None where it was added alone.
        path: The name of the file of the document, as `os.fsdecode` returns it; None if it is not from a file.
        line: Its line in that file, counted from 1; None where the document is not a line.
    """

    def __init__(
        self,
        reason: str,
        offset: int | None = None,
        document: int | None = None,
        path: str | None = None,
        line: int | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset
        self.document = document
        self.path = path
        self.line = line

    def __str__(self) -> str:
        place = []
        if self.path is not None:
            place.append(harmless(self.path))
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.document is not None:
            place.append(f"document {self.document} of the batch")
        return f"{', '.join(place)}: {self.reason}" if place else self.reason

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), (self.reason, self.offset, self.document, self.path, self.line)


class InvalidDocumentTypeError(InvalidDocumentError, TypeError):
    """A document is neither a `str` nor a buffer of bytes."""


class MissingDocumentError(InvalidDocumentTypeError):
    """A document is missing: it is None, NaN, or another object that means a missing value."""

    def __str__(self) -> str:
        return "missing value" + ("" if self.document is None else f" at row {self.document}") + f": {self.reason}"


class InvalidLexiconError(TextProcessorError, ValueError):
    """A list of words makes no sense; the message says where."""


class EmptyAnalyzerError(TextProcessorError, ValueError):
    """The answer needs a document, and the analyzer holds none."""


class TextNotStoredError(TextProcessorError, ValueError):
    """The documents are asked for, and the analyzer was told to count them only (`store_text=False`)."""


class InvalidOptionError(TextProcessorError, ValueError):
    """The core cannot do what an option, or a variable of the environment, asks."""


class InvalidPatternError(TextProcessorError, ValueError):
    """A regular expression for tokens is none, or one that the core cannot use.

    Attributes:
        reason: What is wrong with it, with a picture of where.
        pattern: The regular expression.
        offset: The index in it where it goes wrong; None where there is no such place.
    """

    def __init__(self, reason: str, pattern: str | None = None, offset: int | None = None) -> None:
        super().__init__(reason, pattern, offset)
        self.reason = reason
        self.pattern = pattern
        self.offset = offset

    def __str__(self) -> str:
        return self.reason


class ClosedAnalyzerError(TextProcessorError, ValueError):
    """The analyzer was closed."""


class StoppedByCallbackError(TextProcessorError):
    """A callback ended the call without an exception of its own."""


class TermsPendingError(TextProcessorError):
    """Words wait for the function of `TermOptions`; the methods of an analyzer call it instead of raising this."""


class ForkedAnalyzerError(TextProcessorError, RuntimeError):
    """Another thread was using the analyzer when this process was forked: this child cannot use it; the parent can."""


class MisuseError(TextProcessorError, RuntimeError):
    """The instrumented core saw a handle used against its rules: a defect in what calls the C ABI."""


class OutOfMemoryError(TextProcessorError, MemoryError):
    """The core could not get the memory for a document, the index or an answer; what was there before is whole."""


class PanicError(TextProcessorError, RuntimeError):
    """A defect in the native core. The process and its analyzers live on; please report the message."""


class CoreLoadError(TextProcessorError, ImportError):
    """The native core could not be loaded."""


class CoreNotFoundError(CoreLoadError):
    """There is no such file."""


class InvalidCoreError(CoreLoadError):
    """The file is no shared library for this machine, or not a core of text_processor."""


class IncompatibleCoreError(CoreLoadError):
    """The core has another ABI than this package needs."""
