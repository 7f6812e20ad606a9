"""N-grams, skip-grams, and n-grams without stop words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial
from itertools import combinations, pairwise

import data
from measuring import Comparison, timed
from sklearn.feature_extraction.text import CountVectorizer

from text_processor import TermOptions, TextAnalyzer
from workloads.setting import Setting

TOP = 1000
Grams = list[tuple[tuple[str, ...], int]]


def comparisons(setting: Setting) -> Iterator[Comparison]:
    """Compare with `collections.Counter`, and with scikit-learn."""
    lines = data.lines_of(setting.text)
    many = f"{len(lines):,} lines"
    for n in (2, 3):
        yield Comparison(
            f"{many} → the {TOP:,} most frequent {n}-grams",
            "plain Python, a Counter of zip()",
            timed(partial(top_ngrams, lines, n, 0)),
            timed(partial(counted, lines, n)),
            6.0,
        )
    yield Comparison(
        f"{many} → the {TOP:,} most frequent 1-skip-bigrams",
        "plain Python, a Counter of combinations()",
        timed(partial(top_ngrams, lines, 2, 1)),
        timed(partial(counted_with_skips, lines, 1)),
        10.0,
    )
    yield Comparison(
        f"{many} → all bigrams without stop words",
        "CountVectorizer of scikit-learn",
        timed(partial(bigrams, lines)),
        timed(partial(vectorized, lines)),
        6.0,
    )


def filled(lines: list[str], terms: TermOptions | None = None) -> TextAnalyzer:
    """Return an analyzer with the lines as documents."""
    analyzer = TextAnalyzer(terms=terms)
    analyzer.add_documents(lines)
    return analyzer


def top_ngrams(lines: list[str], n: int, skip: int) -> Grams:
    """Return the most frequent n-grams."""
    with filled(lines) as analyzer:
        return analyzer.top_ngrams(n, TOP, skip=skip)


def counted(lines: list[str], n: int) -> Grams:
    """Return the most frequent n-grams, counted in plain Python."""
    counts: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        words = line.lower().split()
        counts.update(pairwise(words) if n == 2 else zip(*(words[place:] for place in range(n)), strict=False))
    return counts.most_common(TOP)


def counted_with_skips(lines: list[str], skip: int) -> Grams:
    """Return the most frequent skip-bigrams, counted in plain Python."""
    counts: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        words = line.lower().split()
        for start, word in enumerate(words):
            counts.update((word, *others) for others in combinations(words[start + 1 : start + 2 + skip], 1))
    return counts.most_common(TOP)


def bigrams(lines: list[str]) -> dict[str, int]:
    """Return the counts of all bigrams without stop words."""
    with filled(lines, TermOptions(stop_words="scikit-learn")) as analyzer:
        return {" ".join(gram): count for gram, count in analyzer.ngram_counts(2)}


def vectorized(lines: list[str]) -> dict[str, int]:
    """Return the same counts as the column sums of a matrix of scikit-learn."""
    vectorizer = CountVectorizer(ngram_range=(2, 2), tokenizer=str.split, token_pattern=None, stop_words="english")
    sums = vectorizer.fit_transform(lines).sum(axis=0).tolist()[0]
    return dict(zip(vectorizer.get_feature_names_out(), sums, strict=True))
