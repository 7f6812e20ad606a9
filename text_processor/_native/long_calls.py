"""Calls of the core that may take long.

Python handles signals between two steps of its own code, and a native call is one step. So the core calls a function of
Python between two steps of a long call, its checkpoint. In this function, Python handles signals, and `checkpoint` runs
the function of the context. An exception there ends the native call, and reaches the caller as itself.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

from text_processor._native.callbacks import forget_kept, keep_exception, kept, raise_kept
from text_processor._native.checkpoint import checkpoint, on_checkpoint
from text_processor._native.core import Core, ffi

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MILLISECONDS_PER_STEP = 40
"""The native work between two checkpoints."""

SHORT_TEXT = 1 << 10
"""The most bytes of a text for which no call takes long."""


def _run(_user_data: Any) -> int:
    try:
        checkpoint()
    except BaseException as error:
        # No signal handler can raise before the return: Python runs them at calls, and none follows.
        frame = error.__traceback__.tb_frame.f_back  # type: ignore[union-attr]  # it was raised
        if frame is not None:
            kept.last = frame, error, kept.last
        return 1
    return 0


_pointers: list[Any] = []
"""The native pointer of `_run`, from the first call on; None if this system does not let CFFI make one."""


def _pointer() -> Any:
    if not _pointers:
        try:
            _pointers.append(ffi.callback("tp_checkpoint", _run, error=1, onerror=keep_exception))
        except (MemoryError, SystemError):
            _pointers.append(None)
    return _pointers[0]


class _Calls(threading.local):
    """The long calls of this thread."""

    cores: tuple[Core, ...] = ()
    """The cores that have a checkpoint for this thread."""


_calls = _Calls()


def status_of(core: Core, function: Callable[..., int], *arguments: Any) -> int:
    """Call a function that may take long; returns its status, or raises the exception of a checkpoint.

    Python handles signals on the main thread. On another thread, the call has checkpoints only if the context has a
    function for them.
    """
    is_main = threading.get_ident() == threading.main_thread().ident
    before = _calls.cores
    if not (is_main or on_checkpoint.get()) or core in before or (pointer := _pointer()) is None:
        return function(*arguments)
    try:
        _calls.cores = (*before, core)
        core._lib.tp_set_checkpoint(pointer, ffi.NULL, MILLISECONDS_PER_STEP)
        status = function(*arguments)
        if status and kept.last is not None and kept.last[0] is sys._getframe():
            raise_kept()
    except BaseException:
        forget_kept()
        raise
    finally:
        core._lib.tp_set_checkpoint(ffi.NULL, ffi.NULL, 0)
        _calls.cores = before
    return status


def status_for(length: int, core: Core, function: Callable[..., int], *arguments: Any) -> int:
    """The same for a function that reads a text of this length. A call for a short text has no checkpoints."""
    return status_of(core, function, *arguments) if length > SHORT_TEXT else function(*arguments)
