"""The data that the comparisons use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import data


@dataclass(frozen=True)
class Setting:
    """The text, and the places of other data."""

    files: tuple[Path, ...]
    """The files of the text; empty for the sample."""
    length: int
    """The approximate length of the text, in bytes."""
    seed: int
    """The seed of generated text."""
    manual_pages: Path
    """The folder with the manual pages; it has one folder per language."""
    dictionary: Path
    """The file of a dictionary: text with many distinct words."""
    programs: Path
    """The folder with the built Rust programs."""
    scratch: Path
    """A folder to write to."""

    @cached_property
    def text(self) -> bytes:
        """The text."""
        return data.corpus(self.files, self.length)

    @cached_property
    def path(self) -> Path:
        """A file with the text."""
        path = self.scratch / "corpus.txt"
        path.write_bytes(self.text)
        return path

    @cached_property
    def rich(self) -> bytes:
        """Text with many distinct words: the dictionary, or generated text if there is no such file."""
        if self.dictionary.is_file():
            text = data.dictionary(self.dictionary)
            return data.cut(text, min(self.length, len(text)))
        return data.zipf_text(self.seed, self.length, data.RICH_EXPONENT)

    @cached_property
    def rich_path(self) -> Path:
        """A file with the text that has many distinct words."""
        path = self.scratch / "rich.txt"
        path.write_bytes(self.rich)
        return path

    @property
    def rich_source(self) -> str:
        """The source of the text with many distinct words, for people."""
        return self.dictionary.name if self.dictionary.is_file() else f"text generated from seed {self.seed}"

    @property
    def size(self) -> str:
        """The length of the text, for people."""
        return f"{len(self.text) / 1e6:.0f} MB"
