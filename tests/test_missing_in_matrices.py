"""Missing documents in matrices and vectorizers: their rows, and errors about them."""

from __future__ import annotations

import math
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from missing_values import rows_of
from optional_packages import needs_vectorizers, vectorizers

from text_processor import InvalidDocumentError, MissingDocumentError
from text_processor.matrix import Matrix, Vectorizer
from text_processor.typing import Missing

pytestmark = pytest.mark.once

GONE_OR_TEXT = st.one_of(
    st.sampled_from([None, math.nan]), st.sampled_from(["good day", "", "a\0b", "Zoë day", "光 a"])
)


@given(st.lists(GONE_OR_TEXT, max_size=12), st.booleans(), st.booleans())
def test_a_matrix_has_the_numbers_of_the_documents_of_its_rows(texts: list[Any], in_bytes: bool, hashed: bool) -> None:
    rows = [text.encode() if in_bytes and isinstance(text, str) else text for text in texts]
    vectorizer = Vectorizer(single_letters=True)

    def counted(missing: Missing, rows: list[Any]) -> Matrix:
        if hashed:
            return vectorizer.hash(rows, 32, missing=missing)
        return vectorizer.count(rows, grow=True, missing=missing)

    kept, skipped = counted("keep", rows), counted("skip", rows)
    assert kept.documents().tolist() == list(range(len(rows)))
    remain = [row for row, text in enumerate(texts) if isinstance(text, str)]
    assert skipped.documents().tolist() == remain
    expected = rows_of(counted("raise", [text if isinstance(text, str) else "" for text in texts]))
    assert rows_of(kept) == expected
    assert rows_of(skipped) == [expected[row] for row in remain]


def test_row_numbers_in_errors_include_skipped_rows() -> None:
    for wrong in (5, b"\xff", "\ud800"):
        for before in ([None, "a"], [b"a", None, math.nan], [None] * 70_000):
            with pytest.raises(InvalidDocumentError) as caught:
                Vectorizer().count([*before, wrong], missing="skip")
            assert caught.value.document == len(before)


def test_a_matrix_of_only_missing_documents_has_no_features() -> None:
    for missing, rows in (("keep", 3), ("skip", 0)):
        assert Vectorizer().count([None] * 3, grow=True, missing=missing).shape == (rows, 0)  # type: ignore[arg-type]


# ---- Estimators ----


@needs_vectorizers
def test_a_missing_document_raises_the_error_of_scikit_learn() -> None:
    for value, kind in ((math.nan, ValueError), (None, AttributeError)):
        for options in ({}, {"analyzer": str.split}, {"preprocessor": str.lower}):
            with pytest.raises((kind, TypeError)) as caught:
                vectorizers.CountVectorizer(**options).fit(["a word", value])
            assert isinstance(caught.value, MissingDocumentError)
    with pytest.raises(ValueError, match=r"np\.nan is an invalid document, expected byte or unicode string\."):
        vectorizers.CountVectorizer().decode(math.nan)


@needs_vectorizers
def test_a_function_of_the_caller_may_receive_missing_documents() -> None:
    def features(document: Any) -> list[str]:
        return ["missing"] if document is None else document.split()

    texts = ["one two", None]
    for missing, expected in (("raise", [[0, 1, 1], [1, 0, 0]]), ("keep", [[1, 1], [0, 0]]), ("skip", [[1, 1]])):
        made = vectorizers.CountVectorizer(analyzer=features, missing=missing)
        assert made.fit_transform(texts).toarray().tolist() == expected

    class OwnError(Exception):
        pass

    def fails(_: Any) -> list[str]:
        raise OwnError

    with pytest.raises(OwnError):
        vectorizers.CountVectorizer(analyzer=fails).fit([None])


@needs_vectorizers
def test_missing_files_and_names_follow_the_option(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("one two")
    for options in ({}, {"tokenizer": str.split, "token_pattern": None}):
        for documents in ([str(path), None], np.array([str(path), None], dtype=object)):
            made = vectorizers.CountVectorizer(input="filename", missing="keep", **options)
            assert made.fit_transform(documents).toarray().tolist() == [[1, 1], [0, 0]]
            assert made.set_params(missing="skip").transform(documents).toarray().tolist() == [[1, 1]]
            with pytest.raises(MissingDocumentError, match="at row 1: None is an invalid document"):
                made.set_params(missing="raise").transform(documents)


@needs_vectorizers
def test_an_estimator_of_an_earlier_version_raises_for_missing_documents() -> None:
    made = vectorizers.TfidfVectorizer().fit(["one two"])
    del vars(made)["missing"]
    again = pickle.loads(pickle.dumps(made))  # noqa: S301
    assert "missing" not in vars(again)
    assert again.get_params()["missing"] == "raise"
    with pytest.raises(MissingDocumentError):
        again.transform([None])
    assert again.set_params(missing="keep").transform([None]).nnz == 0


@needs_vectorizers
def test_rows_of_a_pipeline_match_the_rows_of_the_table() -> None:
    base = pytest.importorskip("sklearn.base", reason="scikit-learn is what takes them")
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline

    texts = np.array(["good day", None, "bad day", math.nan, "good", "bad"] * 4, dtype=object)
    target = [1, 0, 0, 0, 1, 0] * 4
    model = make_pipeline(vectorizers.TfidfVectorizer(missing="keep"), LogisticRegression())
    assert model.fit(texts, target).predict(texts).tolist() == target
    assert base.clone(model).get_params()["tfidfvectorizer__missing"] == "keep"
    assert repr(vectorizers.TfidfVectorizer(missing="keep")) == "TfidfVectorizer(missing='keep')"
    search = GridSearchCV(
        model.set_params(tfidfvectorizer__missing="raise"), {"tfidfvectorizer__missing": ["keep"]}, cv=2
    )
    assert search.fit(texts, target).predict(texts).shape == (len(target),)
    for kind in (vectorizers.CountVectorizer, vectorizers.TfidfVectorizer, vectorizers.HashingVectorizer):
        tags = [kind(missing=missing).__sklearn_tags__().input_tags.allow_nan for missing in ("raise", "skip", "keep")]
        assert tags == [False, True, True]


@needs_vectorizers
def test_skipped_documents_have_no_effect_on_weights() -> None:
    texts = ["one two", None, "two"]
    skipped = vectorizers.TfidfVectorizer(missing="skip").fit(texts)
    assert skipped.idf_.tolist() == vectorizers.TfidfVectorizer().fit(["one two", "two"]).idf_.tolist()
    kept = vectorizers.TfidfVectorizer(missing="keep").fit(texts)
    assert kept.idf_.tolist() == vectorizers.TfidfVectorizer().fit(["one two", "", "two"]).idf_.tolist()
