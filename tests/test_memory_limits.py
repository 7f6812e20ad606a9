"""If memory runs out, an error is raised, and the objects are unchanged. Each scenario runs in its own process."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = [
    pytest.mark.engine,
    pytest.mark.long,
    pytest.mark.once,
    pytest.mark.skipif(sys.platform != "linux", reason="the limit is set and measured with functions of Linux"),
]

PRELUDE = """
import gc, os, resource, sys, threading
from collections import Counter
from text_processor import TextAnalyzer, OutOfMemoryError, count_words

def limit(spare):
    with open("/proc/self/statm") as statm:
        used = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + spare, resource.RLIM_INFINITY))

def unlimit():
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

def until_memory_ends(work):
    try:
        while True:
            work()
    except MemoryError:
        return

def words(start, number):
    return " ".join(f"Word{place}" for place in range(start, start + number))

analyzer = TextAnalyzer(threads=THREADS)
first = [words(0, 50), "A good day"]
analyzer.add_documents(first)
before = analyzer.word_frequency()
"""

SCENARIOS = {
    "a huge document": """
text = "many words " * (1 << 20)
limit(SPARE)
documents = 2
def add():
    global documents
    analyzer.add_document(text)
    documents += 1
until_memory_ends(add)
unlimit()
assert len(analyzer) == documents
assert analyzer.word_frequency().get("many", 0) == (documents - 2) << 20
""",
    "many documents": """
limit(SPARE)
documents = 2
batch = [f"document {number}" for number in range(1000)]
def add():
    global documents
    documents += analyzer.add_documents(batch)
until_memory_ends(add)
unlimit()
assert documents <= len(analyzer) <= documents + 1000
assert analyzer.word_frequency().get("document", 0) == len(analyzer) - 2
""",
    "gathered documents": """
limit(SPARE)
added = 2
def add():
    global added
    for number in range(1000):
        analyzer.add_document("one of the many documents that are gathered, " * 10)
        added += 1
until_memory_ends(add)
unlimit()
assert added <= len(analyzer) <= added + 1, (added, len(analyzer))
""",
    "an index of many distinct words": """
texts = [words(number * 20_000, 20_000) for number in range(20)]
analyzer.add_documents(texts)
documents = len(analyzer)
limit(SPARE // 4)
try:
    analyzer.unique_words()
except MemoryError:
    pass
assert len(analyzer) == documents
unlimit()
del texts
assert analyzer.unique_words() == 400_000 + 3
""",
    "answers": """
analyzer.add_documents([words(number * 10_000, 10_000) for number in range(10)])
count = analyzer.unique_words()
answers = [analyzer.word_frequency, analyzer.top_words, analyzer.get_documents, analyzer.get_statistics,
           lambda: list(analyzer.iter_top_words()), analyzer.analyze_sentiment, lambda: "x y" in analyzer]
for spare in range(0, SPARE, SPARE // 5):
    for answer in answers:
        limit(spare)
        try:
            kept = answer()
        except MemoryError:
            kept = None
        unlimit()
        del kept
assert analyzer.unique_words() == count == len(analyzer.word_frequency())
assert len(analyzer.get_documents()) == 12
""",
    "analyses": """
from text_processor.matrix import Vectorizer
analyzer.add_documents([words(number * 10_000, 10_000) for number in range(10)])
documents = [words(number * 500, 2000) for number in range(200)]
def shape():
    matrix = Vectorizer(threads=THREADS).count(documents, grow=True)
    matrix.sort()
    return matrix.shape
known = len(analyzer.ngram_counts(2)), shape()
answers = [lambda: analyzer.ngram_counts(2), lambda: analyzer.top_ngrams(3, 10), analyzer.sentence_count, shape]
before = analyzer.word_frequency()
for spare in range(0, SPARE, SPARE // 5):
    for answer in answers:
        limit(spare)
        try:
            kept = answer()
        except MemoryError:
            kept = None
        unlimit()
        del kept
assert known == (len(analyzer.ngram_counts(2)), shape())
""",
    "files": """
import tempfile
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "text")
    with open(path, "w") as file:
        file.write("some words in a line\\n" * 200_000)
    # The first call imports modules.
    TextAnalyzer().add_file(path)
    limit(SPARE)
    documents = 2
    def add():
        global documents
        documents += analyzer.add_file(path)
        documents += analyzer.add_file(path, lines=True)
    until_memory_ends(add)
    unlimit()
    assert documents <= len(analyzer) <= documents + 200_000
    assert analyzer.add_file(path) == 1
""",
    "counting": """
analyzer = TextAnalyzer(threads=THREADS, store_text=False)
analyzer.add_documents(first)
limit(SPARE)
added = [0]
def add():
    analyzer.add_document(words(added[0] * 5000, 5000))
    added[0] += 1
until_memory_ends(add)
unlimit()
for _ in range(10):
    add()
assert analyzer.total_words() == added[0] * 5000 + 53
assert analyzer.unique_words() == added[0] * 5000 + 3
assert sum(analyzer.word_frequency().values()) == analyzer.total_words()
""",
    "threads": """
texts = [words(number * 1000, 1000) for number in range(200)]
lock, added = threading.Lock(), [0]
ready, go = threading.Barrier(5), threading.Event()
def use():
    # The C library needs memory for a thread's first call, and ends the process if there is not enough.
    count_words("first"); len(analyzer)
    ready.wait(); go.wait()
    def step():
        analyzer.add_documents(texts[:50])
        with lock:
            added[0] += 50
        analyzer.top_words(10)
    until_memory_ends(step)
threads = [threading.Thread(target=use) for _ in range(4)]
for thread in threads:
    thread.start()
ready.wait()
limit(SPARE)
go.set()
for thread in threads:
    thread.join()
unlimit()
assert len(analyzer) >= added[0] + 2
assert analyzer.word_frequency().get("word999", 0) * 1000 <= analyzer.total_words()
""",
}

EPILOGUE = """
gc.collect()
if analyzer._handle.core and "counting" not in NAME:
    now = analyzer.word_frequency()
    assert list(now)[: len(before)] == list(before)
    assert analyzer.get_documents()[:2] == first
    assert all(now[word] >= count for word, count in before.items())
print("intact")
"""


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("name", SCENARIOS)
def test_objects_are_unchanged_after_memory_runs_out(name: str, threads: int) -> None:
    for spare in (1 << 20, 25_000_000):
        settings = f"THREADS, SPARE, NAME = {threads}, {spare}, {name!r}\n"
        program = settings + PRELUDE + SCENARIOS[name] + EPILOGUE
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False)
        assert run.stdout == "intact\n", f"spare {spare}: ended with {run.returncode}\n{run.stderr}"
