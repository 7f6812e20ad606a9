"""Use many analyzers from many threads; at the end, every added document must be in its analyzer, once and in order.

    python tests/soak/soak.py --seconds 60 [--threads 8] [--seed 1]

Each thread adds documents with its own words, so it knows the counts of its words in every answer. At the same time,
other threads set callbacks that fail, query and add; cancel tasks; add in a signal handler; and clear, close, copy and
free analyzers.
The threads also share vectorizers and VADER scorers, whose answers are known from the start. If a thread hangs, the
process prints all stacks and ends.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import copy
import faulthandler
import gc
import io
import itertools
import pickle
import queue
import random
import signal
import threading
import time
import weakref
from collections import Counter, deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from shared import OnPurposeError, Shared, first_words

from text_processor import AsyncTextAnalyzer, ClosedAnalyzerError, Core, TextAnalyzer, WordCounts, load_core
from text_processor.matrix import Vectorizer
from text_processor.sentiment.vader import SentimentIntensityAnalyzer

PORTABLE = Path(__file__).resolve().parents[2] / "build" / "cores" / "portable" / "libtext_processor.so"
FULL = 200_000
"""If an analyzer has more documents, threads add only small batches, to limit the memory."""
TEXTS = ["a good day", "", "not bad at all!", "GREAT but awful", "kind of good :)"]


class Owner:
    """An object that forms a reference cycle with its analyzer."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.analyzer = TextAnalyzer(**options)
        self.analyzer.set_callback(self.hear)
        self.heard = 0

    def hear(self, _: object) -> None:
        self.heard += 1


