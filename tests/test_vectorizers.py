"""Document-term matrices have exactly the counts and the order of the vocabulary of scikit-learn."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

np = pytest.importorskip("numpy", reason="the vectorizers need NumPy")
sp = pytest.importorskip("scipy.sparse", reason="the vectorizers need SciPy")
theirs = pytest.importorskip("sklearn.feature_extraction.text", reason="scikit-learn is the oracle")

from text_processor import vectorizers as ours  # noqa: E402

DATA = Path(__file__).parent / "data"

ALPHABET = "aabbeeiioott  AEIOTB12_-'.,éÉñßœﬁΣσςİıǅжЖкитя日本語한국गे́̈ا١\u200d\u00ad\u2028\u3000\t\n\x00\x1c\x85🙂ⅷªʰ²"
texts = st.text(ALPHABET, max_size=24) | st.sampled_from(
    ["the cat and the dog", "The DOG and THE cat", "ΟΔΟΣ ΟΔΟΣ. İstanbul I", "to be or not to be", "a b c aa bb", ""]
)
corpora = st.lists(texts, max_size=7)
STOP_WORDS: list[Any] = [None, "english", ["the", "aa", "be"], ["the's", "Ab", "é"], []]


@st.composite
def reading(draw: st.DrawFn) -> dict[str, Any]:
    """Options that all classes that read documents have."""
    shortest = draw(st.integers(1, 3))
    options: dict[str, Any] = {
        "analyzer": draw(st.sampled_from(["word", "word", "char", "char_wb"])),
        "ngram_range": (shortest, draw(st.integers(shortest, shortest + 2))) if draw(st.booleans()) else (1, 1),
        "lowercase": draw(st.booleans()),
        "strip_accents": draw(st.sampled_from([None, None, "unicode", "ascii"])),
        "binary": draw(st.booleans()),
    }
    if options["analyzer"] == "word":
        options["stop_words"] = draw(st.sampled_from(STOP_WORDS))
        options["token_pattern"] = draw(
            st.sampled_from([r"(?u)\b\w\w+\b", r"(?u)\b\w+\b", r"\b\w+\b", r"\w+", r"(?u)\w{2,}", r"[^\s]+", r"(\w)\w"])
        )
    return options


counting = st.fixed_dictionaries(
    {},
    optional={
        "min_df": st.sampled_from([1, 2, 0.0, 0.3, 0.7]),
        "max_df": st.sampled_from([1.0, 0.6, 0.4, 3, 1]),
        "max_features": st.integers(1, 8),
        "dtype": st.sampled_from([np.int64, np.float64, np.float32, np.int32, np.int8, np.uint64]),
    },
)
weighting = st.fixed_dictionaries(
    {},
    optional={
        "norm": st.sampled_from(["l1", "l2", None]),
        "use_idf": st.booleans(),
        "smooth_idf": st.booleans(),
        "sublinear_tf": st.booleans(),
    },
)


def outcome(work: Callable[[], Any]) -> Any:
    """The result of a call, or its error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return work()
        except (ValueError, TypeError) as error:
            return type(error), str(error)


def check_same(found: Any, wanted: Any, *, exactly: bool = True) -> None:
    """Check that two matrices have the same arrays."""
    if isinstance(wanted, tuple):
        assert found == wanted
        return
    assert not isinstance(found, tuple), found
    assert (type(found), found.shape) == (type(wanted), wanted.shape)
    for name in ("indptr", "indices", "data"):
        assert getattr(found, name).dtype == getattr(wanted, name).dtype
    assert found.indptr.tolist() == wanted.indptr.tolist()
    assert found.indices.tolist() == wanted.indices.tolist()
    if exactly:
        assert found.data.tolist() == wanted.data.tolist()
    else:
        np.testing.assert_allclose(found.data, wanted.data, rtol=1e-12 if wanted.dtype == np.float64 else 1e-6)


# ---- The results of scikit-learn ----


