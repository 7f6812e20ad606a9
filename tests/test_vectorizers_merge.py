"""A merged vectorizer has exactly the attributes of one that has learned from all documents in one `fit`."""

from __future__ import annotations

import copy
import pickle
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

np = pytest.importorskip("numpy", reason="the vectorizers need NumPy")
pytest.importorskip("scipy.sparse", reason="the vectorizers need SciPy")

from text_processor import vectorizers  # noqa: E402
from text_processor.vectorizers import (  # noqa: E402
    CountVectorizer,
    HashingVectorizer,
    TfidfTransformer,
    TfidfVectorizer,
)

texts = st.text("aabbeeioT  .,éßΣσςж日한🙂\t", max_size=24) | st.sampled_from(
    ["the cat and the dog", "The DOG and THE cat", "to be or not to be", "a b c aa bb", "", "a lone surrogate \udc80"]
)
corpora = st.lists(texts, min_size=1, max_size=7)


@st.composite
def options(draw: st.DrawFn) -> dict[str, Any]:
    shortest = draw(st.integers(1, 2))
    return {
        "analyzer": draw(st.sampled_from(["word", "char", "char_wb", str.split])),
        "token_pattern": draw(st.sampled_from([r"(?u)\b\w+\b", r"[^\s]+"])),
        "ngram_range": (shortest, shortest + draw(st.integers(0, 1))),
        "binary": draw(st.booleans()),
    } | draw(
        st.fixed_dictionaries(
            {},
            optional={
                "stop_words": st.sampled_from(["english", ["the", "aa"]]),
                "min_df": st.sampled_from([1, 2, 0.0, 0.3, 0.7]),
                "max_df": st.sampled_from([1.0, 0.6, 3, 1]),
                "max_features": st.integers(1, 8),
                "vocabulary": st.sampled_from([["dog", "cat", "a"], {"be": 1, "to": 0}, {"aa", "b"}]),
            },
        )
    )


