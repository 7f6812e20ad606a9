"""Collocations of all words, and collocates of one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import chain, pairwise

import data
import numpy as np
from measuring import Comparison, timed
from nltk.collocations import BigramCollocationFinder
from nltk.metrics import BigramAssocMeasures

from text_processor import TextAnalyzer
from text_processor.table import Table
from workloads.setting import Setting

LENGTH = 4_300_000
"""The bytes of the text, as many as in the King James Bible."""

MEASURES = ["g2", "pmi", "t", "chi2", "dice", "log_dice", "mi3", "npmi", "delta_p21", "lambda"]

WORD = "lord"

WINDOW = 5

Scores = dict[tuple[str, str], float]


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare with the finder of NLTK. Both sides begin with the words of the text."""
    text = data.cut(setting.text, LENGTH).decode()
    documents = [line.lower() for line in text.split("\n") if line.strip()]
    words = [line.split() for line in documents]
    excuse = None if text.isascii() else "outside ASCII its lower case may differ"
    with TextAnalyzer() as analyzer:
        analyzer.add_documents(documents)
        analyzer.index()
        size = f"{analyzer.total_words():,} words"
        nltk = partial(analyzer.collocations, convention="nltk", min_count=5)
        yield Comparison(
            f"{size} → all bigrams that occur 5 times, with ten measures",
            "BigramCollocationFinder of NLTK, one measure",
            timed(partial(nltk, measures=MEASURES), lambda found: scores_of(found, "g2")),
            timed(partial(all_of_nltk, words), dict),
            30.0,
            excuse=excuse,
        )
        yield Comparison(
            f"{size} → λ and z of all bigrams that occur twice",
            "Counter and NumPy",
            timed(
                partial(analyzer.collocations, measures=["lambda_z", "lambda"], min_count=2),
                lambda found: scores_of(found, "lambda"),
            ),
            timed(partial(lambda_of_numpy, words), dict),
            5.0,
            excuse=excuse,
        )
        near = partial(analyzer.collocates, WORD, WINDOW, convention="nltk", measures=["g2"], min_count=5)
        yield Comparison(
            f"{size} → collocates of {WORD!r}, 5 words before and after it",
            "BigramCollocationFinder of NLTK with this window",
            timed(near, near_of),
            timed(partial(near_of_nltk, words), dict),
            50.0,
            excuse=excuse,
        )


def scores_of(found: Table, measure: str) -> Scores:
    """Return the rounded score of each pair. From Python 3.12 on, the last digits of NLTK's sums differ."""
    pairs = zip(found["term_1"], found["term_2"], strict=True)
    return dict(zip(pairs, map(_rounded, found[measure].tolist()), strict=True))


def near_of(found: Table) -> Scores:
    """Return the score of each pair of a node and a collocate, in the order of the text."""
    return {
        (row.term, WORD) if row.side == "left" else (WORD, row.term): _rounded(row.g2)
        for row in found
        if row.term != WORD
    }


def all_of_nltk(documents: list[list[str]]) -> list[tuple[tuple[str, str], float]]:
    """Find and score pairs of neighbours."""
    finder = BigramCollocationFinder.from_documents(documents)
    finder.apply_freq_filter(5)
    return [(pair, _rounded(score)) for pair, score in finder.score_ngrams(BigramAssocMeasures.likelihood_ratio)]


def lambda_of_numpy(documents: list[list[str]]) -> list[tuple[tuple[str, str], float]]:
    """Count pairs and their words in Python, score them in NumPy, and sort them by z."""
    pairs = Counter(chain.from_iterable(map(pairwise, documents)))
    first, second = Counter[str](), Counter[str]()
    for (one, other), count in pairs.items():
        first[one] += count
        second[other] += count
    listed = [pair for pair, count in pairs.items() if count >= 2]
    both = np.array([pairs[pair] for pair in listed], np.float64)
    rows = np.array([first[pair[0]] for pair in listed], np.float64)
    columns = np.array([second[pair[1]] for pair in listed], np.float64)
    cells = np.array([both, rows - both, columns - both, pairs.total() - rows - columns + both]) + 0.5
    score = np.log(cells[0]) - np.log(cells[1]) - np.log(cells[2]) + np.log(cells[3])
    order = np.argsort(-score / np.sqrt((1 / cells).sum(axis=0)), kind="stable")
    return [(listed[place], _rounded(score[place])) for place in order]


def near_of_nltk(documents: list[list[str]]) -> list[tuple[tuple[str, str], float]]:
    """Find and score pairs of the word and another word in its window."""
    padding = [None] * WINDOW
    padded = chain.from_iterable(chain(words, padding) for words in documents)
    finder = BigramCollocationFinder.from_words(padded, window_size=WINDOW + 1)
    finder.apply_freq_filter(5)
    finder.apply_ngram_filter(lambda first, second: (first == WORD) == (second == WORD))
    return [(pair, _rounded(score)) for pair, score in finder.score_ngrams(BigramAssocMeasures.likelihood_ratio)]


def _rounded(score: float) -> float:
    return round(score, 6)
