"""Texts that repeat one character: the time is proportional to the length of the text.

Each way to split a text runs in its own process, on a text for each class of characters. If the time is proportional
to the length, it is seconds. If it is proportional to the square of the length, it is minutes, and the system ends the
process.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys

import pytest

pytestmark = [pytest.mark.engine, pytest.mark.once]

CHARACTERS = "aZ1_ \t\n\r\0.,:!'\"-(éΣאカ光²\u0301\u200d\u00ad\u2019\u3000\u2028。\U0001f1e6Ⓜ👨"
"""One character of each class that the rules for words, sentences and sentiment have."""

# Texts are shorter for another core, because it checks more and is many times as slow.
LENGTH = 10_000 if "TEXT_PROCESSOR_LIBRARY" in os.environ else 20_000
HANGS = 15
"""The seconds of processor time after which a process counts as hanging."""

PROGRAM = """
import resource
import text_processor as tp

resource.setrlimit(resource.RLIMIT_CPU, ({hangs}, {hangs}))

def runs():
    for character in {characters!r}:
        yield character * {length}
        yield "Yé. " + character * {length} + "\\né"
        yield "a." + (character + "é") * ({length} // 2)

def indexed(**options):
    with tp.TextAnalyzer(**options) as analyzer:
        events = []
        if "store_text" in options:
            analyzer.set_callback(events.append)
        analyzer.add_documents(filter(str.split, runs()))
        assert analyzer.get_statistics()["total_words"] > 0

{work}
"""

TOKENIZERS = ["whitespace", "unicode", "unicode-segments", "word", "characters", r"(\w)\w*|\S"]

WORK = {
    **{f"tokens of {name}": f"for text in runs(): tp.tokenize(text, {name!r})" for name in TOKENIZERS},
    **{f"an index of {name}": f"indexed(tokenizer={name!r})" for name in TOKENIZERS},
    **{f"events with {name}": f"indexed(tokenizer={name!r}, store_text=False)" for name in TOKENIZERS},
    "count_words": "for text in runs(): tp.count_words(text)",
    "sentences": "for text in runs(): tp.sentences(text)",
    "sentences of unwrapped lines": "for text in runs(): tp.sentence_spans(text, unwrap=True)",
    "sentence_count": """
analyzer = tp.TextAnalyzer()
analyzer.add_documents(filter(str.split, runs()))
analyzer.sentence_count(), analyzer.sentence_count(unwrap=True)""",
    "terms": """
for options in [
    tp.TermOptions(normal_form="NFKC", case="casefold", strip_accents="unicode"),
    tp.TermOptions(normal_form="NFC", stop_words="english", stemmer="english", strip_accents="ascii"),
]:
    indexed(terms=options)""",
    "sentiment": """
analyzer = tp.TextAnalyzer()
analyzer.add_documents(filter(str.split, runs()))
analyzer.analyze_sentiment()""",
}

WITH_VADER = "scorer = tp.SentimentIntensityAnalyzer()\nfor text in runs(): scorer.polarity_scores(text)"

WITH_SCIPY = """
from text_processor.vectorizers import CountVectorizer, HashingVectorizer
CountVectorizer(analyzer={0!r}, vocabulary=["a"]).transform(runs())
HashingVectorizer(analyzer={0!r}, n_features=8, ngram_range=(1, 2), strip_accents="unicode").transform(runs())"""


def needs(module: str) -> pytest.MarkDecorator:
    missing = importlib.util.find_spec(module) is None
    return pytest.mark.skipif(missing, reason=f"{module} is not installed")


@pytest.mark.parametrize(
    "work",
    [
        *(pytest.param(work, id=name) for name, work in WORK.items()),
        pytest.param(WITH_VADER, id="VADER", marks=needs("vaderSentiment")),
        *(
            pytest.param(WITH_SCIPY.format(analyzer), id=f"a matrix of {analyzer}", marks=needs("scipy"))
            for analyzer in ["word", "char", "char_wb"]
        ),
    ],
)
def test_the_time_for_long_runs_is_proportional_to_their_length(work: str) -> None:
    program = PROGRAM.format(characters=CHARACTERS, length=LENGTH, hangs=HANGS, work=work)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
