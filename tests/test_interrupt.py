"""Ctrl-C soon stops long native work, and no document is lost."""

from __future__ import annotations

import itertools
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal

import pytest

from text_processor import TextAnalyzer, count_words, sentences, tokenize
from text_processor._native import analyzer as native_analyzer
from text_processor._native.checkpoint import on_checkpoint
from text_processor.matrix import Vectorizer
from text_processor.sentiment import SentimentIntensityAnalyzer


@pytest.fixture(autouse=True)
def _heed_ctrl_c() -> Iterator[None]:
    """Set the usual handler of Ctrl-C, because tests ignore Ctrl-C if a shell starts them in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def before_long() -> Iterator[int]:
    """Yield numbers, and fail after two minutes, before a call that no interrupt stops can fill the memory."""
    end = time.monotonic() + 120
    for number in itertools.count():
        if number % 1000 == 0 and time.monotonic() > end:
            pytest.fail("nothing stopped it")
        yield number


def is_interrupted(work: Callable[[], object], seconds: float) -> bool:
    """Return whether an interrupt after some seconds ended the work. The delay is not checked: machines may be busy."""

    def interrupt() -> None:
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(seconds, interrupt)
    timer.start()
    try:
        work()
        # The work ended by itself, and the signal must not interrupt the next test.
        timer.cancel()
        timer.join()
        time.sleep(0.01)
    except KeyboardInterrupt:
        return True
    finally:
        timer.cancel()
    return False


def test_an_interrupted_index_continues_at_the_next_query() -> None:
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
    # The call stopped at the third of about fifty pieces.
    assert pieces == 3
    assert len(analyzer) == 0


def _counts() -> dict[int, int]:
    return {number: 100_000 // 5003 + (number < 100_000 % 5003) for number in range(5003)}


@pytest.mark.engine
def test_indexing_stops_even_if_every_word_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    # Short steps, so that the work in a step does not depend on the speed of the machine.
    monkeypatch.setattr(native_analyzer, "MILLISECONDS_PER_STEP", 1)
    analyzer = TextAnalyzer(threads=2)
    analyzer.add_documents(
        [" ".join(str(number) for number in range(i, i + 50_000)) for i in range(0, 3_000_000, 50_000)]
    )
    steps: list[int] = []
    analyzer.index(progress=lambda done, _total: steps.append(done))
    assert analyzer.unique_words() == 3_000_000
    # Python handles interrupts between two steps, so no step may be most of the work.
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


# ---- Long native calls ----

WORDS = [f"word{number * number % 30_011}" for number in range(200_000)]
SLOW_TEXT, SLOW_PATTERN = "A" * 100_000 + "é", r".*[^A-Zé]\b|[A-Z]|x*"
"""With this pattern, each search reads the rest of the text, because no fast search supports both of its parts."""


def analyzer_of(words: list[str]) -> TextAnalyzer:
    analyzer = TextAnalyzer()
    analyzer.add_document(" ".join(words))
    analyzer.index()
    return analyzer


def counting(analyzer: Literal["char", "char_wb"], *texts: str) -> Callable[[], object]:
    return partial(Vectorizer(analyzer=analyzer, ngram_range=(1, 200)).count, texts, grow=True)


def indexing(text: str, tokenizer: str) -> Callable[[], object]:
    analyzer = TextAnalyzer(tokenizer=tokenizer)
    analyzer.add_document(text)
    return analyzer.index


LONG: dict[str, Callable[[], Callable[[], object]]] = {
    "skip-grams": lambda: partial(analyzer_of(WORDS).ngram_counts, 8, skip=12),
    "skip-grams that do not fit into integers": lambda: partial(analyzer_of(WORDS).ngram_counts, 12, skip=8),
    "long n-grams": lambda: partial(analyzer_of(WORDS).top_ngrams, 1000, 5),
    "a matrix of long n-grams": lambda: partial(analyzer_of(WORDS).document_term_matrix, (1, 200)),
    "n-grams of many characters": lambda: counting("char", " ".join(WORDS)),
    "n-grams of the characters of one word": lambda: counting("char_wb", "".join(WORDS)),
    "n-grams of characters of many short texts": lambda: counting("char", *[word * 10 for word in WORDS]),
    "a slow pattern": lambda: partial(tokenize, SLOW_TEXT, SLOW_PATTERN),
    "a slow pattern with a group": lambda: partial(tokenize, SLOW_TEXT, f"({SLOW_PATTERN})"),
    "a slow pattern of Python": lambda: partial(tokenize, "A" * 3_000_000, re.compile(r".*[^A-Z]|[A-Z]|x$")),
    "counting the matches of a slow pattern": lambda: partial(count_words, SLOW_TEXT, tokenizer=SLOW_PATTERN),
    "a match as long as the text": lambda: partial(tokenize, "é" * 20_000_000, r"\b\w\w+\b"),
    "the group of a long match": lambda: partial(tokenize, "a" * 20_000_000, r"(\w)\w*"),
    "counting matches in a text without a match": lambda: partial(count_words, " " * 400_000_000, tokenizer=r"\w+"),
    "the index of one long match": lambda: indexing("é" * 20_000_000, r"\b\w\w+\b"),
    "n-grams of the characters of a long text": lambda: counting("char", "é" * 20_000_000),
    "one long sentence": lambda: partial(sentences, "é " * 30_000_000),
    "sentences of an analyzer": lambda: partial(analyzer_of(["é"] * 30_000_000).sentence_count),
    "a long text for VADER": lambda: partial(SentimentIntensityAnalyzer().polarity_scores, "good but bad " * 8_000_000),
    "long texts for VADER": lambda: partial(SentimentIntensityAnalyzer().scores, ["good but bad " * 8_000_000]),
}


def seconds_until_stopped(work: Callable[[], object]) -> float | None:
    """Interrupt the work after a tenth of a second. Return how long it goes on, or None if it ends by itself.

    Counts the processor time of all threads, because the machine may be busy, and without that of the system, which may
    need long to provide and free memory.
    """
    sent: list[float] = []

    def interrupt() -> None:
        sent.append(os.times().user)
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(0.1, interrupt)
    timer.start()
    try:
        try:
            work()
        finally:
            seconds = os.times().user
            timer.cancel()
            timer.join()
            # An interrupt that comes after the end of the work must not interrupt the next test.
            time.sleep(0.01)
    except KeyboardInterrupt:
        return seconds - sent[0]
    return None


@pytest.mark.once
@pytest.mark.parametrize("name", LONG)
def test_a_long_native_call_stops_soon(name: str) -> None:
    if name.endswith("VADER"):
        pytest.importorskip("vaderSentiment", reason="the word values of VADER are needed")
    threads = set(threading.enumerate())
    # Several attempts, because the machine may be busy. A call without steps takes seconds.
    for _ in range(3):
        seconds = seconds_until_stopped(LONG[name]())
        if seconds is not None and seconds < 0.3:
            break
    else:
        assert seconds is not None, "the work ended before the interrupt"
        pytest.fail(f"it stopped after {seconds:.2f} seconds of work")
    # No thread continues the work.
    for _ in range(1000):
        if threads.issuperset(threading.enumerate()):
            return
        time.sleep(0.005)
    pytest.fail(f"these threads go on: {threading.enumerate()}")


def test_a_signal_handler_that_returns_changes_no_answer() -> None:
    analyzer = analyzer_of(WORDS)
    expected = dict(analyzer.ngram_counts(3, skip=3))
    runs = 0

    def query(*_: object) -> None:
        nonlocal runs
        runs += 1
        # The handler may use the analyzer, even for another long call.
        analyzer.add_document("another document")
        assert analyzer.ngram_frequency(2)[("another", "document")] == runs
        signal.setitimer(signal.ITIMER_REAL, 0.05)

    before = signal.signal(signal.SIGALRM, query)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        found = dict(analyzer.ngram_counts(3, skip=3))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert runs > 0
    assert found == expected


def test_an_exception_of_a_signal_handler_reaches_the_caller_unchanged() -> None:
    class AlarmError(Exception):
        pass

    raised: list[BaseException] = []

    def fail(*_: object) -> None:
        raised.append(AlarmError())
        raise raised[-1]

    before = signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        with pytest.raises(AlarmError) as caught:
            tokenize(SLOW_TEXT, SLOW_PATTERN)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert caught.value is raised[0]
    assert tokenize("A b", r"\w") == ["A", "b"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_signal_handler_may_fork_during_a_long_call() -> None:
    analyzer = analyzer_of(WORDS)
    expected = len(analyzer.ngram_counts(3, skip=3))
    parent = os.getpid()
    children: list[int] = []

    def fork(*_: object) -> None:
        if not children:
            children.append(os.fork())

    before = signal.signal(signal.SIGALRM, fork)
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        # The call ends normally in both processes.
        found = len(analyzer.ngram_counts(3, skip=3))
    finally:
        if os.getpid() != parent:
            os._exit(0 if found == expected else 1)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert found == expected
    (child,) = children
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_pattern_that_reads_the_rest_of_the_text_for_each_token_takes_little_time() -> None:
    text, pattern = "A" * 1_000_000, ".*[^A-Z]|[A-Z]"
    assert tokenize(text, pattern) == list(text)
    analyzer = TextAnalyzer(tokenizer=pattern)
    analyzer.add_document(text)
    assert analyzer.word_frequency() == {"a": 1_000_000}


def test_long_calls_on_other_threads_end_normally() -> None:
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(len(tokenize("A" * 10_000, ".*[^A-Z]|[A-Z]"))))
    thread.start()
    thread.join()
    assert found == [10_000]
