"""An exception of a callback propagates unchanged to the caller, with every way to add a document."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from text_processor import AsyncTextAnalyzer, DocumentEvent, InvalidDocumentError, TextAnalyzer
from text_processor._native.core import ffi


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file.txt"
    path.write_text("one\ntwo\n", encoding="utf-8")
    return path


ADDS: dict[str, Callable[[TextAnalyzer, Path], object]] = {
    "str": lambda analyzer, _: analyzer.add_document("one two"),
    "bytes": lambda analyzer, _: analyzer.add_document(b"one two"),
    "draft": lambda analyzer, _: analyzer.add_document(bytearray(b"one " * 1000)),
    "batch": lambda analyzer, _: analyzer.add_documents(["one", "two"]),
    "mixed batch": lambda analyzer, _: analyzer.add_documents(["one\0", b"two"]),
    "iterator": lambda analyzer, _: analyzer.add_documents(iter(["one", "two"])),
    "file": lambda analyzer, path: analyzer.add_file(path),
    "lines": lambda analyzer, path: analyzer.add_file(path, lines=True),
    "Latin-1": lambda analyzer, path: analyzer.add_file(path, encoding="latin-1"),
}


class Unusual(BaseException):
    pass


class UnprintableError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("it cannot be printed")

    __repr__ = __str__


@pytest.mark.parametrize("add", ADDS.values(), ids=ADDS.keys())
@pytest.mark.parametrize(
    "kind",
    [
        ValueError,
        KeyboardInterrupt,
        SystemExit,
        GeneratorExit,
        StopIteration,
        StopAsyncIteration,
        MemoryError,
        Unusual,
        UnprintableError,
    ],
)
def test_every_kind_of_exception_reaches_the_caller_unchanged(
    add: Callable[[TextAnalyzer, Path], object], kind: type[BaseException], path: Path
) -> None:
    analyzer = TextAnalyzer()
    raised = kind()

    def fail(_: DocumentEvent) -> None:
        raise raised

    analyzer.set_callback(fail)
    with pytest.raises(kind) as caught:
        add(analyzer, path)
    assert caught.value is raised
    assert len(analyzer) == 1
    analyzer.clear_callback()
    add(analyzer, path)


@pytest.mark.parametrize("add", ADDS.values(), ids=ADDS.keys())
def test_a_document_error_raised_in_the_callback_stays_unchanged(
    add: Callable[[TextAnalyzer, Path], object], path: Path
) -> None:
    analyzer = TextAnalyzer()
    analyzer.set_callback(lambda _: TextAnalyzer().add_document(b"\xff"))
    with pytest.raises(InvalidDocumentError) as caught:
        add(analyzer, path)
    error = caught.value
    assert (error.document, error.path, error.line, error.offset) == (None, None, None, 0)


def test_a_document_error_raised_in_progress_stays_unchanged(path: Path) -> None:
    for lines in (False, True):
        with pytest.raises(InvalidDocumentError) as caught:
            TextAnalyzer().add_file(path, lines=lines, progress=lambda *_: TextAnalyzer().add_document(b"\xff"))
        assert caught.value.path is None


@pytest.mark.parametrize("add", ADDS.values(), ids=ADDS.keys())
def test_recursion_without_end_is_a_recursion_error(
    add: Callable[[TextAnalyzer, Path], object], path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # The different depths make the code reach the recursion limit at each place between two calls.
    for depth in range(15):
        analyzer = TextAnalyzer(threads=1)
        analyzer.set_callback(lambda _, analyzer=analyzer: add(analyzer, path))  # type: ignore[misc]

        def deeper(depth: int, analyzer: TextAnalyzer = analyzer) -> None:
            if depth:
                deeper(depth - 1)
            else:
                add(analyzer, path)

        with pytest.raises(RecursionError):
            deeper(depth)
        assert len(analyzer) > 10
        analyzer.close()
    assert capfd.readouterr().err == ""


def test_recursion_that_ends_adds_all_documents(analyzer: TextAnalyzer) -> None:
    def add_shorter(event: DocumentEvent) -> None:
        if len(event["text"]) > 1:
            analyzer.add_documents([event["text"][1:]])

    analyzer.set_callback(add_shorter)
    analyzer.add_document("x" * 50)
    assert [len(text) for text in analyzer] == list(range(50, 0, -1))


def test_exceptions_that_asyncio_cannot_deliver_are_reported_and_nothing_hangs(analyzer: TextAnalyzer) -> None:
    def stop(_: DocumentEvent) -> None:
        raise StopIteration("on purpose")

    async def main() -> None:
        texts = AsyncTextAnalyzer(analyzer)
        analyzer.set_callback(stop)
        with pytest.raises(RuntimeError, match="StopIteration") as caught:
            await asyncio.wait_for(texts.add_documents(["one"]), 60)
        assert isinstance(caught.value.__cause__, StopIteration)

    asyncio.run(main())


def test_a_callback_may_delete_the_last_reference_to_its_analyzer() -> None:
    class Owner:
        def __init__(self) -> None:
            self.analyzer: TextAnalyzer | None = TextAnalyzer()
            self.analyzer.set_callback(self.heard)
            self.words = 0

        def heard(self, event: DocumentEvent) -> None:
            self.words += event["word_count"]
            self.analyzer = None
            gc.collect()

    for texts in (["one two"], ["one", "two"]):
        owner = Owner()
        assert owner.analyzer is not None
        gone = weakref.ref(owner.analyzer)
        owner.analyzer.add_documents(texts)
        assert owner.words == 2
        assert gone() is None
        gone_too = weakref.ref(owner)
        del owner
        assert gone_too() is None


def test_a_cycle_through_a_callback_that_failed_is_collected() -> None:
    class Owner:
        def __init__(self) -> None:
            self.analyzer = TextAnalyzer()
            self.analyzer.set_callback(self.heard)

        def heard(self, _: DocumentEvent) -> None:
            raise ValueError("on purpose")

    owner = Owner()
    with pytest.raises(ValueError, match="on purpose") as caught:
        owner.analyzer.add_document("one")
    gone = weakref.ref(owner)
    del caught, owner
    gc.collect()
    assert gone() is None


def test_finalizers_may_use_the_analyzer_and_raise_exceptions(
    analyzer: TextAnalyzer, capfd: pytest.CaptureFixture[str]
) -> None:
    class Late:
        def __del__(self) -> None:
            analyzer.add_document(b"from a finalizer")
            try:
                analyzer.add_document(b"refused")
            except ValueError:
                events.append("failed")

    events: list[str] = []

    def hear(event: DocumentEvent) -> None:
        Late()
        events.append(event["text"])
        if event["text"] == "refused":
            raise ValueError("on purpose")

    def hear_once(event: DocumentEvent) -> None:
        analyzer.set_callback(refuse)
        Late()
        raise KeyError(event["text"])

    def refuse(event: DocumentEvent) -> None:
        events.append(event["text"])
        if event["text"] == "refused":
            raise ValueError("on purpose")

    analyzer.set_callback(hear_once)
    with pytest.raises(KeyError, match="first"):
        analyzer.add_document("first")
    assert events == ["from a finalizer", "refused", "failed"]
    assert analyzer.get_documents() == ["first", "from a finalizer", "refused"]
    assert capfd.readouterr().err == ""


# ---- Threads that other languages start ----

CALLER = r"""
#include <pthread.h>
#include <stddef.h>

