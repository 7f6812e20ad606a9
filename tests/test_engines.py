"""Work on parts of the documents gives the same answer as one machine, with the same numbers in the same order."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text_processor import TermOptions, TextAnalyzer
from text_processor.engines import CountWords, Fit

texts = st.text("aabbeeioT  .,éßΣσςж日한🙂\t", max_size=24) | st.sampled_from(
    ["the cat and the dog", "The DOG and THE cat", "to be or not to be", "a b c aa bb", ""]
)
partitions = st.lists(st.lists(texts, max_size=4), min_size=1, max_size=5)


def sent(thing: Any) -> Any:
    """A copy of an object, as another process receives it."""
    return pickle.loads(pickle.dumps(thing))  # noqa: S301


def reduced(work: Any, parts: list[Any], width: int) -> Any:
    """The answer of a work if an engine sends the work and its results to other processes."""
    results = [sent(sent(work)(part)) for part in parts]
    while len(results) > 1:
        groups = [results[first : first + width] for first in range(0, len(results), width)]
        results = [sent(sent(work).merge(group)) for group in groups]
    return work.finish(results[0])


def joined(parts: list[list[str]]) -> list[str]:
    return [document for part in parts for document in part]


@settings(deadline=None)
@given(
    partitions,
    st.integers(2, 3),
    st.booleans(),
    st.sampled_from(["whitespace", "unicode", "word"]),
    st.sampled_from([None, TermOptions(stop_words={"the", "aa"}), TermOptions(function=str.title)]),
)
def test_counts_of_parts_equal_those_of_one_analyzer(
    parts: list[list[str]], width: int, store_text: bool, tokenizer: Any, terms: TermOptions | None
) -> None:
    options: dict[str, Any] = {"tokenizer": tokenizer, "terms": terms, "store_text": store_text}
    found = reduced(CountWords(**options, missing="keep"), parts, width)
    wanted = TextAnalyzer(**options)
    wanted.add_documents(joined(parts), missing="keep")
    assert list(found.word_frequency().items()) == list(wanted.word_frequency().items())
    assert found.top_words(5) == wanted.top_words(5)
    assert found.get_statistics() == wanted.get_statistics()
    assert found.tokenizer == wanted.tokenizer
    assert found.term_options == wanted.term_options
    if store_text:
        assert found.get_documents() == wanted.get_documents()
        assert found.ngram_counts(2) == wanted.ngram_counts(2)


def test_merging_does_not_change_the_results_of_the_parts() -> None:
    work = CountWords(store_text=True)
    results = [work(["to be"]), work(["or not"])]
    before = [pickle.dumps(result) for result in results]
    merged = work.merge(results)
    assert [pickle.dumps(result) for result in results] == before
    again = work.merge(results)
    assert pickle.dumps(again) == pickle.dumps(merged)
    assert pickle.dumps(work.finish(merged)) == pickle.dumps(analyzer_of(["to be", "or not"]))


def analyzer_of(documents: list[str]) -> TextAnalyzer:
    analyzer = TextAnalyzer()
    analyzer.add_documents(documents)
    return analyzer


def test_parts_that_are_tables_keep_ids_and_variables() -> None:
    parts = [
        {"name": ["a", "b"], "stars": [1, 5], "review": ["to be or", "not to be"]},
        {"name": ["c"], "stars": [5], "review": ["that is the question"]},
    ]
    work = CountWords(text="review", id="name", variables=["stars"], store_text=True)
    found = reduced(work, parts, 2)
    wanted = TextAnalyzer()
    for part in parts:
        wanted.add_table(part, text="review", id="name", variables=["stars"])
    assert found.documents() == wanted.documents()
    assert found.word_counts(by="stars") == wanted.word_counts(by="stars")


def test_missing_documents_follow_the_option() -> None:
    assert CountWords(missing="skip")(["a", None, "b"]).document_count() == 2
    with pytest.raises(ValueError, match="missing"):
        CountWords()(["a", None])


# ---- Vectorizers ----


def quietly(work: Callable[[], Any]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return work()
        except ValueError as error:
            return str(error)


limits = st.fixed_dictionaries(
    {},
    optional={
        "min_df": st.sampled_from([1, 2, 0.3]),
        "max_df": st.sampled_from([1.0, 0.6, 3, 1]),
        "max_features": st.integers(1, 8),
        "vocabulary": st.sampled_from([["dog", "cat", "a"], {"be": 1, "to": 0}, {"aa", "b"}]),
    },
)


@settings(deadline=None)
@given(
    partitions,
    st.integers(2, 3),
    st.sampled_from(["CountVectorizer", "TfidfVectorizer"]),
    st.sampled_from(["word", "char_wb", "char", str.split]),
    st.integers(1, 2),
    limits,
)
def test_a_vectorizer_of_parts_equals_one_that_is_fitted_on_all_documents(
    parts: list[list[str]], width: int, kind: str, analyzer: Any, longest: int, how: dict[str, Any]
) -> None:
    vectorizers = pytest.importorskip("text_processor.vectorizers", reason="the vectorizers need SciPy")

    def new() -> Any:
        return getattr(vectorizers, kind)(analyzer=analyzer, ngram_range=(1, longest), **how)

    wanted = quietly(lambda: new().fit(joined(parts)))
    vectorizer = new()
    found = quietly(lambda: reduced(Fit(vectorizer), parts, width))
    if isinstance(wanted, str):
        assert found == wanted
        assert pickle.dumps(vectorizer) == pickle.dumps(new())
    else:
        assert found is vectorizer
        assert pickle.dumps(found) == pickle.dumps(wanted)
        assert list(found.vocabulary_.items()) == list(wanted.vocabulary_.items())
        # A further merge also needs the counts of features that the limits dropped.
        twice = quietly(lambda: new().fit(joined(parts) * 2))
        again = quietly(lambda: found.merge(wanted))
        assert again == twice if isinstance(twice, str) else pickle.dumps(again) == pickle.dumps(twice)


def test_a_vectorizer_may_already_be_fitted_or_have_an_iterator_as_vocabulary() -> None:
    vectorizers = pytest.importorskip("text_processor.vectorizers", reason="the vectorizers need SciPy")
    vectorizer = vectorizers.CountVectorizer().fit(["other features"])
    reduced(Fit(vectorizer), [["to be"], ["or not"]], 2)
    assert vectorizer.get_feature_names_out().tolist() == ["be", "not", "or", "to"]
    vectorizer = vectorizers.TfidfVectorizer(vocabulary=iter(["to", "be"]))
    reduced(Fit(vectorizer), [["to be"], ["or not to"]], 2)
    assert vectorizer.idf_.tolist() == vectorizers.TfidfVectorizer().fit(["to be", "or not to"]).idf_[[3, 0]].tolist()


def test_a_hashing_vectorizer_and_wrong_parameters_are_refused() -> None:
    vectorizers = pytest.importorskip("text_processor.vectorizers", reason="the vectorizers need SciPy")
    with pytest.raises(TypeError, match="not HashingVectorizer"):
        Fit(vectorizers.HashingVectorizer())
    with pytest.raises(ValueError, match="min_df"):
        Fit(vectorizers.CountVectorizer(min_df=-1))
    with pytest.raises(ValueError, match="lower boundary"):
        Fit(vectorizers.CountVectorizer(ngram_range=(2, 1)))


def test_a_vectorizer_reads_the_column_that_text_names() -> None:
    vectorizers = pytest.importorskip("text_processor.vectorizers", reason="the vectorizers need SciPy")
    work = Fit(vectorizers.CountVectorizer(), text="review")
    vectorizer = work.finish(work({"review": ["to be"], "stars": [1]}))
    assert vectorizer.get_feature_names_out().tolist() == ["be", "to"]


def test_a_merge_of_no_results_is_the_result_of_no_documents() -> None:
    assert len(CountWords(store_text=True).merge([])) == 0
    vectorizers = pytest.importorskip("text_processor.vectorizers", reason="the vectorizers need SciPy")
    for parameters in ({}, {"max_features": 2, "min_df": 2}, {"vocabulary": ["to"]}):
        work = Fit(vectorizers.CountVectorizer(**parameters))
        merged = work.merge([work.merge([]), work(["to be", "to"]), work.merge([])])
        found = work.finish(merged).get_feature_names_out()
        wanted = vectorizers.CountVectorizer(**parameters).fit(["to be", "to"]).get_feature_names_out()
        assert found.tolist() == wanted.tolist()
    work = Fit(vectorizers.CountVectorizer())
    nothing = work.merge([])
    with pytest.raises(ValueError, match="empty vocabulary"):
        work.finish(nothing)
