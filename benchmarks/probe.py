"""Measure the memory for counting the words of a file in a new process, and print it in bytes as JSON.

`probe.py store|count FILE` stores the text, or only counts it. `gained` is the resident memory while the analyzer and
its answer exist, and `peak` the highest resident memory, both minus the memory after all imports.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from text_processor import TextAnalyzer


def memory(name: str) -> int:
    """Return VmRSS, the resident memory, or VmHWM, its highest value so far, in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    match = re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)
    assert match, f"the kernel does not report {name}"
    return int(match[1]) * 1024


def main() -> None:
    """Add the file, and count its words."""
    _, mode, path = sys.argv
    start = memory("VmRSS")
    analyzer = TextAnalyzer(store_text=mode == "store")
    analyzer.add_file(path)
    frequency = analyzer.word_frequency()
    found = {"gained": memory("VmRSS") - start, "peak": memory("VmHWM") - start, "words": sum(frequency.values())}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
