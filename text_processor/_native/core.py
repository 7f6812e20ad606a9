"""Loads the native core: a shared library that you can replace without a change in Python.

The default core is the file that the environment variable ``TEXT_PROCESSOR_LIBRARY`` names. If the variable is not set,
it is the file that came with the package. `load_core` loads further cores.
"""

from __future__ import annotations

import os
import stat
import sys

from text_processor._native import fork
from text_processor._native.elf import is_truncated
from text_processor._native.missing import CURES
from text_processor._printable import harmless
from text_processor.exceptions import (
    CoreLoadError,
    CoreNotFoundError,
    EmptyAnalyzerError,
    ForkedAnalyzerError,
    IncompatibleCoreError,
    InvalidCoreError,
    InvalidDocumentError,
    InvalidLexiconError,
    InvalidOptionError,
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
)

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

try:
    from text_processor._native._ffi import ffi as ffi
except ModuleNotFoundError as _error:
    if _error.name != "text_processor._native._ffi":
        raise
    raise ImportError(
        f"{harmless(PACKAGE)} is a source tree that has not been built. Run 'pip install -e .' in "
        "the folder above it (Rust is needed), or start Python in another folder to use an installed text_processor."
    ) from None

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from text_processor._native._ffi import _Library
    from text_processor.typing import CoreInfo, FilePath

__all__ = ["Core", "core_info", "load_core"]

ENVIRONMENT_VARIABLE = "TEXT_PROCESSOR_LIBRARY"
PACKAGED = os.path.join(
    PACKAGE,
    {"darwin": "libtext_processor.dylib", "win32": "text_processor.dll"}.get(sys.platform, "libtext_processor.so"),
)

ABI_MAJOR = 1
ABI_MINOR = 1
"""The oldest minor version of the ABI with everything the package uses."""

_NAMES: dict[str, type[TextProcessorError]] = {
    "TP_ERROR_INVALID_ARGUMENT": InvalidOptionError,
    "TP_ERROR_NO_DOCUMENTS": EmptyAnalyzerError,
    "TP_ERROR_STOPPED_BY_CALLBACK": StoppedByCallbackError,
    "TP_ERROR_OUT_OF_MEMORY": OutOfMemoryError,
    "TP_ERROR_PANIC": PanicError,
    "TP_ERROR_TEXT_NOT_STORED": TextNotStoredError,
    "TP_ERROR_INVALID_LEXICON": InvalidLexiconError,
    "TP_ERROR_MISUSE": MisuseError,
    "TP_ERROR_FORKED": ForkedAnalyzerError,
    "TP_ERROR_TERMS_PENDING": TermsPendingError,
    "TP_ERROR_INVALID_FILE": SavedFileError,
}


class Core:
    """A loaded native core. `load_core` returns it; pass it to `TextAnalyzer(core=...)`."""

    __slots__ = ("__weakref__", "_errors", "_lib", "path")

    def __init__(self, path: str, lib: _Library) -> None:
        self.path: str = path
        """The file that the core was loaded from; `os.fsencode` returns its name in the file system."""
        self._lib = lib
        self._errors = {getattr(lib, name): exception for name, exception in _NAMES.items()}

    def info(self) -> CoreInfo:
        """Return the file and the versions of the core, and what it uses of this machine."""
        version = self._lib.tp_abi_version()
        return {
            "library": self.path,
            "version": _text(self._lib.tp_version()),
            "abi_version": f"{version >> 16}.{version & 0xFFFF}",
            "simd": _text(self._lib.tp_simd_level()),
            "threads": self._lib.tp_default_threads(),
        }

    def _check(self, status: int) -> None:
        """Raise the exception of a status, except for TP_OK."""
        if status:
            self._fail(status)

    def _fail(self, status: int) -> NoReturn:
        lib = self._lib
        message = _text(lib.tp_last_error_message())
        if status in (lib.TP_ERROR_INVALID_UTF8, lib.TP_ERROR_NO_WORDS):
            offset, document = lib.tp_last_error_offset(), lib.tp_last_error_document()
            # A single document has no option `missing`.
            if status == lib.TP_ERROR_NO_WORDS and document >= 0:
                message += f"; {CURES['documents']}"
            raise InvalidDocumentError(
                message, offset=offset if offset >= 0 else None, document=document if document >= 0 else None
            )
        if status == lib.TP_ERROR_INVALID_PATTERN:
            offset = lib.tp_last_error_offset()
            raise InvalidPatternError(message, offset=offset if offset >= 0 else None)
        if status == lib.TP_ERROR_MISSING_TEXT:
            raise MissingDocumentError(message, document=lib.tp_last_error_document())
        if status == lib.TP_ERROR_IO:
            number = lib.tp_last_error_errno()
            raise OSError(number, os.strerror(number)) if number else OSError(message)
        exception = self._errors.get(status, TextProcessorError)
        raise exception(message or _text(lib.tp_status_name(status)))

    def __repr__(self) -> str:
        return f"{type(self).__name__}(path={self.path!r})"


def _text(string: Any) -> str:
    return ffi.string(string).decode("utf-8", "replace")


