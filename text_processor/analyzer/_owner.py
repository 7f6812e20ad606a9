"""What an analyzer consists of: its native handle, the documents that wait for it, and its callback."""

from __future__ import annotations

from collections.abc import Callable

from text_processor import _options
from text_processor._native.analyzer import Handle
from text_processor._native.callbacks import DocumentCallback
from text_processor._native.core import Core
from text_processor._native.fork import Lock
from text_processor._native.pending import PendingDocuments
from text_processor.exceptions import ClosedAnalyzerError, InvalidPatternError
from text_processor.tokenizers import NAMES, Tokenization

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing_extensions import Self

    from text_processor.typing import DocumentEvent


class Owner:
    """Owns a native analyzer, and everything in Python that belongs to it."""

    __slots__ = (
        "__weakref__",
        "_callback",
        "_core",
        "_counts_at_once",
        "_following",
        "_gathered",
        "_handle",
        "_waiting",
    )

    def __init__(self, core: Core, threads: int | None, store_text: bool, tokenization: Tokenization) -> None:
        self._core = core
        number, pattern = tokenization.number, tokenization.pattern()
        self._handle: Handle | None
        try:
            self._handle = Handle(core, threads, store_text=store_text, tokenizer=number, pattern=pattern)
        except InvalidPatternError as error:
            raise tokenization.located(error) from None
        self._counts_at_once = number == NAMES["whitespace"]
        self._gathered = PendingDocuments()
        # What is gathered was added before a callback was set, so it is not told.
        self._callback = DocumentCallback(self._gathered.is_handing_over)
        self._waiting: list[str] | None = self._gathered.documents
        """Where documents are gathered: not with a callback, which is to hear of each at once."""
        self._following = Lock(repairs=True)

    def close(self) -> None:
        """Frees the documents. Calls that are running end as usual; later ones raise. Closing again does nothing."""
        self._handle = self._waiting = self._callback.function = None
        self._follow_callback()
        self._gathered.clear()

    def __enter__(self) -> Self:
        self._open_handle()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open_handle(self) -> Handle:
        handle = self._handle
        if handle is None:
            raise ClosedAnalyzerError("this analyzer was closed")
        return handle

    def _complete(self) -> Handle:
        """The handle, with all documents behind it."""
        handle = self._open_handle()
        self._gathered.hand_over(handle)
        return handle

    def _indexed(self) -> Handle:
        handle = self._complete()
        handle.update(None)
        return handle

    def set_callback(self, callback: Callable[[DocumentEvent], object]) -> None:
        """Sets a function that is called with each document after it was added, in place of any other.

        It runs on the thread that adds the document, before the call that adds it returns, and may use the analyzer.
        What it raises reaches the caller of that call; the document stays added.

        Args:
            callback: Called with a `DocumentEvent`, a dict.

        Raises:
            TypeError: It is not a function, or it is an async or generator function: a call does not run those.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.set_callback(lambda event: print(event["word_count"], event["total_documents"]))
        >>> analyzer.add_document("call me Ishmael")
        3 1
        """
        if callback is None:
            raise TypeError("set_callback() takes a function, not None; see clear_callback()")
        _options.runnable("set_callback()", callback)
        self._complete()
        self._callback.function = callback
        self._follow_callback()

    def clear_callback(self) -> None:
        """Removes the callback, if one is set."""
        self._complete()
        self._callback.function = None
        self._follow_callback()

    def _follow_callback(self) -> None:
        """Brings the core, and whether documents are gathered, in line with the callback that is set, if one is.

        Other threads may set, clear and close meanwhile, and so may a signal handler on this one: whoever comes last
        finds what all of them have decided.
        """
        with self._following.intact():
            while True:
                handle, function = self._handle, self._callback.function
                # Before the core tells of documents, and after: no document is told of that was gathered.
                self._waiting = None
                if handle is None:
                    self._callback.function = None
                elif function is not None:
                    handle.set_callback(self._callback)
                else:
                    handle.clear_callback()
                    self._waiting = self._gathered.documents
                if handle is self._handle and function is self._callback.function:
                    return
