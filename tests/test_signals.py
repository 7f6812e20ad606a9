"""Frequent signals whose handlers count, raise, or use the analyzer that they interrupt."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import subprocess
import sys
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import text_processor
from text_processor import ClosedAnalyzerError, DocumentEvent, InvalidDocumentError, TextAnalyzer

if not hasattr(signal, "setitimer"):
    pytest.skip("this system has no interval timers", allow_module_level=True)

TEXTS = [
    f"Document {number} of {number % 97}\0" if number % 100 == 0 else f"d{number} of {number % 97}"
    for number in range(6000)
]
LONG = " ".join(f"word{number % 5003}" for number in range(50_000))


@contextmanager
def alarms(handler: Callable[[], object], seconds: float = 0.001) -> Iterator[list[int]]:
    """Run the handler repeatedly on the main thread; yield a list whose only item is the number of runs.

    Each pause is a little longer than the one before, so that work continues even if the handler is slow.
    """
    runs, wait, is_on = [0], seconds, True

    def handle(*_: object) -> None:
        nonlocal wait
        runs[0] += 1
        try:
            handler()
        finally:
            wait *= 1.01
            if is_on:
                signal.setitimer(signal.ITIMER_REAL, wait)

    before = signal.signal(signal.SIGALRM, handle)
    try:
        signal.setitimer(signal.ITIMER_REAL, wait)
        yield runs
    finally:
        is_on = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class AlarmError(Exception):
    pass


@pytest.fixture(autouse=True)
def _alarms_may_be_lost_where_python_cannot_raise(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ignore reports about alarms in callbacks of the garbage collector (Hypothesis has one) or of weak references.

    Python cannot raise the error of a handler there, so Python reports the error and continues. Without this fixture,
    pytest makes the report a failure, and keeps the error with all objects that the error refers to.
    """
    report = sys.unraisablehook

    def report_others(unraisable: sys.UnraisableHookArgs) -> None:
        at = unraisable.object
        cannot_raise = at in gc.callbacks or getattr(at, "__module__", None) == "weakref"
        if not (cannot_raise and isinstance(unraisable.exc_value, AlarmError)):
            report(unraisable)

    monkeypatch.setattr(sys, "unraisablehook", report_others)


_armed: list[bool] = []


def fail() -> None:
    if _armed:
        _armed.clear()
        raise AlarmError


def attempted(work: Callable[[], object]) -> bool:
    """Run the work once, and return whether it finished before an alarm stopped it."""
    try:
        _armed.append(True)
        work()
        _armed.clear()
    except AlarmError:
        return False
    return True


def use_everything(analyzer: TextAnalyzer) -> None:
    for text in TEXTS:
        analyzer.add_document(text)
    analyzer.add_documents(TEXTS)
    analyzer.add_documents(iter(TEXTS))
    analyzer.add_document(LONG)
    analyzer.add_document(bytearray(LONG.encode()) * 10)
    analyzer.index()


def check(analyzer: TextAnalyzer) -> None:
    reference = TextAnalyzer()
    use_everything(reference)
    assert analyzer.get_documents() == reference.get_documents()
    assert analyzer.word_frequency() == reference.word_frequency()
    assert analyzer.top_words(50) == reference.top_words(50)
    assert analyzer.get_statistics() == reference.get_statistics()
    assert dict(analyzer.word_counts()) == reference.word_frequency()


def test_handlers_that_count_change_no_answer(analyzer: TextAnalyzer) -> None:
    with alarms(lambda: None) as runs:
        use_everything(analyzer)
        check(analyzer)
    assert runs[0] > 5


def test_handlers_may_query_the_analyzer_that_they_interrupt(analyzer: TextAnalyzer) -> None:
    failed: list[object] = []

    def ask() -> None:
        before = analyzer.document_count()
        words = analyzer.total_words()
        statistics = analyzer.get_statistics()
        frequency = analyzer.word_frequency()
        if not (
            before <= statistics["document_count"] and words <= statistics["total_words"] == sum(frequency.values())
        ):
            failed.append((before, words, statistics))

    with alarms(ask, 0.005) as runs:
        use_everything(analyzer)
    assert runs[0] > 0
    assert not failed
    check(analyzer)


def test_handlers_may_add_to_the_analyzer_that_they_interrupt(analyzer: TextAnalyzer) -> None:
    heard: list[str] = []

    def add() -> None:
        analyzer.add_document("alarm")
        analyzer.add_documents(["alarm", "alarm\0"])

    with alarms(add) as runs:
        use_everything(analyzer)
        analyzer.set_callback(lambda event: heard.append(event["text"]))
        analyzer.add_documents(TEXTS)
        analyzer.clear_callback()
        times = runs[0]
    frequency = analyzer.word_frequency()
    assert times <= frequency["alarm\0"] == runs[0]
    assert frequency["alarm"] == 2 * runs[0]
    own = [text for text in analyzer if not text.startswith("alarm")]
    reference = TextAnalyzer()
    use_everything(reference)
    reference.add_documents(TEXTS)
    assert own == reference.get_documents()
    assert [text for text in heard if not text.startswith("alarm")] == TEXTS


