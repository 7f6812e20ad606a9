"""What work takes besides time, and what threads gain."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import data
from measuring import Comparison, Contest, Measured, timed

from text_processor import TextAnalyzer
from workloads.setting import Setting

PROBE = Path(__file__).resolve().parents[1] / "probe.py"

IMPORT = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def contests(setting: Setting) -> Iterator[Contest]:
    """Threads, memory, and the time of an import."""
    yield _two_analyzers(setting)
    yield _four_askers()
    yield _memory(setting)
    yield from _memory_without_text(setting)
    yield _import()


# ---- Threads ----


def at_once(work: Callable[[], object], threads: int) -> list[object]:
    """What work gives on several Python threads at once."""
    results: list[object] = []
    running = [threading.Thread(target=lambda: results.append(work())) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return results


def _two_analyzers(setting: Setting) -> Contest:
    def index() -> int:
        with TextAnalyzer(threads=1) as analyzer:
            analyzer.add_document(setting.text)
            return analyzer.unique_words()

    return Contest(
        f"two Python threads, an analyzer of one thread and {setting.size} each",
        "one after the other",
        timed(lambda: at_once(index, 2)),
        timed(lambda: [index(), index()]),
        1.85,
    )


def _four_askers() -> Contest:
    analyzer = TextAnalyzer()
    analyzer.add_document("good " + " ".join(map(str, range(1_000_000))))

    def ask() -> float:
        return sum(analyzer.analyze_sentiment() for _ in range(5))

    return Contest(
        "one analyzer, four Python threads ask for its sentiment",
        "one after the other",
        timed(lambda: at_once(ask, 4)),
        timed(lambda: [ask() for _ in range(4)]),
        None,
    )


# ---- Memory ----


def probed(*arguments: object) -> dict[str, float]:
    """What the probe finds in a process of its own."""
    command = (sys.executable, "-I", str(PROBE), *map(str, arguments))
    found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return {str(name): value for name, value in found.items()}


def _memory(setting: Setting) -> Contest:
    words = data.word_count(setting.text)

    def ours() -> Measured:
        found = probed("store", setting.path)
        return Measured(found["gained"] / 1e6, found["words"])

    return Contest(
        f"memory gained by adding {setting.size} from a file and asking for word_frequency()",
        "the text",
        ours,
        lambda: Measured(len(setting.text) / 1e6, words),
        2.2,
        Comparison.COST,
        "MB",
    )


def _memory_without_text(setting: Setting) -> Iterator[Contest]:
    words = len(setting.text.decode().split())
    path = setting.scratch / "repeated.txt"
    for times in (1, 10):
        with path.open("wb") as file:
            for _ in range(times):
                file.write(setting.text)

        def ours() -> Measured:
            found = probed("count", path)
            return Measured(found["peak"] / 1e6, found["words"])

        yield Contest(
            f"the most memory there is while a file of {path.stat().st_size / 1e6:.0f} MB is counted, store_text=False",
            "before it is opened",
            ours,
            partial(Measured, 0.0, times * words),
            20.0,
            Comparison.EXCESS,
            "MB",
        )
    path.unlink()


# ---- Import ----


def imported(module: str) -> Measured:
    """Seconds that a fresh Python needs to import a module."""
    command = (sys.executable, "-I", "-c", IMPORT.format(module))
    return Measured(float(subprocess.run(command, capture_output=True, check=True).stdout), None)


def _import() -> Contest:
    return Contest(
        "import text_processor",
        "import cffi",
        partial(imported, "text_processor"),
        partial(imported, "cffi"),
        0.030,
        Comparison.EXCESS,
    )