class Soak:
    """The threads, and the objects that they share."""

    def __init__(self, seed: int, threads: int, seconds: float) -> None:
        cores: list[Core | None] = [None, load_core(PORTABLE)] if PORTABLE.exists() else [None]
        self.options: list[dict[str, Any]] = [
            {"threads": threads_, "store_text": store_text, "core": core}
            for threads_, store_text, core in itertools.product((1, 2), (True, False), cores)
        ]
        self.shared = [Shared(str(options), **options) for options in self.options]
        self.seed, self.threads = seed, threads
        self.end = time.monotonic() + seconds
        self.done: Counter[str] = Counter()
        self.failed: list[BaseException] = []
        self.left: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.gone: deque[weakref.ref[TextAnalyzer]] = deque()
        self.kept: deque[tuple[WordCounts, dict[str, int]]] = deque(maxlen=50)
        self.vectorizers = [
            Vectorizer(threads=threads_, core=core) for threads_, core in itertools.product((1, 2), cores)
        ]
        self.fitted = [vectorizer.count(TEXTS, grow=True) for vectorizer in self.vectorizers]
        self.known = [(matrix.vectorizer(), matrix.sums().tolist()) for matrix in self.fitted]
        self.rows: deque[tuple[Any, int]] = deque(maxlen=50)
        self.vaders = [SentimentIntensityAnalyzer(threads=threads_) for threads_ in (1, 2)]
        self.compounds = [self.vaders[0].polarity_scores(text)["compound"] for text in TEXTS]

    # ---- Work with analyzers that stay open until the end ----

    def add(self, chance: random.Random, who: str) -> None:
        shared = chance.choice(self.shared)
        analyzer = shared.analyzer
        most = 1 if shared.added.total() > FULL else chance.choice([1, 1, 10, 300, 5000])
        number = chance.randint(1, most)

        def each(texts: Sequence[str | bytes | bytearray]) -> None:
            for text in texts:
                analyzer.add_document(text)

        ways: dict[str, Callable[[list[str]], object]] = {
            "single": each,
            "bytes": lambda texts: each([text.encode() for text in texts]),
            "buffers": lambda texts: each([bytearray(text.encode()) for text in texts]),
            "list": analyzer.add_documents,
            "iterator": lambda texts: analyzer.add_documents(iter(texts)),
            "mixed": lambda texts: analyzer.add_documents([texts[0].encode(), *texts[1:]]),
            "lines": lambda texts: analyzer.add_file(io.BytesIO("\n".join(texts).encode()), lines=True),
            "files": lambda texts: analyzer.add_files([io.BytesIO(text.encode()) for text in texts]),
        }
        way = chance.choice(list(ways))
        if way in ("single", "bytes", "buffers", "files"):
            number = min(number, 20)
        shared.add(who, number, ways[way])
        self.done[f"add, {way}"] += 1

    def ask(self, chance: random.Random, who: str) -> None:
        shared = chance.choice(self.shared)
        ways: dict[str, Callable[[TextAnalyzer], dict[str, int]]] = {
            "word_frequency": TextAnalyzer.word_frequency,
            "word_counts": lambda analyzer: dict(analyzer.word_counts()),
            "top_words": lambda analyzer: dict(analyzer.top_words()),
            "iter_top_words": lambda analyzer: dict(analyzer.iter_top_words()),
        }
        if shared.keeps_text:
            ways |= {
                "ngram_frequency": lambda analyzer: first_words(analyzer.ngram_frequency(2).items()),
                "top_ngrams": lambda analyzer: first_words(analyzer.top_ngrams(2, skip=1)),
            }
        if shared.keeps_text and shared.added.total() < FULL // 10:
            ways |= {
                "iteration": lambda analyzer: Counter(text.split()[0] for text in analyzer),
                "get_documents": lambda analyzer: Counter(text.split()[0] for text in analyzer.get_documents()),
                "copy": lambda analyzer: copy.copy(analyzer).word_frequency(),
            }
            if shared.analyzer._core is self.shared[0].analyzer._core:
                ways["pickle"] = lambda analyzer: pickle.loads(pickle.dumps(analyzer)).word_frequency()  # noqa: S301
            else:
                del ways["copy"]
        way = chance.choice(list(ways))
        shared.check(who, ways[way])
        self.done[way] += 1

    def ask_for_figures(self, chance: random.Random, _: str) -> None:
        shared = chance.choice(self.shared)
        before = shared.added.total()
        statistics = shared.analyzer.get_statistics()
        assert statistics["document_count"] >= before
        assert statistics["total_words"] == 2 * statistics["document_count"]
        shared.analyzer.index(progress=lambda done, total: None if total is None or done <= total else self.fail())
        if before:
            assert shared.analyzer.analyze_sentiment() == 0
        self.done["get_statistics"] += 1

    def fail(self) -> None:
        raise AssertionError

    def keep(self, chance: random.Random, _: str) -> None:
        shared = chance.choice(self.shared)
        counts = shared.analyzer.word_counts()
        self.kept.append((counts, dict(counts)))
        counts, known = chance.choice(list(self.kept))
        assert dict(zip(counts.words, counts.counts.tolist(), strict=True)) == known
        self.done["columns read again"] += 1

    def call_back(self, chance: random.Random, _: str) -> None:
        analyzer, other = chance.choice(self.shared).analyzer, chance.choice(self.shared).analyzer
        rare = chance.randint(2, 500)

        def hear(event: Any) -> None:
            number = event["total_documents"]
            if number % rare == 0:
                kind = number // rare % 4
                if kind == 0:
                    raise OnPurposeError
                if kind == 1:
                    assert analyzer.document_count() >= number
                elif kind == 2:
                    other.total_words()
                else:
                    analyzer.clear_callback()

        if chance.random() < 0.5:
            analyzer.set_callback(hear)
            self.done["set_callback"] += 1
        else:
            analyzer.clear_callback()
            self.done["clear_callback"] += 1

    # ---- Work with analyzers that are closed or freed ----

    def churn(self, chance: random.Random, _: str) -> None:
        owner = Owner(chance.choice(self.options))
        analyzer = owner.analyzer
        self.gone.append(weakref.ref(analyzer))
        kind = chance.choice(["close inside", "close by another", "free inside", "free by another", "clear"])
        calls: list[Callable[[], object]] = [
            lambda: analyzer.add_documents(["one two three"] * 2000),
            analyzer.word_frequency,
            lambda: analyzer.top_words(2),
            lambda: analyzer.word_counts().words,
            lambda: analyzer.add_file(io.BytesIO(b"one two three\n" * 1000), lines=True),
        ]
        if kind == "close inside":
            analyzer.set_callback(lambda event: analyzer.close() if event["total_documents"] > 50 else None)
        elif kind == "free inside":
            held = [owner]
            analyzer.set_callback(lambda _: held.clear())
            del owner
        elif kind.endswith("another"):
            self.left.put(owner)
            if kind.startswith("close"):
                self.left.put(analyzer.close)
        try:
            for call in chance.sample(calls, 3):
                call()
                if kind == "clear" and chance.random() < 0.5:
                    analyzer.clear()
            statistics = analyzer.get_statistics()
            assert statistics["total_words"] == 3 * statistics["document_count"]
            assert set(analyzer.word_frequency().values()) <= {statistics["document_count"]}
        except ClosedAnalyzerError:
            assert kind.startswith("close")
        self.done[kind] += 1

    def take_what_is_left(self) -> None:
        try:
            while True:
                found = self.left.get_nowait()
                if not isinstance(found, Owner):
                    found()  # type: ignore[operator]  # the queue has only owners and calls
        except queue.Empty:
            pass

    # ---- Work with vectorizers and scorers ----

    def count(self, chance: random.Random, who: str) -> None:
        place, number = chance.randrange(len(self.vectorizers)), chance.choice([1, 30, 1000, 10_000])
        matrix = self.vectorizers[place].count([f"{who} n{row % 7}x of{row % 3}" for row in range(number)], grow=True)
        matrix.sort()
        vectorizer = matrix.vectorizer()
        counts = dict(zip(vectorizer.terms(), matrix.sums().tolist(), strict=True))
        words = Counter([f"n{row % 7}x" for row in range(number)] + [f"of{row % 3}" for row in range(number)])
        assert counts == words | {who: number}
        assert matrix.shape == (number, len(vectorizer)) == (number, len(counts))
        self.rows.append((matrix.arrays(), 3 * number))
        (ends, columns, values), entries = chance.choice(list(self.rows))
        assert ends[-1] == len(columns) == values.sum() == entries
        known, sums = self.known[place]
        assert known.count(TEXTS * 3).sums().tolist() == [3 * count for count in sums]
        assert self.fitted[place].sums().tolist() == sums
        self.done["matrices"] += 1

    def score(self, chance: random.Random, _: str) -> None:
        vader, times = chance.choice(self.vaders), chance.choice([1, 10, 1000])
        assert vader.scores(TEXTS * times)["compound"].tolist() == self.compounds * times
        place = chance.randrange(len(TEXTS))
        assert vader.polarity_scores(TEXTS[place])["compound"] == self.compounds[place]
        self.done["scores"] += 1

    # ---- Threads ----

    def guarded(self, work: Callable[[], None]) -> None:
        try:
            while time.monotonic() < self.end and not self.failed:
                work()
        except BaseException as error:
            self.failed.append(error)
            raise

    def work(self, number: int) -> None:
        chance = random.Random(f"{self.seed} {number}")  # noqa: S311
        kinds = [self.add] * 6 + [self.ask] * 3 + [self.ask_for_figures, self.keep, self.call_back, self.churn]
        kinds += [self.count, self.score]
        self.guarded(lambda: chance.choice(kinds)(chance, f"thread{number}"))

    def collect(self) -> None:
        def once() -> None:
            self.take_what_is_left()
            gc.collect()
            self.done["gc.collect"] += 1
            time.sleep(0.02)

        self.guarded(once)

    def run_loop(self) -> None:
        chance = random.Random(f"{self.seed} loop")  # noqa: S311

        async def add_and_cancel(shared: Shared, who: str) -> None:
            texts = AsyncTextAnalyzer(shared.analyzer)
            number = chance.randint(1, 20 if shared.added.total() > FULL else 5000)
            documents = shared.texts(who, number)
            shared.begun[who] += number
            task = asyncio.ensure_future(texts.add_documents(documents))
            if chance.random() < 0.5:
                await asyncio.sleep(chance.random() / 100)
                task.cancel()
            try:
                await task
            except (OnPurposeError, asyncio.CancelledError):
                shared.settle(who)
                self.done["asyncio, cancelled or failed"] += 1
            else:
                shared.added[who] += number
                self.done["asyncio"] += 1

        async def main() -> None:
            await asyncio.gather(*(add_and_cancel(shared, "loop") for shared in chance.sample(self.shared, 2)))

        self.guarded(lambda: asyncio.run(main()))

    def run(self) -> None:
        """Run all threads, and the signal handler on this thread; then check the analyzers."""
        threads = [threading.Thread(target=self.work, args=(number,)) for number in range(self.threads)]
        threads += [threading.Thread(target=self.collect), threading.Thread(target=self.run_loop)]
        for thread in threads:
            thread.start()
        signal.signal(signal.SIGALRM, self.handle)
        signal.setitimer(signal.ITIMER_REAL, 0.01)
        self.work(len(threads))
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        for thread in threads:
            thread.join()
        if self.failed:
            raise self.failed[0]
        for shared in self.shared:
            shared.check_at_the_end()
        self.take_what_is_left()
        gc.collect()
        assert [reference for reference in self.gone if reference() is not None] == []

    def handle(self, *_: object) -> None:
        """Add and query on the main thread, at any point of its work."""
        shared = self.shared[self.done["signals handled"] % len(self.shared)]
        shared.begun["signal"] += 1
        with contextlib.suppress(OnPurposeError):
            shared.analyzer.add_document(shared.texts("signal", 1)[0])
        shared.added["signal"] += 1
        assert shared.analyzer.document_count() >= 0
        self.done["signals handled"] += 1
        signal.setitimer(signal.ITIMER_REAL, 0.01)


def main() -> None:
    """Read the command line, run the threads, and print figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    faulthandler.dump_traceback_later(options.seconds + 300, exit=True)
    soak = Soak(options.seed, options.threads, options.seconds)
    soak.run()
    faulthandler.cancel_dump_traceback_later()
    documents = sum(shared.added.total() for shared in soak.shared)
    for kind, number in sorted(soak.done.items()):
        print(f"  {kind}: {number:,}")
    print(
        f"{options.threads + 3} threads, {len(soak.shared)} analyzers to the end and {len(soak.gone):,} others, "
        f"{documents:,} documents, {soak.done.total():,} operations in {options.seconds:g} s: all accounted for"
    )


if __name__ == "__main__":
    main()
