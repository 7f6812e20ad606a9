"""Memory that is freed with its last reference.

Each test measures a process of its own. In the process of the tests, the memory of other tests would be counted too.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/statm").exists() or sys.implementation.name != "cpython",
    reason="reads the memory of a process as Linux reports it, and counts on the references of CPython",
)

PROGRAM = """
import gc, mmap, pickle
from text_processor import TextAnalyzer

def resident():
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * mmap.PAGESIZE

{before}
sizes = []
for number in range(50):
    {step}
    if number % 10 == 9:
        sizes.append(resident())
print(min(end - start for start, end in zip(sizes, sizes[1:])) / ({size}))
"""


def kept(*, before: str, step: str, size: str) -> float:
    """Return how many results a process keeps of ten steps. `size` is the bytes of one result.

    The allocator of C keeps some free memory too, which grows now and then. So the process runs ten steps to warm up,
    and then four times ten steps, and the result is the least of the four. A leak is in each of them.
    """
    program = PROGRAM.format(before=before, step=step, size=size)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return float(run.stdout)


def test_an_analyzer_is_freed_with_its_last_reference() -> None:
    step = "analyzer = TextAnalyzer(); analyzer.add_document(text); analyzer.unique_words()"
    assert kept(before="text = 'word ' * 1_000_000", step=step, size="len(text)") < 2


def test_a_table_is_freed_with_its_last_reference() -> None:
    # A table from a pickle has its own memory.
    before = (
        "analyzer = TextAnalyzer(); analyzer.add_document(' '.join(f'w{word}' for word in range(100_000)))\n"
        "pickled = pickle.dumps(analyzer.word_counts())"
    )
    step = "table = pickle.loads(pickled); table.__arrow_c_stream__(), table.__arrow_c_schema__(), table['count']"
    assert kept(before=before, step=step, size="len(pickled)") < 2


def test_the_measurement_sees_what_a_process_keeps() -> None:
    before = "results = []"
    assert kept(before=before, step="results.append(bytearray(b'a' * 1_000_000))", size="1_000_000") > 9
