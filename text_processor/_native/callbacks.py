"""The document callback: how a native call reaches a Python function, and its exception comes back.

One native function pointer a core serves all analyzers. It is made when the first callback is set, since it needs
memory that is writable and executable, which hardened systems refuse. What it is given is a key, not a pointer: the
analyzer alone holds its callback, so the two form no cycle that the garbage collector could not see, and a call that
comes too late finds nothing.
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

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType, TracebackType
    from typing import Any

    from text_processor.typing import DocumentEvent


class DocumentCallback:
    """What the core calls for an analyzer, as long as the analyzer holds it: the function that is set at the time."""

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
    """Exceptions of callbacks, on their way through native calls of this thread to those who made these calls."""

    last: tuple[FrameType, BaseException, Any] | None = None
    """The frame of the call, the exception, and those before: there are some where a signal handler or a finalizer,
    which may run when a call has just returned, adds documents as well."""


_kept = _Kept()


def _run(user_data: Any, event: Any) -> int:
    try:
        callback = _callbacks.get(int(ffi.cast("uintptr_t", user_data)))
        function = None if callback is None or callback.is_muted() else callback.function
        if function is not None:
            text = ffi.buffer(event.text, event.text_length)[:].decode()
            told = {"text": text, "word_count": event.word_count, "total_documents": event.total_documents}
            refuse_coroutine("set_callback()", function(told))  # type: ignore[arg-type]  # it is a DocumentEvent
    except BaseException as error:
        # Python runs no signal handler between here and the return, since nothing is called: none can raise.
        frame = error.__traceback__.tb_frame.f_back  # type: ignore[union-attr]  # it was raised
        if frame is not None:
            _kept.last = frame, error, _kept.last
            return 1
        # The call was not made in Python, where somebody could catch it.
        sys.excepthook(type(error), error, error.__traceback__)
        return 1
    return 0


def _keep_exception(_type: type[BaseException], exception: BaseException, traceback: TracebackType) -> int:
    """For what a signal handler raises before the callback has begun."""
    caller = sys._getframe().f_back
    if caller is not None:
        _kept.last = caller, exception.with_traceback(traceback), _kept.last
    return 1


def look_down() -> None:
    """Raises RecursionError where the caller is so deep that a callback could be neither entered nor heard to fail."""
    _look_further()


def _look_further() -> None:
    pass


def raise_kept() -> None:
    """Raises what a callback raised during the native call that has just returned to the caller."""
    if _kept.last is not None:
        _, exception, _kept.last = _kept.last
        try:
            raise exception
        finally:
            # The traceback holds this frame, and with it the exception would hold itself.
            del exception


def forget_kept() -> None:
    """Forgets what a callback raised during the caller's native call, where a signal handler raised something else."""
    caller = sys._getframe(1)
    while _kept.last is not None and _kept.last[0] is caller:
        _kept.last = _kept.last[2]


def is_from_callback(error: BaseException, *others: Callable[..., object]) -> bool:
    """Whether an error that the caller has caught was raised in a callback, or below one of these functions."""
    codes = [function.__code__ for function in (_run, *others)]
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code in codes:
            return True
        traceback = traceback.tb_next
    return False


def trampoline(core: Core) -> Any:
    """The native function pointer of a core that runs the callback whose key it is given."""
    pointer = _trampolines.get(core)
    if pointer is not None:
        return pointer
    try:
        pointer = ffi.callback("tp_document_callback", _run, error=1, onerror=_keep_exception)
    except (MemoryError, SystemError) as error:
        raise TextProcessorError(
            "this system does not let CFFI make a callback (it needs memory that is writable and executable); ask for "
            "the documents after adding them instead"
        ) from error
    # Of two threads that come here at once, one is given the other's.
    return _trampolines.setdefault(core, pointer)
