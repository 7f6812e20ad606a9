"""Python exits while threads use analyzers: the exit status is unchanged, and no error is printed."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.once

BEGIN = """
import asyncio, atexit, concurrent.futures, ctypes, gc, os, sys, threading, time, types
from text_processor import AsyncTextAnalyzer, TextAnalyzer

def filled(**options):
    analyzer = TextAnalyzer(**options)
    analyzer.add_documents(["some words of a document", "and others"] * 500)
    return analyzer

def start(work, daemon=True):
    for _ in range(3):
        threading.Thread(target=work, daemon=daemon).start()
    time.sleep(0.02)

def at_the_very_end(function):
    # Later than any atexit handler: while the last modules are cleared.
    class Last:
        def __del__(self, function=function):
            function()
    sys.modules["at_the_very_end"] = types.ModuleType("at_the_very_end")
    sys.modules["at_the_very_end"].last = Last()
"""

SCENARIOS: dict[str, tuple[str, int, str]] = {
    "at module level, in cycles, with callbacks and open results": (
        """
analyzer = filled()
analyzer.set_callback(lambda event: analyzer)
analyzer.add_document("told")
counts, ranked, documents = analyzer.word_counts(), analyzer.iter_top_words(), iter(analyzer)
column = counts.counts
next(ranked), next(documents)
class Cycle: pass
cycle = Cycle()
cycle.self, cycle.analyzer = cycle, analyzer
analyzer.add_document("gathered")
""",
        0,
        "",
    ),
    "tables and their capsules in a late module": (
        """
table = filled().word_counts()
class Late(types.ModuleType): pass
late = sys.modules["late"] = Late("late")
late.kept = table, table[1:], table["word"], next(iter(table))
if hasattr(ctypes, "pythonapi"):
    late.capsules = [table.__arrow_c_stream__() for _ in range(3)], table.__arrow_c_schema__()
