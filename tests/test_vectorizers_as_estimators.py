"""Vectorizers as estimators: in pipelines, in searches of parameters, as copies, and without scikit-learn."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
import textwrap
from typing import Any

import pytest

np = pytest.importorskip("numpy", reason="the vectorizers need NumPy")
pytest.importorskip("scipy.sparse", reason="the vectorizers need SciPy")

from text_processor import vectorizers as ours  # noqa: E402
from text_processor.matrix import Matrix  # noqa: E402
from text_processor.vectorizers import _python_backend  # noqa: E402

pytestmark = pytest.mark.once

DOCUMENTS = ["the cat and the dog", "a good dog", "The best of times", "the worst of times"]
TARGET = [0, 0, 1, 1]
ALL = (ours.CountVectorizer, ours.TfidfVectorizer, ours.TfidfTransformer, ours.HashingVectorizer)


@pytest.fixture
def only_native(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make counting in Python an error."""

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("counted in Python")

    monkeypatch.setattr(_python_backend, "_counted", refuse)


# ---- Native counting ----


@pytest.mark.usefixtures("only_native")
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"analyzer": "char", "ngram_range": (2, 3)},
        {"analyzer": "char_wb", "ngram_range": (1, 4), "lowercase": False},
        {"strip_accents": "unicode", "stop_words": "english", "binary": True},
        {"strip_accents": "ascii", "token_pattern": r"(?u)\b\w+\b", "dtype": np.float32},
        {"encoding": "latin-1", "decode_error": "replace"},
    ],
)
def test_documents_are_counted_natively_without_functions_of_the_caller(options: dict[str, Any]) -> None:
    for documents in (DOCUMENTS, [text.encode() for text in DOCUMENTS], iter(DOCUMENTS), np.array(DOCUMENTS)):
        vectorizer = ours.CountVectorizer(**options)
        vectorizer.fit(documents)
        vectorizer.transform(DOCUMENTS)
        ours.HashingVectorizer(**options).transform(DOCUMENTS)
    for limits in ({"min_df": 2}, {"max_features": 3}, {"vocabulary": ["cat", "dog"]}):
        ours.TfidfVectorizer(**{**options, "dtype": np.float64}, **limits).fit(DOCUMENTS).transform(DOCUMENTS)
    batches = ours.CountVectorizer(**options)
    batches.partial_fit(DOCUMENTS[:2]).partial_fit(DOCUMENTS[2:]).transform(DOCUMENTS)


def test_the_dict_of_features_is_made_when_it_is_first_used() -> None:
    vectorizer = ours.TfidfVectorizer().fit(DOCUMENTS)
    vectorizer.transform(DOCUMENTS)
    vectorizer.get_feature_names_out()
    again = pickle.loads(pickle.dumps(copy.deepcopy(vectorizer)))  # noqa: S301
    again.transform(DOCUMENTS)
    again.partial_fit(["something else"])
    assert vectorizer._vocabulary._columns is None
    assert again._vocabulary._columns is None
    assert vectorizer.vocabulary_ is vectorizer.vocabulary_
    assert b"best" in pickle.dumps(vectorizer)
    assert list(again.vocabulary_) == [*vectorizer.vocabulary_, "something", "else"]


@pytest.mark.parametrize("dtype", [np.int64, np.int32, np.float64, np.float32])
def test_matrices_use_native_memory(monkeypatch: pytest.MonkeyPatch, dtype: Any) -> None:
    given = []
    arrays = Matrix.arrays

    def kept(*args: Any, **kwargs: Any) -> Any:
        given.append(arrays(*args, **kwargs))
        return given[-1]

    monkeypatch.setattr(Matrix, "arrays", kept)
    counter, hashing = ours.CountVectorizer(dtype=dtype), ours.HashingVectorizer(dtype=dtype, norm=None)
    for work in (counter.fit_transform, counter.transform, hashing.transform):
        matrix = work(DOCUMENTS)
        for array, name in zip(given[-1], ("indptr", "indices", "data"), strict=True):
            found = getattr(matrix, name)
            assert found.ctypes.data == array.ctypes.data
            assert found.flags.writeable
            while isinstance(found.base, np.ndarray):
                found = found.base
            assert not found.flags.owndata
    weights = ours.TfidfVectorizer().fit_transform(DOCUMENTS)
    assert weights.data.ctypes.data == given[-1][2].ctypes.data


def test_matrices_stay_valid_after_their_vectorizer_is_freed() -> None:
    matrix = ours.CountVectorizer().fit_transform(DOCUMENTS * 1000)
    wanted = matrix.copy()
    for _ in range(10):
        ours.CountVectorizer(analyzer="char").fit_transform(DOCUMENTS * 1000)
    assert (matrix != wanted).nnz == 0


# ---- Estimators ----


def test_fitted_vectorizers_can_be_copied_and_pickled() -> None:
    for vectorizer in (ours.CountVectorizer(), ours.TfidfVectorizer()):
        wanted = vectorizer.fit(DOCUMENTS).transform(DOCUMENTS)
        for again in (copy.deepcopy(vectorizer), pickle.loads(pickle.dumps(vectorizer))):  # noqa: S301
            assert (again.transform(DOCUMENTS) != wanted).nnz == 0
            assert list(again.vocabulary_.items()) == list(vectorizer.vocabulary_.items())


def test_a_vocabulary_can_be_set() -> None:
    vectorizer = ours.CountVectorizer().fit(["one two"])
    vectorizer.vocabulary_ = {"three": 0}
    assert vectorizer.transform(["three two three"]).toarray().tolist() == [[2]]


def test_a_parameter_that_is_changed_after_fit_has_an_effect() -> None:
    vectorizer = ours.CountVectorizer().fit(["one two"])
    assert vectorizer.set_params(lowercase=False).transform(["One two"]).toarray().tolist() == [[0, 1]]


