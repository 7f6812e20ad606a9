"""A failed fit changes nothing: a fitted estimator works as before, and a new estimator stays unfitted."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

np = pytest.importorskip("numpy", reason="the vectorizers need NumPy")
sp = pytest.importorskip("scipy.sparse", reason="the vectorizers need SciPy")

from text_processor import vectorizers as ours  # noqa: E402
from text_processor.vectorizers import _known_features, tfidf, tfidf_transformer  # noqa: E402
from text_processor.vectorizers._estimator import NotFittedError  # noqa: E402

CORPORA = [
    ["the cat and the dog", "a good dog"],
    ["the best of times", "the worst of times", "the cat"],
    ["one two", "two three four", "five"],
]
QUESTIONS = ["the cat of times", "two dog", "nothing known", ""]


class BoomError(Exception):
    """The exception of functions and iterators of a user."""


def broken_iterator(error: BaseException) -> Iterator[str]:
    yield "some other words"
    raise error


def boom(_: object) -> Any:
    raise BoomError


class Unreadable:
    def read(self) -> bytes:
        raise OSError("unreadable")


# For each failure, the parameters that are set, and a function that returns the documents.
FAILURES: dict[str, tuple[dict[str, Any], Callable[[], Any]]] = {
    "no documents": ({}, list),
    "only short words": ({}, lambda: ["a", "b"]),
    "a text, not a list of texts": ({}, lambda: "some words"),
    "not a number": ({}, lambda: ["other words", float("nan")]),
    "None": ({}, lambda: ["other words", None]),
    "a number": ({}, lambda: ["other words", 3]),
    "bytes that are not UTF-8": ({}, lambda: ["other words", b"\xff"]),
    "Ctrl-C": ({}, lambda: broken_iterator(KeyboardInterrupt())),
    "an error in the iterator": ({}, lambda: broken_iterator(BoomError())),
    "no memory": ({}, lambda: broken_iterator(MemoryError())),
    "no iterable": ({}, lambda: 5),
    "a wrong parameter": ({"lowercase": "yes"}, lambda: CORPORA[0]),
    "a wrong range of n-grams": ({"ngram_range": (2, 1)}, lambda: CORPORA[0]),
    "pruning leaves nothing": ({"min_df": 3}, lambda: ["one", "two", "three"]),
    "limits that exclude each other": ({"min_df": 3, "max_df": 1}, lambda: ["one", "two", "three"]),
    "a tokenizer that fails": ({"tokenizer": boom, "token_pattern": None}, lambda: CORPORA[0]),
    "a preprocessor that fails": ({"preprocessor": boom}, lambda: CORPORA[0]),
    "an analyzer that fails": ({"analyzer": boom}, lambda: CORPORA[0]),
    "features that cannot be sorted": ({"analyzer": lambda _: ["a", 1]}, lambda: CORPORA[0]),
    "features that cannot be hashed": ({"analyzer": lambda _: [[]]}, lambda: CORPORA[0]),
    "a pattern with two groups": ({"token_pattern": "(a)(b)"}, lambda: CORPORA[0]),
    "a wrong pattern": ({"token_pattern": "("}, lambda: CORPORA[0]),
    "an empty vocabulary": ({"vocabulary": []}, lambda: CORPORA[0]),
    "a vocabulary with a gap": ({"vocabulary": {"cat": 0, "dog": 2}}, lambda: CORPORA[0]),
    "an unknown encoding": ({"encoding": "none-such"}, lambda: [b"some words"]),
    "an unreadable file": ({"input": "file"}, lambda: [Unreadable()]),
    "a type that has no sparse matrices": ({"dtype": "float16"}, lambda: CORPORA[0]),
    "an unknown type": ({"dtype": "none-such"}, lambda: CORPORA[0]),
}
ONLY_AT_FIRST = {
    "no documents",
    "only short words",
    "an empty vocabulary",
    "a vocabulary with a gap",
    "features that cannot be sorted",
}
"""The failures that are errors only if the features are not known."""

COUNTERS: list[Any] = [ours.CountVectorizer, ours.TfidfVectorizer]


def answers(estimator: Any) -> Any:
    """All results of a vectorizer, for comparisons."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            matrix = estimator.transform(QUESTIONS)
        except NotFittedError:
            return "not fitted"
        weights = estimator.idf_.tolist() if hasattr(estimator, "idf_") else None
        names = estimator.get_feature_names_out().tolist()
    assert names == sorted(estimator.vocabulary_, key=estimator.vocabulary_.__getitem__)
    return list(estimator.vocabulary_.items()), estimator.fixed_vocabulary_, weights, names, matrix.toarray().tolist()


def fails(estimator: Any, method: str, how: str) -> None:
    """Fit with parameters or documents that cause an error, and restore the parameters."""
    if hasattr(estimator, "vocabulary_") and how in ONLY_AT_FIRST:
        method = "fit"
    parameters, documents = FAILURES[how]
    before = {name: estimator.get_params()[name] for name in parameters}
    estimator.set_params(**parameters)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises((Exception, KeyboardInterrupt)):
            getattr(estimator, method)(documents())
    estimator.set_params(**before)


