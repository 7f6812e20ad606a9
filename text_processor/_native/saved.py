"""Saved analyzers: files and bytes that the core writes and reads."""

from __future__ import annotations

import os
from collections.abc import Callable

from text_processor._native.arrow import filled, filled_columns
from text_processor._native.core import Core, ffi
from text_processor._native.long_calls import status_of
from text_processor._native.owned import owned
from text_processor._native.table import NativeTable

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import FilePath


def save(core: Core, analyzer: Any, path: FilePath, columns: NativeTable | None) -> None:
    """Save a native analyzer as a file, with a table that has a row for each document."""
    name = os.fsencode(path)
    with _PathInErrors(path):
        core._check(status_of(core, core._lib.tp_analyzer_save, analyzer, _pointer(columns), name, len(name)))


def load(core: Core, path: FilePath, threads: int | None, mmap: bool) -> tuple[Any, NativeTable | None]:
    """A native analyzer and its table from a file."""
    name = os.fsencode(path)
    with _PathInErrors(path):
        return _loaded(core, threads, mmap, core._lib.tp_analyzer_load, name)


def state(core: Core, analyzer: Any, columns: NativeTable | None) -> bytes:
    """A native analyzer as the bytes of a file."""
    to_ipc = core._lib.tp_analyzer_to_ipc
    return filled(core, lambda out: status_of(core, to_ipc, analyzer, _pointer(columns), out)).bytes()


def of_state(core: Core, data: bytes, threads: int | None) -> tuple[Any, NativeTable | None]:
    """A native analyzer and its table from bytes of `state`."""
    return _loaded(core, threads, False, core._lib.tp_analyzer_from_ipc, data)


def settings(core: Core, analyzer: Any) -> dict[str, str]:
    """The options of a native analyzer that do not have their default value, and its kind and tokenizer."""
    keys, values = filled_columns(core, lambda out: status_of(core, core._lib.tp_analyzer_settings, analyzer, out))
    return dict(zip(keys.strings("large_utf8"), values.strings("large_utf8"), strict=True))


def _pointer(columns: NativeTable | None) -> Any:
    return ffi.NULL if columns is None else columns.pointer


def _loaded(
    core: Core, threads: int | None, mmap: bool, read: Callable[..., int], data: bytes
) -> tuple[Any, NativeTable | None]:
    options = ffi.new("tp_load_options *", [ffi.sizeof("tp_load_options"), threads or 0, mmap])
    table = ffi.new("tp_table **")
    try:
        analyzer = owned(core, "tp_analyzer", lambda out: status_of(core, read, data, len(data), options, out, table))
    finally:
        # Also after an error: a signal handler may raise as soon as the native call is over.
        columns = ffi.gc(table[0], core._lib.tp_table_free)
    return analyzer, NativeTable.over(core, columns) if columns else None


class _PathInErrors:
    """Adds the path to an error of the system."""

    def __init__(self, path: FilePath) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, OSError) and error.errno is not None and error.filename is None:
            error.filename = os.fspath(self._path)
