"""Texts whose classes override methods with wrong answers: the core reads exactly the text.

Each entry runs in its own process, because a defect can crash the process. These processes are children of a process
that has imported the package.
"""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from functools import cache

import pytest

PRELUDE = '''
import array, ast, io, sys
import numpy as np
import text_processor as tp
from text_processor import *

LENGTHS = [0, 1, 2, 1 << 40, sys.maxsize, -1, "raise", "text"]

def overridden(base, length):
    """Return a subclass whose methods all return wrong answers."""
    def size(self):
        if length == "raise":
            raise RuntimeError("no length")
        return length
    def lie(self, *arguments, **named):
        return lies[base]
    def number(self, *arguments):
        return 1 << 40
    lies = {str: Lie("lie " * 5), bytes: BytesLie(b"lie " * 5), bytearray: BytesLie(b"lie " * 5)}
    names = {
        "__len__": size, "__iter__": lambda self: iter([lies[base]] * 3), "__getitem__": lie, "__str__": lie,
        "__repr__": lambda self: "a lie", "__bytes__": lambda self: BytesLie(b"lie" * 9),
        "encode": lambda self, *a: BytesLie(b"lie"), "decode": lambda self, *a: "lie",
        "__eq__": lambda self, other: True, "__ne__": lambda self, other: False,
        "__ge__": lambda self, other: True, "__lt__": lambda self, other: True,
        "__contains__": lambda self, other: True,
        "__hash__": lambda self: 7, "__bool__": lambda self: False, "__add__": lie, "__radd__": lie, "__mod__": lie,
        "__format__": lambda self, how: "lie", "isascii": lambda self: True, "isspace": lambda self: False,
        "startswith": lambda self, *a: True, "endswith": lambda self, *a: True, "find": number, "count": number,
        "index": number, "split": lambda self, *a: [lies[base]], "strip": lie, "lower": lie, "upper": lie, "join": lie,
        "replace": lie, "partition": lambda self, *a: (lies[base],) * 3,
        "rpartition": lambda self, *a: (lies[base],) * 3,
        "tobytes": lambda self: BytesLie(b"lie"), "__class__": property(lambda self: int),
    }
    if sys.version_info >= (3, 12):
        names["__buffer__"] = lambda self, flags: memoryview(b"lie")
    return type("Overridden", (base,), names)

class Lie(str):
    def __len__(self):
        return 1 << 40

class BytesLie(bytes):
    def __len__(self):
        return 1 << 40

def lying(text):
    """Return objects that hold this text and describe it wrongly."""
    for length in LENGTHS:
        yield overridden(str, length)(text)
        yield overridden(bytes, length)(text.encode())
        if sys.version_info < (3, 12):
            yield overridden(bytearray, length)(text.encode())
    class Array(np.ndarray):
        def __len__(self):
            return 1 << 40
        size = itemsize = nbytes = property(lambda self: 1 << 40)
        shape = property(lambda self: (1 << 40,))
        def tobytes(self, *arguments):
            return BytesLie(b"lie")
    class Numbers(array.array):
        itemsize = property(lambda self: 1 << 20)
        def __len__(self):
            return 1 << 40
    yield np.frombuffer(text.encode(), "u1").view(Array)
    yield Numbers("B", text.encode())
    yield np.str_(text)
    yield np.bytes_(text.encode())

TEXT = "Good day, dear Zoë. A good day!"
checked = 0

def check(entry, text=TEXT):
    """Check that an entry returns the same for such objects as for the text or its bytes."""
    global checked
    expected = repr(entry(text))
    for lie in lying(text):
        found = repr(entry(lie))
        assert found == expected, (type(lie).__mro__, found, expected)
        checked += 1
'''