def test_pipelines_of_scikit_learn_accept_the_vectorizers() -> None:
    base = pytest.importorskip("sklearn.base", reason="scikit-learn is what takes them")
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import FeatureUnion, Pipeline

    for kind in ALL:
        fitted = kind()
        if kind is not ours.TfidfTransformer:
            fitted.fit(DOCUMENTS)
        fresh = base.clone(fitted)
        assert fresh.get_params() == fitted.get_params()
        assert not hasattr(fresh, "_vocabulary")
        assert repr(fresh) == f"{kind.__name__}()"
        assert fresh._repr_html_()
    both = FeatureUnion([("words", ours.TfidfVectorizer()), ("hashes", ours.HashingVectorizer(n_features=8))])
    search = GridSearchCV(
        Pipeline([("features", both), ("model", LogisticRegression())]),
        {"features__words__ngram_range": [(1, 1), (1, 2)], "features__hashes__norm": ["l1", None]},
        cv=2,
    )
    assert search.fit(DOCUMENTS, TARGET).predict(DOCUMENTS).shape == (4,)
    table = np.array([[text, text.upper()] for text in DOCUMENTS], object)
    columns = ColumnTransformer([("left", ours.CountVectorizer(), 0), ("right", ours.TfidfVectorizer(), 1)])
    assert columns.fit_transform(table).shape == (4, 2 * 9)
    assert columns.get_feature_names_out()[0] == "left__and"


@pytest.mark.filterwarnings("ignore")
def test_scikit_learns_checks_pass() -> None:
    checks = pytest.importorskip("sklearn.utils.estimator_checks", reason="scikit-learn has the checks")
    theirs = pytest.importorskip("sklearn.feature_extraction.text")
    for kind in ALL:
        results, wanted = (
            {
                check["check_name"]: check["status"]
                for check in checks.check_estimator(estimator(), on_skip=None, on_fail=None)
            }
            for estimator in (kind, getattr(theirs, kind.__name__))
        )
        assert results == wanted


def test_the_configuration_of_scikit_learn_has_an_effect() -> None:
    sklearn = pytest.importorskip("sklearn", reason="it is scikit-learn's")
    with sklearn.config_context(sparse_interface="sparray"):
        assert type(ours.CountVectorizer().fit_transform(DOCUMENTS)).__name__ == "csr_array"
    with sklearn.config_context(skip_parameter_validation=True):
        ours.CountVectorizer(binary="yes").fit(DOCUMENTS)  # type: ignore[arg-type]  # on purpose
    with sklearn.config_context(enable_metadata_routing=True):
        for kind in (ours.CountVectorizer, ours.TfidfVectorizer):
            vectorizer: Any = kind()
            routing = vectorizer.get_metadata_routing()
            assert routing.fit.requests == routing.transform.requests == {}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"input": "text"}, "must be a str among {'content', 'file', 'filename'}. Got 'text' instead."),
        ({"min_df": 1.5}, r"must be a float in the range [0.0, 1.0] or an int in the range [1, inf). Got 1.5 instead."),
        ({"ngram_range": [1, 2]}, "must be an instance of 'tuple'. Got [1, 2] instead."),
        ({"stop_words": "german"}, "must be a str among {'english'}, an instance of 'list' or None."),
    ],
)
def test_wrong_parameters_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises((ValueError, TypeError)) as raised:
        ours.CountVectorizer(**options).fit(DOCUMENTS)
    assert f"The {next(iter(options))!r} parameter of CountVectorizer {message}" in str(raised.value)


def test_warnings_name_the_line_of_the_caller() -> None:
    for vectorizer in (ours.CountVectorizer, ours.TfidfVectorizer, ours.HashingVectorizer):
        with pytest.warns(UserWarning, match="will not be used|inconsistent") as warned:
            vectorizer(stop_words=["the cat"], tokenizer=str.split).fit_transform(DOCUMENTS)
        assert {warning.filename for warning in warned} == {__file__}


def test_the_vectorizers_work_without_scikit_learn() -> None:
    program = """
        import sys
        sys.modules["sklearn"] = None
        import copy, pickle
        from text_processor.vectorizers import *
        documents = ["the cat and the dog", "a good dog"]
        vectorizer = TfidfVectorizer(min_df=1, ngram_range=(1, 2))
        assert repr(vectorizer) == "TfidfVectorizer(ngram_range=(1, 2))", vectorizer
        weights = vectorizer.fit_transform(documents)
        again = pickle.loads(pickle.dumps(vectorizer))
        assert (again.transform(documents) != weights).nnz == 0
        counts = CountVectorizer(**{"ngram_range": (1, 2)}).fit_transform(documents)
        weighed = TfidfTransformer().fit(counts).transform(counts)
        assert abs(weighed - weights).max() < 1e-12
        assert TfidfTransformer().fit([[1, 0], [0, 2]]).get_feature_names_out().tolist() == ["x0", "x1"]
        assert HashingVectorizer(n_features=16).fit_transform(documents).shape == (2, 16)
        params = vectorizer.get_params()
        assert type(vectorizer)(**params).get_params() == params
        vectorizer.set_params(norm="l1")
        try:
            vectorizer.set_params(size=1)
        except ValueError as error:
            assert str(error).startswith("Invalid parameter 'size' for estimator TfidfVectorizer(")
        try:
            CountVectorizer().transform(documents)
        except AttributeError as error:
            assert isinstance(error, ValueError)
        print("fine")
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("fine\n", "")


def test_the_error_without_scipy_says_how_to_install_it() -> None:
    program = "import sys; sys.modules['scipy'] = None; import text_processor.vectorizers"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "pip install numpy scipy" in done.stderr
