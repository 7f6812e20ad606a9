"""Writes a file in such a way that the old file stays until the new file is complete."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

import click

from text_processor._printable import harmless

__all__ = ["check_target", "replaced", "writing"]


def check_target(path: str) -> None:
    """Raise an error if a file of this name cannot be written, before a command does the work for it."""
    with writing(path):
        target = os.path.realpath(path)
        old = _status(target)
        if old is not None and stat.S_ISDIR(old.st_mode):
            raise click.ClickException(f"cannot write {harmless(path)}: it is a folder")
        folder = os.path.dirname(target)
        if not os.path.isdir(folder):
            raise click.ClickException(f"cannot write {harmless(path)}: there is no such folder")
        if old is not None and not _may(target, os.W_OK):
            raise click.ClickException(f"cannot write {harmless(path)}: you may not write to this file")
        if (old is None or stat.S_ISREG(old.st_mode)) and not _may(folder, os.W_OK | os.X_OK):
            raise click.ClickException(f"cannot write {harmless(path)}: you may not write to its folder")


@contextmanager
def replaced(path: str) -> Iterator[BinaryIO]:
    """A new file that takes the name `path` at the end, with the permissions of the file that had this name.

    After an error, an interruption, or the end of the process, the old file has its name and its content. If the name
    is a link, the file that it leads to is replaced. A pipe or a device cannot be replaced, so it is written directly.
    """
    target = os.path.realpath(path)
    old = _status(target)
    if old is not None and not stat.S_ISREG(old.st_mode):
        with open(target, "wb") as file:
            yield file
        return
    folder = os.path.dirname(target)
    # A short name: the name of the target may have the greatest length. Commands do not read names with a dot.
    temporary = os.path.join(folder, f".text-processor-{os.urandom(8).hex()}.tmp")
    # Not with the module tempfile, whose files ignore the umask.
    descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
    file = open(descriptor, "wb")  # noqa: SIM115  # closed before the file gets its name
    try:
        yield file
        file.flush()
        if old is not None:
            _take_permissions(descriptor, old)
        os.fsync(descriptor)
        file.close()
        os.replace(temporary, target)
    except BaseException:
        # Closing writes the rest of the buffer, which a full disk refuses again.
        with suppress(OSError):
            file.close()
        with suppress(OSError):
            os.unlink(temporary)
        raise
    # Some file systems have no such call for a folder.
    with suppress(OSError):
        _synchronize(folder)


@contextmanager
def writing(path: str) -> Iterator[None]:
    """Replace an OSError by an error that names the file that cannot be written."""
    try:
        yield
    except OSError as error:
        raise click.ClickException(f"cannot write {harmless(path)}: {error.strerror or error}") from None


def _may(path: str, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def _take_permissions(descriptor: int, old: os.stat_result) -> None:
    # Only root may give a file to another user. The change of the owner may clear bits of the mode, so it is first.
    with suppress(PermissionError):
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def _synchronize(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