ENTRIES = {
    "add_document": """
        def entry(text):
            analyzer = TextAnalyzer()
            analyzer.add_document(text)
            return analyzer.get_documents(), analyzer.word_frequency()
        check(entry)
        check(entry, TEXT + chr(0))
    """,
    "add_documents": """
        def entry(text, **options):
            analyzer = TextAnalyzer()
            analyzer.add_documents([text] * 3, **options)
            analyzer.add_documents(iter([text, "a" + chr(0)]), **options)
            analyzer.add_documents(["b", text], **options)
            analyzer.add_documents((text, b"b"), **options)
            return analyzer.get_documents(), analyzer.word_frequency()
        check(entry)
        for missing in ("skip", "keep"):
            check(lambda text: entry(text, missing=missing))
            check(lambda text: entry(text, missing=missing), " ")
    """,
    "add_documents, with a callback": """
        def entry(text):
            analyzer, told = TextAnalyzer(), []
            analyzer.set_callback(lambda event: told.append(event))
            analyzer.add_document(text)
            analyzer.add_documents([text] * 3)
            return told
        check(entry)
    """,
    "add_documents, text not stored": """
        def entry(text):
            analyzer = TextAnalyzer(store_text=False)
            analyzer.add_documents([text] * 3)
            analyzer.add_document(text)
            return analyzer.get_statistics()
        check(entry)
    """,
    "AsyncTextAnalyzer": """
        import asyncio
        async def work(text):
            async with AsyncTextAnalyzer() as analyzer:
                await analyzer.add_documents([text] * 3)
                return await analyzer.get_documents()
        check(lambda text: asyncio.run(work(text)))
    """,
    "long documents": """
        long = "longer words " * 700_000
        for kind in (overridden(str, 1), overridden(str, 1 << 40)):
            analyzer = TextAnalyzer()
            analyzer.add_document(kind(long))
            assert analyzer.total_words() == 1_400_000, analyzer
        for kind in (overridden(bytes, 1), overridden(bytes, 1 << 40)):
            analyzer = TextAnalyzer()
            analyzer.add_documents([kind(long.encode())])
            assert analyzer.total_words() == 1_400_000, analyzer
        checked += 1
    """,
    "in": """
        analyzer = TextAnalyzer()
        analyzer.add_document(TEXT)
        for length in LENGTHS:
            assert overridden(str, length)(TEXT) in analyzer
            assert overridden(str, length)("other") not in analyzer
        checked += 1
    """,
    "count_words, tokenize, sentences": """
        check(count_words)
        check(tokenize)
        check(lambda text: tokenize(text, "word"))
        check(lambda text: tokenize(text, "g.+?d"))
        check(sentences)
        check(lambda text: len(sentence_spans(text)))
    """,
    "hello": """
        for length in LENGTHS:
            assert hello(overridden(str, length)("World")) == "Hello, World!"
        checked += 1
    """,
    "tokenizer": """
        import re
        for length in LENGTHS:
            kind = overridden(str, length)
            assert tokenize("a bc", kind("b.")) == ["bc"]
            # The reader of patterns calls their methods.
            pattern = type("Pattern", (str,), {name: vars(kind)[name] for name in ("encode", "__radd__", "__str__")})
            assert tokenize("a bc", re.compile(pattern("b."))) == ["bc"]
            assert tokenize("a BC", re.compile(pattern("b."), re.IGNORECASE)) == ["BC"]
            analyzer = TextAnalyzer(tokenizer=kind("b."))
            analyzer.add_document("a bc")
            assert (analyzer.total_words(), analyzer.tokenizer) == (1, "b.")
        checked += 1
    """,
    "terms": """
        for length in LENGTHS:
            kind = overridden(str, length)
            analyzer = TextAnalyzer(terms=TermOptions(stop_words=[kind("a")], function=lambda word: kind(word)))
            analyzer.add_document("a bc")
            assert analyzer.word_frequency() == {"bc": 1}
        checked += 1
    """,
    "polarity_scores, line_scores": """
        analyzer = SentimentIntensityAnalyzer()
        check(analyzer.polarity_scores)
        check(lambda text: analyzer.line_scores(text)["compound"].tolist())
    """,
    "scores": """
        analyzer = SentimentIntensityAnalyzer()
        def entry(text, **options):
            texts = [[text] * 3, [text, chr(0)], ("bad", text), (text, b"bad")]
            return [analyzer.scores(some, **options)["compound"].tolist() for some in texts]
        check(entry)
        check(lambda text: entry(text, missing="keep"))
    """,
    "words of VADER": """
        for length in LENGTHS:
            kind = overridden(str, length)
            analyzer = SentimentIntensityAnalyzer(
                boosters={kind("mega"): 0.3}, negations=[kind("nix")], idioms={kind("nice try"): -2.0}
            )
            plain = SentimentIntensityAnalyzer(boosters={"mega": 0.3}, negations=["nix"], idioms={"nice try": -2.0})
            for each, word in ((analyzer, kind("splendid2")), (plain, "splendid2")):
                each.lexicon[word] = 3.0
                each.emojis[type(word)("\\u2603")] = type(word)("great joy")
            for text in ("mega good", "nix good", "nice try", "a splendid2 day", "a \\u2603 day"):
                assert analyzer.polarity_scores(text) == plain.polarity_scores(text), text
        checked += 1
    """,
    "Lexicon": """
        for length in LENGTHS:
            kind = overridden(str, length)
            analyzer = TextAnalyzer()
            analyzer.add_document("a bc")
            assert analyzer.analyze_sentiment({kind("bc"): 2.0}) == 2.0
            assert analyzer.analyze_sentiment([(kind("bc"), 2.0)]) == 2.0
        checked += 1
    """,
    "matrix": """
        from text_processor.matrix import Vectorizer
        def entry(text):
            counted = Vectorizer().count([text, "b" + chr(0)], grow=True)
            many = Vectorizer().count([text] * 9, grow=True)
            hashed = Vectorizer().hash([text, text], 64)
            return counted.shape, counted.vectorizer().terms(), many.nnz, hashed.nnz
        check(entry)
        for length in LENGTHS:
            kind = overridden(str, length)
            vectorizer = Vectorizer(vocabulary=[kind("good")], stop_words=[kind("day")])
            assert vectorizer.find(kind("good")) == 0
            counted = Vectorizer(stop_words=[kind("day")]).count([TEXT], grow=True)
            assert counted.vectorizer().terms() == ["good", "dear", "zoë"]
    """,
    "weigh, keep": """
        from text_processor.matrix import Vectorizer, weigh
        class Array(np.ndarray):
            size = property(lambda self: 1 << 30)
            def __len__(self):
                return 1 << 30
        data = np.array([3.0, 4.0])
        for lie in range(3):
            arrays = [np.array([0, 2]), np.array([0, 1]), data.copy()]
            arrays[lie] = arrays[lie].view(Array)
            weigh(*arrays, norm="l2", idf=np.ones(2).view(Array))
            assert np.asarray(arrays[2]).tolist() == [0.6, 0.8]
        matrix = Vectorizer().count(["good day"], grow=True)
        matrix.keep(np.array([True, False]).view(Array))
        assert matrix.shape == (1, 1)
        unaligned = np.frombuffer(b" " + data.tobytes(), "u1").copy()[1:].view("f8")
        try:
            weigh(np.array([0, 2]), np.array([0, 1]), unaligned, norm="l2")
        except ValueError:
            checked += 1
    """,
    "vectorizers": """
        from text_processor.vectorizers import CountVectorizer, HashingVectorizer
        for length in LENGTHS:
            for kind, text in ((overridden(str, length), TEXT), (bytes, TEXT.encode())):
                found = CountVectorizer().fit_transform([kind(text), kind(text)])
                assert found.sum() == CountVectorizer().fit_transform([text, text]).sum()
                assert HashingVectorizer().transform([kind(text)]).nnz == HashingVectorizer().transform([text]).nnz
        checked += 1
    """,
    "files that give bytes": """
        class File:
            def __init__(self, pieces):
                self.pieces = list(pieces)
            def read(self, size=-1):
                return self.pieces.pop(0) if self.pieces else b""
        def entry(text, **options):
            text = bytes(memoryview(text)) if isinstance(text, bytearray) else text
            analyzer = TextAnalyzer()
            analyzer.add_file(File([text, text]), **options)
            return analyzer.get_documents()
        for options in ({}, {"lines": True}, {"errors": "replace"}, {"encoding": "latin-1"}):
            expected = entry((TEXT + chr(10)).encode(), **options)
            for length in LENGTHS:
                found = entry(overridden(bytes, length)((TEXT + chr(10)).encode()), **options)
                assert found == expected, (found, expected)
        checked += 1
    """,
    "files that lie about what they read": """
        from text_processor._native.analyzer import Handle
        from text_processor._native.core import default_core
        for answer in (1 << 40, 11, -1, "text", 1.5, [], sys.maxsize + 1):
            draft = Handle(default_core(), 1).draft(10)
            try:
                draft.read(lambda room: answer, 10)
            except (OSError, TypeError, ValueError):
                checked += 1
            else:
                assert answer == [], answer
        assert checked >= 6
    """,
    "iterables": """
        class Texts(list):
            def __len__(self):
                return 1 << 40
            def __getitem__(self, key):
                return ["lie"] * 5
        class Pair(tuple):
            def __len__(self):
                return 0
            def __getitem__(self, key):
                return ("lie",)
        for kind in (Texts, Pair):
            analyzer = TextAnalyzer()
            analyzer.add_documents(kind(["good day", "bad"]))
            assert analyzer.get_documents() == ["good day", "bad"]
            assert len(SentimentIntensityAnalyzer().scores(kind(["good day", "bad"]))["compound"]) == 2
        checked += 1
    """,
    "objects that look like texts": """
        from unittest.mock import Mock
        for fake in (Mock(spec=str), Mock(spec=bytes)):
            analyzer = TextAnalyzer()
            for call in (
                lambda: analyzer.add_document(fake),
                lambda: analyzer.add_documents([fake]),
                lambda: analyzer.add_documents(["a", fake]),
                lambda: count_words(fake),
                lambda: tokenize(fake),
                lambda: sentences(fake),
                lambda: SentimentIntensityAnalyzer().polarity_scores(fake),
                lambda: SentimentIntensityAnalyzer().scores([fake]),
            ):
                try:
                    call()
                except TypeError:
                    checked += 1
            assert fake not in analyzer
        assert checked == 16, checked
    """,
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_overridden_methods_have_no_effect_on_the_text(entry: str) -> None:
    for name, module in (("SentimentIntensityAnalyzer", "vaderSentiment"), ("vectorizers", "scipy")):
        if name in ENTRIES[entry]:
            pytest.importorskip(module, reason=f"{module} is not installed")
    status, complaint = ended()[entry]
    assert status == 0, complaint[-2000:]


FORKS = """
import json, os
ended = {}
for name, code in ENTRIES.items():
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.dup2(writing, sys.stderr.fileno())
        before = {*globals()}
        exec(code)
        assert checked, "nothing was tried"
        for made in {*globals()} - before - {"before"}:
            del globals()[made]
        # Without the end of Python, which frees all modules and takes longer than most entries.
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="utf-8", errors="replace") as complaint:
        said = complaint.read()
    ended[name] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said
print(json.dumps(ended))
"""


@cache
def ended() -> dict[str, tuple[int, str]]:
    """The exit status and the message of the process, for each entry."""
    entries = {name: textwrap.dedent(code) for name, code in ENTRIES.items()}
    code = f"{PRELUDE}\nENTRIES = {entries!r}\n{FORKS}"
    run = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found: dict[str, tuple[int, str]] = json.loads(run.stdout)
    return found
