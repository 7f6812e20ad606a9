from __future__ import annotations

import ctypes
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from text_processor import ForkedAnalyzerError, SentimentIntensityAnalyzer, Table, TextAnalyzer
from text_processor._native import core as core_module
from text_processor._native.fork import Lock

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork"),
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]


def in_child(work: Callable[[], object]) -> None:
    """Call a function in a forked child. The child must succeed within a minute."""
    process = os.fork()
    if process == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    end = time.monotonic() + 60
    while True:
        done, status = os.waitpid(process, os.WNOHANG)
        if done:
            break
        if time.monotonic() > end:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
            pytest.fail("the child hangs")
        time.sleep(0.002)
    assert os.waitstatus_to_exitcode(status) == 0


def works(analyzer: TextAnalyzer) -> None:
    """Check that an analyzer adds and counts documents."""
    documents = len(analyzer)
    analyzer.add_document("Another word")
    analyzer.add_documents(["the Word again"] * 10_000)
    assert len(analyzer) == documents + 10_001
    assert analyzer.word_frequency()["word"] >= 10_001
    assert analyzer.get_documents()[-1] == "the Word again"


def test_children_never_hang_if_other_threads_work_at_the_fork() -> None:
    busy, idle = TextAnalyzer(threads=2), TextAnalyzer()
    idle.add_document("idle words")
    stop = threading.Event()

    def use() -> None:
        while not stop.is_set():
            busy.add_documents(["four words a document"] * 20_000)
            busy.add_document("a single small document")
            busy.word_frequency()
            busy.clear()

    def child() -> None:
        try:
            assert busy.total_words() == 4 * len(busy)
            works(busy)
        except ForkedAnalyzerError:
            for call in (busy.top_words, busy.clear, busy.get_documents, lambda: busy.add_document("x" * 9000)):
                with pytest.raises(ForkedAnalyzerError):
                    call()
        busy.close()
        works(idle)
        works(TextAnalyzer())

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(15):
            in_child(child)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    works(busy)


def test_a_child_forked_in_a_callback_can_use_the_analyzer() -> None:
    analyzer = TextAnalyzer(threads=2)
    seen: list[str] = []

    def child() -> None:
        analyzer.clear_callback()
        works(analyzer)

    def on_document(event: Any) -> None:
        if event["text"] == "fork here":
            in_child(child)
        seen.append(event["text"])

    analyzer.set_callback(on_document)
    analyzer.add_documents(["before", "fork here", "after"])
    assert seen == analyzer.get_documents() == ["before", "fork here", "after"]


def test_a_child_forked_in_an_iterator_of_documents_can_use_the_analyzer_or_gets_an_error() -> None:
    analyzer = TextAnalyzer(threads=2)

    def child() -> None:
        try:
            works(analyzer)
        except ForkedAnalyzerError:
            # Another thread, the indexer, was using the analyzer at the fork.
            with pytest.raises(ForkedAnalyzerError):
                analyzer.total_words()

    def documents() -> Any:
        for number in range(50_000):
            if number % 10_000 == 9_999:
                in_child(child)
            yield "a document as any other"

    assert analyzer.add_documents(documents()) == 50_000
    assert analyzer.unique_words() == 5


def test_forked_workers_and_their_parent_change_the_corpus_independently() -> None:
    corpus = TextAnalyzer()
    corpus.add_documents([f"Document {number} of the corpus" for number in range(20_000)])
    corpus.index()

    def serve(worker: int) -> None:
        assert corpus.word_frequency()["corpus"] == 20_000
        corpus.add_documents([f"worker{worker} was here"] * (worker + 1))
        assert corpus.word_frequency()[f"worker{worker}"] == worker + 1
        assert corpus.unique_words() == 20_004 + 3
        assert len(corpus) == 20_000 + worker + 1

    processes = [multiprocessing.get_context("fork").Process(target=serve, args=(worker,)) for worker in range(4)]
    for process in processes:
        process.start()
    corpus.add_document("the parent goes on")
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    assert len(corpus) == 20_001
    assert corpus.word_frequency()["parent"] == 1


@contextmanager
def held_by_another_thread(lock: Lock) -> Iterator[None]:
    """Hold the lock in another thread, as if that thread were changing the data of the lock."""
    has_begun, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with lock.intact():
            has_begun.set()
            may_end.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    has_begun.wait()
    try:
        yield
    finally:
        may_end.set()
        thread.join()


def test_a_child_does_not_wait_for_a_thread_that_was_setting_terms_in_the_parent() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_document("some words here")

    def child() -> None:
        for _ in range(2):
            with pytest.raises(ForkedAnalyzerError, match="when this process was forked"):
                analyzer.set_terms(min_length=5)
        in_child(analyzer.close)
        analyzer.close()
        works(TextAnalyzer())

    assert analyzer._handle is not None
    with held_by_another_thread(analyzer._handle._setting):
        in_child(child)
    analyzer.set_terms(min_length=5)
    assert analyzer.word_frequency() == {"words": 1}


