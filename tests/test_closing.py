"""Closing an analyzer while it is in use: running calls finish as usual, and later calls raise an error."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from text_processor import ClosedAnalyzerError, TextAnalyzer

LINE = "The cat and the dog, a good day\n"
LINES = 60_000


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("closing") / "lines.txt"
    path.write_text(LINE * LINES, encoding="utf-8")
    return path


def filled() -> TextAnalyzer:
    analyzer = TextAnalyzer(threads=1)
    analyzer.add_documents([LINE * 100] * (LINES // 100))
    analyzer.add_document("gathered")
    return analyzer


LONG_CALLS: dict[str, Callable[[TextAnalyzer, Path], object]] = {
    "add_document": lambda analyzer, _: analyzer.add_document(LINE * LINES),
    "add_document of bytes": lambda analyzer, _: analyzer.add_document(LINE.encode() * (8 * LINES)),
    "add_documents": lambda analyzer, _: analyzer.add_documents([LINE] * LINES),
    "add_files": lambda analyzer, path: analyzer.add_files([path, path]),
    "add_files by lines": lambda analyzer, path: analyzer.add_files([path, path], lines=True),
    "index": lambda analyzer, _: analyzer.index(),
    "get_statistics": lambda analyzer, _: analyzer.get_statistics(),
    "word_frequency": lambda analyzer, _: analyzer.word_frequency(),
    "word_counts": lambda analyzer, _: dict(analyzer.word_counts()),
    "top_words": lambda analyzer, _: analyzer.top_words(),
    "iter_top_words": lambda analyzer, _: list(analyzer.iter_top_words()),
    "get_documents": lambda analyzer, _: len(analyzer.get_documents()),
    "iteration": lambda analyzer, _: sum(1 for _ in analyzer),
    "in": lambda analyzer, _: "no such document" in analyzer,
    "clear": lambda analyzer, _: analyzer.clear(),
}


@pytest.mark.parametrize("name", LONG_CALLS)
def test_another_thread_may_close_the_analyzer(name: str, path: Path) -> None:
    call = LONG_CALLS[name]
    expected = call(filled(), path)
    for delay in (0.0, 0.001, 0.005):
        analyzer = filled()
        begun = threading.Event()
        results: list[object] = []

        def run(analyzer: TextAnalyzer = analyzer, begun: threading.Event = begun, to: list[object] = results) -> None:
            begun.set()
            try:
                to.append(call(analyzer, path))
            except ClosedAnalyzerError:
                to.append(expected)

        threads = [threading.Thread(target=run) for _ in range(2)]
        for thread in threads:
            thread.start()
        begun.wait()
        time.sleep(delay)
        analyzer.close()
        with pytest.raises(ClosedAnalyzerError):
            call(analyzer, path)
        for thread in threads:
            thread.join()
        if "add" not in name:
            assert results == [expected] * 2
        assert len(results) == 2


@pytest.mark.parametrize("lines", [False, True])
def test_a_progress_function_may_close_the_analyzer_while_files_are_added(lines: bool, path: Path) -> None:
    analyzer = TextAnalyzer()
    told: list[int] = []

    def progress(done: int, _: int | None) -> None:
        told.append(done)
        analyzer.close()

    with pytest.raises(ClosedAnalyzerError):
        analyzer.add_files([path, path], lines=lines, progress=progress)
    # The call still reads the current file to its end.
    assert told[-1] == path.stat().st_size
    assert TextAnalyzer().add_file(path, lines=lines, progress=lambda *_: None) == (LINES if lines else 1)


def test_a_progress_function_may_close_the_analyzer_while_it_indexes() -> None:
    analyzer = TextAnalyzer(threads=1)
    analyzer.add_documents([" ".join(map(str, range(20_000)))] * 50)
    told: list[tuple[int, int | None]] = []

    def progress(done: int, total: int | None) -> None:
        told.append((done, total))
        analyzer.close()

    analyzer.index(progress=progress)
    assert told[-1][0] == told[-1][1]
    with pytest.raises(ClosedAnalyzerError):
        analyzer.index()


def test_a_callback_may_close_its_analyzer(path: Path) -> None:
    adds: dict[str, Callable[[TextAnalyzer], object]] = {
        "one": lambda analyzer: analyzer.add_document("one"),
        "a long one": lambda analyzer: analyzer.add_document(LINE.encode() * LINES * 8),
        "a batch": lambda analyzer: analyzer.add_documents(["one"]),
        "a file": lambda analyzer: analyzer.add_file(path),
        "lines": lambda analyzer: analyzer.add_file(path, lines=True),
    }
    for name, add in adds.items():
        heard: list[int] = []
        analyzer = TextAnalyzer()

        def close(_: object, heard: list[int] = heard, analyzer: TextAnalyzer = analyzer) -> None:
            heard.append(1)
            analyzer.close()

        analyzer.set_callback(close)
        add(analyzer)
        assert heard == [1], name
        with pytest.raises(ClosedAnalyzerError):
            add(analyzer)
    analyzer = TextAnalyzer()
    analyzer.set_callback(lambda _: analyzer.close())
    with pytest.raises(ClosedAnalyzerError):
        analyzer.add_documents(["one", "two"])


def test_results_stay_valid_after_the_analyzer_is_closed_or_cleared() -> None:
    for end in (TextAnalyzer.close, TextAnalyzer.clear):
        analyzer = filled()
        expected = analyzer.word_frequency()
        counts, ranked, documents = analyzer.word_counts(), analyzer.iter_top_words(), iter(analyzer)
        column, first = counts.counts, next(ranked)
        end(analyzer)
        del analyzer
        assert dict(counts) == expected
        assert dict(zip(counts.words, column.tolist(), strict=True)) == expected
        assert dict([first, *ranked]) == expected
        assert sum(1 for _ in documents) == LINES // 100 + 1


def test_an_analyzer_that_is_closed_while_its_callback_is_cleared_stays_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    analyzer = TextAnalyzer()
    handle = analyzer._handle
    assert handle is not None
    clear = type(handle).clear_callback
    closing = threading.Thread(target=analyzer.close)

    def clear_and_close(_: object) -> None:
        clear(handle)
        closing.start()
        # close() may have to wait until the callback is cleared.
        closing.join(0.1)

    monkeypatch.setattr(type(handle), "clear_callback", clear_and_close)
    analyzer.clear_callback()
    monkeypatch.undo()
    closing.join()
    for text in ("short", "long " * 1000):
        with pytest.raises(ClosedAnalyzerError):
            analyzer.add_document(text)


def test_after_a_callback_is_set_and_cleared_at_the_same_time_it_runs_always_or_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    analyzer = TextAnalyzer()
    heard: list[str] = []
    handle = analyzer._handle
    assert handle is not None
    clear = type(handle).clear_callback

    def clear_while_another_is_set(_: object) -> None:
        clear(handle)
        monkeypatch.undo()
        # A signal handler or another thread may do the same.
        analyzer.set_callback(lambda event: heard.append(event["text"]))

    monkeypatch.setattr(type(handle), "clear_callback", clear_while_another_is_set)
    analyzer.clear_callback()
    analyzer.add_document("short")
    analyzer.add_document("long " * 1000)
    assert len(analyzer) == 2
    assert heard in ([], ["short", "long " * 1000])
