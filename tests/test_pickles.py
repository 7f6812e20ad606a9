"""Pickles: equal objects have equal pickles, in every process and with every seed for the hashes of strings."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import pytest

pytestmark = pytest.mark.once

PREAMBLE = r"""
import hashlib, pickle, re, sys
from text_processor import *
WORDS = "the of and to a in that is was he it with as his on be at by had not are".split()
class Lazily:
    def __getattr__(self, name):
        from text_processor import vectorizers
        return getattr(vectorizers, name)
vectorizers = Lazily()
def fresh(text):
    return "".join(list(text))
"""
THINGS = {
    "TermOptions(stop_words=set)": "TermOptions(stop_words=set(WORDS), stemmer='english', min_length=2)",
    "TermOptions(stop_words=name)": "TermOptions(stop_words='english', stemmer=fresh('english'), case='casefold')",
    "TermOptions()": "TermOptions(function=str.upper)",
    "Lexicon": "Lexicon({fresh(word): number for number, word in enumerate(WORDS)})",
    "TextAnalyzer": "analyzer(tokenizer=fresh('unicode'), terms=TermOptions(stop_words=frozenset(WORDS)))",
    "TextAnalyzer, pattern": r"analyzer(tokenizer=re.compile(fresh(r'\w+'), re.IGNORECASE), threads=2)",
    "SentimentIntensityAnalyzer": "SentimentIntensityAnalyzer(negations=set(WORDS), boosters={'very': 0.3, 'so': 0.1})",
    "SentimentIntensityAnalyzer, edited": "edited()",
    "DocumentTermMatrix": "analyzer().document_term_matrix((1, 2), weight='tfidf')",
    "CountVectorizer": "vectorizers.CountVectorizer(stop_words=list(WORDS), vocabulary=set(WORDS))",
    "CountVectorizer, fitted": "vectorizers.CountVectorizer(stop_words=['a', 'b']).fit(TEXTS)",
    "CountVectorizer, English": "vectorizers.CountVectorizer(stop_words='english', ngram_range=(1, 2)).fit(TEXTS)",
    "CountVectorizer, vocabulary": "vectorizers.CountVectorizer(vocabulary=set(WORDS)).fit(TEXTS)",
    "CountVectorizer, in Python": "vectorizers.CountVectorizer(tokenizer=str.split, token_pattern=None).fit(TEXTS)",
    "TfidfVectorizer, fitted": "vectorizers.TfidfVectorizer(stop_words=WORDS).fit(TEXTS)",
    "HashingVectorizer": "hashed()",
    "TfidfTransformer": "vectorizers.TfidfTransformer().fit([[1, 0], [2, 3]])",
}
MAKING = """
TEXTS = ["to be or not to be a", "that is the question b", "a"]
def analyzer(**options):
    made = TextAnalyzer(**options)
    made.add_documents([*TEXTS, *TEXTS, "x", "é"])
    made.word_frequency()
    return made
def edited():
    made = SentimentIntensityAnalyzer(idioms={"of course": 1.0})
    made.lexicon.update({fresh(word): 1.0 for word in WORDS})
    made.emojis[fresh("☃")] = fresh("joy")
    made.emojis["☂"] = "joy"
    return made
def hashed():
    made = vectorizers.HashingVectorizer(stop_words=WORDS)
    made.transform(TEXTS)
    return made
"""
TELLING = """
import json, warnings
warnings.simplefilter("ignore")
found = {}
for name, made in THINGS.items():
    found[name] = []
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        try:
            thing = eval(made)
        except ModuleNotFoundError as error:
            found[name].append(f"missing {error.name}")
            continue
        first = pickle.dumps(thing, protocol)
        again = pickle.loads(first)
        assert pickle.dumps(again, protocol) == first, f"{name}: the pickle of what was unpickled"
        assert pickle.dumps(thing, protocol) == first, f"{name}: the second pickle"
        assert pickle.dumps(eval(made), protocol) == first, f"{name}: the pickle of an equal one"
        found[name].append(hashlib.sha256(first).hexdigest())
print(json.dumps(found))
"""


@lru_cache
def found(seed: int) -> dict[str, list[str]]:
    """A hash of the pickle of each object, for each protocol, in its own process."""
    ran = subprocess.run(
        [sys.executable, "-c", f"THINGS = {THINGS!r}\n{PREAMBLE}{MAKING}{TELLING}"],
        env=os.environ | {"PYTHONHASHSEED": str(seed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    answer: dict[str, list[str]] = json.loads(ran.stdout)
    return answer


@pytest.mark.parametrize("name", THINGS)
def test_equal_objects_have_equal_pickles_in_every_process(name: str) -> None:
    first = found(1)[name]
    if first[0].startswith("missing"):
        pytest.skip(f"{first[0].removeprefix('missing ')} is not installed")
    assert found(2)[name] == first


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))])  # noqa: S301
def test_copies_of_objects_with_sets_have_sets(copied: Callable[[Any], Any]) -> None:
    vectorizers = pytest.importorskip("text_processor.vectorizers", reason="vectorizers need SciPy")
    from text_processor import TermOptions

    options = TermOptions(stop_words={"b", "a"}, stemmer="english")
    assert copied(options) == options
    assert isinstance(copied(options).stop_words, frozenset)
    vectorizer = vectorizers.CountVectorizer(vocabulary={"bb", "aa"}).fit(["aa bb"])
    again = copied(vectorizer)
    assert again.vocabulary == {"aa", "bb"}
    assert again.get_feature_names_out().tolist() == ["aa", "bb"]
    assert again.transform(["aa bb bb"]).toarray().tolist() == [[1, 2]]


# ---- Subclasses, and values that contain themselves ----


class Range(NamedTuple):
    lowest: int
    highest: int


class Word(str):
    __slots__ = ()


class Words(list[str]):
    def __init__(self, first: str, *others: str) -> None:
        super().__init__([first, *others])


def test_values_of_subclasses_keep_their_type() -> None:
    vectorizers = pytest.importorskip("text_processor.vectorizers", reason="SciPy is not installed")
    vectorizer = vectorizers.CountVectorizer(ngram_range=Range(1, 2), stop_words=Words("the", "a"))
    vectorizer.note = Word("a note")
    for again in (pickle.loads(pickle.dumps(vectorizer)), copy.copy(vectorizer), copy.deepcopy(vectorizer)):  # noqa: S301
        assert again.ngram_range == Range(1, 2)
        assert [type(value) for value in (again.ngram_range, again.stop_words, again.note)] == [Range, Words, Word]
        assert list(again.stop_words) == ["the", "a"]


def test_a_value_that_contains_itself_can_be_copied() -> None:
    vectorizers = pytest.importorskip("text_processor.vectorizers", reason="SciPy is not installed")
    vectorizer = vectorizers.CountVectorizer()
    vectorizer.note = []
    vectorizer.note.append(vectorizer.note)
    for again in (pickle.loads(pickle.dumps(vectorizer)), copy.copy(vectorizer)):  # noqa: S301
        assert again.note[0] is again.note or again.note is vectorizer.note
