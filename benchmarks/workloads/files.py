"""Word counts of compressed files."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, cast

from measuring import Comparison, timed

from text_processor import TextAnalyzer
from workloads.setting import Setting


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare with a file that Python's module gzip decompresses."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.gz"
        path.write_bytes(gzip.compress(setting.text, 6))
        yield Comparison(
            f"lines of a gzip file of {setting.size} → word_frequency()",
            "Python's gzip, and the same",
            timed(partial(frequency, path)),
            timed(partial(frequency_with_gzip, path)),
            2.0,
        )


def frequency(path: Path) -> dict[str, int]:
    """Return the count of each word of a compressed file, whose lines are documents."""
    with TextAnalyzer() as analyzer:
        analyzer.add_file(path, lines=True)
        return analyzer.word_frequency()


def frequency_with_gzip(path: Path) -> dict[str, int]:
    """Return the count of each word of a compressed file, which the module gzip decompresses."""
    with TextAnalyzer() as analyzer, gzip.open(path) as file:
        analyzer.add_file(cast("BinaryIO", file), lines=True)
        return analyzer.word_frequency()
