"""For the same terms, the document-term matrix of an analyzer has the counts and weights of scikit-learn."""

from __future__ import annotations

import asyncio
import copy
import pickle
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import AsyncTextAnalyzer, TextAnalyzer, TextNotStoredError
from text_processor.matrix import DocumentTermMatrix

sklearn_text = pytest.importorskip("sklearn.feature_extraction.text")

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Literal

DOCUMENTS = st.lists(st.text("abAB Éß,.'", max_size=30) | st.text(max_size=20), min_size=1, max_size=12)
"""Short documents, which share words."""


def analyzer_of(documents: list[str], **options: Any) -> TextAnalyzer:
    analyzer = TextAnalyzer(**options)
    analyzer.add_documents(documents, missing="keep")
    return analyzer


@given(
    DOCUMENTS, st.integers(1, 3), st.integers(0, 2), st.sampled_from(["count", "tfidf", "binary"]), st.integers(1, 3)
)
def test_the_matrix_equals_that_of_scikit_learn(
    documents: list[str], least: int, more: int, weight: Literal["count", "tfidf", "binary"], threads: int
) -> None:
    documents = [text.encode("utf-8", "ignore").decode() for text in documents]
    lengths = (least, least + more)
    kind = sklearn_text.TfidfVectorizer if weight == "tfidf" else sklearn_text.CountVectorizer
    theirs = kind(tokenizer=str.split, token_pattern=None, ngram_range=lengths, binary=weight == "binary")
    ours = analyzer_of(documents, threads=threads).document_term_matrix(lengths, weight=weight)
    try:
        expected = theirs.fit_transform(documents)
    except ValueError:  # There are no features.
        assert ours.shape == (len(documents), 0)
        return
    names = theirs.get_feature_names_out().tolist()
    assert ours.shape == expected.shape
    # n-grams are sorted term by term. If a term has a control character, this differs from the order of the names.
    assert ours.features == sorted(names, key=lambda name: name.split(" "))
    columns = [names.index(name) for name in ours.features]
    matrix = ours.csr()
    assert matrix.dtype == expected.dtype
    assert np.array_equal(matrix.toarray(), expected.toarray()[:, columns])
    if columns == sorted(columns):
        assert np.array_equal(matrix.indptr, expected.indptr)
        assert np.array_equal(matrix.indices, expected.indices)
        assert np.array_equal(matrix.data, expected.data)


def test_columns_can_be_in_order_of_first_appearance() -> None:
    matrix = analyzer_of(["b a b", "c a"]).document_term_matrix(order="appearance")
    assert matrix.features == ["b", "a", "c"]
    assert matrix.csr().toarray().tolist() == [[2, 1, 0], [0, 1, 1]]


def test_the_terms_are_those_of_the_analyzer() -> None:
    analyzer = analyzer_of(["The cats, the cat.", "A dog"], tokenizer="unicode")
    analyzer.set_terms(stop_words="english", stemmer="english")
    matrix = analyzer.document_term_matrix((1, 2))
    assert matrix.features == ["cat", "cat cat", "dog"]
    assert matrix.csr().toarray().tolist() == [[2, 1, 0], [0, 0, 1]]
    analyzer.set_terms(function=lambda word: word[0])
    assert analyzer.document_term_matrix().features == ["c", "d"]


def test_a_matrix_does_not_change_after_it_is_made() -> None:
    analyzer = analyzer_of(["to be"])
    matrix = analyzer.document_term_matrix()
    analyzer.add_document("or not")
    assert matrix.shape == (1, 2)
    assert matrix.features == ["be", "to"]
    assert analyzer.document_term_matrix().shape == (2, 4)
    analyzer.close()
    assert matrix.csr().toarray().tolist() == [[1, 1]]


def test_long_documents_are_one_row_each() -> None:
    documents = ["to be or not to be " * 40_000, "to " * 3]
    matrix = analyzer_of(documents).document_term_matrix((1, 2)).csr()
    expected = sklearn_text.CountVectorizer(tokenizer=str.split, token_pattern=None, ngram_range=(1, 2)).fit_transform(
        documents
    )
    assert (matrix != expected).nnz == 0


def test_an_empty_analyzer_has_an_empty_matrix() -> None:
    matrix = TextAnalyzer().document_term_matrix()
    assert (matrix.shape, matrix.features, matrix.csr().shape) == ((0, 0), [], (0, 0))
    assert TextAnalyzer().document_term_matrix(weight="tfidf").shape == (0, 0)


def test_the_matrix_needs_stored_text() -> None:
    with pytest.raises(TextNotStoredError):
        analyzer_of(["to be"], store_text=False).document_term_matrix()


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"ngram_range": (2, 1)}, ValueError),
        ({"ngram_range": 2}, TypeError),
        ({"weight": "tf"}, ValueError),
        ({"order": "size"}, ValueError),
    ],
)
def test_an_error_names_an_invalid_option(options: Any, error: type[Exception]) -> None:
    with pytest.raises(error, match=next(iter(options))):
        TextAnalyzer().document_term_matrix(**options)


def test_the_async_analyzer_returns_the_same_matrix() -> None:
    async def main() -> DocumentTermMatrix:
        async with AsyncTextAnalyzer() as texts:
            await texts.add_documents(["to be", "or not to be"])
            return await texts.document_term_matrix((2, 2), weight="binary")

    matrix = asyncio.run(main())
    assert matrix.features == ["not to", "or not", "to be"]
    assert repr(matrix) == "DocumentTermMatrix(rows=2, columns=3, entries=4)"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda matrix: pickle.loads(pickle.dumps(matrix))])  # noqa: S301
@pytest.mark.parametrize("weight", ["count", "tfidf"])
def test_a_matrix_can_be_copied_and_pickled(copied: Callable[[Any], Any], weight: Any) -> None:
    matrix = analyzer_of(["to be", "or not to be", ""]).document_term_matrix((1, 2), weight=weight)
    again = copied(matrix)
    assert (again.shape, again.features) == (matrix.shape, matrix.features)
    for name in ("indptr", "indices", "data"):
        assert getattr(again, name).dtype == getattr(matrix, name).dtype
        assert getattr(again, name).tobytes() == getattr(matrix, name).tobytes()
