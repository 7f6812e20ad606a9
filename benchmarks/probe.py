"""How much memory it takes to count the words of a file, in a fresh process: prints bytes, as JSON.

`probe.py [--times N] FILE`; with `--times`, the file is added so often and its text is not stored. Resident memory is
read when everything is imported, and again while the analyzer and its answer live.
"""

from __future__ import annotations

import argparse
import json
import re
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
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int)
    parser.add_argument("file")
    arguments = parser.parse_args()
    start = memory("VmRSS")
    analyzer = TextAnalyzer(store_text=arguments.times is None)
    for _ in range(arguments.times or 1):
        analyzer.add_file(arguments.file)
    frequency = analyzer.word_frequency()
    found = {"gained": memory("VmRSS") - start, "peak": memory("VmHWM") - start, "words": sum(frequency.values())}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
