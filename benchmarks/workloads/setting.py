"""On what the contests run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import data


@dataclass(frozen=True)
class Setting:
    """The text, and where other text is."""

    files: tuple[Path, ...]
    """The text is made of these; of the sample, where there are none."""
    length: int
    """About how many bytes of text."""
    seed: int
    """Of generated text."""
    manual_pages: Path
    """The folder that has the manual pages, a folder for each language."""
    programs: Path
    """The folder with the engine's examples, built."""
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

    @property
    def size(self) -> str:
        """The length of the text, for people."""
        return f"{len(self.text) / 1e6:.0f} MB"
