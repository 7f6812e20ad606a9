"""The document callback: how the core calls a Python function, and how its exception reaches the caller.

Each core has one native function pointer for all analyzers. It is created when the first callback is set, because it
needs memory that is writable and executable, and hardened systems refuse such memory. The core passes a key to it, not
an address. Only the analyzer refers to its callback, so the garbage collector sees every cycle of references, and a
call for a freed analyzer finds no callback.
"""

from __future__ import annotations

import itertools
import sys
import threading
from collections.abc import Callable
from weakref import WeakValueDictionary

from text_processor._native.core import Core, ffi
from text_processor._options import refuse_coroutine
from text_processor.exceptions import TextProcessorError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any

    from text_processor.typing import DocumentEvent


class DocumentCallback:
    """The callback of an analyzer, which keeps it alive. The core calls the function that is set at that moment."""

    __slots__ = ("__weakref__", "function", "is_muted", "key")

    def __init__(self, is_muted: Callable[[], bool]) -> None:
        self.function: Callable[[DocumentEvent], object] | None = None
        self.is_muted: Callable[[], bool] = is_muted
        self.key: int = next(_keys)
        _callbacks[self.key] = self


_keys = itertools.count(1)
_callbacks: WeakValueDictionary[int, DocumentCallback] = WeakValueDictionary()
_trampolines: dict[Core, Any] = {}


class _Kept(threading.local):
    """Exceptions of callbacks, while a native call of this thread returns to its caller."""

    last: tuple[FrameType, BaseException, Any] | None = None
    """The frame of the call, the exception, and the entry before. There is more than one entry if a signal handler or a
    finalizer adds documents too: either may run when a native call has just returned."""


kept = _Kept()


def _run(user_data: Any, event: Any) -> int:
    try:
        callback = _callbacks.get(int(ffi.cast("uintptr_t", user_data)))
        function = None if callback is None or callback.is_muted() else callback.function
        if function is not None:
            text = ffi.buffer(event.text, event.text_length)[:].decode()
            fields = {"text": text, "word_count": event.word_count, "total_documents": event.total_documents}
            refuse_coroutine("set_callback()", function(fields))  # type: ignore[arg-type]  # it is a DocumentEvent
    except BaseException as error:
        # No signal handler can raise before the return: Python runs them at calls, and none follows.
        frame = error.__traceback__.tb_frame.f_back  # type: ignore[union-attr]  # it was raised
        if frame is not None:
            kept.last = frame, error, kept.last
            return 1
        # No Python code made the native call, so no caller can catch the exception.
        sys.excepthook(type(error), error, error.__traceback__)
        return 1
    return 0


def keep_exception(_type: type[BaseException], exception: BaseException, traceback: TracebackType) -> int:
    """Keep the exception of a signal handler that ran before the callback began."""
    caller = sys._getframe().f_back
    if caller is not None:
        kept.last = caller, exception.with_traceback(traceback), kept.last
    return 1


def check_stack_depth() -> None:
    """Raise RecursionError if the stack is too deep to run a callback and to keep its exception."""
    _call_deeper()


def _call_deeper() -> None:
    pass


def raise_kept() -> None:
    """Raise the exception of a callback, after the native call of the caller has returned."""
    if kept.last is not None:
        _, exception, kept.last = kept.last
        try:
            raise exception
        finally:
            # The traceback refers to this frame, so the exception would refer to itself.
            del exception


def forget_kept() -> None:
    """Drop the exceptions of callbacks in the caller's native call, because a signal handler has raised another one."""
    caller = sys._getframe(1)
    while kept.last is not None and kept.last[0] is caller:
        kept.last = kept.last[2]


def is_from_callback(error: BaseException, *others: Callable[..., object]) -> bool:
    """Whether an error that the caller has caught comes from a callback, or from one of these functions."""
    codes = [function.__code__ for function in (_run, *others)]
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code in codes:
            return True
        traceback = traceback.tb_next
    return False


def trampoline(core: Core) -> Any:
    """The native function pointer of a core. It runs the callback whose key it receives."""
    pointer = _trampolines.get(core)
    if pointer is not None:
        return pointer
    try:
        pointer = ffi.callback("tp_document_callback", _run, error=1, onerror=keep_exception)
    except (MemoryError, SystemError) as error:
        raise TextProcessorError(
            "this system does not let CFFI create a callback, which needs memory that is writable and executable: "
            "add the documents without a callback, then read them with get_documents()"
        ) from error
    # If two threads create a pointer at the same time, both use the first one.
    return _trampolines.setdefault(core, pointer)
