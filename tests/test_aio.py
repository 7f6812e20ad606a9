from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from text_processor import (
    AsyncTextAnalyzer,
    ClosedAnalyzerError,
    DocumentEvent,
    EmptyAnalyzerError,
    InvalidDocumentError,
    TextAnalyzer,
)


def test_long_operations_can_be_awaited(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("good day\n\nsunshine\n", encoding="utf-8")

    async def main() -> None:
        async with AsyncTextAnalyzer() as texts:
            assert await texts.add_documents(["good words", "words"]) == 2
            assert await texts.add_file(path) == 1
            assert await texts.add_files([path, path], lines=True) == 4
            await texts.index()
            assert await texts.analyze_sentiment() == 4 / 7
            assert (await texts.word_frequency())["good"] == 4
            assert (await texts.word_counts()).words[0] == "good"
            assert await texts.top_words(1) == [("good", 4)]
            assert [pair async for pair in texts.iter_top_words()] == texts.analyzer.top_words()
            assert [pair async for pair in texts.iter_top_ngrams(2)] == await texts.top_ngrams(2)
            assert [text async for text in texts] == list(texts.analyzer)
            assert (await texts.get_statistics())["document_count"] == 7
            assert (await texts.get_documents())[1] == "words"
            analyzer = texts.analyzer
        with pytest.raises(ValueError, match="closed"):
            analyzer.total_words()

    asyncio.run(main())


def test_ids_variables_files_and_merges_can_be_awaited(tmp_path: Path) -> None:
    async def main() -> None:
        texts = AsyncTextAnalyzer()
        variables = {"stars": [5, 1, 5]}
        assert await texts.add_documents(["so good", "so bad", "good"], ids=["a", "b", "c"], variables=variables) == 3
        assert await texts.add_table({"text": ["bad"], "key": ["d"], "stars": [1]}, id="key", variables=["stars"]) == 1
        part = await texts.subset({"stars": 5})
        assert isinstance(part, AsyncTextAnalyzer)
        assert await part.get_documents() == ["so good", "good"]
        assert await (await texts.sample(4)).get_documents() == await texts.get_documents()
        assert (await texts.top_words(1, by="stars")).to_dict() == {
            "stars": [5, 1],
            "word": ["good", "bad"],
            "count": [2, 2],
        }
        assert (await texts.word_counts(by="stars")).names == ["stars", "word", "count"]
        assert len(await texts.ngram_counts(2, by="stars")) == 2
        assert (await texts.get_statistics(by="stars"))["total_words"].tolist() == [3, 3]
        assert (await texts.document_term_matrix(by="stars")).shape == (2, 3)
        await texts.save(tmp_path / "saved")
        loaded = await AsyncTextAnalyzer.load(tmp_path / "saved")
        assert await loaded.documents() == await texts.documents()
        assert await loaded.remove(["a"]) == 1
        await loaded.replace("b", "new")
        copied = await loaded.copy()
        await part.remove(["c"])
        await copied.merge(part.analyzer)
        assert (await copied.documents())["id"] == ["b", "c", "d", "a"]

    pytest.importorskip("numpy")
    asyncio.run(main())


def test_errors_reach_the_awaiting_task() -> None:
    async def main() -> None:
        texts = AsyncTextAnalyzer()
        with pytest.raises(EmptyAnalyzerError):
            await texts.analyze_sentiment()
        with pytest.raises(InvalidDocumentError):
            await texts.add_documents(["fine", ""])
        assert await texts.get_documents() == ["fine"]

    asyncio.run(main())


def test_the_event_loop_runs_during_the_work() -> None:
    async def main() -> None:
        analyzer = TextAnalyzer(threads=1)
        analyzer.add_document("some words in a long document " * 1_000_000)
        indexing = asyncio.ensure_future(AsyncTextAnalyzer(analyzer).index())
        ticks = 0
        while not indexing.done():
            await asyncio.sleep(0)
            ticks += 1
        await indexing
        assert ticks > 100

    asyncio.run(main())


def endless() -> Iterator[str]:
    """Documents without end. The test fails after 20 seconds, so that it does not fill the memory."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        yield "some more words"
    pytest.fail("nothing stopped it")


@pytest.mark.parametrize(
    "start",
    [lambda texts: texts.add_documents(endless()), lambda texts: texts.word_frequency(), lambda texts: texts.index()],
)
def test_cancelled_work_stops_and_leaves_the_analyzer_usable(
    start: Callable[[AsyncTextAnalyzer], Coroutine[Any, Any, Any]],
) -> None:
    async def main() -> None:
        texts = AsyncTextAnalyzer(TextAnalyzer(threads=1))
        await texts.add_documents(["a few different words " * 1000] * 4000)
        before = len(texts.analyzer)
        work = asyncio.ensure_future(start(texts))
        await asyncio.sleep(0.01)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        added = len(texts.analyzer)
        time.sleep(0.02)
        assert len(texts.analyzer) == added >= before
        texts.analyzer.clear()
        await texts.add_documents(["still usable"])
        assert await texts.word_frequency() == {"still": 1, "usable": 1}

    asyncio.run(main())


@pytest.mark.parametrize(
    "ask",
    [
        lambda texts: texts.ngram_counts(8, skip=12),
        lambda texts: texts.top_ngrams(1000, 5),
    ],
)
def test_a_cancelled_query_stops_within_its_native_call(
    ask: Callable[[AsyncTextAnalyzer], Coroutine[Any, Any, Any]],
) -> None:
    async def main() -> float:
        texts = AsyncTextAnalyzer()
        await texts.add_document(" ".join(f"word{number * number % 30_011}" for number in range(200_000)))
        await texts.index()
        work = asyncio.ensure_future(ask(texts))
        await asyncio.sleep(0.1)
        work.cancel()
        # The processor time, because the machine may be busy, without that of the system, which provides the memory.
        cancelled = os.times().user
        with pytest.raises(asyncio.CancelledError):
            await work
        seconds = os.times().user - cancelled
        assert await texts.top_words(1)
        return seconds

    # The shortest of three runs, because the machine may be busy. A query without steps takes seconds.
    assert min(asyncio.run(main()) for _ in range(3)) < 0.3


def test_work_cancelled_before_it_began_does_nothing() -> None:
    async def main() -> None:
        texts = AsyncTextAnalyzer()
        work = asyncio.ensure_future(texts.add_documents(["never"]))
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert await texts.get_documents() == []

    asyncio.run(main())


def test_cancelled_work_that_waits_for_a_thread_never_begins() -> None:
    async def main() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        free = threading.Event()
        blocking = asyncio.ensure_future(asyncio.to_thread(free.wait))
        await asyncio.sleep(0.01)
        texts = AsyncTextAnalyzer()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(texts.add_documents(["never"]), 0.01)
        free.set()
        await blocking
        assert await texts.get_documents() == []

    asyncio.run(main())


def test_cancelling_twice_logs_no_error(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        texts = AsyncTextAnalyzer()
        work = asyncio.ensure_future(texts.add_documents(endless()))
        await asyncio.sleep(0.01)
        work.cancel()
        await asyncio.sleep(0)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(main())
    gc.collect()
    assert not caplog.records


def test_short_operations_can_be_awaited() -> None:
    async def main() -> None:
        texts = AsyncTextAnalyzer()
        events: list[DocumentEvent] = []
        await texts.set_callback(events.append)
        await texts.add_document("To be. Or not")
        await texts.clear_callback()
        await texts.add_document("to be")
        assert [event["word_count"] for event in events] == [4]
        assert (await texts.document_count(), await texts.total_words(), await texts.unique_words()) == (2, 6, 5)
        assert (await texts.sentence_count(), texts.tokenizer) == (3, "whitespace")
        await texts.set_terms(min_length=3)
        assert (await texts.word_frequency(), texts.term_options.min_length) == ({"be.": 1, "not": 1}, 3)
        await texts.clear()
        assert await texts.document_count() == 0
        await texts.close()
        with pytest.raises(ClosedAnalyzerError):
            await texts.document_count()

    asyncio.run(main())


def test_a_progress_function_gets_the_same_total_as_without_asyncio(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("a good day", encoding="utf-8")

    async def main() -> None:
        texts = AsyncTextAnalyzer()
        seen: list[tuple[int, int | None]] = []
        await texts.add_documents(["a", "b"], progress=lambda *numbers: seen.append(numbers))
        await texts.add_documents(iter(["c"]), progress=lambda *numbers: seen.append(numbers))
        await texts.add_file(path, progress=lambda *numbers: seen.append(numbers))
        assert {(2, 2), (1, None), (10, 10)} <= set(seen)
        await texts.index(progress=lambda *numbers: seen.append(numbers))
        assert seen[-1] == (13, 13)
        with pytest.raises(TypeError, match="progress="):
            await texts.add_documents(["d"], progress=1)  # type: ignore[arg-type]
        assert await texts.document_count() == 4

    asyncio.run(main())


@pytest.mark.parametrize("kind", [list, tuple, iter])
@pytest.mark.parametrize("lengths", [[1] * 10_000, [100] * 20_000, [3_000_000, 1, 1]])
def test_documents_are_added_in_the_same_steps_as_without_asyncio(
    kind: Callable[[list[str]], Iterable[str]], lengths: list[int]
) -> None:
    documents = ["x" * length for length in lengths]
    expected: list[tuple[int, int | None]] = []
    TextAnalyzer().add_documents(kind(documents), progress=lambda *numbers: expected.append(numbers))

    async def main() -> None:
        seen: list[tuple[int, int | None]] = []
        await AsyncTextAnalyzer().add_documents(kind(documents), progress=lambda *numbers: seen.append(numbers))
        assert seen == expected

    asyncio.run(main())


def test_an_analyzer_of_a_subclass_gets_the_documents_as_they_were_passed() -> None:
    class Recording(TextAnalyzer):
        def add_documents(self, documents: Any, **options: Any) -> int:
            passed.append((documents, options))
            return super().add_documents(documents, **options)

    passed: list[tuple[Iterable[Any], dict[str, Any]]] = []
    documents = ["to be", "or not"]

    async def main() -> None:
        assert await AsyncTextAnalyzer(Recording()).add_documents(documents, missing="skip") == 2
        for single in ("text", b"text"):
            with pytest.raises(TypeError, match=r"^add_documents\(\) takes many texts"):
                await AsyncTextAnalyzer(Recording()).add_documents(single)

    asyncio.run(main())
    assert passed[0][0] is documents


def test_a_list_of_documents_can_be_cancelled_between_two_steps() -> None:
    async def main() -> None:
        texts = AsyncTextAnalyzer()
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()

        def progress(*_: int | None) -> None:
            loop.call_soon_threadsafe(begun.set)
            time.sleep(0.1)

        work = asyncio.ensure_future(texts.add_documents(["a word"] * 500_000, progress=progress))
        await begun.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert 0 < len(texts.analyzer) <= 10 * 4096

    asyncio.run(main())


def test_earlier_names_of_limit_still_work_with_asyncio() -> None:
    async def main() -> None:
        texts = AsyncTextAnalyzer()
        await texts.add_document("to be or not to be")
        with pytest.warns(DeprecationWarning, match="limit=") as caught:
            assert await texts.top_words(n=1) == [("to", 2)]  # type: ignore[call-overload]
        with pytest.warns(DeprecationWarning, match="limit=") as caught_too:
            assert await texts.top_ngrams(2, k=1) == [(("to", "be"), 2)]  # type: ignore[call-arg]
        assert caught[0].filename == caught_too[0].filename == __file__

    asyncio.run(main())


def test_an_iterator_raises_an_error_after_a_step_was_cancelled() -> None:
    async def main() -> None:
        analyzer = AsyncTextAnalyzer()
        await analyzer.add_documents([f"word{number}" for number in range(2000)])
        words = analyzer.iter_top_words()
        step = asyncio.ensure_future(words.__anext__())
        await asyncio.sleep(0)
        step.cancel()
        with pytest.raises(asyncio.CancelledError):
            await step
        with pytest.raises(RuntimeError, match="iterate from the start"):
            await anext(words)
        assert len([word async for word in analyzer.iter_top_words()]) == 2000

    asyncio.run(main())


def test_a_step_that_is_cancelled_before_it_begins_loses_nothing() -> None:
    async def main() -> None:
        analyzer = AsyncTextAnalyzer()
        await analyzer.add_documents([f"word{number}" for number in range(2000)])
        words = analyzer.iter_top_words()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(words.__anext__(), 0)
        assert len([word async for word in words]) == 2000

    asyncio.run(main())


def test_a_closed_analyzer_raises_an_error_in_async_with() -> None:
    async def main() -> None:
        analyzer = AsyncTextAnalyzer()
        await analyzer.close()
        with pytest.raises(ClosedAnalyzerError):
            async with analyzer:
                pass
        with pytest.raises(ClosedAnalyzerError):
            await analyzer.top_words(0)

    asyncio.run(main())
