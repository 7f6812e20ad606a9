"""Memory, the gain by threads, and the time of an import."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import data
from measuring import Comparison, FigureKind, Measured, timed

from text_processor import TextAnalyzer
from workloads.setting import Setting

PROBE = Path(__file__).resolve().parents[1] / "probe.py"

IMPORT = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare threads, memory and the time of an import."""
    yield _two_analyzers(setting)
    yield _four_askers()
    yield _memory(setting)
    yield from _memory_without_text(setting)
    yield from _memory_of_matrices(setting)
    yield _import()


# ---- Threads ----


def in_parallel(work: Callable[[], object], threads: int) -> list[object]:
    """Run work on several Python threads at the same time, and return the results."""
    results: list[object] = []
    running = [threading.Thread(target=lambda: results.append(work())) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    return results


def _two_analyzers(setting: Setting) -> Comparison:
    def index() -> int:
        with TextAnalyzer(threads=1) as analyzer:
            analyzer.add_document(setting.text)
            return analyzer.unique_words()

    return Comparison(
        f"two Python threads, each with a one-thread analyzer and {setting.size}",
        "one after the other",
        timed(lambda: in_parallel(index, 2)),
        timed(lambda: [index(), index()]),
        1.85,
    )


def _four_askers() -> Comparison:
    analyzer = TextAnalyzer()
    analyzer.add_document("good " + " ".join(map(str, range(1_000_000))))

    def ask() -> float:
        return sum(analyzer.analyze_sentiment() for _ in range(5))

    return Comparison(
        "four Python threads call analyze_sentiment() of one analyzer",
        "one after the other",
        timed(lambda: in_parallel(ask, 4)),
        timed(lambda: [ask() for _ in range(4)]),
        None,
    )


# ---- Memory ----


def probed(*arguments: object) -> dict[str, float]:
    """Run the probe in a new process, and return its figures."""
    command = (sys.executable, "-I", str(PROBE), *map(str, arguments))
    found = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return {str(name): value for name, value in found.items()}


def _memory(setting: Setting) -> Comparison:
    words = data.word_count(setting.text)

    def ours() -> Measured:
        found = probed("store", setting.path)
        return Measured(found["gained"] / 1e6, found["words"])

    return Comparison(
        f"memory for adding a file of {setting.size} and calling word_frequency()",
        "the text",
        ours,
        lambda: Measured(len(setting.text) / 1e6, words),
        2.2,
        FigureKind.COST,
        "MB",
    )


def _memory_without_text(setting: Setting) -> Iterator[Comparison]:
    words = len(setting.text.decode().split())
    path = setting.scratch / "repeated.txt"
    for times in (1, 10):
        with path.open("wb") as file:
            for _ in range(times):
                file.write(setting.text)

        def ours() -> Measured:
            found = probed("count", path)
            return Measured(found["peak"] / 1e6, found["words"])

        yield Comparison(
            f"peak memory while counting a file of {path.stat().st_size / 1e6:.0f} MB, store_text=False",
            "before it is opened",
            ours,
            partial(Measured, 0.0, times * words),
            20.0,
            FigureKind.EXCESS,
            "MB",
        )
    path.unlink()


def _memory_of_matrices(setting: Setting) -> Iterator[Comparison]:
    for path, text in ((setting.path, "the lines"), (setting.rich_path, "the lines with many distinct words")):
        sizes: list[Measured] = []

        def ours(path: Path = path, sizes: list[Measured] = sizes) -> Measured:
            found = probed("matrix", path)
            sizes[:] = [Measured(found["size"] / 1e6, found["words"])]
            return Measured(found["peak"] / 1e6, found["words"])

        yield Comparison(
            f"peak memory of CountVectorizer().fit_transform(), {text}",
            "the size of its result",
            ours,
            partial(list.__getitem__, sizes, 0),
            1.6,
            FigureKind.COST,
            "MB",
        )


# ---- Import ----


def imported(module: str) -> Measured:
    """Return the time that a new Python process needs to import a module, in seconds."""
    command = (sys.executable, "-I", "-c", IMPORT.format(module))
    return Measured(float(subprocess.run(command, capture_output=True, check=True).stdout), None)


def _import() -> Comparison:
    return Comparison(
        "import text_processor",
        "import cffi",
        partial(imported, "text_processor"),
        partial(imported, "cffi"),
        0.030,
        FigureKind.EXCESS,
    )
