from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from text_processor import AsyncTextAnalyzer, EmptyAnalyzerError, InvalidDocumentError, TextAnalyzer


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
            assert (await texts.get_statistics())["document_count"] == 7
            assert (await texts.get_documents())[1] == "words"
            analyzer = texts.analyzer
        with pytest.raises(ValueError, match="closed"):
            analyzer.total_words()

    asyncio.run(main())


def test_errors_reach_whoever_awaits() -> None:
    async def main() -> None:
        texts = AsyncTextAnalyzer()
        with pytest.raises(EmptyAnalyzerError):
            await texts.analyze_sentiment()
        with pytest.raises(InvalidDocumentError):
            await texts.add_documents(["fine", ""])
        assert await texts.get_documents() == ["fine"]

    asyncio.run(main())


def test_the_event_loop_runs_on_meanwhile() -> None:
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
    """If nothing stops its taker, it should fail and not fill the memory."""
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
        await texts.add_documents(["so many different words " * 1000] * 4000)
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


def test_work_cancelled_before_it_began_does_nothing() -> None:
    async def main() -> None:
        texts = AsyncTextAnalyzer()
        work = asyncio.ensure_future(texts.add_documents(["never"]))
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        assert await texts.get_documents() == []

    asyncio.run(main())


def test_work_that_waits_for_a_thread_is_withdrawn() -> None:
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


def test_cancelling_twice_leaves_nothing_to_complain_about(caplog: pytest.LogCaptureFixture) -> None:
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