""",
        0,
        "",
    ),
    "pending documents that are never queried": ("analyzer = TextAnalyzer()\nanalyzer.add_document('short')", 0, ""),
    "daemon threads that add": (
        "shared = filled()\ndef work():\n    while True: shared.add_documents(['some words'] * 100)\nstart(work)",
        0,
        "",
    ),
    "daemon threads that gather": (
        "shared = filled()\ndef work():\n    while True: shared.add_document('some words')\nstart(work)",
        0,
        "",
    ),
    "daemon threads in callbacks": (
        "def work():\n"
        "    analyzer = filled(threads=1)\n"
        "    analyzer.set_callback(lambda event: None)\n"
        "    while True: analyzer.add_documents(['some words'] * 100)\n"
        "start(work)\n"
        "at_the_very_end(lambda sleep=time.sleep: sleep(0.05))",
        0,
        "",
    ),
    "daemon threads in callbacks of drafts": (
        "def work():\n"
        "    analyzer = TextAnalyzer(threads=1, store_text=False)\n"
        "    analyzer.set_callback(lambda event: None)\n"
        "    while True: analyzer.add_document(bytearray(b'some words'))\n"
        "start(work)\n"
        "at_the_very_end(lambda sleep=time.sleep: sleep(0.05))",
        0,
        "",
    ),
    "daemon threads that ask": (
        "shared = filled(threads=2)\n"
        "def work():\n"
        "    while True:\n"
        "        shared.add_documents(['other words', 'than before'] * 200)\n"
        "        shared.word_frequency(), shared.top_words(3), shared.word_counts().words\n"
        "start(work)",
        0,
        "",
    ),
    "a daemon thread in one long call": (
        "analyzer = TextAnalyzer(threads=1)\n"
        "analyzer.add_documents([' '.join(map(str, range(50_000)))] * 40)\n"
        "start(analyzer.index)",
        0,
        "",
    ),
    "threads that end by themselves": (
        "def work():\n"
        "    analyzer = filled()\n"
        "    time.sleep(0.05)\n"
        "    analyzer.add_document('later')\n"
        "    os.write(1, b'%d\\n' % analyzer.document_count())\n"
        "start(work, daemon=False)",
        0,
        "1001\n" * 3,
    ),
    "atexit handlers": (
        "analyzer = filled()\n"
        "analyzer.set_callback(lambda event: print(event['text']))\n"
        "atexit.register(lambda: print(analyzer.document_count()))\n"
        "atexit.register(analyzer.add_document, 'at the end')",
        0,
        "at the end\n1001\n",
    ),
    "use at the very end": (
        "analyzer = filled()\n"
        "analyzer.set_callback(lambda event: os.write(1, event['text'].encode()))\n"
        "def use(analyzer=analyzer):\n"
        "    analyzer.add_documents(['last words'])\n"
        "    assert analyzer.document_count() == 1001 and analyzer.word_frequency()['last'] == 1\n"
        "    analyzer.close()\n"
        "at_the_very_end(use)",
        0,
        "last words",
    ),
    "workers of an executor": (
        "pool = concurrent.futures.ThreadPoolExecutor(3)\n"
        "shared = filled()\n"
        "futures = [pool.submit(shared.add_documents, ['some words'] * 2000) for _ in range(30)]\n"
        "atexit.register(lambda: print(shared.document_count()))",
        0,
        "61000\n",
    ),
    "an event loop with work pending": (
        "async def main():\n"
        "    texts = AsyncTextAnalyzer(filled())\n"
        "    tasks = [asyncio.ensure_future(texts.add_documents(['some words'] * 20_000)) for _ in range(3)]\n"
        "    await asyncio.sleep(0.005)\n"
        "asyncio.run(main())",
        0,
        "",
    ),
    "sys.exit in a callback": (
        "analyzer = filled()\nanalyzer.set_callback(lambda event: sys.exit(7))\nanalyzer.add_documents(['one', 'two'])",
        7,
        "",
    ),
    "sys.exit in a callback on a thread": (
        "analyzer = filled()\n"
        "analyzer.set_callback(lambda event: sys.exit(7))\n"
        "start(lambda: analyzer.add_document('one'), daemon=False)",
        0,
        "",
    ),
    "os._exit in a callback": (
        "analyzer = filled()\nanalyzer.set_callback(lambda event: os._exit(9))\nanalyzer.add_document('one')",
        9,
        "",
    ),
    "os._exit while threads are inside": (
        "shared = filled()\n"
        "def work():\n"
        "    while True: shared.add_documents(['some words'] * 100), shared.unique_words()\n"
        "start(work)\n"
        "os._exit(5)",
        5,
        "",
    ),
}


def outcome(code: str) -> tuple[int, str, str]:
    result = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", BEGIN + code],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return result.returncode, result.stdout, result.stderr


@pytest.mark.parametrize("name", SCENARIOS)
def test_python_exits_cleanly(name: str) -> None:
    code, status, printed = SCENARIOS[name]
    # The result may depend on timing, so several processes run at the same time and slow each other down.
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(outcome, [code] * 4):
            assert found == (status, printed, "")


def test_an_uncaught_exception_of_a_thread_is_printed_once() -> None:
    code = (
        "shared = filled()\n"
        "def fail(event): raise LookupError('on purpose')\n"
        "shared.set_callback(fail)\n"
        "thread = threading.Thread(target=shared.add_document, args=('one',))\n"
        "thread.start(); thread.join()\n"
        "print(shared.document_count())"
    )
    status, printed, complaints = outcome(code)
    assert (status, printed) == (0, "1001\n")
    assert complaints.count("Traceback") == 1
    assert complaints.endswith("LookupError: on purpose\n")


def test_python_exits_cleanly_with_an_unoptimized_core(monkeypatch: pytest.MonkeyPatch, unoptimized_core: str) -> None:
    """Python ends threads inside callbacks. This must not end the process, even if the core is not optimized."""
    monkeypatch.setenv("TEXT_PROCESSOR_LIBRARY", unoptimized_core)
    for name in ("daemon threads in callbacks", "daemon threads in callbacks of drafts"):
        test_python_exits_cleanly(name)


@pytest.mark.parametrize("library", ["pyarrow", "polars", "arro3.core"])
def test_data_in_other_libraries_can_be_freed_after_the_core(library: str) -> None:
    pytest.importorskip(library)
    program = f"""
import {library}
reads = {{"pyarrow": "table", "polars": "DataFrame", "arro3.core": "Table"}}["{library}"]
table = filled().word_counts()
late = sys.modules["late"] = types.ModuleType("late")
read = getattr({library}, reads)
late.kept = [getattr(read, "from_arrow", read)(table) for _ in range(3)], table
"""
    for _ in range(2):
        result = subprocess.run([sys.executable, "-c", BEGIN + program], capture_output=True, text=True, timeout=60)
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
