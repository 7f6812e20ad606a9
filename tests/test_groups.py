"""Counts, statistics and rows of groups: an analyzer that has only the documents of a group is the oracle."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import TermOptions, TextAnalyzer, TextNotStoredError
from text_processor._native.analyzer import NO_GROUP, Handle
from text_processor._native.core import load_core
from text_processor.matrix import Matrix, Vectorizer
from text_processor.table import Table

if TYPE_CHECKING:
    from typing import Any

FIRST_SEEN, FREQUENCY = 0, 1

GROUPS = 6

DOCUMENTS = st.lists(
    st.tuples(
        st.text("abAB É,.", max_size=25) | st.just("a b a c b a"), st.integers(0, GROUPS - 1) | st.just(NO_GROUP)
    ),
    max_size=20,
)
"""Texts, and the codes of their groups."""

SETTINGS = st.fixed_dictionaries(
    {
        "threads": st.integers(1, 3),
        "tokenizer": st.sampled_from(["whitespace", "unicode", "word", "characters"]),
        "terms": st.sampled_from(
            [TermOptions(), TermOptions(stop_words=["a", "é"]), TermOptions(function=str.swapcase)]
        ),
    }
)


def analyzer_of(texts: list[str], settings: dict[str, Any]) -> TextAnalyzer:
    analyzer = TextAnalyzer(**settings)
    analyzer.add_documents(texts, missing="keep")
    return analyzer


def handle_of(analyzer: TextAnalyzer) -> Handle:
    """The native analyzer, with all documents."""
    return analyzer._complete()


def codes_of(documents: list[tuple[str, int]]) -> array[int]:
    return array("I", [code for _, code in documents])


def of_each_group(documents: list[tuple[str, int]], settings: dict[str, Any]) -> list[tuple[int, TextAnalyzer]]:
    """An analyzer for each group, with only the documents of the group."""
    of_group = {group: [text for text, code in documents if code == group] for group in range(GROUPS)}
    return [(group, analyzer_of(texts, settings)) for group, texts in of_group.items()]


@given(documents=DOCUMENTS, settings=SETTINGS, limit=st.integers(0, 3))
def test_terms_are_counted_as_in_an_analyzer_of_each_group(
    documents: list[tuple[str, int]], settings: dict[str, Any], limit: int
) -> None:
    handle = handle_of(analyzer_of([text for text, _ in documents], settings))
    codes = codes_of(documents)
    expected, top = [], []
    for group, analyzer in of_each_group(documents, settings):
        counts = analyzer.word_frequency()
        expected += [(group, word, count) for word, count in list(counts.items())[: limit or None]]
        top += [(group, word, count) for word, count in analyzer.top_words(limit or 1 << 30)]
    counted = Table._over(handle.grouped_terms(codes, FIRST_SEEN, limit))
    assert counted.names == ["group", "word", "count"]
    assert list(counted) == expected
    assert list(Table._over(handle.grouped_terms(codes, FREQUENCY, limit))) == top


@given(documents=DOCUMENTS, settings=SETTINGS, n=st.integers(1, 3), skip=st.integers(0, 2), limit=st.integers(0, 3))
def test_ngrams_are_counted_as_in_an_analyzer_of_each_group(
    documents: list[tuple[str, int]], settings: dict[str, Any], n: int, skip: int, limit: int
) -> None:
    handle = handle_of(analyzer_of([text for text, _ in documents], settings))
    expected = [
        (group, *gram, count)
        for group, analyzer in of_each_group(documents, settings)
        for gram, count in analyzer.top_ngrams(n, limit or 1 << 30, skip=skip)
    ]
    counted = Table._over(handle.grouped_ngrams(codes_of(documents), n, skip, FREQUENCY, limit))
    assert counted.names == ["group", *(f"word_{number + 1}" for number in range(n)), "count"]
    assert list(counted) == expected


@given(documents=DOCUMENTS, settings=SETTINGS)
def test_statistics_are_those_of_an_analyzer_of_each_group(
    documents: list[tuple[str, int]], settings: dict[str, Any]
) -> None:
    handle = handle_of(analyzer_of([text for text, _ in documents], settings))
    found = Table._over(handle.grouped_statistics(codes_of(documents), GROUPS))
    names = ["document_count", "total_words", "unique_words", "distinct_types", "total_bytes", "average_words"]
    assert found.names == ["group", *names]
    for (group, analyzer), row in zip(of_each_group(documents, settings), found, strict=True):
        statistics = handle_of(analyzer).statistics()
        assert list(row) == [group, *(getattr(statistics, name) for name in names)]


@given(documents=DOCUMENTS, settings=SETTINGS, lengths=st.sampled_from([(1, 1), (1, 2)]))
def test_the_row_of_a_group_is_the_sum_of_the_rows_of_its_documents(
    documents: list[tuple[str, int]], settings: dict[str, Any], lengths: tuple[int, int]
) -> None:
    scipy = pytest.importorskip("scipy.sparse")
    handle = handle_of(analyzer_of([text for text, _ in documents], settings))

    def matrix() -> Matrix:
        return Matrix(handle.core, handle.document_term_matrix(*lengths), 0)

    def dense(matrix: Matrix) -> Any:
        shape = matrix.shape
        ends, columns, values = matrix.arrays()
        return scipy.csr_matrix((values, columns, ends), shape=shape).toarray()

    grouped = matrix()
    grouped.sort()
    grouped.group_rows(codes_of(documents), GROUPS)
    assert grouped.shape == (GROUPS, matrix().shape[1])
    plain = matrix()
    plain.sort()
    rows, codes = dense(plain), np.array([code for _, code in documents], np.uint32)
    expected = np.array([rows[codes == group].sum(axis=0) for group in range(GROUPS)])
    assert np.array_equal(dense(grouped), expected)


def test_many_groups_have_the_same_counts_with_any_number_of_threads() -> None:
    texts = [f"w{number % 101} w{number * number % 977} of {number % 7}" for number in range(200_000)]
    documents = [(text, number * 7919 % 3001) for number, text in enumerate(texts)]
    handles = [handle_of(analyzer_of(texts, {"threads": threads})) for threads in (1, 3)]
    codes = codes_of(documents)
    one, three = (Table._over(handle.grouped_terms(codes, FREQUENCY, 5)) for handle in handles)
    assert one == three
    assert len(one) == 5 * 3001
    analyzer = analyzer_of([text for text, code in documents if code == 3000], {})
    assert [(word, count) for group, word, count in one if group == 3000] == analyzer.top_words(5)
    grams = [Table._over(handle.grouped_ngrams(codes, 2, 0, FREQUENCY, 2)) for handle in handles]
    assert grams[0] == grams[1]
    assert [(tuple(gram), count) for group, *gram, count in grams[0] if group == 3000] == analyzer.top_ngrams(2, 2)


def test_one_large_group_has_the_counts_of_its_analyzer() -> None:
    texts = [f"w{number % 1000} and w{number % 777}" for number in range(400_000)]
    analyzer = analyzer_of(texts, {"threads": 3})
    counted = Table._over(handle_of(analyzer).grouped_terms(array("I", [5]) * len(texts), FIRST_SEEN, 0))
    assert [(word, count) for _, word, count in counted] == list(analyzer.word_frequency().items())
    assert set(counted["group"].tolist()) == {5}


def test_there_must_be_a_code_for_each_document() -> None:
    handle = handle_of(analyzer_of(["one", "two"], {}))
    with pytest.raises(ValueError, match="the number of codes is 1, but the number of documents is 2"):
        handle.grouped_terms(array("I", [0]), FIRST_SEEN, 0)
    with pytest.raises(ValueError, match="the code of document 1 is 4: it must be less than the number of groups, 4"):
        handle.grouped_statistics(array("I", [0, 4]), 4)
    matrix = Vectorizer().count(["the cat", "the dog"], grow=True)
    with pytest.raises(ValueError, match="the number of codes is 3"):
        matrix.group_rows(array("I", [0, 0, 0]), 4)
    assert matrix.shape == (2, 3)


def test_an_analyzer_that_only_counts_has_no_groups() -> None:
    analyzer = TextAnalyzer(store_text=False)
    analyzer.add_document("one")
    with pytest.raises(TextNotStoredError):
        handle_of(analyzer).grouped_terms(array("I", [0]), FIRST_SEEN, 0)


def test_codes_may_be_any_buffer_of_integers() -> None:
    handle = handle_of(analyzer_of(["one", "two"], {"core": load_core()}))
    for codes in (array("I", [1, 0]), np.array([1, 0], np.uint32), memoryview(array("I", [1, 0]))):
        assert list(Table._over(handle.grouped_terms(codes, FIRST_SEEN, 0))) == [(0, "two", 1), (1, "one", 1)]
