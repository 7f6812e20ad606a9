"""Dispersion: examples of Gries and of Savický & Hlaváčová, and formulas in NumPy as the oracle."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import InvalidOptionError, TextAnalyzer, TextNotStoredError
from text_processor._native.measures import DISPERSION

np = pytest.importorskip("numpy")

OF_PARTS = tuple(name for name in DISPERSION if name not in ("arf", "ald", "awt"))


def parts_of(sizes: list[int]) -> TextAnalyzer:
    """Parts of these sizes. The word "a" occurs once in the first part, twice in the second part, and so on."""
    analyzer = TextAnalyzer()
    analyzer.add_documents(
        " ".join(["a"] * (place + 1) + ["x"] * (size - place - 1)) for place, size in enumerate(sizes)
    )
    return analyzer


def values(analyzer: TextAnalyzer, names: Any, **options: Any) -> dict[str, float]:
    (row,) = analyzer.dispersion(["a"], measures=names, **options)
    return {name: getattr(row, name) for name in names}


def test_values_for_parts_of_different_sizes_are_those_of_gries() -> None:
    expected = {
        "range": 5,
        "d": 0.785150453450451,
        "d2": 0.937921303297996,
        "s": 0.949816342304241,
        "dp": 0.18,
        "dpnorm": 0.219512195121951,
        "kld": 0.136971729365221,
        "kldnorm": 0.128005122,
        "da": 0.697450034458994,
    }
    found = values(parts_of([9, 10, 10, 10, 11]), tuple(expected))
    for name, number in expected.items():
        assert abs(found[name] - number) < (1e-9 if name == "kldnorm" else 1e-14), name


def test_values_for_parts_of_equal_sizes_are_those_of_gries() -> None:
    expected = {"d": 0.7642977396, "d2": 0.9256339169, "s": 0.937, "d3": 0.944, "dc": 0.937, "dp": 0.2, "dpnorm": 0.25}
    equal = values(parts_of([10] * 5), tuple(expected))
    as_equal = values(parts_of([9, 10, 10, 10, 11]), tuple(expected), equal_parts=True)
    for name, number in expected.items():
        tolerance = 1e-3 if name in ("s", "d3", "dc") else 1e-10
        assert abs(equal[name] - number) < tolerance, name
        assert abs(as_equal[name] - number) < tolerance, name


def test_values_from_distances_are_those_of_savicky_and_hlavacova() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_document(
        "b a m n i b e u p k b a s a t b e w q n b c a g a b e s t a b a g h a b e a a t b a h a a b e a x a"
    )
    found = values(analyzer, ("arf", "ald", "awt"))
    assert abs(found["arf"] - 10.8) < 1e-12
    assert abs(found["ald"] - 0.628) < 5e-4
    assert abs(found["awt"] - 3.18) < 1e-12


def oracle(counts: Any, sizes: Any, name: str) -> float:
    """A measure by its formula, for the counts of a term in all parts."""
    total, n = counts.sum(), len(counts)
    s, v, p = sizes / sizes.sum(), counts / total, counts / sizes
    dp = np.abs(v - s).sum() / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        kld = np.where(v > 0, v * np.log2(v / s), 0).sum()
        r = p / p.sum()
        entropy = -np.where(r > 0, r * np.log2(r), 0).sum()
    measures: dict[str, Callable[[], Any]] = {
        "range": lambda: (counts > 0).sum(),
        "dp": lambda: dp,
        "dpnorm": lambda: dp / (1 - s.min()),
        "d": lambda: 1 - p.std() / p.mean() / math.sqrt(n - 1),
        "d2": lambda: entropy / math.log2(n),
        "s": lambda: np.sqrt(s * counts).sum() ** 2 / total,
        "d3": lambda: 1 - ((counts - s * total) ** 2 / (s * total)).sum() / (4 * total),
        "dc": lambda: np.sqrt(counts).sum() ** 2 / (n * total),
        "da": lambda: 1 - np.abs(p[:, None] - p).sum() / 2 / (n * (n - 1) / 2) / (2 * p.mean()),
        "kld": lambda: kld,
        "kldnorm": lambda: 1 - math.exp(-kld),
    }
    return float(measures[name]())


@given(
    st.lists(st.tuples(st.lists(st.sampled_from("abcd"), max_size=15).map(" ".join), st.integers(0, 3)), max_size=12),
    st.booleans(),
    st.sampled_from(["documents", "groups", 3]),
    st.integers(1, 3),
)
def test_measures_are_those_of_their_formulas(
    documents: list[tuple[str, int]], equal_parts: bool, kind: str | int, threads: int
) -> None:
    analyzer = TextAnalyzer(threads=threads)
    groups = [group for _, group in documents]
    analyzer.add_documents([text for text, _ in documents], missing="keep")
    tokens = [text.split() for text, _ in documents]
    joined = [token for part in tokens for token in part]
    if kind == "groups":
        parts = [
            [token for part, of in zip(tokens, groups, strict=True) if of == group for token in part]
            for group in dict.fromkeys(groups)
        ]
    elif kind == "documents":
        parts = tokens
    else:
        parts = [joined[len(joined) * run // 3 : len(joined) * (run + 1) // 3] for run in range(3)]
    filled = [part for part in parts if part]
    found = analyzer.dispersion(
        parts=groups if kind == "groups" else kind, measures=DISPERSION, equal_parts=equal_parts
    )
    assert set(found["term"]) == set(joined)
    sizes = np.array([1 if equal_parts else len(part) for part in filled])
    for row in found:
        assert (row.parts, row.empty_parts) == (len(filled), len(parts) - len(filled))
        counts = np.array([part.count(row.term) for part in filled])
        assert row.count == counts.sum()
        for name in OF_PARTS:
            value = getattr(row, name)
            if len(filled) < 2 and name != "range":
                assert math.isnan(value), name
            else:
                assert math.isclose(value, oracle(counts, sizes, name), rel_tol=1e-9, abs_tol=1e-7), name
        places = [place for place, token in enumerate(joined) if token == row.term]
        ends = [*places[1:], places[0] + len(joined)]
        distances = np.subtract(ends, places)
        mean = len(joined) / len(places)
        assert math.isclose(row.arf, np.minimum(distances, mean).sum() / mean, rel_tol=1e-12)
        assert math.isclose(row.ald, (distances * np.log10(distances)).sum() / len(joined), rel_tol=1e-12)
        assert math.isclose(row.awt, (1 + (distances**2).sum() / len(joined)) / 2, rel_tol=1e-12)


def test_terms_can_be_chosen() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["b a a c", "c a d"])
    assert analyzer.dispersion()["term"] == ["a", "c", "b", "d"]
    assert analyzer.dispersion(["d", "unknown", "c", "d"])["term"] == ["c", "d"]
    assert analyzer.dispersion("c", measures="dp")["term"] == ["c"]
    assert analyzer.dispersion(min_count=2)["term"] == ["a", "c"]
    assert analyzer.dispersion([], measures=[]).names == ["term", "count", "parts", "empty_parts"]


def test_the_number_of_parts_may_be_an_integer_of_numpy() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_document("a b a c")
    two = pytest.importorskip("numpy").int64(2)
    assert analyzer.dispersion(parts=two) == analyzer.dispersion(parts=2)


def test_documents_with_a_missing_variable_are_one_part() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a", "b", "a"], variables={"kind": ["x", None, "x"]})
    assert [tuple(row) for row in analyzer.dispersion(parts="kind", measures=["range"])] == [
        ("a", 2, 2, 0, 1),
        ("b", 1, 2, 0, 1),
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"parts": "chapter"}, "there is no variable 'chapter'"),
        ({"parts": 0}, "parts must be from 1"),
        ({"parts": True}, "not a bool"),
        ({"parts": ["a"]}, "there are 2 documents"),
        ({"measures": "D"}, "measures='D' is not known: did you mean 'd'"),
        ({"measures": ["dp", "dp"]}, "more than once"),
    ],
)
def test_wrong_arguments_are_refused(options: dict[str, Any], message: str) -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a", "b"], variables={"kind": [1, 2]})
    with pytest.raises(InvalidOptionError, match=message):
        analyzer.dispersion(**options)


def test_documents_must_be_stored() -> None:
    with pytest.raises(TextNotStoredError):
        TextAnalyzer(store_text=False).dispersion()
