"""Keyness: the numbers of quanteda, and counts of the target and of the reference as the oracle."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import AsyncTextAnalyzer, InvalidOptionError, TermOptions, TextAnalyzer, TextNotStoredError
from text_processor.association import p_values, scores

np = pytest.importorskip("numpy")

D1, D2 = "a a a b b c c c c c c d e f g h h", "a a b c c d d d d e f h"


def quanteda() -> TextAnalyzer:
    """The documents of the examples of quanteda's `textstat_keyness`."""
    analyzer = TextAnalyzer()
    analyzer.add_documents([D1, D2], ids=["d1", "d2"])
    return analyzer


# The numbers are from quanteda.textstats 0.97.3, except fisher (from R), and log-odds and %DIFF (from their formulas).
@pytest.mark.parametrize(
    ("measure", "expected", "tolerance"),
    [
        ("g2", [0.0047514087, 0.0912418941, 1.2742380096, -3.7794405329], 1e-7),
        ("g2_rayson", [0.0039349663, 0.0820232943, 0.9411842381, -3.1232541781], 1e-7),
        ("chi2", [0.0047385620915, 0.0893036701860, 1.2218720821662, -3.7150326797386], 1e-12),
        ("log_ratio", [0.0824621602, 0.4974996595, 1.0824621602, -2.5025003405], 1e-9),
        ("percent_diff", [5.8824, 41.1765, 111.7647, -82.3529], 1e-4),
        ("fisher_two_sided", [None, None, 0.4083471085, None], 1e-10),
        ("log_odds_z", [0.0761018898, None, 1.2280435873, None], 1e-9),
    ],
)
def test_scores_are_those_of_quanteda(measure: str, expected: list[float | None], tolerance: float) -> None:
    found = quanteda().keyness(["d1"], measures=measure)
    by_term = dict(zip(found["term"], found[measure], strict=True))
    for term, number in zip("abcd", expected, strict=True):
        if number is not None:
            assert abs(by_term[term] - number) < tolerance


def test_the_table_has_counts_rates_documents_scores_and_p_values() -> None:
    found = quanteda().keyness(["d1"])
    assert found.names == [
        "term",
        "target_count",
        "reference_count",
        "target_per_million",
        "reference_per_million",
        "target_documents",
        "reference_documents",
        "g2",
        "log_ratio",
        "p",
    ]
    first, last = found[0], found[-1]
    assert (first.term, first.target_count, first.reference_count) == ("c", 6, 2)
    assert (first.target_per_million, first.reference_per_million) == (6e6 / 17, 2e6 / 12)
    assert (last.term, last.g2 < 0) == ("d", True)
    assert found["p"].tolist() == p_values("g2", found["g2"]).tolist()


DOCUMENTS = st.lists(
    st.tuples(st.lists(st.sampled_from("abcde"), max_size=12).map(" ".join), st.sampled_from([True, False, None])),
    max_size=14,
)


def expected_rows(documents: list[tuple[str, bool | None]]) -> dict[str, tuple[int, int, int, int]]:
    tokens: dict[bool | None, Counter[str]] = {True: Counter(), False: Counter(), None: Counter()}
    texts: dict[bool | None, Counter[str]] = {True: Counter(), False: Counter(), None: Counter()}
    for text, side in documents:
        tokens[side].update(text.split())
        texts[side].update(set(text.split()))
    return {
        term: (tokens[True][term], tokens[False][term], texts[True][term], texts[False][term])
        for term in tokens[True] | tokens[False]
    }


def rows(table: Any) -> dict[str, tuple[int, int, int, int]]:
    return {
        row.term: (row.target_count, row.reference_count, row.target_documents, row.reference_documents)
        for row in table
    }


@given(DOCUMENTS, st.integers(1, 3), st.sampled_from(["g2", "chi2_yates", "log_ratio", "fisher", "log_odds_z"]))
def test_counts_and_scores_are_computed_from_the_target_and_the_reference(
    documents: list[tuple[str, bool | None]], threads: int, measure: str
) -> None:
    analyzer = TextAnalyzer(threads=threads)
    analyzer.add_documents([text for text, _ in documents], missing="keep")
    target = [side is True for _, side in documents]
    reference = [side is False for _, side in documents]
    expected = expected_rows(documents)
    sizes = [sum(row[place] for row in expected.values()) for place in (0, 1)]
    if min(sizes) == 0:
        with pytest.raises(InvalidOptionError, match="has no words"):
            analyzer.keyness(target, reference, measures=measure)
        return
    found = analyzer.keyness(target, reference, measures=measure)
    assert rows(found) == expected
    a, b = found["target_count"].astype(float), found["reference_count"].astype(float)
    total = 0.01 * len(found)
    of_tables = scores(measure, a, sizes[0] - a, b, sizes[1] - b, signed=True, prior_total=total)
    assert of_tables.tobytes() == found[measure].tobytes()
    assert (found[measure] == (np.sort if measure == "fisher" else lambda values: -np.sort(-values))(of_tables)).all()
    # The target and the reference may also be in two analyzers, and may change places.
    one, other = TextAnalyzer(), TextAnalyzer()
    for text, side in documents:
        if side is not None:
            (one if side else other).add_documents([text], missing="keep")
    assert rows(one.keyness(None, other, measures=measure)) == expected
    assert rows(other.keyness(one, measures=measure)) == expected
    assert rows(analyzer.keyness(one, other, measures=measure)) == expected