@pytest.mark.parametrize("how", FAILURES)
@pytest.mark.parametrize("method", ["fit", "fit_transform", "partial_fit"])
@pytest.mark.parametrize("kind", COUNTERS)
def test_a_failed_fit_changes_nothing(kind: Any, method: str, how: str) -> None:
    fresh, fitted = kind(), kind().fit(CORPORA[1])
    wanted = answers(fitted)
    for _ in range(2):
        fails(fresh, method, how)
        fails(fitted, method, how)
        with pytest.raises(NotFittedError):
            fresh.transform(QUESTIONS)
        assert answers(fitted) == wanted
    assert answers(pickle.loads(pickle.dumps(fitted))) == wanted  # noqa: S301
    fresh.fit(CORPORA[1])
    assert answers(fresh) == wanted


steps = st.lists(
    st.tuples(st.sampled_from(["fit", "fit_transform"]), st.integers(0, len(CORPORA) - 1))
    | st.tuples(st.just("partial_fit"), st.integers(0, len(CORPORA) - 1))
    | st.tuples(st.sampled_from(["fit", "fit_transform", "partial_fit"]), st.sampled_from(list(FAILURES)))
    | st.tuples(st.just("pickle"), st.just(0)),
    max_size=7,
)


@given(st.sampled_from(COUNTERS), steps)
def test_failed_calls_have_no_effect_between_successful_calls(kind: Any, steps: list[Any]) -> None:
    estimator = kind()
    batches: list[list[str]] = []
    for method, what in steps:
        if method == "pickle":
            estimator = pickle.loads(pickle.dumps(estimator))  # noqa: S301
        elif isinstance(what, str):
            fails(estimator, method, what)
        else:
            getattr(estimator, method)(CORPORA[what])
            batches = [*(batches if method == "partial_fit" else []), CORPORA[what]]
        wanted = kind()
        for batch in batches:
            wanted.partial_fit(batch)
        assert answers(estimator) == answers(wanted)