def quietly(work: Callable[[], Any]) -> Any:
    """The result of a call, or its error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return work()
        except ValueError as error:
            return str(error)


def check_equal(merged: Any, wanted: Any) -> None:
    """Check that both have the same attributes, by their pickles, which have all attributes except the tally."""
    if isinstance(wanted, str):
        assert merged == wanted
        return
    assert pickle.dumps(merged) == pickle.dumps(wanted)
    if hasattr(wanted, "vocabulary_"):
        assert list(merged.vocabulary_.items()) == list(wanted.vocabulary_.items())
    if isinstance(wanted, TfidfVectorizer) and wanted.use_idf:
        assert merged.idf_.dtype == wanted.idf_.dtype
        assert merged.idf_.tobytes() == wanted.idf_.tobytes()


def joined(parts: list[list[str]]) -> list[str]:
    return [document for part in parts for document in part]


COUNT_TYPES = [np.int64, np.int32, np.int8, np.uint64, np.float32, None]


@settings(deadline=None)
@given(st.lists(corpora, min_size=2, max_size=4), options(), st.sampled_from(COUNT_TYPES), st.booleans())
def test_merged_count_vectorizers_equal_one_of_all_documents(
    parts: list[list[str]], how: dict[str, Any], dtype: Any, from_the_right: bool
) -> None:
    def fitted(documents: list[str]) -> Any:
        return quietly(lambda: CountVectorizer(**how, dtype=dtype).fit(documents))

    learned = [fitted(part) for part in parts]
    # A fit of a part without features is an error, so the part has no vectorizer.
    assume(not any(isinstance(part, str) for part in learned))
    merged = learned[-1] if from_the_right else learned[0]
    for part in learned[-2::-1] if from_the_right else learned[1:]:
        before = pickle.dumps(part)
        if from_the_right:
            merged = quietly(partial(copy.deepcopy(part).merge, merged))
        else:
            merged = quietly(partial(merged.merge, part))
        assert pickle.dumps(part) == before
        assume(not isinstance(merged, str))
    check_equal(merged, fitted(joined(parts)))


@settings(deadline=None)
@given(
    corpora,
    corpora,
    corpora,
    options(),
    st.fixed_dictionaries(
        {"dtype": st.sampled_from([np.float64, np.float32])},
        optional={"use_idf": st.booleans(), "smooth_idf": st.booleans(), "sublinear_tf": st.booleans()},
    ),
)
def test_merged_weights_equal_those_of_all_documents(
    first: list[str], second: list[str], further: list[str], how: dict[str, Any], weights: dict[str, Any]
) -> None:
    def fitted(documents: list[str]) -> Any:
        return quietly(lambda: TfidfVectorizer(**how, **weights).fit(documents))

    one, other = fitted(first), fitted(second)
    assume(not isinstance(one, str) and not isinstance(other, str))
    wanted = fitted([*first, *second])
    merged = quietly(lambda: one.merge(other))
    check_equal(merged, wanted)
    if isinstance(wanted, str):
        return
    found, expected = (quietly(partial(each.transform, further)) for each in (merged, wanted))
    if isinstance(expected, str):
        assert found == expected
        return
    for name in ("data", "indices", "indptr"):
        assert getattr(found, name).tobytes() == getattr(expected, name).tobytes()


@settings(deadline=None)
@given(corpora, corpora, options())
def test_an_error_changes_nothing(first: list[str], second: list[str], how: dict[str, Any]) -> None:
    one = quietly(lambda: CountVectorizer(**how).fit(first))
    other = quietly(lambda: CountVectorizer(**how | {"lowercase": False}).fit(second))
    assume(not isinstance(one, str) and not isinstance(other, str))
    before = pickle.dumps(one)
    with pytest.raises(ValueError, match="lowercase is True and False"):
        one.merge(other)
    assert pickle.dumps(one) == before


def test_a_vectorizer_can_be_merged_with_itself() -> None:
    documents = ["to be", "or not to be", "be"]
    for kind in (CountVectorizer, TfidfVectorizer):
        vectorizer = kind(min_df=3, max_features=2).fit(documents)
        check_equal(vectorizer.merge(vectorizer), kind(min_df=3, max_features=2).fit(documents * 2))


def test_merged_vectorizers_can_be_merged_again_and_learn_further() -> None:
    parts = [["to be or not"], ["to be"], ["that is the question"]]
    merged = TfidfVectorizer().fit(parts[0]).merge(TfidfVectorizer().fit(parts[1])).partial_fit(parts[2])
    wanted = TfidfVectorizer().fit(parts[0] + parts[1]).partial_fit(parts[2])
    check_equal(merged, wanted)
    check_equal(merged.merge(merged), TfidfVectorizer().fit(joined(parts) * 2))


def test_features_are_sorted_after_vectorizers_of_several_batches_are_merged() -> None:
    grown = CountVectorizer().partial_fit(["to be"]).partial_fit(["a bee"])
    assert grown.get_feature_names_out().tolist() == ["be", "to", "bee"]
    check_equal(grown.merge(CountVectorizer().fit(["or be"])), CountVectorizer().fit(["to be", "a bee", "or be"]))


def test_a_pickle_has_no_features_that_were_dropped_and_the_error_explains_it() -> None:
    words = [f"word{number}" for number in range(1000)]
    vectorizer = CountVectorizer(max_features=2).fit([" ".join(words), "to be"])
    pickled = pickle.dumps(vectorizer)
    assert len(pickled) < 2000
    again = pickle.loads(pickled)  # noqa: S301
    assert again.get_feature_names_out().tolist() == vectorizer.get_feature_names_out().tolist()
    for one, other in [(again, vectorizer), (vectorizer, again)]:
        with pytest.raises(ValueError, match="pickles do not contain them"):
            one.merge(other)
    for copied in (copy.copy(vectorizer), copy.deepcopy(vectorizer)):
        check_equal(copied.merge(vectorizer), CountVectorizer(max_features=2).fit([" ".join(words), "to be"] * 2))


def test_pickled_vectorizers_without_limits_can_be_merged() -> None:
    parts = [["to be or not"], ["to be", "a"]]
    one, other = (pickle.loads(pickle.dumps(TfidfVectorizer().fit(part))) for part in parts)  # noqa: S301
    check_equal(one.merge(other), TfidfVectorizer().fit(joined(parts)))


def test_limits_that_were_set_after_fit_are_refused() -> None:
    one, other = CountVectorizer().fit(["to be"]), CountVectorizer().fit(["or not"])
    for vectorizer in (one, other):
        vectorizer.set_params(min_df=2)
    with pytest.raises(ValueError, match="keeps them only if one of these parameters is set"):
        one.merge(other)
    one, other = CountVectorizer(min_df=1, max_df=9).fit(["to be"]), CountVectorizer(min_df=1, max_df=9).fit(["not"])
    for vectorizer in (one, other):
        vectorizer.set_params(max_features=2)
    with pytest.raises(ValueError, match="max_features"):
        one.merge(other)


def test_limits_of_an_earlier_fit_do_not_allow_a_merge() -> None:
    vectorizer = CountVectorizer(max_df=9).fit(["to be"])
    vectorizer.set_params(max_df=1.0).partial_fit(["or not"])
    vectorizer.set_params(max_df=9)
    with pytest.raises(ValueError, match="not in memory"):
        vectorizer.merge(CountVectorizer(max_df=9).fit(["to be"]))


@pytest.mark.parametrize("limits", [{"max_df": 1}, {"min_df": 1.0}, {"max_features": 3}])
def test_each_limit_makes_learning_in_batches_an_error(limits: dict[str, Any]) -> None:
    """As a limit, 1 is a number of documents, and 1.0 means all documents."""
    with pytest.raises(ValueError, match="partial_fit"):
        CountVectorizer(**limits).partial_fit(["to be"])


def test_other_classes_and_parameters_are_refused() -> None:
    fitted = CountVectorizer().fit(["to be"])
    with pytest.raises(TypeError, match="needs another CountVectorizer, not TfidfVectorizer"):
        fitted.merge(TfidfVectorizer().fit(["to be"]))
    with pytest.raises(TypeError, match="needs another CountVectorizer, not list"):
        fitted.merge(["to be"])  # type: ignore[arg-type]  # the wrong type is the mistake
    different = CountVectorizer(dtype="int32", ngram_range=(1, 2), max_df=1).fit(["to be"])
    with pytest.raises(ValueError, match=r"dtype is .*; max_df is 1.0 and 1; ngram_range is \(1, 1\) and"):
        fitted.merge(different)
    assert fitted.merge(CountVectorizer(dtype="int64").fit(["or"])).get_feature_names_out().tolist() == [
        "be",
        "or",
        "to",
    ]
    listed, array = (CountVectorizer(vocabulary=words).fit(["be"]) for words in (["be"], np.array(["be"])))
    assert listed.merge(array) is listed


def test_vectorizers_that_are_not_fitted_are_refused() -> None:
    for kind in (CountVectorizer, TfidfVectorizer):
        fitted = kind().fit(["to be"])
        for one, other in [(kind(), fitted), (fitted, kind())]:
            with pytest.raises(ValueError, match="fitted") as raised:
                one.merge(other)
            assert type(raised.value).__name__ == "NotFittedError"


def test_assigned_weights_are_refused() -> None:
    assigned = TfidfVectorizer(vocabulary=["be", "to"])
    assigned.idf_ = [1.0, 2.0]
    with pytest.raises(ValueError, match="idf_ was assigned"):
        assigned.merge(TfidfVectorizer(vocabulary=["be", "to"]).fit(["to be"]))


# ---- The other classes ----


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=6),
    st.integers(1, 5),
    st.sampled_from([np.int64, np.float32, np.float64]),
    st.booleans(),
    st.booleans(),
)
def test_merged_transformers_equal_one_of_all_documents(
    rows: list[list[int]], split: int, dtype: Any, use_idf: bool, smooth_idf: bool
) -> None:
    counts = np.array(rows, dtype)
    split = min(split, len(rows) - 1)
    how: dict[str, Any] = {"use_idf": use_idf, "smooth_idf": smooth_idf}
    with np.errstate(divide="ignore"):
        one, other = (TfidfTransformer(**how).fit(part) for part in (counts[:split], counts[split:]))
        check_equal(one.merge(other), TfidfTransformer(**how).fit(counts))


def test_transformers_of_other_features_are_refused() -> None:
    one = TfidfTransformer().fit([[1, 0]])
    with pytest.raises(ValueError, match="there are 2 and 1"):
        one.merge(TfidfTransformer().fit([[1]]))
    with pytest.raises(ValueError, match="not fitted"):
        one.merge(TfidfTransformer())
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("sklearn")
    named = [TfidfTransformer().fit(pandas.DataFrame({name: [1, 2]})) for name in "ab"]
    with pytest.raises(ValueError, match="feature_names_in_"):
        named[0].merge(named[1])


def test_hashing_vectorizers_need_the_same_parameters() -> None:
    vectorizer = HashingVectorizer(n_features=8)
    assert vectorizer.merge(HashingVectorizer(n_features=8)) is vectorizer
    with pytest.raises(ValueError, match="n_features is 8 and 9"):
        vectorizer.merge(HashingVectorizer(n_features=9))


def test_every_class_that_learns_can_be_merged() -> None:
    classes = [value for value in vars(vectorizers).values() if hasattr(value, "partial_fit")]
    assert len(classes) == 4
    assert all(hasattr(one, "merge") for one in classes)
