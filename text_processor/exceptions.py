"""The exceptions of the package.

All derive from `TextProcessorError`. An exception that has a counterpart in Python also derives from it, so that for
example ``except ValueError`` catches a wrong value. The only exception that does not derive from `TextProcessorError`
is NotFittedError of the vectorizers: if scikit-learn is installed, it is scikit-learn's own class, which tools of
scikit-learn expect.
"""

from __future__ import annotations

from text_processor._printable import harmless

__all__ = [
    "ClosedAnalyzerError",
    "CoreLoadError",
    "CoreNotFoundError",
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
    "MissingDocumentError",
    "MisuseError",
    "OutOfMemoryError",
    "PanicError",
    "SavedFileError",
    "StoppedByCallbackError",
    "TermsPendingError",
    "TextNotStoredError",
    "TextProcessorError",
    "UnknownEncodingError",
    "UnknownIdError",
]


def __dir__() -> list[str]:
    return __all__


class TextProcessorError(Exception):
    """The base of all exceptions of this package."""


class InvalidDocumentError(TextProcessorError, ValueError):
    """A document has no word, or is not text (invalid UTF-8, lone surrogates), or a file is not text.

    Attributes:
        reason: The message without the place.
        offset: The offset of the first wrong byte from the beginning of the document; for a `str` with a lone
            surrogate, the index of that character. None if the document has no word.
        document: The index of the document in its batch, from 0; None if it was added alone.
        path: The name of the file of the document, as `os.fsdecode` returns it, or ``archive.zip:member``; None if it
            is not from a file.
        line: The number of the line in that file, from 1; None if the document is not a line.
        row: The index of the row in the table in that file, from 0; None if the document is not from a table.
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
        self.row: int | None = None

    def __str__(self) -> str:
        place = []
        if self.path is not None:
            place.append(harmless(self.path))
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.document is not None:
            place.append(f"document {self.document} of the batch")
        return f"{', '.join(place)}: {self.reason}" if place else self.reason

    def __reduce__(self) -> tuple[object, ...]:
        # The attributes include the notes of `add_note`.
        return type(self), (self.reason,), vars(self)


class InvalidDocumentTypeError(InvalidDocumentError, TypeError):
    """A document is not a `str` or a buffer of bytes."""


class MissingDocumentError(InvalidDocumentTypeError):
    """A document is missing: it is None, NaN, or the missing value of another library."""

    def __str__(self) -> str:
        row = self.document if self.row is None else self.row
        file = "" if self.path is None else f"{harmless(self.path)}: "
        return f"{file}missing value" + ("" if row is None else f" at row {row}") + f": {self.reason}"


class InvalidColumnError(TextProcessorError, ValueError):
    """An Arrow column cannot be read: it was read before, its producer failed, or its memory is not valid."""


class InvalidLexiconError(TextProcessorError, ValueError):
    """A list of words has an invalid entry; the message says where."""


class MissingEntryError(InvalidLexiconError, MissingDocumentError):
    """A word of a lexicon, or its value, is missing. Catch it as one of its bases."""


class MissingFeaturesError(MissingDocumentError, AttributeError):
    """A document of a vectorizer is missing. Catch it as `MissingDocumentError`.

    scikit-learn raises ValueError for NaN and AttributeError for None: this error is both.
    """


class DuplicateIdError(TextProcessorError, ValueError):
    """Two documents have the same id; the message names the id and both places."""


class UnknownIdError(TextProcessorError, KeyError):
    """No document has this id."""

    def __str__(self) -> str:
        # A KeyError shows the repr of its message.
        return Exception.__str__(self)


class EmptyAnalyzerError(TextProcessorError, ValueError):
    """The query needs a document, and the analyzer has no documents."""


class TextNotStoredError(TextProcessorError, ValueError):
    """The query needs the documents, and the analyzer does not store them (`store_text=False`)."""


class InvalidOptionError(TextProcessorError, ValueError):
    """An option, or an environment variable, has a value that is not valid."""


class UnknownEncodingError(InvalidOptionError, LookupError):
    """Python has no such encoding of text. It is also a LookupError, as in `open()`."""


class InvalidParameterError(InvalidOptionError, TypeError):
    """A parameter of a vectorizer has a wrong type, or is out of range."""


class InvalidPatternError(TextProcessorError, ValueError):
    """A regular expression is not valid or has a feature that the core does not support, or a pattern is empty.

    Attributes:
        reason: The message, which shows the place in the pattern.
        pattern: The regular expression.
        offset: The index of the error in the pattern; None if the error has no single place.
    """

    def __init__(self, reason: str, pattern: str | None = None, offset: int | None = None) -> None:
        super().__init__(reason, pattern, offset)
        self.reason = reason
        self.pattern = pattern
        self.offset = offset

    def __str__(self) -> str:
        return self.reason


class SavedFileError(TextProcessorError, ValueError):
    """A file is not a saved analyzer, is damaged, or has the format of another version of this library."""


class ClosedAnalyzerError(TextProcessorError, ValueError):
    """The analyzer was closed."""


class StoppedByCallbackError(TextProcessorError):
    """A callback stopped the call without an exception."""


class TermsPendingError(TextProcessorError):
    """Words wait for the function of `TermOptions`. Analyzers call that function and do not raise this error."""


class ForkedAnalyzerError(TextProcessorError, RuntimeError):
    """Another thread used the analyzer at the time of a fork: it is lost in this child, and intact in the parent."""


class MisuseError(TextProcessorError, RuntimeError):
    """The instrumented core found a wrong use of a handle: the caller of the C ABI has a defect."""


class OutOfMemoryError(TextProcessorError, MemoryError):
    """The core could not allocate memory for a document, the index or a result. Earlier documents are intact."""

    def __reduce__(self) -> tuple[object, ...]:
        # Dask uses the package tblib, which calls `__new__` to unpickle an exception. Python refuses this call for a
        # class that is an Exception and a MemoryError.
        return type(self), self.args, vars(self)


class PanicError(TextProcessorError, RuntimeError):
    """The native core has a defect. You can continue to use its analyzers; please report the message."""


class CoreLoadError(TextProcessorError, ImportError):
    """The native core could not be loaded."""


class CoreNotFoundError(CoreLoadError):
    """The file of the core does not exist."""


class InvalidCoreError(CoreLoadError):
    """The file is not a shared library for this machine, or not a core of text_processor."""


class IncompatibleCoreError(CoreLoadError):
    """The version of the ABI of the core is not one that this package can use."""