@settings(max_examples=settings().max_examples * 6 // 5)
@given(corpora, corpora, reading(), counting)
def test_counts_are_those_of_scikit_learn(
    documents: list[str], further: list[str], how: dict[str, Any], limits: dict[str, Any]
) -> None:
    mine, other = (library.CountVectorizer(**how, **limits) for library in (ours, theirs))
    wanted = outcome(lambda: other.fit_transform(documents))
    check_same(outcome(lambda: mine.fit_transform(documents)), wanted)
    if isinstance(wanted, tuple):
        return
    assert list(mine.vocabulary_.items()) == list(other.vocabulary_.items())
    assert mine.get_feature_names_out().tolist() == other.get_feature_names_out().tolist()
    check_same(mine.transform(further), other.transform(further))
    for mine_row, other_row in zip(mine.inverse_transform(wanted), other.inverse_transform(wanted), strict=True):
        assert (mine_row.tolist(), mine_row.dtype) == (other_row.tolist(), other_row.dtype)


@settings(max_examples=settings().max_examples * 3 // 5)
@given(corpora, corpora.filter(bool), reading(), weighting, st.sampled_from([np.float64, np.float32]))
def test_weights_are_those_of_scikit_learn(
    documents: list[str], further: list[str], how: dict[str, Any], weights: dict[str, Any], dtype: Any
) -> None:
    mine, other = (library.TfidfVectorizer(**how, **weights, dtype=dtype) for library in (ours, theirs))
    wanted = outcome(lambda: other.fit_transform(documents))
    check_same(outcome(lambda: mine.fit_transform(documents)), wanted, exactly=False)
    if not isinstance(wanted, tuple):
        check_same(mine.transform(further), other.transform(further), exactly=False)
        if mine.use_idf:
            np.testing.assert_allclose(mine.idf_, other.idf_, rtol=1e-12 if dtype == np.float64 else 1e-6)


@settings(max_examples=settings().max_examples * 3 // 5)
@given(
    corpora.filter(bool),
    reading(),
    st.sampled_from([1, 7, 1 << 20]),
    st.sampled_from(["l1", "l2", None]),
    st.booleans(),
    st.sampled_from([np.float64, np.float32, np.int64]),
)
def test_hashed_counts_are_those_of_scikit_learn(
    documents: list[str], how: dict[str, Any], columns: int, norm: Any, alternate_sign: bool, dtype: Any
) -> None:
    options = {**how, "n_features": columns, "norm": norm, "alternate_sign": alternate_sign, "dtype": dtype}
    mine, other = (
        outcome(lambda library=library: library.HashingVectorizer(**options).transform(documents))  # type: ignore[misc]
        for library in (ours, theirs)
    )
    check_same(mine, other, exactly=norm is None)


@settings(max_examples=settings().max_examples * 3 // 5)
@given(corpora, st.sets(texts, max_size=6) | st.lists(texts, max_size=6, unique=True), reading())
def test_a_vocabulary_of_the_caller_gives_the_result_of_scikit_learn(
    documents: list[str], vocabulary: Any, how: dict[str, Any]
) -> None:
    mine, other = (library.CountVectorizer(**how, vocabulary=vocabulary) for library in (ours, theirs))
    check_same(outcome(lambda: mine.fit_transform(documents)), outcome(lambda: other.fit_transform(documents)))


@pytest.mark.parametrize("name", ["proverbs.txt", "tweets.txt"])
@pytest.mark.parametrize("options", [{}, {"ngram_range": (1, 2), "max_features": 500}, {"analyzer": "char_wb"}])
def test_real_text_gives_the_result_of_scikit_learn(name: str, options: dict[str, Any]) -> None:
    documents = (DATA / name).read_text(encoding="utf-8").splitlines()
    mine, other = (library.TfidfVectorizer(**options) for library in (ours, theirs))
    check_same(mine.fit_transform(documents), other.fit_transform(documents), exactly=False)
    assert list(mine.vocabulary_.items()) == list(other.vocabulary_.items())


# ---- Kinds of documents ----


def test_open_files_and_file_names_are_read(tmp_path: Path) -> None:
    paths = []
    for name, text in (("a", "été cat"), ("b", "cat dog")):
        paths.append(tmp_path / name)
        paths[-1].write_bytes(text.encode("latin-1"))
    wanted = ours.CountVectorizer().fit_transform(["été cat", "cat dog"])
    check_same(ours.CountVectorizer(input="filename", encoding="latin-1").fit_transform(map(str, paths)), wanted)
    opened = (io.BytesIO(path.read_bytes()) for path in paths)
    check_same(ours.CountVectorizer(input="file", encoding="latin-1").fit_transform(opened), wanted)


@given(st.lists(st.binary(max_size=12), max_size=4), st.sampled_from(["strict", "ignore", "replace"]), reading())
def test_bytes_are_decoded(documents: list[bytes], errors: str, how: dict[str, Any]) -> None:
    mine, other = (library.CountVectorizer(**how, decode_error=errors) for library in (ours, theirs))
    check_same(outcome(lambda: mine.fit_transform(documents)), outcome(lambda: other.fit_transform(documents)))


def test_lone_surrogates_are_counted_like_other_characters() -> None:
    documents = ["ab\ud800cd ab", "\udfff"]
    for options in (
        {},
        {"analyzer": "char"},
        {"strip_accents": "ascii"},
        {"analyzer": "char_wb", "ngram_range": (2, 3)},
    ):
        mine, other = (library.CountVectorizer(**options) for library in (ours, theirs))
        check_same(mine.fit_transform(documents), other.fit_transform(documents))
        assert list(mine.vocabulary_.items()) == list(other.vocabulary_.items())


@pytest.mark.parametrize("document", [None, 3, float("nan"), ["word"], {"text": "word"}])
def test_objects_that_are_not_texts_are_refused_as_in_scikit_learn(document: Any) -> None:
    for library in (ours, theirs):
        with pytest.raises((AttributeError, ValueError)):
            library.CountVectorizer().fit(["some words", document])


def test_an_exception_of_the_iterator_reaches_the_caller() -> None:
    class StrangeError(Exception):
        pass

    def documents() -> Iterator[str]:
        yield "some words"
        raise StrangeError

    for vectorizer in (ours.CountVectorizer(), ours.TfidfVectorizer(), ours.HashingVectorizer()):
        with pytest.raises(StrangeError):
            vectorizer.fit_transform(documents())


def test_functions_of_the_caller_replace_steps_of_the_analysis() -> None:
    documents = ["One two", "two THREE two"]
    for options in (
        {"tokenizer": str.split, "token_pattern": None},
        {"preprocessor": str.upper},
        {"strip_accents": str.swapcase},
        {"analyzer": lambda text: [(word, len(word)) for word in text.split()]},
    ):
        mine, other = (library.CountVectorizer(**options) for library in (ours, theirs))
        check_same(mine.fit_transform(documents), other.fit_transform(documents))
        assert list(mine.vocabulary_.items()) == list(other.vocabulary_.items())


def test_methods_that_a_subclass_overrides_are_used() -> None:
    class Reversed(ours.CountVectorizer):
        def build_tokenizer(self) -> Callable[[str], list[str]]:
            return lambda text: [word[::-1] for word in text.split()]

    assert Reversed().fit(["one two"]).get_feature_names_out().tolist() == ["eno", "owt"]


# ---- Learning from further batches ----


@settings(max_examples=settings().max_examples // 3)
@given(st.lists(corpora.map(lambda corpus: [*corpus, "the end"]), min_size=1, max_size=4))
def test_batches_give_the_features_of_all_documents_together(corpora: list[list[str]]) -> None:
    vectorizer, counter = ours.TfidfVectorizer(), ours.CountVectorizer()
    names: list[str] = []
    for corpus in corpora:
        vectorizer.partial_fit(corpus)
        counter.partial_fit(corpus)
        assert counter.get_feature_names_out().tolist()[: len(names)] == names
        names = counter.get_feature_names_out().tolist()
    documents = [text for corpus in corpora for text in corpus]
    together = ours.TfidfVectorizer().fit(documents)
    columns = [vectorizer.vocabulary_[name] for name in together.get_feature_names_out()]
    assert sorted(names) == sorted(vectorizer.vocabulary_) == together.get_feature_names_out().tolist()
    np.testing.assert_allclose(vectorizer.idf_[columns], together.idf_, rtol=1e-12)
    found = vectorizer.transform(documents).toarray()[:, columns]
    np.testing.assert_allclose(found, together.transform(documents).toarray(), rtol=1e-12)


def test_a_batch_that_cannot_be_read_changes_nothing() -> None:
    vectorizer = ours.CountVectorizer().partial_fit(["one two"])
    with pytest.raises(AttributeError):
        vectorizer.partial_fit(["three", None])
    assert vectorizer.get_feature_names_out().tolist() == ["one", "two"]


def test_limited_features_cannot_be_learned_in_batches() -> None:
    with pytest.raises(ValueError, match="partial_fit"):
        ours.CountVectorizer(min_df=2).partial_fit(["one two"])
