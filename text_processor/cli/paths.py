"""Finds the files of the paths on a command line: files, folders, patterns, URLs, and standard input."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Callable, Iterator, Sequence

STANDARD_INPUT = "-"

Skip = Callable[[str, str], None]
"""A function that receives a path, and the reason why it is skipped."""


def found_files(paths: Sequence[str], skip: Skip) -> Iterator[str]:
    """The files of paths, folders and patterns.

    A file appears as often as the paths name it, or once if it is only in folders or patterns.
    """
    seen = {_real(path) for path in paths if path != STANDARD_INPUT}
    for path in paths:
        if path == STANDARD_INPUT:
            yield path
            continue
        if "://" in path and not os.path.lexists(path):
            yield path
            continue
        if os.path.isdir(path):
            matches = [path]
        elif glob.has_magic(path) and not os.path.lexists(path):
            matches = _matches(path)
            if not matches:
                skip(path, "no file matches this pattern")
        else:
            # Also if the file is missing: the attempt to read it gives the reason.
            yield path
            continue
        for match in matches:
            for file in _files_below(match, skip) if os.path.isdir(match) else [match]:
                real = _real(file)
                if real not in seen:
                    seen.add(real)
                    yield file


def _real(path: str) -> str:
    """The path without links; the path itself if the current folder was deleted or the path is not valid."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return path


def _matches(pattern: str) -> list[str]:
    try:
        return sorted(glob.glob(pattern, recursive=True))
    except (re.error, ValueError):
        # Some versions of Python raise an error for ranges such as [z-a].
        return []


def _files_below(folder: str, skip: Skip) -> Iterator[str]:
    empty = True

    def fail(error: OSError) -> None:
        nonlocal empty
        empty = False
        skip(error.filename, error.strerror or str(error))

    for place, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = os.path.join(place, name)
            if not name.startswith(".") and _can_be_read(path):
                empty = False
                yield path
    if empty:
        skip(folder, "there is no file in this folder")


def _can_be_read(path: str) -> bool:
    """Whether a path is a regular file. True also for a broken link: reading it then raises the error."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return True