def test_handlers_may_set_and_clear_callbacks(analyzer: TextAnalyzer) -> None:
    heard: list[str] = []
    other = iter([lambda: analyzer.set_callback(hear), analyzer.clear_callback] * 10**6)

    def hear(event: DocumentEvent) -> None:
        heard.append(event["text"])

    with alarms(lambda: next(other)()):
        for number in range(20_000):
            analyzer.add_document(f"one {number}")
            if number % 10 == 0:
                analyzer.set_callback(hear)
            if number % 10 == 5:
                analyzer.clear_callback()
    assert analyzer.get_documents() == [f"one {number}" for number in range(20_000)]
    assert len(set(heard)) == len(heard)
    analyzer.set_callback(hear)
    heard.clear()
    analyzer.add_document("told")
    assert heard == ["told"]


@pytest.mark.parametrize(
    "use",
    [
        TextAnalyzer.word_frequency,
        TextAnalyzer.index,
        TextAnalyzer.get_documents,
        lambda analyzer: analyzer.add_documents(TEXTS),
        lambda analyzer: analyzer.add_document("gathered"),
    ],
)
def test_a_handler_may_close_the_analyzer(use: Callable[[TextAnalyzer], object]) -> None:
    for number in range(5):
        analyzer = TextAnalyzer(threads=1)
        analyzer.add_documents([LONG] * 5)

        def use_for_ever(analyzer: TextAnalyzer = analyzer) -> None:
            while True:
                use(analyzer)

        with alarms(analyzer.close, 0.002 * (number + 1)), pytest.raises(ClosedAnalyzerError):
            use_for_ever()


def test_handlers_that_raise_never_lose_or_repeat_a_document(analyzer: TextAnalyzer) -> None:
    """The test adds each document again until the analyzer has it."""
    stopped = position = 0

    def offer() -> None:
        text = TEXTS[position]
        analyzer.add_document(text.encode() if position % 7 == 0 else text)

    def look() -> None:
        nonlocal position
        position = len(analyzer)

    with alarms(fail):
        while position < len(TEXTS):
            if attempted(offer):
                position += 1
            else:
                stopped += 1
                while not attempted(look):
                    stopped += 1
    assert analyzer.get_documents() == TEXTS
    assert stopped > 0


