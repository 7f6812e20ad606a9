from __future__ import annotations

import gc
import threading
import traceback
import weakref
from collections.abc import Callable
from typing import Any

import pytest

from text_processor import DocumentEvent, InvalidDocumentError, TextAnalyzer


def test_the_callback_receives_each_document(analyzer: TextAnalyzer) -> None:
    events: list[DocumentEvent] = []
    analyzer.add_document("added before")
    analyzer.set_callback(events.append)
    analyzer.add_document("hello world")
    assert events == [{"text": "hello world", "word_count": 2, "total_documents": 2}]
    analyzer.add_document("größer".encode())
    analyzer.add_documents(["a", "b\0 c", "d"])
    assert [event["text"] for event in events[1:]] == ["größer", "a", "b\0 c", "d"]
    assert [event["word_count"] for event in events[1:]] == [1, 1, 2, 1]
    assert [event["total_documents"] for event in events[1:]] == [3, 4, 5, 6]
    analyzer.clear_callback()
    analyzer.add_document("unheard")
    assert len(events) == 5
    analyzer.clear_callback()


def test_the_callback_runs_on_the_thread_that_adds_before_the_call_returns(analyzer: TextAnalyzer) -> None:
    threads: list[int] = []
    analyzer.set_callback(lambda _: threads.append(threading.get_ident()))
    analyzer.add_document("here")
    assert threads == [threading.get_ident()]


class Unusual(BaseException):
    pass


@pytest.mark.parametrize("kind", [ValueError, KeyboardInterrupt, SystemExit, Unusual, StopIteration])
def test_an_exception_of_the_callback_reaches_the_caller_unchanged(
    analyzer: TextAnalyzer, kind: type[BaseException]
) -> None:
    raised = kind("on purpose")

    def fail(event: DocumentEvent) -> None:
        if event["text"] == "two":
            raise raised

    analyzer.set_callback(fail)
    with pytest.raises(kind) as caught:
        analyzer.add_documents(["one", "two", "three"])
    assert caught.value is raised
    assert "fail" in [frame.name for frame in traceback.extract_tb(caught.value.__traceback__)]
    assert analyzer.get_documents() == ["one", "two"]
    analyzer.add_document("four")
    with pytest.raises(kind):
        analyzer.add_document("two")
    assert analyzer.get_documents() == ["one", "two", "four", "two"]


def test_the_callback_does_not_receive_refused_documents(analyzer: TextAnalyzer) -> None:
    events: list[DocumentEvent] = []
    analyzer.set_callback(events.append)
    with pytest.raises(InvalidDocumentError) as caught:
        analyzer.add_documents(["one", " ", "three"])
    assert caught.value.document == 1
    assert [event["text"] for event in events] == ["one"]


def test_the_callback_may_use_the_analyzer_and_add_documents(analyzer: TextAnalyzer) -> None:
    seen: list[tuple[str, int, int]] = []

    def echo(event: DocumentEvent) -> None:
        seen.append((event["text"], analyzer.total_words(), analyzer.unique_words()))
        if len(event["text"]) > 1:
            analyzer.add_document(event["text"][1:])

    analyzer.set_callback(echo)
    analyzer.add_document("abc")
    assert seen == [("abc", 1, 1), ("bc", 2, 2), ("c", 3, 3)]


def test_the_callback_may_replace_or_clear_itself(analyzer: TextAnalyzer) -> None:
    events: list[str] = []

    def first(event: DocumentEvent) -> None:
        events.append("first " + event["text"])
        analyzer.set_callback(second)

    def second(event: DocumentEvent) -> None:
        events.append("second " + event["text"])
        analyzer.clear_callback()

    analyzer.set_callback(first)
    analyzer.add_documents(["a", "b", "c"])
    assert events == ["first a", "second b"]


def test_the_callback_may_clear_or_close_the_analyzer(analyzer: TextAnalyzer) -> None:
    analyzer.set_callback(lambda _: analyzer.clear())
    analyzer.add_documents(["a", "b"])
    assert len(analyzer) == 0
    analyzer.set_callback(lambda _: analyzer.close())
    analyzer.add_document("c")
    with pytest.raises(ValueError, match="closed"):
        len(analyzer)


