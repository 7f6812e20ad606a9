"""Reads files of words and their values, and writes them for the core."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from text_processor import _files
from text_processor._options import codec
from text_processor.exceptions import InvalidDocumentError, InvalidLexiconError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.typing import FilePath


def file_text(path: FilePath, encoding: str = "utf-8") -> bytes:
    """The text of a file that lists words, in UTF-8."""
    codec(encoding, "strict")
    try:
        return _files.text_of(path, encoding=encoding)
    except InvalidDocumentError as error:
        raise InvalidLexiconError(str(error)) from None


def pair(line: str) -> tuple[str, str]:
    """What stands before the first tab of a line, and between it and the next."""
    word, tab, rest = line.partition("\t")
    if not tab:
        raise InvalidLexiconError(f"a word, a tab and a value are needed, not {line!r}")
    return word, rest.partition("\t")[0]


def listed(words: Mapping[str, float]) -> bytes:
    """Words and values that were checked, as the core reads them."""
    return "".join([f"{word}\t{value!r}\n" for word, value in words.items()]).encode()


def list_file(path: FilePath, name: str) -> bytes:
    """A file of a given path, or that of the installed package for its own name."""
    if os.fsdecode(path) == name:
        import importlib.util

        # The package itself is not imported: that would import requests, which takes longer than all the rest.
        spec = importlib.util.find_spec("vaderSentiment")
        folders = spec.submodule_search_locations if spec is not None else None
        if not folders:
            raise ModuleNotFoundError(
                f"{name} comes with the package vaderSentiment, which is not installed: pip install "
                "vaderSentiment==3.3.2, or name files of your own",
                name="vaderSentiment",
            )
        path = os.path.join(folders[0], name)
    return file_text(path)


def pairs(file: bytes) -> Iterator[tuple[str, str]]:
    return (pair(line) for line in map(str.strip, file.decode().split("\n")) if line)