def test_a_handler_that_raises_stops_a_batch_after_a_complete_document() -> None:
    for number in range(20):
        analyzer = TextAnalyzer()
        with alarms(fail, 0.001 + number / 5000):
            while attempted(lambda analyzer=analyzer: analyzer.add_documents(iter(TEXTS))):  # type: ignore[misc]
                pass
        documents = analyzer.get_documents()
        assert documents == (TEXTS * (len(documents) // len(TEXTS) + 1))[: len(documents)]
        counted = Counter(word.lower() for text in documents for word in text.split())
        assert analyzer.word_frequency() == counted


@pytest.mark.parametrize(
    "ask",
    [
        TextAnalyzer.index,
        TextAnalyzer.word_frequency,
        TextAnalyzer.word_counts,
        TextAnalyzer.documents,
        lambda analyzer: analyzer.word_counts()[1:].to_dict(),
        lambda analyzer: analyzer.documents() == analyzer.documents(),
        TextAnalyzer.top_words,
        TextAnalyzer.get_documents,
        TextAnalyzer.get_statistics,
        TextAnalyzer.analyze_sentiment,
        lambda analyzer: list(analyzer),
        lambda analyzer: "nothing" in analyzer,
        lambda analyzer: analyzer.set_callback(print),
        TextAnalyzer.clear_callback,
        repr,
    ],
)
def test_handlers_that_raise_in_any_method_leave_the_analyzer_unchanged(ask: Callable[[TextAnalyzer], object]) -> None:
    reference = TextAnalyzer()
    texts = [*TEXTS, LONG]
    reference.add_documents(texts)
    for number in range(6):
        analyzer = TextAnalyzer(threads=1)
        analyzer.add_documents(texts[:-10])
        for text in texts[-10:]:
            analyzer.add_document(text)
        with alarms(fail, 0.0005 * (number + 1)):
            while attempted(lambda analyzer=analyzer: ask(analyzer)):  # type: ignore[misc]
                pass
        analyzer.clear_callback()
        assert analyzer.word_frequency() == reference.word_frequency()
        assert analyzer.get_documents() == texts


@pytest.mark.skipif(not hasattr(ctypes, "pythonapi"), reason="this Python has no capsules")
def test_handlers_that_raise_during_an_export_leave_no_stream_in_memory() -> None:
    analyzer = TextAnalyzer(threads=1)
    analyzer.add_documents(TEXTS)
    table = analyzer.word_counts()
    expected = table.to_dict()
    # The instrumented core counts all handles, so handles of earlier tests must be freed first.
    gc.collect()
    live = getattr(ctypes.CDLL(text_processor.core_info()["library"]), "tp_instruments_live", lambda _: 0)
    before, stopped = live(None), 0
    for number in range(12):
        with alarms(fail, 0.00002 + number / 400_000):
            while not attempted(lambda: [(table.__arrow_c_stream__(), table.__arrow_c_schema__()) for _ in range(40)]):
                stopped += 1
    gc.collect()
    assert stopped > 20
    assert table.to_dict() == expected
    assert live(None) == before


def test_each_call_raises_the_exception_of_its_own_callback_while_handlers_run(analyzer: TextAnalyzer) -> None:
    """A handler may run just after a call whose callback failed, before Python raises the exception."""
    inner = TextAnalyzer()

    class CallbackError(Exception):
        pass

    def refuse(event: DocumentEvent) -> None:
        raise CallbackError(event["text"])

    def handler() -> None:
        with pytest.raises(CallbackError, match="inner"):
            inner.add_document("inner")

    inner.set_callback(refuse)
    analyzer.set_callback(refuse)
    with alarms(handler, 0.0002):
        for number in range(5000):
            with pytest.raises(CallbackError, match=f"^outer {number}$"):
                analyzer.add_document(f"outer {number}")
    gone: list[weakref.ref[BaseException]] = []

    def refused(number: int) -> None:
        try:
            analyzer.add_document(f"outer {number}")
        except CallbackError as error:
            gone.append(weakref.ref(error))

    with alarms(fail, 0.0002):
        for number in range(5000):
            attempted(lambda number=number: refused(number))  # type: ignore[misc]
    gc.collect()
    assert not any(reference() for reference in gone)


def test_an_indexer_stops_even_if_a_handler_raises_while_it_stops() -> None:
    tasks = Path("/proc/self/task")
    if not tasks.exists():
        pytest.skip("only Linux tells which threads a process has")
    texts = [f"some words {number}" for number in range(20_000)]
    before = len(list(tasks.iterdir()))
    with alarms(fail, 0.0005):
        for _ in range(30):
            attempted(lambda: TextAnalyzer(threads=2).add_documents(texts))
    gc.collect()
    # The system may still list a thread for a moment after the thread was joined.
    end = time.monotonic() + 60
    while len(list(tasks.iterdir())) > before:
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize(
    "fork", ["", "child = os.fork()\nif child: os._exit(os.waitstatus_to_exitcode(os.wait()[1]))\n"]
)
def test_a_handler_may_make_the_first_analyzer_while_another_is_made(fork: str) -> None:
    code = (
        f"import signal, os, text_processor, text_processor._native.core as core\n{fork}"
        "def handle(*_):\n"
        "    global other\n"
        "    other = text_processor.TextAnalyzer()\n"
        "signal.signal(signal.SIGTERM, handle)\n"
        "opened = core._open\n"
        "def interrupted(path):\n"
        "    core._open = opened\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    return opened(path)\n"
        "core._open = interrupted\n"
        "first = text_processor.TextAnalyzer()\n"
        "assert other._core is first._core\n"
        "print('done', flush=True)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (0, "done\n", "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_terminate_ends_a_process_in_a_long_call(number: signal.Signals) -> None:
    code = (
        "import signal, sys, text_processor\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n"
        "analyzer = text_processor.TextAnalyzer(threads=1)\n"
        "try:\n"
        "    print('ready', flush=True)\n"
        "    while True:\n"
        "        analyzer.add_documents(['some words and others'] * 100_000), analyzer.index(), analyzer.clear()\n"
        "except KeyboardInterrupt: sys.exit(3)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    os.kill(process.pid, number)
    _, complaints = process.communicate(timeout=60)
    assert (process.returncode, complaints) == (3, b"")


def test_an_error_names_its_own_document_while_handlers_run(analyzer: TextAnalyzer) -> None:
    with alarms(lambda: TextAnalyzer().total_words(), 0.0002):
        for number in range(3000):
            with pytest.raises(InvalidDocumentError) as caught:
                analyzer.add_documents([b"fine"] * (number % 5) + [b"x" * (number % 7) + b"\xff"])
            assert (caught.value.document, caught.value.offset) == (number % 5, number % 7)