def _open(path: str) -> Core:
    """Open a file, and check that it is a core for this package."""
    name = harmless(path)
    invalid = f"{name} is not a shared library that this machine can load"
    try:
        # Opening a pipe would wait until another program writes to it.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise InvalidCoreError(f"{invalid}: it is not a regular file")
        if is_truncated(path):
            raise InvalidCoreError(f"{invalid}: the file is truncated")
        spelling = _unused_name(path)
        try:
            lib = _opened_library(spelling)
        except OSError as error:
            raise InvalidCoreError(f"{invalid}: {harmless(str(error).replace(spelling, path))}") from None
    except (FileNotFoundError, NotADirectoryError):
        raise CoreNotFoundError(f"there is no file {name}") from None
    except (OSError, ValueError) as error:
        raise InvalidCoreError(f"{invalid}: {harmless(str(error))}") from None
    try:
        version = lib.tp_abi_version()
    except ffi.error:
        raise InvalidCoreError(f"{name} is a shared library, but not a core of text_processor") from None
    major, minor = version >> 16, version & 0xFFFF
    if major != ABI_MAJOR or minor < ABI_MINOR:
        raise IncompatibleCoreError(
            f"{name} has version {major}.{minor} of the ABI, but this package needs {ABI_MAJOR}.{ABI_MINOR} or a later "
            f"{ABI_MAJOR}.x: build the core from the sources of this package, or install the package of that core"
        )
    missing = [symbol for symbol in dir(lib) if not _has(lib, symbol)]
    if missing:
        raise IncompatibleCoreError(
            f"{name} lacks functions of version {major}.{minor} of the ABI: {', '.join(missing)}"
        )
    return Core(path, lib)


def _opened_library(path: str) -> _Library:
    try:
        return ffi.dlopen(path)
    except UnicodeEncodeError:
        # CFFI accepts only names that are text in the encoding of file names. The system accepts all names.
        import ctypes

        system = ctypes.CDLL(None)
        system.dlopen.restype, system.dlerror.restype = ctypes.c_void_p, ctypes.c_char_p
        handle = system.dlopen(os.fsencode(path), os.RTLD_NOW)
        if not handle:
            raise OSError(os.fsdecode(system.dlerror())) from None
        return ffi.dlopen(ffi.cast("void *", handle))


_opened: dict[str, int] = {}


def _unused_name(path: str) -> str:
    """A spelling of the path that was not used before: for a known path, the loader returns the earlier library."""
    times = _opened[path] = _opened.get(path, -1) + 1
    folder, name = os.path.split(path)
    return os.path.join(folder, "./" * times + name)


def _has(lib: object, name: str) -> bool:
    try:
        getattr(lib, name)
    except ffi.error:
        return False
    return True


_default: Core | None = None
_loaded: dict[tuple[str, int, int, int], Core] = {}
"""Cores are never unloaded: their handles, callbacks and arrays may outlive all other objects."""
_loading = fork.Lock(repairs=True)
"""Reentrant: a signal handler may create the first analyzer while the interrupted thread creates another."""


def _load(path: str) -> Core:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return _open(path)
    key = (path, status.st_dev, status.st_ino, status.st_mtime_ns)
    with _loading.intact():
        core = _loaded.get(key)
        if core is None:
            # A signal handler on this thread may have loaded the core in the meantime.
            core = _loaded.setdefault(key, _open(path))
        return core


def load_core(path: FilePath | None = None, *, make_default: bool = False) -> Core:
    """Load a native core. Cores that are in use stay loaded.

    Args:
        path: The library, as a `str`, bytes or a path object. By default the file that ``TEXT_PROCESSOR_LIBRARY``
            names, or, if that is not set, the file that came with the package.
        make_default: Whether objects that you create later without the argument `core` use this core. Existing
            analyzers keep their core.

    Raises:
        CoreNotFoundError: The file does not exist.
        InvalidCoreError: The file is not a shared library for this machine, or not a core of text_processor.
        IncompatibleCoreError: The core has another ABI than this package needs.

    >>> import text_processor
    >>> core = text_processor.load_core()
    >>> text_processor.TextAnalyzer(core=core)
    TextAnalyzer(documents=0, words=0)
    """
    global _default
    if path is not None:
        core = _load(os.path.abspath(os.fsdecode(path)))
    elif named := os.environ.get(ENVIRONMENT_VARIABLE):
        try:
            core = _load(os.path.abspath(named))
        except CoreLoadError as error:
            raise type(error)(
                f"{error} (the environment variable {ENVIRONMENT_VARIABLE} names this file: correct or unset it)"
            ) from None
    else:
        try:
            core = _load(PACKAGED)
        except CoreNotFoundError as error:
            raise CoreNotFoundError(
                f"{error}, which is a part of the package: install the package again, run 'pip install -e .' in a "
                f"source tree, or set the environment variable {ENVIRONMENT_VARIABLE} to the path of a core"
            ) from None
    if make_default:
        _default = core
    return core


def default_core() -> Core:
    """The core of all objects that are created without one; loaded at the first use."""
    global _default
    if _default is None:
        _default = load_core()
    return _default


def chosen_core(core: Core | None) -> Core:
    """The core that the caller has passed, or the default core.

    Raises:
        TypeError: It is not a core.
    """
    if core is None:
        return default_core()
    if not isinstance(core, Core):
        raise TypeError(f"core must be a Core from load_core(), not {type(core).__name__}")
    return core


def core_info(core: Core | None = None) -> CoreInfo:
    """Return the file and the versions of the native core, and what it uses of this machine.

    Args:
        core: The core; by default the current one, see `load_core`.

    >>> import text_processor
    >>> text_processor.core_info()["abi_version"]
    '1.1'
    """
    return chosen_core(core).info()