def test_exceptions_of_nested_callbacks_reach_their_own_callers(analyzer: TextAnalyzer) -> None:
    inner = TextAnalyzer()

    def inner_fails(_: DocumentEvent) -> None:
        raise KeyError("inner")

    def outer(_: DocumentEvent) -> None:
        try:
            inner.add_document("x")
        except KeyError as error:
            raise LookupError("outer") from error

    inner.set_callback(inner_fails)
    analyzer.set_callback(outer)
    with pytest.raises(LookupError, match="outer") as caught:
        analyzer.add_document("y")
    assert isinstance(caught.value.__cause__, KeyError)
    analyzer.clear_callback()
    analyzer.add_document("z")


def test_each_analyzer_has_its_own_callback() -> None:
    events: list[tuple[int, str]] = []
    analyzers = [TextAnalyzer() for _ in range(5)]

    def listener(number: int) -> Callable[[DocumentEvent], None]:
        return lambda event: events.append((number, event["text"]))

    for number, analyzer in enumerate(analyzers):
        analyzer.set_callback(listener(number))
    for analyzer in analyzers:
        analyzer.add_document("text")
    assert events == [(number, "text") for number in range(5)]


def test_a_callback_must_be_a_function(analyzer: TextAnalyzer) -> None:
    with pytest.raises(TypeError, match="takes a function"):
        analyzer.set_callback(None)  # type: ignore[arg-type]


def test_a_cycle_of_analyzer_and_callback_is_collected() -> None:
    class Listener:
        def __init__(self) -> None:
            self.analyzer = TextAnalyzer()
            self.analyzer.set_callback(self.heard)
            self.analyzer.add_document("text")

        def heard(self, event: DocumentEvent) -> None:
            self.event = event

    listener = Listener()
    alive: list[weakref.ref[Any]] = [weakref.ref(listener), weakref.ref(listener.analyzer)]
    del listener
    gc.collect()
    assert [reference() for reference in alive] == [None, None]


def test_a_callback_is_freed_with_its_analyzer_or_when_replaced() -> None:
    class Callback:
        def __call__(self, event: DocumentEvent) -> None:
            pass

    def forgotten(reference: weakref.ref[Any]) -> bool:
        gc.collect()
        return reference() is None

    analyzer = TextAnalyzer()
    callback = Callback()
    reference = weakref.ref(callback)
    analyzer.set_callback(callback)
    del callback
    analyzer.add_document("text")
    assert not forgotten(reference)
    analyzer.set_callback(print)
    assert forgotten(reference)


def test_objects_are_freed_after_their_exception_is_handled(analyzer: TextAnalyzer) -> None:
    class Large:
        pass

    def fail(_: DocumentEvent) -> None:
        large = Large()
        references.append(weakref.ref(large))
        raise ValueError("on purpose")

    references: list[weakref.ref[Large]] = []
    analyzer.set_callback(fail)
    with pytest.raises(ValueError, match="on purpose") as caught:
        analyzer.add_document("text")
    del caught
    gc.collect()
    assert references[0]() is None


def test_the_callback_runs_on_the_thread_that_adds_the_document(analyzer: TextAnalyzer) -> None:
    heard: dict[str, list[str]] = {}
    analyzer.set_callback(lambda event: heard.setdefault(threading.current_thread().name, []).append(event["text"]))
    failed: list[str] = []

    def add(name: str) -> None:
        texts = [f"{name} {number}" for number in range(500)]
        for text in texts:
            analyzer.add_document(text)
        if heard[threading.current_thread().name] != texts:
            failed.append(name)

    threads = [threading.Thread(target=add, args=(f"thread{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert len(analyzer) == 2000


def test_if_two_threads_set_a_callback_only_one_callback_runs() -> None:
    for _ in range(200):
        analyzer = TextAnalyzer()
        heard: list[str] = []
        barrier = threading.Barrier(2)

        def listen(analyzer: TextAnalyzer = analyzer, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            analyzer.set_callback(lambda event: heard.append(event["text"]))  # noqa: B023

        threads = [threading.Thread(target=listen) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        analyzer.add_document("text")
        assert heard == ["text"]