@pytest.mark.parametrize(
    "step", [(_known_features, "Vocabulary"), (tfidf_transformer, "document_frequencies"), (tfidf, "as_floats")]
)
@pytest.mark.parametrize("options", [{}, {"analyzer": str.split}, {"vocabulary": ["cat", "dog"]}])
@pytest.mark.parametrize("kind", COUNTERS)
def test_an_error_in_the_last_steps_changes_nothing(
    kind: Any, options: dict[str, Any], step: tuple[Any, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for method in ("fit", "fit_transform", "partial_fit"):
        for estimator in (kind(**options), kind(**options).fit(CORPORA[1])):
            wanted = answers(estimator)
            with monkeypatch.context() as patch:
                patch.setattr(*step, boom)
                try:
                    getattr(estimator, method)(CORPORA[0])
                except BoomError:
                    failed = True
                else:
                    failed = False
            if failed:
                assert answers(estimator) == wanted


def test_a_vocabulary_or_weights_that_cannot_be_set_change_nothing() -> None:
    fitted = ours.TfidfVectorizer().fit(CORPORA[1])
    wanted = answers(fitted)
    for value in ([1.0], 5, "text"):
        with pytest.raises((ValueError, TypeError)):
            fitted.idf_ = value
        with pytest.raises((ValueError, TypeError)):
            fitted.vocabulary_ = value  # type: ignore[assignment]  # on purpose
        assert answers(fitted) == wanted
    unfit: list[dict[str, Any]] = [{"vocabulary": ["cat", "dog"]}, {"vocabulary": []}, {"use_idf": False}]
    for options in unfit:
        fresh = ours.TfidfVectorizer(**options)
        with pytest.raises(ValueError, match=r"idf|empty"):
            fresh.idf_ = [1.0]
        assert not hasattr(fresh, "_tfidf")
        with pytest.raises(NotFittedError):
            fresh.transform(QUESTIONS)


# ---- Counts ----

FAILED_COUNTS: dict[str, tuple[dict[str, Any], Any]] = {
    "not a number": ({}, [[1, float("nan")], [0, 2]]),
    "infinite": ({}, sp.csr_matrix([[1, np.inf, 3]])),
    "one dimension": ({}, [1, 2]),
    "no rows": ({}, np.empty((0, 3))),
    "no numbers": ({}, [["a", "b"]]),
    "a wrong parameter": ({"norm": "l3"}, [[1, 2]]),
}


@pytest.mark.parametrize("how", FAILED_COUNTS)
@pytest.mark.parametrize("method", ["fit", "fit_transform", "partial_fit"])
def test_wrong_counts_change_nothing(method: str, how: str) -> None:
    check_counts_that_fail(np.array([[1, 0], [0, 1], [2, 1]]), method, how)


@pytest.mark.parametrize("how", FAILED_COUNTS)
def test_wrong_counts_keep_the_names_of_features(how: str) -> None:
    pandas = pytest.importorskip("pandas", reason="a frame has names of features")
    pytest.importorskip("sklearn", reason="it keeps the names of features")
    check_counts_that_fail(pandas.DataFrame({"cat": [1, 0, 2], "dog": [0, 1, 1]}), "fit", how)


def check_counts_that_fail(counts: Any, method: str, how: str) -> None:
    """Check that a failed fit leaves a fitted estimator and a new one unchanged."""
    fresh, fitted = ours.TfidfTransformer(), ours.TfidfTransformer().fit(counts)
    state = {name: np.array(value).tolist() for name, value in vars(fitted).items()}
    wanted = fitted.transform(counts).toarray().tolist()
    parameters, found = FAILED_COUNTS[how]
    for estimator in (fresh, fitted):
        estimator.set_params(**parameters)
        with pytest.raises((ValueError, TypeError)):
            getattr(estimator, method)(found)
        estimator.set_params(norm="l2")
    assert {name: np.array(value).tolist() for name, value in vars(fitted).items()} == state
    assert fitted.transform(counts).toarray().tolist() == wanted
    assert set(vars(fresh)) == set(fresh.get_params())
    with pytest.raises(NotFittedError):
        fresh.transform(counts)


def test_rows_that_cannot_be_weighed_change_nothing() -> None:
    fitted = ours.TfidfTransformer(sublinear_tf=True).fit([[1, 2], [0, 3]])
    before = fitted.idf_.tolist()
    with pytest.raises(ValueError, match="NaN"), pytest.warns(RuntimeWarning, match="log"):
        fitted.fit_transform([[1, -2], [2, 3]])
    assert fitted.idf_.tolist() == before


def test_use_idf_that_is_set_after_a_fit_without_weights_is_an_error() -> None:
    transformer = ours.TfidfTransformer(use_idf=False).fit([[1, 2], [0, 3]])
    assert transformer.transform([[3, 4]]).toarray().tolist() == [[0.6, 0.8]]
    with pytest.raises(NotFittedError):
        transformer.set_params(use_idf=True).transform([[3, 4]])
    vectorizer = ours.TfidfVectorizer(use_idf=False).fit(CORPORA[0])
    with pytest.raises(NotFittedError):
        vectorizer.set_params(use_idf=True).transform(QUESTIONS)
    assert vectorizer.set_params(use_idf=False).transform(QUESTIONS).shape == (4, 5)


@pytest.mark.parametrize("options", [{"use_idf": False}, {"smooth_idf": False}])
def test_parameters_changed_between_batches_apply_to_all_batches(options: dict[str, Any]) -> None:
    vectorizer = ours.TfidfVectorizer(**options).partial_fit(CORPORA[0])
    vectorizer.set_params(use_idf=True, smooth_idf=True).partial_fit(CORPORA[1])
    wanted = ours.TfidfVectorizer().partial_fit(CORPORA[0]).partial_fit(CORPORA[1])
    assert answers(vectorizer) == answers(wanted)
    vectorizer.set_params(use_idf=False).partial_fit(CORPORA[2])
    assert not hasattr(vectorizer, "idf_")
    assert vectorizer.transform(["cat cat"]).sum() == 1


def test_an_error_changes_nothing_in_a_hashing_vectorizer() -> None:
    vectorizer = ours.HashingVectorizer(n_features=8)
    wanted = vectorizer.transform(QUESTIONS).toarray().tolist()
    for how in ("not a number", "Ctrl-C", "a wrong range of n-grams", "a tokenizer that fails", "no memory"):
        fails(vectorizer, "fit_transform", how)
        assert vectorizer.transform(QUESTIONS).toarray().tolist() == wanted


def test_fit_returns_the_estimator_itself() -> None:
    for kind in COUNTERS:
        vectorizer = kind()
        assert vectorizer.fit(CORPORA[0]) is vectorizer
        assert vectorizer.partial_fit(CORPORA[1]) is vectorizer
    transformer = ours.TfidfTransformer()
    assert transformer.fit([[1]]) is transformer.partial_fit([[1]]) is transformer


# ---- Changes by functions of the user ----

SLOTS = ("split",)


@pytest.mark.parametrize("kind", [ours.CountVectorizer, ours.TfidfVectorizer])
def test_changes_by_a_function_of_the_user_stay(kind: Any) -> None:
    class Counting(kind):  # type: ignore[misc]  # one of two classes
        __slots__ = SLOTS

        def __init__(self) -> None:
            super().__init__(tokenizer=self.words, token_pattern=None)
            self.seen, self.split = 0, str.split

        def words(self, text: str) -> list[str]:
            self.seen += 1
            found: list[str] = self.split(text)
            return found

        def build_preprocessor(self) -> Any:
            assert self.split is str.split
            self.built = True
            return super().build_preprocessor()

    vectorizer = Counting()
    vectorizer.fit_transform(["a b", "b c"])
    assert (vectorizer.seen, vectorizer.built) == (2, True)
    vectorizer.partial_fit(["d"])
    assert vectorizer.seen == 3
    with pytest.raises(ValueError, match="empty vocabulary"):
        vectorizer.fit([""])
    assert vectorizer.seen == 4
    assert vectorizer.vocabulary_ == {"a": 0, "b": 1, "c": 2, "d": 3}