def test_a_child_does_not_wait_for_a_thread_that_was_handing_over_documents_in_the_parent() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_document("some words here")

    def child() -> None:
        for call in (analyzer.total_words, analyzer.clear, lambda: analyzer.set_callback(print)):
            with pytest.raises(ForkedAnalyzerError, match="when this process was forked"):
                call()
        analyzer.close()

    with held_by_another_thread(analyzer._pending._lock):
        in_child(child)
    assert analyzer.total_words() == 3


def test_a_child_can_set_the_callback_that_a_thread_was_setting_in_the_parent() -> None:
    analyzer = TextAnalyzer()
    seen: list[str] = []

    def child() -> None:
        analyzer.set_callback(lambda event: seen.append(event["text"]))
        analyzer.add_document("told")
        analyzer.clear_callback()
        works(analyzer)
        assert seen == ["told"]
        in_child(analyzer.close)
        analyzer.close()

    with held_by_another_thread(analyzer._callback_lock):
        in_child(child)
    works(analyzer)


def test_a_child_can_load_a_core_if_a_thread_was_loading_one_in_the_parent() -> None:
    with held_by_another_thread(core_module._loading):
        in_child(lambda: works(TextAnalyzer(core=core_module.load_core())))


def test_a_child_forked_by_the_thread_that_holds_a_lock_can_use_the_lock() -> None:
    lock = Lock()

    def child() -> None:
        with lock.intact():
            in_child(lambda: lock.intact().__enter__())

    with lock.intact():
        in_child(child)


def test_a_scorer_that_threads_share_works_in_all_children() -> None:
    pytest.importorskip("vaderSentiment", reason="the valences come from vaderSentiment")
    shared = SentimentIntensityAnalyzer(threads=2)
    expected = shared.polarity_scores("good"), shared.line_scores("good\n" * 10_000)["compound"].tolist()
    stop = threading.Event()

    def use() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            shared.polarity_scores(f"a good day {number} " * 2000)

    def child() -> None:
        for _ in range(3):
            scored = shared.polarity_scores("good"), shared.line_scores("good\n" * 10_000)["compound"].tolist()
            assert scored == expected
        shared._forget()
        in_child(lambda: in_child(child_of_child))

    def child_of_child() -> None:
        assert shared.polarity_scores("good") == expected[0]

    threads = [threading.Thread(target=use) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(10):
            in_child(child)
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_children_of_a_process_that_starts_threads_all_the_time_succeed() -> None:
    for module in ("vaderSentiment", "scipy"):
        pytest.importorskip(module, reason=f"the program needs {module}")
    # `make soak` does the same for longer.
    program = Path(__file__).parent / "soak" / "forks.py"
    run = subprocess.run(
        [sys.executable, str(program), "--seconds", "2"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "GLIBC_TUNABLES": "glibc.malloc.tcache_count=0"},
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.endswith(" 0 faults\n")


PROGRAM = """
import multiprocessing, sys
from text_processor import TextAnalyzer

def count(texts):
    analyzer = TextAnalyzer(threads=2)
    analyzer.add_documents(texts)
    return analyzer.top_words(1)

def copied(analyzer):
    analyzer.add_document("more of it")
    return analyzer.total_words()

if __name__ == "__main__":
    loaded = TextAnalyzer()
    loaded.add_documents(["some words here"] * 1000)
    loaded.index()
    with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
        assert pool.map(count, [["to be or not to be"]] * 8) == [[("to", 2)]] * 8
        assert pool.map(copied, [loaded] * 2) == [3003] * 2
    assert loaded.total_words() == 3000
    print("done")
"""


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_works_with_every_start_method(method: str, tmp_path: Any) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    run = subprocess.run(
        [sys.executable, str(program), method],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    assert run.stdout == "done\n", run.stderr


def test_a_child_uses_tables_of_its_parent_while_another_thread_exports_them() -> None:
    table = filled_table()
    expected = table.to_dict()
    has_capsules = hasattr(ctypes, "pythonapi")
    if has_capsules:
        # The first export imports ctypes, and a child that is forked during an import may hang in a lock of Python.
        table.__arrow_c_stream__()
    ends = threading.Event()

    def export() -> None:
        while not ends.is_set():
            if has_capsules:
                table.__arrow_c_stream__(), table.__arrow_c_schema__()
            assert len(table[1:]["word"]) == len(table) - 1

    def child() -> None:
        for _ in range(3):
            assert table.to_dict() == expected
            assert pickle.loads(pickle.dumps(table)) == table  # noqa: S301
            if has_capsules:
                table.__arrow_c_stream__(), table.__arrow_c_schema__()

    threads = [threading.Thread(target=export) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(20):
            in_child(child)
    finally:
        ends.set()
        for thread in threads:
            thread.join()


def filled_table() -> Table:
    analyzer = TextAnalyzer()
    analyzer.add_documents([f"word{number} of {number % 97}" for number in range(2000)])
    return analyzer.word_counts()
