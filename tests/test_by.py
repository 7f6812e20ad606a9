"""Counts by variables: an analyzer that has only the documents of a group is the oracle."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import InvalidOptionError, Table, TextAnalyzer, TextNotStoredError

np = pytest.importorskip("numpy")

DOCUMENTS = st.lists(
    st.tuples(st.text("abAB É.", max_size=20), st.sampled_from(["x", "y", None]), st.integers(0, 2)), max_size=12
)


def filled(documents: list[tuple[str, str | None, int]]) -> TextAnalyzer:
    analyzer = TextAnalyzer()
    texts = [text for text, _, _ in documents]
    variables = {"kind": [kind for _, kind, _ in documents], "year": [year for _, _, year in documents]}
    analyzer.add_documents(texts, variables=variables, missing="keep")
    return analyzer


def parts(documents: list[tuple[str, str | None, int]], names: list[str]) -> dict[tuple[Any, ...], TextAnalyzer]:
    found: dict[tuple[Any, ...], list[str]] = {}
    for text, kind, year in documents:
        values = {"kind": kind, "year": year}
        found.setdefault(tuple(values[name] for name in names), []).append(text)
    made = {}
    for key, texts in found.items():
        made[key] = TextAnalyzer()
        made[key].add_documents(texts, missing="keep")
    return made


def rows(table: Table) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in table.rows()]


@given(DOCUMENTS, st.sampled_from([["kind"], ["year"], ["kind", "year"], ["year", "kind"]]))
def test_each_group_has_the_answers_of_its_documents_alone(
    documents: list[tuple[str, str | None, int]], names: list[str]
) -> None:
    analyzer, groups = filled(documents), parts(documents, names)
    by: Any = names if len(names) > 1 else names[0]
    if not documents:
        return
    counts = analyzer.word_counts(by=by)
    assert counts.names == [*names, "word", "count"]
    assert rows(counts) == [(*key, *pair) for key, part in groups.items() for pair in part.word_counts()]
    for limit in (None, 0, 1, 2):
        expected = [(*key, *pair) for key, part in groups.items() for pair in part.top_words(limit)]
        assert rows(analyzer.top_words(limit, by=by)) == expected
    ngrams = [(*key, *words, count) for key, part in groups.items() for words, count in part.ngram_counts(2)]
    assert rows(analyzer.ngram_counts(2, by=by)) == ngrams
    statistics = analyzer.get_statistics(by=by)
    assert statistics.names == [*names, *TextAnalyzer().get_statistics()]
    assert rows(statistics) == [(*key, *part.get_statistics().values()) for key, part in groups.items()]
    matrix = analyzer.document_term_matrix(by=by, order="appearance")
    assert matrix.groups is not None
    assert rows(matrix.groups) == list(groups)
    dense = np.zeros(matrix.shape, int)
    dense[np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr)), matrix.indices] = matrix.data
    for row, part in zip(dense, groups.values(), strict=True):
        found = {name: count for name, count in zip(matrix.features, row.tolist(), strict=True) if count}
        assert found == part.word_frequency()


def test_documents_can_be_grouped_by_a_column_of_the_caller() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a b", "b", "a"])
    expected = [("x", "a", 2), ("x", "b", 1), ("y", "b", 1)]
    for by in (["x", "y", "x"], ("x", "y", "x"), np.array(["x", "y", "x"])):
        found = analyzer.word_counts(by=by)
        assert found.names == ["group", "word", "count"]
        assert rows(found) == expected
    days = [datetime.date(2024, 1, 2), None, datetime.date(2024, 1, 2)]
    assert rows(analyzer.top_words(1, by=days)) == [(days[0], "a", 2), (None, "b", 1)]


@pytest.mark.once
def test_the_name_of_a_series_is_the_name_of_the_column() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a b", "b", "a"])
    for library in ("pandas", "polars"):
        series = pytest.importorskip(library).Series
        by = series(["x", "y", "x"], name="kind") if library == "pandas" else series("kind", ["x", "y", "x"])
        assert analyzer.word_counts(by=by).to_dict() == {
            "kind": ["x", "x", "y"],
            "word": ["a", "b", "b"],
            "count": [2, 1, 1],
        }


def test_documents_are_grouped_by_their_ids() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a b", "b"], ids=[7, 8])
    assert rows(analyzer.word_counts(by="id")) == [(7, "a", 1), (7, "b", 1), (8, "b", 1)]


def test_weights_are_computed_from_the_counts_of_groups() -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text")
    analyzer = TextAnalyzer(tokenizer="word")
    analyzer.add_documents(["aa bb", "bb cc", "aa aa"], variables={"kind": [1, 2, 1]})
    matrix = analyzer.document_term_matrix(by="kind", weight="tfidf").csr()
    assert np.allclose(matrix.toarray(), text.TfidfVectorizer().fit_transform(["aa bb aa aa", "bb cc"]).toarray())


def test_wrong_groups_are_errors() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a", "b"], variables={"kind": ["x", "y"], "count": [1, 2]})
    with pytest.raises(InvalidOptionError, match=r"no variable 'when': there are 'kind', 'count'"):
        analyzer.word_counts(by="when")
    with pytest.raises(InvalidOptionError, match=r"by= has 1 values, but there are 2 documents"):
        analyzer.word_counts(by=["x"])
    with pytest.raises(InvalidOptionError, match=r"by='count' does not work.*pass the values as a list"):
        analyzer.word_counts(by="count")
    assert rows(analyzer.word_counts(by=list(analyzer.documents()["count"]))) == [(1, "a", 1), (2, "b", 1)]
    words = pytest.importorskip("pandas").Series(["x", "y"], name="word")
    with pytest.raises(InvalidOptionError, match=r"by='word' does not work.*pass the values as a list"):
        analyzer.word_counts(by=words)
    assert rows(analyzer.word_counts(by=words.tolist())) == [("x", "a", 1), ("y", "b", 1)]
    with pytest.raises(TypeError, match="group must be a list or a column"):
        analyzer.word_counts(by=3)  # type: ignore[call-overload]
    with pytest.raises(InvalidOptionError, match="no document has a variable"):
        TextAnalyzer().word_counts(by="kind")
    counting = TextAnalyzer(store_text=False)
    counting.add_document("a")
    with pytest.raises(TextNotStoredError):
        counting.word_counts(by=["x"])
