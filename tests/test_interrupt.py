"""Ctrl-C stops long native work soon and loses nothing."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from text_processor import TextAnalyzer
from text_processor._native.checkpoint import on_checkpoint


@pytest.fixture(autouse=True)
def _heed_ctrl_c() -> Iterator[None]:
    """Restore the handler of Ctrl-C: tests that are started in the background ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def before_long() -> Iterator[int]:
    """Yield numbers for a limited time, so that a consumer that nothing stops fails before it fills the memory."""
    end = time.monotonic() + 120
    for number in itertools.count():
        if number % 1000 == 0 and time.monotonic() > end:
            pytest.fail("nothing stopped it")
        yield number


def is_interrupted(work: Callable[[], object], seconds: float) -> bool:
    """Return whether an interrupt after some seconds ended the work. Machines are busy, so the delay is not checked."""

    def interrupt() -> None:
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(seconds, interrupt)
    timer.start()
    try:
        work()
        # The work ended by itself: the signal must not hit the next test.
        timer.cancel()
        timer.join()
        time.sleep(0.01)
    except KeyboardInterrupt:
        return True
    finally:
        timer.cancel()
    return False


def test_indexing_stops_and_goes_on_later() -> None:
    text = " ".join(f"word{number % 5003}" for number in range(100_000))
    analyzer = TextAnalyzer(threads=1)
    analyzer.add_documents([text] * 200)
    done: list[int] = []

    def interrupt_at_the_second_step(now: int, total: int | None) -> None:
        assert total is not None
        assert now < total
        done.append(now)
        if len(done) == 2:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        analyzer.index(progress=interrupt_at_the_second_step)
    # No further step ran.
    assert len(done) == 2
    assert analyzer.word_frequency() == {f"word{number}": 200 * count for number, count in _counts().items()}


def test_adding_a_very_long_document_stops_and_adds_nothing() -> None:
    analyzer = TextAnalyzer()
    data = b"some words in a document that is very long " * 10_000_000
    pieces = 0

    def interrupt_at_the_third_piece() -> None:
        nonlocal pieces
        pieces += 1
        if pieces == 3:
            os.kill(os.getpid(), signal.SIGINT)

    before = on_checkpoint.set(interrupt_at_the_third_piece)
    try:
        with pytest.raises(KeyboardInterrupt):
            analyzer.add_document(data)
    finally:
        on_checkpoint.reset(before)
    # No further piece of about fifty was added.
    assert pieces == 3
    assert len(analyzer) == 0


def _counts() -> dict[int, int]:
    return {number: 100_000 // 5003 + (number < 100_000 % 5003) for number in range(5003)}


@pytest.mark.engine
def test_indexing_stops_even_if_every_word_is_new() -> None:
    analyzer = TextAnalyzer(threads=2)
    analyzer.add_documents(
        [" ".join(str(number) for number in range(i, i + 50_000)) for i in range(0, 3_000_000, 50_000)]
    )
    steps: list[int] = []
    analyzer.index(progress=lambda done, _total: steps.append(done))
    assert analyzer.unique_words() == 3_000_000
    # Interrupts are handled between two steps, and no step is most of the work.
    assert max(b - a for a, b in itertools.pairwise([0, *steps])) < steps[-1] / 2


def test_adding_stops_and_keeps_exactly_the_documents_added_before() -> None:
    analyzer = TextAnalyzer()

    endless = (f"document {number}" for number in before_long())
    assert is_interrupted(lambda: analyzer.add_documents(endless), 0.2)
    documents = analyzer.get_documents()
    assert documents == [f"document {number}" for number in range(len(documents))]
    assert documents


@pytest.mark.parametrize("repeat", range(5))
def test_pending_documents_are_not_lost_and_not_added_twice(repeat: int) -> None:
    analyzer = TextAnalyzer()
    counted = 0

    def add() -> None:
        nonlocal counted
        for number in before_long():
            analyzer.add_document(f"document {number}")
            counted += 1

    assert is_interrupted(add, 0.05 + repeat / 100)
    # The interrupt may come after a document is added and before it is counted.
    assert len(analyzer) - counted in (0, 1)
    assert analyzer.get_documents() == [f"document {number}" for number in range(len(analyzer))]
