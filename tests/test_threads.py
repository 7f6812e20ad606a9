from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from text_processor import ClosedAnalyzerError, InvalidOptionError, TextAnalyzer, core_info


def together(*work: Callable[[], None]) -> None:
    """Run all functions at the same time. If one fails, raise its exception."""
    raised: list[BaseException] = []
    barrier = threading.Barrier(len(work))

    def guarded(task: Callable[[], None]) -> None:
        try:
            barrier.wait()
            task()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=guarded, args=(task,)) for task in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]


def test_an_environment_variable_sets_the_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXT_PROCESSOR_NUM_THREADS", "3")
    assert core_info()["threads"] == 3
    TextAnalyzer()
    for wrong in ("0", "-1", "two", "65536", "1.5"):
        monkeypatch.setenv("TEXT_PROCESSOR_NUM_THREADS", wrong)
        with pytest.raises(InvalidOptionError, match=f'TEXT_PROCESSOR_NUM_THREADS .* from 1 to 65535, not "{wrong}"'):
            TextAnalyzer()
        TextAnalyzer(threads=2)
    monkeypatch.setenv("TEXT_PROCESSOR_NUM_THREADS", "")
    assert core_info()["threads"] >= 1
    TextAnalyzer()


@pytest.mark.parametrize("threads", [1, 2])
def test_many_documents_are_indexed_while_they_are_added(threads: int) -> None:
    texts = [f"Document {number} of {number % 7}" for number in range(40_000)]
    reference = Counter(word.lower() for text in texts for word in text.split())
    with TextAnalyzer(threads=threads) as analyzer:
        assert analyzer.add_documents(texts) == len(texts)
        assert list(analyzer.word_frequency().items()) == list(reference.items())

    with TextAnalyzer(threads=threads) as analyzer:

        def asking() -> Iterator[str]:
            for number, text in enumerate(texts):
                if number % 5000 == 0:
                    assert analyzer.unique_words() >= number // 5000
                yield text

        analyzer.add_documents(asking())
        assert analyzer.word_frequency() == reference

    with TextAnalyzer(threads=threads) as analyzer, pytest.raises(ZeroDivisionError):
        analyzer.add_documents(texts, progress=lambda done, _: 1 // (done < 30_000))
    with TextAnalyzer(threads=threads) as analyzer, pytest.raises(ClosedAnalyzerError):
        analyzer.add_documents(texts, progress=lambda done, _: analyzer.close() if done > 20_000 else None)


def test_threads_may_add_and_query_at_the_same_time(analyzer: TextAnalyzer) -> None:
    def work(seed: int) -> Callable[[], None]:
        def run() -> None:
            chance = random.Random(seed)  # noqa: S311
            own = 0
            for number in range(300):
                kind = chance.randrange(5)
                if kind == 0:
                    own += analyzer.add_documents([f"thread{seed} batch{number}"] * 10)
                elif kind == 1:
                    analyzer.add_document(b"bytes good")
                    own += 1
                else:
                    analyzer.add_document(f"thread{seed} single{number}")
                    own += 1
                assert analyzer.document_count() >= own
                if number % 20 == 0:
                    assert analyzer.word_frequency().get(f"thread{seed}", 0) <= own
                    assert 0 <= analyzer.analyze_sentiment() <= 1
            added[seed] = own

        return run

    added: dict[int, int] = {}
    together(*(work(seed) for seed in range(6)))
    assert analyzer.document_count() == sum(added.values())
    assert analyzer.total_words() == 2 * sum(added.values())
    frequency: Counter[str] = Counter()
    for text in analyzer:
        frequency.update(text.split())
    assert dict(frequency) == analyzer.word_frequency()


def test_a_thread_finds_its_own_documents_while_other_threads_add_documents(analyzer: TextAnalyzer) -> None:
    def work(name: str) -> Callable[[], None]:
        def run() -> None:
            for number in range(2000):
                analyzer.add_document(f"{name} {number}")
                if number % 50 == 0:
                    assert f"{name} {number}" in analyzer

        return run

    together(work("a"), work("b"), work("c"))
    assert len(analyzer) == 6000


def test_no_document_is_lost_while_callbacks_are_set(analyzer: TextAnalyzer) -> None:
    heard: list[str] = []

    def add() -> None:
        for number in range(2000):
            analyzer.add_document(f"word{number}")

    def toggle() -> None:
        for _ in range(300):
            analyzer.set_callback(lambda event: heard.append(event["text"]))
            analyzer.total_words()
            analyzer.clear_callback()

    together(add, add, toggle)
    assert len(analyzer) == 4000
    assert len(heard) <= 4000


def test_sentiment_from_four_threads_is_the_same(analyzer: TextAnalyzer) -> None:
    analyzer.add_documents(["good", "bad good good"] * 10_000)

    def ask() -> None:
        for _ in range(20):
            assert analyzer.analyze_sentiment() == 1.0

    together(ask, ask, ask, ask)


def test_answers_are_consistent_while_another_thread_clears(analyzer: TextAnalyzer) -> None:
    def add() -> None:
        for _ in range(300):
            analyzer.add_documents(["one two three"] * 20)

    def clear() -> None:
        for _ in range(100):
            analyzer.clear()

    def ask() -> None:
        for _ in range(300):
            statistics = analyzer.get_statistics()
            assert statistics["total_words"] == 3 * statistics["document_count"]
            assert statistics["unique_words"] in (0, 3)
            assert len(set(analyzer.word_frequency().values())) <= 1

    together(add, clear, ask)
    analyzer.clear()
    assert analyzer.word_frequency() == {}


def test_other_threads_run_during_a_native_call() -> None:
    with TextAnalyzer(threads=1) as analyzer:
        analyzer.add_document("some words in a long document " * 1_000_000)
        done = threading.Event()
        steps = 0

        def index() -> None:
            analyzer.index()
            done.set()

        thread = threading.Thread(target=index)
        thread.start()
        while not done.is_set():
            steps += 1
        thread.join()
        assert steps > 1000
