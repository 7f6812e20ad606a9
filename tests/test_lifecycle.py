from __future__ import annotations

import copy
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import warnings
import weakref

import pytest

import text_processor
from text_processor import ClosedAnalyzerError, TextAnalyzer


def run(code: str) -> str:
    """Return what a new Python process prints, after checking that it exits with 0 and writes no error."""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


def test_a_closed_analyzer_raises_an_error_with_the_reason(analyzer: TextAnalyzer) -> None:
    analyzer.add_document("one")
    analyzer.close()
    analyzer.close()
    assert repr(analyzer) == "TextAnalyzer(closed=True)"
    for use in (
        lambda: analyzer.add_document("short"),
        lambda: analyzer.add_document("long " * 10_000),
        lambda: analyzer.add_documents(["x"]),
        analyzer.total_words,
        analyzer.word_frequency,
        analyzer.clear,
        lambda: len(analyzer),
        lambda: iter(analyzer),
        lambda: "one" in analyzer,
        analyzer.__enter__,
        lambda: analyzer.set_callback(print),
        lambda: pickle.dumps(analyzer),
    ):
        with pytest.raises(ClosedAnalyzerError, match="was closed"):
            use()


def test_with_closes_the_analyzer() -> None:
    with TextAnalyzer() as analyzer:
        analyzer.add_document("one")
    with pytest.raises(ValueError, match="closed"):
        analyzer.document_count()


def test_closing_does_not_disturb_calls_of_other_threads() -> None:
    for _ in range(5):
        analyzer = TextAnalyzer(threads=1)
        analyzer.add_document("some more words " * 300_000)
        counts: list[int] = []

        def ask(analyzer: TextAnalyzer = analyzer, counts: list[int] = counts) -> None:
            try:
                counts.append(len(analyzer.word_frequency()))
            except ClosedAnalyzerError:
                counts.append(3)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        analyzer.close()
        for thread in threads:
            thread.join()
        assert counts == [3] * 4


def test_copies_have_the_same_documents_and_change_independently(analyzer: TextAnalyzer) -> None:
    analyzer.add_documents(["one two", "café\0"])
    analyzer.set_callback(lambda _: pytest.fail("a copy has no callback"))
    copies = [copy.copy(analyzer), copy.deepcopy(analyzer), pickle.loads(pickle.dumps(analyzer))]  # noqa: S301
    for other in copies:
        assert other.get_documents() == ["one two", "café\0"]
        other.add_document("three")
    assert len(analyzer) == 2
    assert len(pickle.loads(pickle.dumps(TextAnalyzer(threads=3)))) == 0  # noqa: S301


class Named(TextAnalyzer):
    def __init__(self, name: str) -> None:
        super().__init__(threads=1)
        self.name = name


def test_copies_of_a_subclass_keep_its_own_attributes() -> None:
    analyzer = Named("mine")
    analyzer.add_document("one")
    for other in (copy.copy(analyzer), pickle.loads(pickle.dumps(analyzer))):  # noqa: S301
        assert (type(other), other.name, other.get_documents()) == (Named, "mine", ["one"])


def test_an_analyzer_of_another_core_cannot_be_pickled(failing_core: text_processor.Core) -> None:
    with pytest.raises(TypeError, match="default core"):
        pickle.dumps(TextAnalyzer(core=failing_core))


def test_python_exits_without_an_error_while_analyzers_are_open() -> None:
    assert (
        run(
            "import text_processor, threading, time\n"
            "analyzer = text_processor.TextAnalyzer()\n"
            "analyzer.set_callback(lambda event: None)\n"
            "analyzer.add_document('left behind')\n"
            "counts, ranked = analyzer.word_counts(), analyzer.iter_top_words()\n"
            "next(ranked)\n"
            "def work():\n"
            "    while True: text_processor.TextAnalyzer(threads=1).add_document('some words ' * 100000)\n"
            "for _ in range(2): threading.Thread(target=work, daemon=True).start()\n"
            "class Cycle: pass\n"
            "cycle = Cycle(); cycle.self = cycle; cycle.analyzer = analyzer\n"
            "time.sleep(0.1)\n"
            "print(analyzer)\n"
        )
        == "TextAnalyzer(documents=1, words=2)\n"
    )


def test_an_analyzer_works_in_a_forked_child(analyzer: TextAnalyzer) -> None:
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("this system has no fork")
    analyzer.add_document("some words " * 200_000)
    analyzer.add_document("gathered")
    assert analyzer.unique_words() == 3
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        code = 1
        try:
            analyzer.add_document("in the child " * 200_000)
            code = 0 if analyzer.unique_words() == 6 else 2
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert analyzer.unique_words() == 3


def test_analyzers_can_be_sent_to_spawned_processes(analyzer: TextAnalyzer) -> None:
    analyzer.add_documents(["one two", "three"])
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.apply(TextAnalyzer.total_words, (analyzer,)) == 3


def test_an_analyzer_can_be_weakly_referenced(analyzer: TextAnalyzer) -> None:
    assert weakref.ref(analyzer)() is analyzer


def test_import_does_not_load_optional_packages() -> None:
    loaded = run(
        "import sys, text_processor\nprint([m for m in ('numpy', 'asyncio', 'click', 'rich') if m in sys.modules])"
    )
    assert loaded == "[]\n"


def test_everything_except_arrays_works_without_numpy() -> None:
    assert run(
        "import sys\n"
        "sys.modules['numpy'] = None\n"
        "import text_processor\n"
        "analyzer = text_processor.TextAnalyzer()\n"
        "analyzer.add_documents(['good words', 'words'])\n"
        "counts = analyzer.word_counts()\n"
        "print(analyzer.word_frequency(), analyzer.top_words(1), analyzer.analyze_sentiment())\n"
        "print(counts.words, list(counts))\n"
        "try: text_processor.process_array([1])\n"
        "except ModuleNotFoundError: print('no NumPy')\n"
        "try: counts.counts\n"
        "except ModuleNotFoundError: print('no NumPy')\n"
    ) == (
        "{'good': 1, 'words': 2} [('words', 2)] 0.5\n"
        "['good', 'words'] [('good', 1), ('words', 2)]\nno NumPy\nno NumPy\n"
    )
