"""Measure memory in a new process, and print it in bytes as JSON.

`probe.py store|count FILE` counts the words of a file, with or without storing its text. `gained` is the resident
memory while the analyzer and its answer exist, and `peak` is the highest resident memory. Both are without the memory
that the process has after all imports.

`probe.py matrix FILE` makes a matrix of the lines of a file. `peak` is the highest resident memory during
`fit_transform`, without the memory before it. `size` is the size of the result: the matrix, the vocabulary and the
words in it.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from text_processor import TextAnalyzer
from text_processor.vectorizers import CountVectorizer


def memory(name: str) -> int:
    """Return VmRSS, the resident memory, or VmHWM, its highest value so far, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    match = re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)
    assert match, f"the kernel does not report {name}"
    return int(match[1]) * 1024


def matrix(path: str) -> dict[str, int]:
    """Return the memory of `fit_transform` for the lines of a file."""
    lines = Path(path).read_text(encoding="utf-8").split("\n")
    vectorizer = CountVectorizer()
    # From now on, VmHWM is the highest value after this moment.
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    start = memory("VmRSS")
    found = vectorizer.fit_transform(lines)
    peak = memory("VmHWM") - start
    words = vectorizer.vocabulary_
    size = sum(array.nbytes for array in (found.data, found.indices, found.indptr))
    return {
        "peak": peak,
        "size": size + sys.getsizeof(words) + sum(map(sys.getsizeof, words)),
        "words": int(found.sum()),
    }


def count(mode: str, path: str) -> dict[str, int]:
    """Return the memory for adding a file and counting its words."""
    start = memory("VmRSS")
    analyzer = TextAnalyzer(store_text=mode == "store")
    analyzer.add_file(path)
    frequency = analyzer.word_frequency()
    return {"gained": memory("VmRSS") - start, "peak": memory("VmHWM") - start, "words": sum(frequency.values())}


def main() -> None:
    """Print the figures of the mode."""
    _, mode, path = sys.argv
    print(json.dumps(matrix(path) if mode == "matrix" else count(mode, path)))


if __name__ == "__main__":
    main()
