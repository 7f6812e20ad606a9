"""How much memory it takes to count the words of a file, in a fresh process: prints bytes, as JSON.

`probe.py store|count FILE`: the text is stored, or only counted. Resident memory is read when everything is imported,
and again while the analyzer and its answer live; besides, the most there ever was.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from text_processor import TextAnalyzer


def memory(name: str) -> int:
    """VmRSS, which is resident memory, or VmHWM, which is the most that ever was; in bytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    match = re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)
    assert match, f"the kernel does not tell {name}"
    return int(match[1]) * 1024


def main() -> None:
    """Adds the file, and asks."""
    _, mode, path = sys.argv
    start = memory("VmRSS")
    analyzer = TextAnalyzer(store_text=mode == "store")
    analyzer.add_file(path)
    frequency = analyzer.word_frequency()
    found = {"gained": memory("VmRSS") - start, "peak": memory("VmHWM") - start, "words": sum(frequency.values())}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
