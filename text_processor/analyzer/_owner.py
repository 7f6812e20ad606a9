"""The parts of an analyzer: its native handle, the documents that wait for it, and the callback."""

from __future__ import annotations

from collections.abc import Callable

from text_processor import _options
from text_processor._native.analyzer import Handle
from text_processor._native.callbacks import DocumentCallback
from text_processor._native.core import Core
from text_processor._native.fork import Lock
from text_processor._native.pending import NO_ROOM, PendingDocuments, Room
from text_processor.analyzer._variables import Variables
from text_processor.exceptions import ClosedAnalyzerError, InvalidPatternError
from text_processor.tokenizers import Tokenization, is_whitespace

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

    from typing_extensions import Self

    from text_processor._native.table import NativeTable
    from text_processor.terms import TermOptions
    from text_processor.typing import DocumentEvent, Tokenizer

    _Options: TypeAlias = tuple[int | None, bool, Tokenizer]


def new_handle(core: Core, threads: int | None, store_text: bool, tokenization: Tokenization) -> Handle:
    """A native analyzer without documents.

    Raises:
        InvalidPatternError: The regular expression is not valid.
    """
    number, pattern = tokenization.number, tokenization.pattern()
    try:
        return Handle(core, threads, store_text=store_text, tokenizer=number, pattern=pattern)
    except InvalidPatternError as error:
        raise tokenization.located(error) from None


class Owner:
    """Owns a native analyzer, the documents that wait for it, and its callback.

    One call of the core takes longer than its work for a short document. So documents wait until there are enough for
    one call, or until a query needs them. If a callback is set, no document waits: the callback runs before
    `add_document` returns.
    """

    __slots__ = (
        "__weakref__",
        "_callback",
        "_callback_lock",
        "_core",
        "_counts_unindexed",
        "_handle",
        "_options",
        "_pending",
        "_room",
        "_terms",
        "_variables",
    )

    def __init__(
        self, handle: Handle, options: _Options, terms: TermOptions | None, table: NativeTable | None = None
    ) -> None:
        """Own a native analyzer.

        Args:
            handle: The native analyzer.
            options: The number of threads, whether documents are stored, and the tokenizer, as the caller passed them.
            terms: How words become terms, if the handle has other options than the default ones.
            table: The ids and variables of its documents.
        """
        self._core: Core = handle.core
        self._handle: Handle | None = handle
        self._options = options
        self._terms = terms
        self._variables = Variables(table)
        self._counts_unindexed = is_whitespace(options[2])
        """Whether the core counts the words of a document when it is added."""
        self._pending = PendingDocuments()
        # The pending documents were added before the callback was set, so the callback must not get them.
        self._callback = DocumentCallback(self._pending.is_handing_over)
        self._room: Room = self._pending.room()
        """The room for pending documents; NO_ROOM if a callback is set, or after `close`."""
        self._callback_lock = Lock(repairs=True)

    @classmethod
    def _of(cls, handle: Handle, options: _Options, terms: TermOptions | None, table: NativeTable | None) -> Self:
        """An analyzer of this class; see `__init__`."""
        # The constructor of a subclass may have other arguments.
        made = cls.__new__(cls)
        Owner.__init__(made, handle, options, terms, table)
        return made

    @property
    def _store_text(self) -> bool:
        return self._options[1]

    def close(self) -> None:
        """Free the documents. Calls that are running end as usual; later calls raise `ClosedAnalyzerError`.

        A second call does nothing.
        """
        self._room = NO_ROOM
        self._handle = self._callback.function = None
        self._follow_callback()
        self._pending.clear()
        self._variables = Variables()

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
        """The handle, after all documents were handed to it."""
        handle = self._open_handle()
        self._pending.hand_over(handle)
        return handle

    def _indexed(self) -> Handle:
        """The handle, after it has indexed all documents."""
        handle = self._complete()
        handle.update(None)
        return handle

    def set_callback(self, callback: Callable[[DocumentEvent], object]) -> None:
        """Set a function that the analyzer calls with each document that is added from now on.

        The function replaces an earlier one. It runs on the thread that adds the document, before the call that adds it
        returns, and may use the analyzer. An exception in it reaches the caller of that call; the document stays added.

        Args:
            callback: The function; its argument is a `DocumentEvent`, a dict.

        Raises:
            TypeError: The callback is not a function, or it is an async or generator function, which a call does not
                run.

        >>> from text_processor import TextAnalyzer
        >>> analyzer = TextAnalyzer()
        >>> analyzer.set_callback(lambda event: print(event["word_count"], event["total_documents"]))
        >>> analyzer.add_document("call me Ishmael")
        3 1
        """
        if callback is None:
            raise TypeError("set_callback() takes a function, not None; see clear_callback()")
        _options.runnable("set_callback()", callback)
        # Not while another thread adds documents with ids: their callback would run for each of a batch.
        self._complete().order.run(self._change_callback, callback)

    def clear_callback(self) -> None:
        """Remove the callback, if one is set."""
        self._complete().order.run(self._change_callback, None)

    def _change_callback(self, callback: Callable[[DocumentEvent], object] | None) -> None:
        self._callback.function = callback
        self._follow_callback()

    def _follow_callback(self) -> None:
        """Tell the core whether a callback is set; without one, let documents wait again.

        At the same time other threads, or a signal handler on this thread, may set or clear the callback, or close the
        analyzer. The loop ends when the core agrees with the last of these changes.
        """
        with self._callback_lock.intact():
            while True:
                handle, function = self._handle, self._callback.function
                # No document may wait before the core knows the callback: the callback would miss it.
                self._room = NO_ROOM
                if handle is None:
                    self._callback.function = None
                elif function is not None:
                    handle.set_callback(self._callback)
                else:
                    handle.clear_callback()
                    self._room = self._pending.room()
                if handle is self._handle and function is self._callback.function:
                    return
