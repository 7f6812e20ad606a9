"""Collocations: plain Python, NLTK and gensim are the oracles, and this file has the numbers of quanteda.

The numbers are from `textstat_collocations` on C4, in quanteda 4.3.1 with quanteda.textstats 0.97.3 and R 4.2.2.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from the_cat import SCORES

from text_processor import InvalidOptionError, TermOptions, TextAnalyzer, TextNotStoredError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from text_processor.table import Table

C4 = ["the cat sat on the mat the cat ran", "a dog sat on the log", "the dog and the cat ran to the log", ""]

TEXTS = st.lists(st.text("aab c", max_size=25), max_size=6)
"""Short texts with few words, so that pairs repeat."""


def analyzer_of(texts: Iterable[str], **options: object) -> TextAnalyzer:
    analyzer = TextAnalyzer(**options)  # type: ignore[arg-type]
    analyzer.add_documents(texts, missing="keep")
    return analyzer


def scores_of(table: Table, n: int = 2) -> dict[tuple[str, ...], tuple[float, ...]]:
    """The scores of each n-gram."""
    return {tuple(row[:n]): tuple(row[n + 2 :]) for row in table.rows()}


def test_the_cat_has_the_scores_of_the_specification() -> None:
    table = analyzer_of(C4).collocations(measures=SCORES, min_count=1)
    assert table.names == ["term_1", "term_2", "count", "documents", *SCORES]
    assert scores_of(table)["the", "cat"] == pytest.approx(tuple(SCORES.values()), rel=1e-11)


def test_rows_are_sorted_by_score_then_by_count_then_by_first_appearance() -> None:
    analyzer = analyzer_of(["a b a b c d e f a c"])
    rows = [row[:3] for row in analyzer.collocations(measures=[], min_count=1)]
    assert rows[:3] == [("a", "b", 2), ("b", "a", 1), ("b", "c", 1)]
    table = analyzer.collocations(measures=["dice"], min_count=1)
    assert [row[:2] for row in table][:5] == [("c", "d"), ("d", "e"), ("e", "f"), ("a", "b"), ("f", "a")]
    # A smaller p-value is stronger evidence.
    p_values = analyzer.collocations(measures=["fisher"], min_count=1)["fisher"].tolist()
    assert p_values == sorted(p_values)
    assert analyzer.collocations(min_count=1, limit=2) == analyzer.collocations(min_count=1)[:2]
    assert len(analyzer.collocations(min_count=1, limit=0)) == 0


def test_rows_can_be_filtered() -> None:
    analyzer = analyzer_of(C4)
    frequent = analyzer.collocations(min_count=2, measures=["pmi"])
    assert {row[:4] for row in frequent} == {
        ("the", "cat", 3, 2),
        ("cat", "ran", 2, 2),
        ("sat", "on", 2, 2),
        ("on", "the", 2, 2),
        ("the", "log", 2, 2),
    }
    assert len(analyzer.collocations(min_count=1, min_documents=3)) == 0
    assert len(analyzer.collocations()) == 0


# ---- The reference ----


def windows_of(documents: Sequence[Sequence[str | None]], n: int) -> list[tuple[str | None, ...]]:
    return [tuple(words[at : at + n]) for words in documents for at in range(len(words) - n + 1)]


def lambda_of(windows: list[tuple[str | None, ...]], gram: tuple[str, ...]) -> tuple[float, float]:
    """λ and z by the definition of quanteda, which compares each window with the n-gram, word by word."""
    cells = Counter(tuple(word == own for word, own in zip(window, gram, strict=True)) for window in windows)
    numbers = {bits: cells[bits] + 0.5 for bits in _all_bits(len(gram))}
    lam = sum((-1) ** bits.count(False) * math.log(number) for bits, number in numbers.items())
    return lam, lam / math.sqrt(sum(1 / number for number in numbers.values()))


def _all_bits(n: int) -> list[tuple[bool, ...]]:
    return [tuple(bool(number >> slot & 1) for slot in range(n)) for number in range(2**n)]


@pytest.mark.parametrize("n", [2, 3, 4, 5])
@given(texts=TEXTS, drops=st.booleans(), gaps=st.sampled_from(["keep", "close"]), threads=st.integers(1, 2))
def test_lambda_is_that_of_a_comparison_with_each_window(
    n: int, texts: list[str], drops: bool, gaps: str, threads: int
) -> None:
    terms = TermOptions(stop_words=["c"] if drops else [])
    analyzer = analyzer_of(texts, terms=terms, threads=threads)
    documents = [[None if drops and word == "c" else word for word in text.split()] for text in texts]
    if gaps == "close":
        documents = [[word for word in words if word is not None] for words in documents]
    windows = windows_of(documents, n)
    counts = Counter(window for window in windows if None not in window)
    found = analyzer.collocations(n, measures=["lambda", "lambda_z"], min_count=1, gaps=gaps)  # type: ignore[arg-type]
    assert {row[:n]: row[n] for row in found} == counts
    for row in found:
        assert row[n + 1] == sum(row[:n] in windows_of([words], n) for words in documents)
        assert row[n + 2 :] == pytest.approx(lambda_of(windows, row[:n]), rel=1e-9, abs=1e-9)


def test_dropped_words_do_not_change_the_scores_of_other_words() -> None:
    measures = ["lambda", "g2", "pmi", "fisher"]
    before = scores_of(analyzer_of(C4).collocations(measures=measures, min_count=1))
    analyzer = analyzer_of(C4, terms=TermOptions(stop_words=["the", "on", "to", "and", "a"]))
    after = scores_of(analyzer.collocations(measures=measures, min_count=1))
    assert set(after) == {("cat", "ran"), ("cat", "sat"), ("dog", "sat")}
    assert after == {gram: before[gram] for gram in after}
    closed = analyzer.collocations(measures=measures, min_count=1, gaps="close")
    assert ("sat", "log") in scores_of(closed)


def test_words_of_two_sentences_are_not_adjacent_within_sentences() -> None:
    analyzer = analyzer_of(["It rains. It pours. It rains."])
    rows = [row[:3] for row in analyzer.collocations(measures=[], min_count=1, within="sentence")]
    assert rows == [("it", "rains.", 2), ("it", "pours.", 1)]
    everywhere = analyzer.collocations(measures=[], min_count=1)
    assert ("rains.", "it") in {row[:2] for row in everywhere}


# ---- Conventions ----


def test_quantedas_scores_are_in_its_order() -> None:
    table = analyzer_of(C4).collocations(convention="quanteda", min_count=2)
    assert table.names[4:] == ["lambda_z", "lambda"]
    assert [row[:2] for row in table][:3] == [("sat", "on"), ("cat", "ran"), ("the", "cat")]
    assert len(table) == 5
    assert table["lambda"][:3] == pytest.approx([5.27299955856, 4.12174353641, 3.115981401706], rel=1e-11)
    assert table["lambda_z"][:3] == pytest.approx([2.49928152054, 2.33320830319, 1.941091033402], rel=1e-11)


NLTK = {
    "pmi": "pmi",
    "t": "student_t",
    "chi2": "chi_sq",
    "g2": "likelihood_ratio",
    "poisson_stirling": "poisson_stirling",
    "jaccard": "jaccard",
}
"""The measures of NLTK for any number of words."""


def nltk_scores(documents: Sequence[Sequence[str | None]], n: int, name: str) -> dict[tuple[str, ...], float]:
    collocations = pytest.importorskip("nltk.collocations")
    association = pytest.importorskip("nltk.metrics.association")
    kind = {2: "Bigram", 3: "Trigram", 4: "Quadgram"}[n]
    padded = [word for words in documents for word in [*words, *[None] * (n - 1)]]
    finder = getattr(collocations, f"{kind}CollocationFinder").from_words(padded)
    score = getattr(getattr(association, f"{kind}AssocMeasures"), name)
    scores = {}
    for gram in finder.ngram_fd:
        try:
            scores[gram] = finder.score_ngram(score, *gram)
        except (ValueError, ZeroDivisionError):
            # NLTK raises an error where a cell is negative, or a margin is 0.
            continue
    return scores


@pytest.mark.parametrize("n", [2, 3, 4])
@given(texts=TEXTS, drops=st.booleans())
def test_nltks_scores_are_bit_for_bit_those_of_nltk(n: int, texts: list[str], drops: bool) -> None:
    analyzer = analyzer_of(texts, terms=TermOptions(stop_words=["c"] if drops else []))
    documents = [[None if drops and word == "c" else word for word in text.split()] for text in texts]
    names = NLTK | ({"dice": "dice"} if n == 2 else {})
    ours = scores_of(analyzer.collocations(n, measures=names, min_count=1, convention="nltk"), n)
    for place, name in enumerate(names.values()):
        theirs = nltk_scores(documents, n, name)
        found = {gram: ours[gram][place] for gram in theirs}
        # NLTK uses `sum` for likelihood ratios. From Python 3.12 on, `sum` of floats is more exact.
        exact = sys.version_info < (3, 12) or name not in ("likelihood_ratio", "chi_sq")
        assert found == theirs if exact else found == pytest.approx(theirs, rel=1e-13)


def test_a_score_that_nltk_cannot_compute_is_not_a_number() -> None:
    analyzer = analyzer_of(["a a a"])
    # All tokens are "a", and NLTK divides by the number of other tokens.
    (row,) = analyzer.collocations(measures="chi2", min_count=1, convention="nltk")
    assert math.isnan(row.chi2)
    (row,) = analyzer.collocates("a", (0, 1), measures="chi2", convention="nltk")
    assert math.isnan(row.chi2)


def test_scores_of_nltk_are_those_of_the_specification() -> None:
    scores = scores_of(
        analyzer_of(C4).collocations(measures=["pmi", "g2", "t", "chi2"], min_count=1, convention="nltk")
    )
    assert scores["the", "cat"] == (1.7776075786635515, 8.524254274502361, 1.2268693220279547, 8.326530612244898)
    assert scores["sat", "on"][:2] == (3.584962500721156, 13.768127186695708)


@given(texts=TEXTS, min_count=st.integers(1, 3))
def test_gensims_scores_are_bit_for_bit_those_of_gensim(texts: list[str], min_count: int) -> None:
    phrases = pytest.importorskip("gensim.models.phrases")
    sentences = [text.split() for text in texts]
    analyzer = analyzer_of(texts)
    measures = ["npmi", "mikolov"]
    ours = scores_of(analyzer.collocations(measures=measures, min_count=min_count, convention="gensim"))
    for place, scoring in enumerate(["npmi", "default"]):
        threshold = -1 if scoring == "npmi" else 1e-9
        model = phrases.Phrases(sentences, min_count=min_count, threshold=threshold, scoring=scoring)
        theirs = {tuple(phrase.split("_")): score for phrase, score in model.export_phrases().items()}
        # gensim lists only phrases above the threshold.
        found = {gram: score[place] for gram, score in ours.items() if score[place] > threshold}
        assert found == theirs


def test_scores_of_gensim_are_those_of_the_specification() -> None:
    found = analyzer_of(C4).collocations(measures=["npmi", "mikolov"], min_count=1, convention="gensim")
    assert scores_of(found)["the", "cat"] == (0.5925358595545174, 2.4761904761904763)


# ---- Three or more words ----


@given(texts=TEXTS)
def test_measures_of_three_words_are_computed_from_the_expected_counts(texts: list[str]) -> None:
    measures = ["pmi", "npmi", "t", "z", "g2", "chi2", "dice", "jaccard", "ms"]
    windows = windows_of([text.split() for text in texts], 3)
    number = len(windows)
    found = scores_of(analyzer_of(texts).collocations(3, measures=measures, min_count=1), 3)
    for gram, scores in found.items():
        terms = [sum(window[slot] == gram[slot] for window in windows) for slot in range(3)]
        cells = Counter(tuple(a == b for a, b in zip(window, gram, strict=True)) for window in windows)
        count = cells[True, True, True]

        def expected(bits: tuple[bool, ...], terms: list[int] = terms) -> float:
            return math.prod(term if bit else number - term for bit, term in zip(bits, terms, strict=True)) / number**2

        e = expected((True, True, True))
        g2 = 2 * sum(o * math.log(o / expected(bits)) for bits, o in cells.items())
        chi2 = sum((cells[bits] - expected(bits)) ** 2 / expected(bits) for bits in _all_bits(3) if expected(bits))
        certain = number in terms
        sign = -1 if count * number**2 < math.prod(terms) else 1
        reference = {
            "pmi": math.nan if certain else math.log2(count / e),
            "npmi": math.nan if certain else math.log(count / e) / (-2 * math.log(count / number)),
            "t": (count - e) / math.sqrt(count),
            "z": (count - e) / math.sqrt(e),
            "g2": sign * g2,
            "chi2": sign * chi2,
            "dice": 3 * count / sum(terms),
            "jaccard": count / (number - cells[False, False, False]),
            "ms": count / max(terms),
        }
        assert dict(zip(measures, scores, strict=True)) == pytest.approx(reference, rel=1e-9, abs=1e-9, nan_ok=True)


# ---- Groups ----


@given(texts=TEXTS, n=st.integers(2, 3), convention=st.sampled_from(["exact", "nltk"]))
def test_groups_have_the_collocations_of_an_analyzer_of_each_group(texts: list[str], n: int, convention: str) -> None:
    groups = [number % 2 for number in range(len(texts))]
    options = {"measures": ["g2", "pmi"], "min_count": 1, "convention": convention}
    found = analyzer_of(texts).collocations(n, by=groups, **options)  # type: ignore[arg-type]
    expected = []
    for group in dict.fromkeys(groups):
        own = [text for text, other in zip(texts, groups, strict=True) if other == group]
        expected += [(group, *row) for row in analyzer_of(own).collocations(n, **options)]  # type: ignore[arg-type]
    # The rows are compared as text, because NaN is not equal to itself.
    assert list(map(str, map(tuple, found))) == list(map(str, expected))


def test_tables_of_groups_have_a_column_for_their_variable() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["to be or to be", "et tu et tu"], variables={"play": ["Hamlet", "Caesar"]})
    table = analyzer.collocations(min_count=2, by="play", measures=["dice"])
    assert table.names == ["play", "term_1", "term_2", "count", "documents", "dice"]
    assert [row[:3] for row in table] == [("Hamlet", "to", "be"), ("Caesar", "et", "tu")]
    assert [len(analyzer.collocations(min_count=1, by="play", limit=limit)) for limit in (1, 0)] == [2, 0]


# ---- Limits ----


def test_texts_too_short_for_a_collocation_give_an_empty_table() -> None:
    for texts in ([], [""], ["one"], ["one", "two"]):
        for n in range(2, 6):
            table = analyzer_of(texts).collocations(n, min_count=1)
            assert len(table) == 0
            assert table.names == [
                *(f"term_{place}" for place in range(1, n + 1)),
                "count",
                "documents",
                "g2",
                "pmi",
                "log_dice",
            ]
            assert len(analyzer_of(texts).collocations(n, min_count=1, by=[1] * len(texts))) == 0


def test_a_text_that_repeats_one_word_raises_no_error() -> None:
    analyzer = analyzer_of(["a a a a a"])
    (row,) = analyzer.collocations(measures=["g2", "chi2", "pmi", "npmi", "t", "lambda"], min_count=1)
    assert row[2:6] == (4, 1, 0, 0)
    assert math.isnan(row.pmi)
    assert math.isnan(row.npmi)
    for convention, n in [("nltk", 2), ("nltk", 3), ("gensim", 2), ("quanteda", 5)]:
        assert len(analyzer.collocations(n, min_count=1, convention=convention)) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 1}, "n must be from 2 to 5, not 1"),
        ({"n": 6}, "n must be from 2 to 5, not 6"),
        ({"n": 5, "convention": "nltk"}, "`n` is 5: this convention has collocations of 2 to 4 words"),
        ({"n": 3, "convention": "gensim"}, "`n` is 3: this convention has collocations of 2 words"),
        ({"n": 3, "measures": ["fisher"]}, "the measure fisher is for two words: choose another one, or set `n` to 2"),
        ({"measures": ["pmj"]}, "measures='pmj' is not known: did you mean 'pmi'?"),
        ({"measures": ["pmi", "pmi"]}, "measures has 'pmi' more than once"),
        ({"convention": "NLTK"}, "convention='NLTK' is not known: did you mean 'nltk'?"),
        ({"gaps": "open"}, "gaps='open' is not known"),
        ({"within": "chapter"}, "within='chapter' is not known"),
        ({"min_count": -1}, "min_count must be from 0"),
    ],
)
def test_wrong_options_are_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidOptionError) as error:
        analyzer_of(C4).collocations(**arguments)  # type: ignore[arg-type]
    assert str(error.value).startswith(message)


def test_a_single_measure_may_be_a_string() -> None:
    assert analyzer_of(C4).collocations(measures="g2", min_count=1).names[-1] == "g2"


def test_documents_must_be_stored() -> None:
    with pytest.raises(TextNotStoredError):
        TextAnalyzer(store_text=False).collocations()
