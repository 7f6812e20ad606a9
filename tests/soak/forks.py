"""Fork again and again while threads start threads. Each child uses the library, and must end without a fault.

    python tests/soak/forks.py --seconds 60

A child returns right answers, or an error if another thread was using an object at the fork. A child never hangs, and
no signal ends it.
With `GLIBC_TUNABLES=glibc.malloc.tcache_count=0` in the environment, glibc's allocator takes a lock when it frees the
memory of a thread. Then a fork interrupts the start of a thread more often.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable

# Imported before any fork, because a child waits forever for a module that another thread was importing at the fork.
import numpy as np  # noqa: F401

import text_processor.ngrams  # noqa: F401
from text_processor import ForkedAnalyzerError, Lexicon, SentimentIntensityAnalyzer, TextAnalyzer, sentences, tokenize
from text_processor.vectorizers import CountVectorizer, HashingVectorizer, TfidfVectorizer

LIMIT = 30
"""The number of seconds after which a child counts as hanging."""
LOST = 7
WRONG = 3

TEXTS = [f"the cat sat on {number}. It was good" for number in range(4000)]
LINES = "a good day\n" * 3100
BY_PATTERN = [f"#tag{number} and words" for number in range(50)]

shared = TextAnalyzer()
shared.add_documents(TEXTS)
tagged = TextAnalyzer(tokenizer=r"#\w+")
tagged.set_callback(lambda _event: None)
vader = SentimentIntensityAnalyzer(threads=8)
weights = TfidfVectorizer().fit(TEXTS)
lexicon = Lexicon({"good": 1.0})


def score() -> None:
    """Start threads as fast as possible."""
    vader.line_scores(LINES)
    vader.polarity_scores(f"good cat {time.time_ns()}")


def count() -> None:
    CountVectorizer().fit_transform(TEXTS)
    weights.transform(TEXTS)
    HashingVectorizer().transform(TEXTS[:2000])


def ask() -> None:
    shared.top_ngrams(2, 3)
    shared.document_sentiments(lexicon)
    shared.set_terms(min_length=time.time_ns() % 3)
    shared.word_frequency()


def add() -> None:
    TextAnalyzer(threads=3).add_documents(TEXTS[:2000])
    for text in BY_PATTERN:
        tagged.add_document(text)
    tagged.word_frequency()
    tagged.clear()


def child_scores_with_what_threads_share() -> None:
    assert vader.polarity_scores("good")["pos"] == 1.0
    assert len(vader.line_scores(LINES)["pos"]) == 3100


def child_has_a_scorer_of_its_own() -> None:
    global vader
    vader = SentimentIntensityAnalyzer()
    assert len(vader.scores(TEXTS)["pos"]) == len(TEXTS)


def child_counts() -> None:
    assert CountVectorizer().fit_transform(TEXTS).shape[0] == len(TEXTS)
    assert weights.transform(TEXTS).shape[0] == len(TEXTS)


def child_asks_what_threads_share() -> None:
    global shared
    try:
        assert shared.word_frequency()["cat"] == len(TEXTS)
        shared.top_ngrams(2, 3)
    finally:
        # This frees the old analyzer, except if it is lost.
        shared = TextAnalyzer()


def child_adds_by_a_pattern() -> None:
    global tagged
    try:
        before = tagged.total_words()
        tagged.add_document("#one #two")
        assert tagged.total_words() == before + 2
    finally:
        tagged = TextAnalyzer()


def child_has_an_analyzer_of_its_own() -> None:
    analyzer = TextAnalyzer(threads=4)
    analyzer.add_documents(TEXTS)
    assert analyzer.word_frequency()["sat"] == len(TEXTS)
    assert len(tokenize("two words")) == len(sentences("Two. Sentences.")) == 2


def child_has_a_child() -> None:
    child_scores_with_what_threads_share()
    status = waited(forked(child_scores_with_what_threads_share))
    assert status == 0, f"the child of a child ended with {status}"


def positive(number: int) -> float:
    return vader.polarity_scores("good " * number)["pos"] + float(vader.line_scores(LINES)["pos"][0])


def child_has_workers() -> None:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert set(pool.map(positive, range(1, 9))) == {positive(1)}


CHILDREN: list[Callable[[], None]] = [
    child_scores_with_what_threads_share,
    child_has_a_scorer_of_its_own,
    child_counts,
    child_asks_what_threads_share,
    child_adds_by_a_pattern,
    child_has_an_analyzer_of_its_own,
    child_has_a_child,
    child_has_workers,
]


def forked(work: Callable[[], None]) -> int:
    """Fork a child that does some work and exits with a status."""
    process = os.fork()
    if process == 0:
        status = WRONG
        try:
            signal.alarm(LIMIT)
            work()
            status = 0
        except ForkedAnalyzerError:
            status = LOST
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return process


def waited(process: int) -> int:
    """Wait for a child, and return its exit status; a signal is a negative number."""
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def end_of(work: Callable[[], None], *, in_thread: bool) -> int:
    """Fork in this thread or in another one, and return the exit status of the child."""
    if not in_thread:
        return waited(forked(work))
    ends: list[int] = []
    thread = threading.Thread(target=lambda: ends.append(waited(forked(work))))
    thread.start()
    thread.join()
    return ends[0]


def repeat(work: Callable[[], None]) -> None:
    while True:
        work()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60)
    seconds = parser.parse_args().seconds
    warnings.simplefilter("ignore", DeprecationWarning)

    # Import all modules that these functions import. A child hangs if it imports a module that a thread of its parent
    # was importing at the fork: this is a limit of Python (docs/reliability.md).
    for work in (score, count, ask, add):
        work()

    ends: Counter[tuple[str, int]] = Counter()
    # First, threads only start other threads. Later, they do all kinds of work.
    for part, works, children in ((0.6, [score] * 3, CHILDREN[:1]), (0.4, [count, ask, add], CHILDREN)):
        for work in works:
            threading.Thread(target=repeat, args=(work,), daemon=True).start()
        end = time.monotonic() + part * seconds
        while time.monotonic() < end:
            number = ends.total()
            child = children[number % len(children)]
            ends[child.__name__, end_of(child, in_thread=number % 3 == 0)] += 1
    faults = 0
    for (name, status), number in sorted(ends.items()):
        what = {0: "ended without a fault", LOST: "reported a lost object"}.get(status)
        if what is None:
            faults += number
            hangs = status == -signal.SIGALRM
            what = "hung" if hangs else f"ended by signal {-status}" if status < 0 else "returned a wrong answer"
        print(f"{number:6} {name.replace('_', ' ')}: {what}")
    print(f"{ends.total()} forks, {faults} faults", flush=True)
    # Ends without waiting for the threads, because they never stop.
    os._exit(1 if faults else 0)


if __name__ == "__main__":
    sys.exit(main())
