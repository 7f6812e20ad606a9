"""Reads files of words and their values."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from text_processor import _files
from text_processor._files.lines import line_feeds
from text_processor._options import codec
from text_processor.exceptions import InvalidDocumentError, InvalidLexiconError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.typing import FilePath


def file_text(path: FilePath, encoding: str = "utf-8") -> bytes:
    """The text of a file of words, in UTF-8, with a line feed at the end of each line."""
    codec(encoding, "strict")
    try:
        return line_feeds(_files.text_of(path, encoding=encoding))
    except InvalidDocumentError as error:
        raise InvalidLexiconError(str(error)) from None


def pair(line: str) -> tuple[str, str]:
    """The two parts of a line before its first and its second tab."""
    word, tab, rest = line.partition("\t")
    if not tab:
        raise InvalidLexiconError(f"each line must be a word, a tab and a value, not {line!r}")
    return word, rest.partition("\t")[0]


def listed(words: Mapping[str, float]) -> bytes:
    """Checked words and values in the form that the core reads."""
    return "".join([f"{word}\t{value!r}\n" for word, value in words.items()]).encode()


def list_file(path: FilePath, name: str) -> bytes:
    """The text of a file of VADER: the file in the installed package if the path is `name`, otherwise the path."""
    if os.fsdecode(path) == name:
        import importlib.util

        # Without an import of the package, which imports requests: that takes longer than everything else here.
        spec = importlib.util.find_spec("vaderSentiment")
        folders = spec.submodule_search_locations if spec is not None else None
        if not folders:
            raise ModuleNotFoundError(
                f"{name} comes with the package vaderSentiment, which is not installed: pip install "
                "vaderSentiment==3.3.2, or pass the paths of your own files",
                name="vaderSentiment",
            )
        path = os.path.join(folders[0], name)
    return file_text(path)


def pairs(file: bytes) -> Iterator[tuple[str, str]]:
    """The entries of a file of VADER."""
    return (pair(line) for line in map(str.strip, file.decode().split("\n")) if line)