typedef int (*add_function)(void *, const char *, size_t);
struct work { add_function add; void *analyzer; const char *text; size_t length; int status; };

static void *run(void *given) {
  struct work *work = given;
  work->status = work->add(work->analyzer, work->text, work->length);
  return NULL;
}

int add_on_a_thread(add_function add, void *analyzer, const char *text, size_t length) {
  struct work work = {add, analyzer, text, length, -1};
  pthread_t thread;
  if (pthread_create(&thread, NULL, run, &work) != 0) return -2;
  pthread_join(thread, NULL);
  return work.status;
}
"""


def test_a_callback_runs_on_a_thread_of_a_c_library(
    analyzer: TextAnalyzer, tmp_path: Path, compiler: str, capfd: pytest.CaptureFixture[str]
) -> None:
    source, library = tmp_path / "caller.c", tmp_path / "caller.so"
    source.write_text(CALLER, encoding="utf-8")
    subprocess.run([compiler, "-shared", "-fPIC", "-pthread", "-o", library, source], check=True)
    handle = analyzer._handle
    assert handle is not None
    add = int(ffi.cast("uintptr_t", handle._lib.tp_analyzer_add_document))
    caller = ctypes.CDLL(str(library)).add_on_a_thread
    caller.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
    heard: list[tuple[str, bool]] = []

    def hear(event: DocumentEvent) -> None:
        heard.append((event["text"], threading.current_thread() is threading.main_thread()))
        if event["text"] == "bad":
            raise ValueError("no Python code can catch this")

    analyzer.set_callback(hear)
    pointer = int(ffi.cast("uintptr_t", handle.pointer))
    assert caller(add, pointer, b"good", 4) == 0
    assert caller(add, pointer, b"bad", 3) == handle._lib.TP_ERROR_STOPPED_BY_CALLBACK
    assert heard == [("good", False), ("bad", False)]
    complaints = capfd.readouterr().err
    assert complaints.count("Traceback") == 1
    assert complaints.endswith("ValueError: no Python code can catch this\n")
    assert analyzer.get_documents() == ["good", "bad"]
    analyzer.clear_callback()
    analyzer.add_document("later")


def test_a_callback_runs_on_a_thread_that_is_started_through_ctypes(analyzer: TextAnalyzer) -> None:
    if sys.platform != "linux":
        pytest.skip("pthread_t is an integer on Linux")
    heard: list[str] = []
    failed: list[BaseException] = []

    def work(_: Any) -> int:
        try:
            analyzer.add_document("from there")
            analyzer.set_callback(lambda event: heard.append(event["text"]))
            analyzer.add_documents(["and there", "and there again"])
            assert analyzer.unique_words() == 4
        except BaseException as error:
            failed.append(error)
        return 0

    start = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(work)
    c = ctypes.CDLL(None)
    thread = ctypes.c_ulong()
    assert c.pthread_create(ctypes.byref(thread), None, start, None) == 0
    assert c.pthread_join(thread, None) == 0
    assert not failed
    assert heard == ["and there", "and there again"]
