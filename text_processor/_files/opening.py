"""Opens files by path, URL or file object."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib import import_module

from text_processor._native import fork

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from text_processor.typing import File


class Opened:
    """An open file.

    Args:
        file: The file, open for reading bytes.
        name: Its name, for messages.
        is_own: Whether this package opened it. A file object of the caller may keep the buffer that it reads into, and
            write to the buffer later; it may also be usable on one thread only.
        size: Its size in bytes; 0 if it is not known.
        can_wait: Whether a read may wait for an unknown time, as a read of a pipe does.
    """

    __slots__ = ("can_wait", "file", "is_own", "name", "size")

    def __init__(self, file: BinaryIO, name: str, *, is_own: bool, size: int, can_wait: bool) -> None:
        self.file = file
        self.name = name
        self.is_own = is_own
        self.size = size
        self.can_wait = can_wait


_left_open: list[BinaryIO] = []
"""Files that a forked child cannot close."""


@contextmanager
def opened(file: File) -> Iterator[Opened]:
    """Open a file for reading bytes. A file that the caller has opened stays open afterwards."""
    if (url := _url(file)) is not None:
        with _remote(url) as remote:
            length = getattr(remote, "size", None)
            known = length if isinstance(length, int) else 0
            yield Opened(remote, url, is_own=True, size=known, can_wait=False)
    elif isinstance(file, str | bytes | os.PathLike):
        own, generation = open(file, "rb"), fork.generation  # noqa: SIM115
        try:
            is_regular = stat.S_ISREG(os.fstat(own.fileno()).st_mode)
            yield Opened(own, name(file), is_own=True, size=size(own), can_wait=not is_regular)
        finally:
            if fork.generation == generation:
                own.close()
            else:
                # A thread of the parent may have held the lock of the file. The child would wait for it, also when the
                # file is freed.
                _left_open.append(own)
    elif isinstance(file, int):
        raise TypeError(
            "a file must be a path, or be open for reading bytes; to read a descriptor, pass open(fd, 'rb')"
        )
    elif not hasattr(file, "read"):
        raise TypeError(f"a file must be a path, or be open for reading bytes, not {type(file).__name__}")
    else:
        yield Opened(file, name(file), is_own=False, size=size(file), can_wait=True)


def name(file: File) -> str:
    """The name of a file, as os.fsdecode() returns it."""
    if isinstance(file, str | bytes | os.PathLike):
        return os.fsdecode(file)
    own: object = getattr(file, "name", None)
    if isinstance(own, int):
        return f"<descriptor {own}>"
    return os.fsdecode(own) if isinstance(own, str | bytes) and own else f"<{type(file).__name__}>"


def size(file: File) -> int:
    """The size of a file in bytes; 0 if it is not known without opening the file."""
    try:
        if isinstance(file, str | bytes | os.PathLike):
            return os.stat(file).st_size
        # A compressed file is shorter than its text: only the size of a raw file counts.
        raw = getattr(file, "raw", file)
        return os.fstat(raw.fileno()).st_size if isinstance(raw, io.FileIO) else 0
    except (OSError, ValueError):
        return 0


def _url(file: File) -> str | None:
    """The file as a URL; None if it is not a URL, or if a file has this name."""
    return file if isinstance(file, str) and "://" in file and not os.path.lexists(file) else None


@contextmanager
def _remote(url: str) -> Iterator[Any]:
    try:
        open_url = import_module("fsspec").open
    except ImportError:
        raise ModuleNotFoundError(
            f"{url} is read with fsspec, which is not installed: pip install fsspec", name="fsspec"
        ) from None
    try:
        whole = open_url(url, "rb", compression=None)
        remote = whole.open()
    except ImportError as error:
        raise ModuleNotFoundError(f"fsspec needs another package for {url}: {error}", name=error.name) from error
    except FileNotFoundError as error:
        # Some file systems of fsspec raise it with the path as its only argument.
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), url) from error
    with closing(whole):
        yield remote
