"""Document-term matrices: the counts of scikit-learn in native memory."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text_processor import load_core
from text_processor.exceptions import InvalidDocumentError, InvalidOptionError
from text_processor.matrix import Vectorizer, weigh

np = pytest.importorskip("numpy", reason="the arrays are NumPy's")

DOCUMENTS = ["The cat sat.", "", "the dog and the CAT", "été İstanbul ΑΣ'Α ™"]

texts = st.text(st.sampled_from("abcABC  .,'_9éÉÀ\u0301ßΣσİı™ﬁ光\u2003\n\t\0"), max_size=40) | st.text(
    st.characters(exclude_categories=["Cn", "Cs"]), max_size=20
)
"""Text of characters that are assigned in this version of Python. In the core, more characters may be assigned."""


def same(ours: Any, theirs: Any) -> bool:
    arrays = (theirs.indptr, theirs.indices, theirs.data)
    return all(a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(ours, arrays, strict=True))


# scikit-learn warns about stop words that cannot be tokens.
@pytest.mark.filterwarnings("ignore:Your stop_words")
@settings(max_examples=settings().max_examples * 4 // 5)
@given(
    documents=st.lists(texts, min_size=1, max_size=12),
    analyzer=st.sampled_from(["word", "char", "char_wb"]),
    least=st.integers(1, 3),
    more=st.integers(0, 2),
    lowercase=st.booleans(),
    accents=st.sampled_from([None, "unicode", "ascii"]),
    stop_words=st.lists(st.sampled_from(["ab", "abc", "été", "aa"])),
)
def test_counts_equal_those_of_scikit_learn(
    documents: list[str],
    analyzer: Any,
    least: int,
    more: int,
    lowercase: bool,
    accents: Any,
    stop_words: list[str],
) -> None:
    oracle = pytest.importorskip("sklearn.feature_extraction.text", reason="scikit-learn is the oracle")
    options: dict[str, Any] = {
        "analyzer": analyzer,
        "ngram_range": (least, least + more),
        "lowercase": lowercase,
        "strip_accents": accents,
    }
    theirs = oracle.CountVectorizer(stop_words=(stop_words or None) if analyzer == "word" else None, **options)
    matrix = Vectorizer(stop_words=stop_words, **options).count(documents, grow=True)
    matrix.sort()
    try:
        expected = theirs.fit_transform(documents)
    except ValueError:
        assert matrix.shape == (len(documents), 0)
        return
    assert matrix.shape == expected.shape
    assert matrix.nnz == expected.nnz
    assert np.array_equal(matrix.sums(), np.asarray(expected.sum(axis=0)).ravel())
    fitted = matrix.vectorizer()
    names = fitted.terms()
    assert names == theirs.get_feature_names_out().tolist()
    assert [names[column] for column in fitted.first_seen()] == list(theirs.vocabulary_)
    assert same(matrix.arrays(), expected)
    assert same(fitted.count(documents[::-1]).arrays(), theirs.transform(documents[::-1]))
    known = Vectorizer(stop_words=stop_words, vocabulary=names, **options)
    assert same(known.count(iter(documents)).arrays(), theirs.transform(documents))
    hashing = oracle.HashingVectorizer(n_features=7, norm=None, stop_words=theirs.stop_words, **options)
    hashed = Vectorizer(stop_words=stop_words, **options).hash(documents, 7)
    assert same(hashed.arrays("float64"), hashing.transform(documents))


@given(
    documents=st.lists(st.text("ab ", max_size=30), min_size=1, max_size=9),
    sublinear=st.booleans(),
    norm=st.sampled_from([None, "l1", "l2"]),
)
def test_weights_equal_those_of_scikit_learn(documents: list[str], sublinear: bool, norm: Any) -> None:
    oracle = pytest.importorskip("sklearn.feature_extraction.text", reason="scikit-learn is the oracle")
    counts = oracle.CountVectorizer(analyzer="char").fit_transform([*documents, "a"])
    counts.sort_indices()
    theirs = oracle.TfidfTransformer(sublinear_tf=sublinear, norm=norm).fit(counts)
    data = counts.data.astype(float)
    weigh(counts.indptr, counts.indices, data, idf=theirs.idf_, sublinear_tf=sublinear, norm=norm)
    assert np.allclose(data, theirs.transform(counts).data, rtol=1e-12, atol=0)


@given(lines=st.lists(st.text(st.sampled_from("ab \0é光"), max_size=12), max_size=40), threads=st.integers(1, 3))
def test_documents_of_all_types_give_the_same_matrix(lines: list[str], threads: int) -> None:
    vectorizer = Vectorizer(analyzer="char", threads=threads)
    encoded = [line.encode() for line in lines]
    ways = (lines, tuple(encoded), iter(lines), map(bytearray, encoded))
    rows = [[array.tolist() for array in vectorizer.count(way, grow=True).arrays()] for way in ways]
    assert all(each == rows[0] for each in rows)


@pytest.mark.parametrize(
    ("text", "accents"), [("光 " * 30_000, "ascii"), ("¨" * 100_000, "unicode"), (" " * 100_000, None)]
)
def test_a_long_run_of_whitespace_is_one_character(text: str, accents: Any) -> None:
    # Without accents, each of these texts is whitespace.
    matrix = Vectorizer(analyzer="char", strip_accents=accents).count([f"a{text}b"], grow=True)
    matrix.sort()
    assert (matrix.vectorizer().terms(), matrix.sums().tolist()) == ([" ", "a", "b"], [1, 1, 1])


def test_a_vocabulary_grows() -> None:
    first = Vectorizer().count(DOCUMENTS[:1], grow=True).vectorizer()
    second = first.count(DOCUMENTS, grow=True)
    assert second.vectorizer().terms()[:3] == first.terms() == ["the", "cat", "sat"]
    assert second.shape[0] == len(DOCUMENTS)
    assert first.count(DOCUMENTS).shape == (len(DOCUMENTS), 3)


def test_columns_can_be_chosen() -> None:
    matrix = Vectorizer().count(DOCUMENTS, grow=True)
    matrix.sort()
    kept = matrix.document_frequencies() > 1
    matrix.keep(kept)
    assert matrix.vectorizer().terms() == ["cat", "the"]
    assert matrix.sums().tolist() == [2, 3]
    assert matrix.sums(binary=True).tolist() == [2, 2]
    assert [array.tolist() for array in matrix.arrays("float32", binary=True)] == [
        [0, 2, 2, 4, 4],
        [1, 0] * 2,
        [1.0] * 4,
    ]
    assert matrix.nnz == 0


def test_features_are_found_by_their_names() -> None:
    vectorizer = Vectorizer(vocabulary=["new york", "new", "é"], ngram_range=(1, 2))
    assert [vectorizer.find(name) for name in ("new york", "new", "é", "york", "new new", "\ud800")] == [
        0,
        1,
        2,
    ] + 3 * [None]
    assert "new" in vectorizer
    assert len(vectorizer) == 3


def test_arrays_outlive_the_matrix_and_are_writable() -> None:
    indptr, indices, data = Vectorizer().count(["one two two"] * 1000, grow=True).arrays("float64")
    gc.collect()
    data *= 2
    assert (indptr[-1], indices.max(), data.sum()) == (2000, 1, 6000)


def test_invalid_documents_are_reported_with_the_reason() -> None:
    with pytest.raises(InvalidDocumentError, match="UTF-8") as told:
        Vectorizer().count([b"good"] * 5000 + [b"bad \xff"])
    assert (told.value.document, told.value.offset) == (5000, 4)
    with pytest.raises(InvalidDocumentError, match="surrogate"):
        Vectorizer().count(["a", "\ud800"])
    with pytest.raises(TypeError, match="document 1"):
        Vectorizer().count(["a", 1])
    with pytest.raises(TypeError, match="not a single str"):
        Vectorizer().count("text")

    def broken() -> Any:
        yield "a"
        raise LookupError("my own")

    with pytest.raises(LookupError, match="my own"):
        Vectorizer().count(broken())


def test_an_error_on_another_thread_is_raised_with_the_number_of_the_document() -> None:
    long = b"many good words " * 1000
    with pytest.raises(InvalidDocumentError) as told:
        Vectorizer().count([long] * 600 + [b"bad \xff"] + [long] * 600)
    assert (told.value.document, told.value.offset) == (600, 4)

    def broken() -> Iterator[str]:
        yield from ["many good words " * 1000] * 600
        raise LookupError("the source has failed")

    with pytest.raises(LookupError, match="the source has failed"):
        Vectorizer().count(broken())


def test_long_batches_give_the_same_matrix_as_short_ones() -> None:
    documents = [f"word{number % 977} and the {'x' * (number % 50)}" for number in range(100_000)]
    at_once, one_thread = Vectorizer(), Vectorizer(threads=1)
    matrices = [vectorizer.count(documents, grow=True) for vectorizer in (at_once, one_thread)]
    assert matrices[0].vectorizer().terms() == matrices[1].vectorizer().terms()
    for ours, theirs in zip(*(matrix.arrays() for matrix in matrices), strict=True):
        assert np.array_equal(ours, theirs)


def test_documents_of_other_types_are_decoded_in_any_position() -> None:
    documents: list[Any] = ["the cat " * 300] * 5000
    documents[3000] = 17
    matrix = Vectorizer().count(documents, grow=True, decode=lambda document: f"number {document}")
    assert matrix.shape == (5000, 4)
    assert matrix.vectorizer().terms() == ["the", "cat", "number", "17"]
    assert matrix.document_frequencies().tolist() == [4999, 4999, 1, 1]


@pytest.mark.parametrize(
    "options",
    [{"analyzer": "words"}, {"ngram_range": (2, 1)}, {"strip_accents": "all"}, {"vocabulary": ["a", "b", "a"]}],
)
def test_invalid_options_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidOptionError):
        Vectorizer(**options)


def test_weights_must_have_the_length_of_the_matrix() -> None:
    data = np.ones(2)
    for indptr, indices in (([0, 3], [0, 1]), ([0, 2, 1], [0, 1]), ([0, 2], [0, 5]), ([0, 2], [0, -1])):
        with pytest.raises(InvalidOptionError):
            weigh(np.array(indptr), np.array(indices), data, idf=np.ones(2))
    with pytest.raises(ValueError, match="must have the same length"):
        weigh(np.array([0, 2]), np.array([0]), data)
    with pytest.raises(TypeError):
        weigh(np.array([0, 2]), np.array([0, 1]), np.ones(2, int))


def test_the_command_writes_a_matrix(tmp_path: Path) -> None:
    sparse = pytest.importorskip("scipy.sparse", reason="it reads what was written")
    io = pytest.importorskip("scipy.io", reason="it reads what was written")
    testing = pytest.importorskip("click.testing", reason="the command line needs click")
    from text_processor.cli import commands

    (tmp_path / "a.txt").write_text("the cat\n\nthe dog the cat\n", encoding="utf-8")
    source, runner = str(tmp_path / "a.txt"), testing.CliRunner()
    for name, read in (("m.npz", sparse.load_npz), ("m.mtx", io.mmread)):
        target = str(tmp_path / name)
        result = runner.invoke(commands, ["matrix", source, "-o", target, "--lines", "--ngrams", "1,2"])
        assert result.exit_code == 0, result.output
        made = read(target).toarray()
        assert made.tolist() == [[1, 0, 0, 1, 1, 0], [1, 1, 1, 2, 1, 1]]
    assert (tmp_path / "m.terms.txt").read_text().split("\n")[:-1] == [
        "cat",
        "dog",
        "dog the",
        "the",
        "the cat",
        "the dog",
    ]
    # Blank lines are not documents, but they count in line numbers.
    assert (tmp_path / "m.rows.txt").read_text().split() == [f"{source}:1", f"{source}:3"]
    result = runner.invoke(commands, ["matrix", source, "-o", str(tmp_path / "t.npz"), "--lines", "--tfidf"])
    assert abs(np.linalg.norm(sparse.load_npz(tmp_path / "t.npz").toarray()[1]) - 1) < 1e-12
    assert runner.invoke(commands, ["matrix", source, "-o", str(tmp_path / "t.csv")]).exit_code == 2


TEXTS = ["the cat and the dog", "", "a dog and the ant"]


def test_merged_vectorizers_know_the_order_of_first_appearance() -> None:
    first, second, third = (Vectorizer(ngram_range=(1, 2)).count([text], grow=True).vectorizer() for text in TEXTS)
    merged, columns = first.merge(second, third)
    whole = Vectorizer(ngram_range=(1, 2)).count(TEXTS, grow=True)
    whole.sort()
    assert merged.terms() == whole.vectorizer().terms()
    assert merged.first_seen().tolist() == whole.vectorizer().first_seen().tolist()
    for one, places in zip((first, second, third), columns, strict=True):
        assert [merged.terms()[place] for place in places] == one.terms()
    empty, (places,) = Vectorizer().merge()
    assert (len(empty), len(places)) == (0, 0)


def test_vectorizers_of_other_features_or_cores_are_not_merged(portable_core: Path) -> None:
    with pytest.raises(ValueError, match="`features`"):
        Vectorizer().merge(Vectorizer(analyzer="char"))
    with pytest.raises(ValueError, match="different cores"):
        Vectorizer().merge(Vectorizer(core=load_core(portable_core)))


def test_the_error_for_pickling_native_memory_says_what_to_pickle() -> None:
    vectorizer = Vectorizer()
    for thing, cure in [(vectorizer, "terms"), (vectorizer.count(["to be"]), "arrays")]:
        for copied in (copy.copy, copy.deepcopy, pickle.dumps):
            with pytest.raises(TypeError, match=cure):
                copied(thing)