@given(st.lists(st.tuples(st.text("abc ", max_size=12), st.sampled_from(["x", "y", None])), max_size=12))
def test_each_group_is_compared_with_all_others(documents: list[tuple[str, str | None]]) -> None:
    analyzer = TextAnalyzer()
    kinds = [kind for _, kind in documents]
    analyzer.add_documents([text for text, _ in documents], variables={"kind": kinds}, missing="keep")
    with_words = {kind for text, kind in documents if text.strip()}
    if not documents or len(with_words) == 1:
        with pytest.raises(InvalidOptionError):
            analyzer.keyness_by("kind")
        return
    found = analyzer.keyness_by("kind", correction="holm")
    assert found.names[0] == "kind"
    expected = []
    for kind in dict.fromkeys(kinds):
        if kind in with_words:
            alone = analyzer.keyness({"kind": kind}, correction="holm")
            expected += [(kind, *row) for row in alone]
    assert [tuple(row) for row in found] == expected


def test_rows_can_be_limited_and_rare_terms_left_out() -> None:
    analyzer = quanteda()
    assert len(analyzer.keyness(["d1"], min_count=3)) == 5
    assert analyzer.keyness(["d1"], limit=2)["term"] == ["c", "g"]
    assert analyzer.keyness(["d1"], limit=2, signed=False)["term"] == ["d", "c"]
    empty = analyzer.keyness(["d1"], limit=0)
    assert (len(empty), empty.names[0]) == (0, "term")
    assert len(analyzer.keyness_by([1, 2], limit=3)) == 6
    assert "p" not in analyzer.keyness(["d1"], measures=["log_ratio", "bic"]).names
    assert analyzer.keyness(["d1"], measures=[])["term"][:2] == ["c", "a"]


def test_dropped_words_are_not_counted_as_tokens() -> None:
    analyzer = TextAnalyzer(terms=TermOptions(stop_words=["the"]))
    analyzer.add_documents(["the a b", "the the a"])
    (first, *_) = analyzer.keyness([0])
    assert (first.term, first.target_per_million) == ("b", 500_000)


def test_the_target_and_the_reference_may_be_analyzers_with_a_function_for_terms() -> None:
    made = [TextAnalyzer(terms=TermOptions(function=str.upper)) for _ in range(2)]
    for analyzer, text in zip(made, ["a a b", "b c"], strict=True):
        analyzer.add_document(text)
    assert set(made[0].keyness(None, made[1])["term"]) == {"A", "B", "C"}


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (([0], [0]), {}, "document 0 is in the target and in the reference"),
        (([],), {}, "the target has no words"),
        ((None,), {}, "the reference has no words"),
        (([0],), {"measures": "log_rato"}, "measures='log_rato' is not known: did you mean 'log_ratio'"),
        (([0],), {"measures": ["g2", "g2"]}, "measures has 'g2' more than once"),
        (([0],), {"measures": "log_ratio", "correction": "holm"}, "none of the measures has p-values"),
        (([0],), {"correction": "sidak"}, "correction='sidak' is not known"),
        (([0],), {"prior": 0}, "prior must be greater than 0"),
        (([0],), {"min_count": -1}, "min_count must be"),
    ],
)
def test_wrong_arguments_are_refused(arguments: Any, options: dict[str, Any], message: str) -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents([D1, D2])
    with pytest.raises(InvalidOptionError, match=message):
        analyzer.keyness(*arguments, **options)


def test_documents_must_be_stored() -> None:
    analyzer = TextAnalyzer(store_text=False)
    analyzer.add_documents(["a", "b"])
    with pytest.raises(TextNotStoredError):
        analyzer.keyness([0])


def test_comparisons_can_be_awaited() -> None:
    import asyncio

    async def main() -> None:
        async with AsyncTextAnalyzer() as first, AsyncTextAnalyzer() as second:
            await first.add_document(D1)
            await second.add_document(D2)
            found = await first.keyness(None, second)
            assert found[0].term == "c"
            assert len(await first.dispersion(["c"], parts=3)) == 1
            await first.merge(second.analyzer)
            assert len(await first.keyness_by([1, 2], limit=1)) == 2

    asyncio.run(main())
