"""Missing values in every function that takes texts: for each kind of missing value, and each value of `missing`."""

from __future__ import annotations

import asyncio
import math
import pickle
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optional_packages import HAS_VADER, needs_vectorizers, pa, pd, pl, vectorizers

from text_processor import (
    AsyncTextAnalyzer,
    InvalidDocumentError,
    InvalidLexiconError,
    InvalidOptionError,
    Lexicon,
    MissingDocumentError,
    SentimentIntensityAnalyzer,
    TermOptions,
    TextAnalyzer,
)
from text_processor.matrix import Matrix, Vectorizer
from text_processor.typing import Missing

pytestmark = pytest.mark.once

TEXTS = ["good day", None, " ", "a day"]
"""One text is missing, and one is blank."""
GONE = 1


# ---- Kinds of missing values ----


def kinds() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Functions that make `TEXTS`, with one kind of missing value each."""

    def listed(value: Any) -> Callable[[], Any]:
        return lambda: [value if text is None else text for text in TEXTS]

    scalars = {
        "None": None,
        "nan": math.nan,
        "float64": np.float64("nan"),
        "float32": np.float32("nan"),
        "float16": np.float16("nan"),
        "masked": np.ma.masked,
        "datetime64": np.datetime64("NaT", "s"),
    }
    if pd is not None:
        scalars |= {"pandas.NA": pd.NA, "pandas.NaT": pd.NaT}
    if pa is not None:
        scalars |= {"null of pyarrow": pa.scalar(None), "string of pyarrow": pa.scalar(None, pa.string())}
    for name, value in scalars.items():
        yield f"list, {name}", listed(value)
    yield "iterator", lambda: iter(TEXTS)
    yield "tuple", lambda: tuple(TEXTS)
    yield "bytes", lambda: [text if text is None else text.encode() for text in TEXTS]
    yield "object array", lambda: np.array(TEXTS, dtype=object)
    yield "object array, nan", lambda: np.array(listed(math.nan)(), dtype=object)
    yield "masked array", lambda: np.ma.array([text or "x" for text in TEXTS], mask=[text is None for text in TEXTS])
    if hasattr(np.dtypes, "StringDType"):
        for gone in (None, math.nan):
            strings: Any = np.dtypes.StringDType(na_object=gone)
            yield f"StringDType, {gone}", partial(np.array, listed(gone)(), dtype=strings)
    if pd is not None:
        for dtype in ("object", "str", "string", "category"):
            yield f"pandas, {dtype}", partial(pd.Series, TEXTS, dtype=dtype, index=range(len(TEXTS), 0, -1))
        yield "pandas.Index", lambda: pd.Index(TEXTS)
    if pl is not None:
        for kind in ("String", "Categorical"):
            yield f"polars, {kind}", partial(pl.Series, TEXTS, dtype=getattr(pl, kind))
    if pa is not None:
        yield "pyarrow", lambda: pa.array(TEXTS)
        yield "pyarrow, dictionary", lambda: pa.array(TEXTS).dictionary_encode()
        yield "pyarrow, chunks", lambda: pa.chunked_array([TEXTS[:1], TEXTS[1:2], TEXTS[2:]], pa.large_string())


KINDS = dict(kinds())


# ---- Entries ----


def rows_of(matrix: Any) -> list[list[float]]:
    """The rows of a matrix, in the order of the names of their features."""
    if isinstance(matrix, Matrix):
        matrix.sort()
        columns = matrix.shape[1]
        ends, indices, data = matrix.arrays()
        found = np.zeros((len(ends) - 1, columns))
        for row, (start, end) in enumerate(pairwise(ends)):
            np.add.at(found[row], indices[start:end], data[start:end])
        return found.tolist()
    dense: list[list[float]] = matrix.toarray().tolist()
    return dense


def entries() -> Iterator[tuple[str, Callable[[Any, Missing], list[Any]]]]:
    """Functions from texts to a list with an item for each text, which is "blank" for a text without words."""

    def marked(rows: list[Any], blank: object) -> list[Any]:
        return ["blank" if row == blank else row for row in rows]

    def added(texts: Any, missing: Missing) -> list[Any]:
        # Blank documents follow the option too, so that they are not in this test.
        analyzer = TextAnalyzer()
        analyzer.add_documents(texts, missing=missing)
        return [text if text.strip() else "blank" for text in analyzer]

    async def awaited(texts: Any, missing: Missing) -> list[Any]:
        analyzer = AsyncTextAnalyzer()
        await analyzer.add_documents(texts, missing=missing)
        return [text if text.strip() else "blank" for text in await analyzer.get_documents()]

    def rows(matrix: Any) -> list[Any]:
        return marked(found := rows_of(matrix), [0.0] * len(found[0]))

    def fit_transformed(made: Callable[..., Any], texts: Any, missing: Missing) -> list[Any]:
        return rows(made(missing=missing).fit_transform(texts))

    def transformed(made: Callable[..., Any], texts: Any, missing: Missing) -> list[Any]:
        return rows(made(missing=missing).fit(["good day a"]).transform(texts))

    def learned(made: Callable[..., Any], texts: Any, missing: Missing) -> list[Any]:
        return sorted(made(missing=missing).partial_fit(["x y zz"]).partial_fit(texts).vocabulary_)

    yield "add_documents", added
    yield "async add_documents", lambda texts, missing: asyncio.run(awaited(texts, missing))
    yield "count", lambda texts, missing: rows(Vectorizer().count(texts, grow=True, missing=missing))
    yield (
        "count, decode",
        lambda texts, missing: rows(Vectorizer().count(texts, grow=True, missing=missing, decode=lambda text: text)),
    )
    yield "hash", lambda texts, missing: rows(Vectorizer().hash(texts, 64, missing=missing))
    if HAS_VADER:
        yield (
            "scores",
            lambda texts, missing: np.asarray(
                SentimentIntensityAnalyzer().scores(texts, missing=missing)["compound"]
            ).tolist(),
        )
    if vectorizers is None:
        return
    for name, options in (("", {}), (", in Python", {"tokenizer": str.split, "token_pattern": None})):
        for kind in (vectorizers.CountVectorizer, vectorizers.TfidfVectorizer):
            made, title = partial(kind, **options), f"{kind.__name__}{name}"
            yield f"{title}.fit_transform", partial(fit_transformed, made)
            yield f"{title}.transform", partial(transformed, made)
            yield f"{title}.partial_fit", partial(learned, made)
        hashing = partial(vectorizers.HashingVectorizer, n_features=64, **options)
        yield f"HashingVectorizer{name}.fit_transform", partial(fit_transformed, hashing)


ENTRIES = dict(entries())
BLANKS_TOO = ("add_documents", "async add_documents")
"""Entries where the option counts for blank texts too."""


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_missing_value_follows_the_option(entry: str, kind: str) -> None:
    call = ENTRIES[entry]
    missing: Missing
    for missing in ("skip", "keep"):
        texts = KINDS[kind]()
        if "partial_fit" in entry:
            assert call(texts, missing) == call(["good day", "a day"], missing)
            continue
        if missing == "keep":
            expected = call([text or "" for text in TEXTS], missing)
            expected[GONE] = math.nan if entry == "scores" else expected[GONE]
        else:
            expected = call([text for text in TEXTS if text and (text.strip() or entry not in BLANKS_TOO)], missing)
            assert "Tfidf" in entry or len(expected) == len(TEXTS) - 1 - (entry in BLANKS_TOO)
        np.testing.assert_equal(call(texts, missing), expected)
    with pytest.raises(MissingDocumentError) as caught:
        call(KINDS[kind](), "raise")
    error = caught.value
    assert error.document == GONE
    assert str(error).startswith(f"missing value at row {GONE}: ")
    assert str(error).endswith(("as documents without words", "as empty rows", "to get NaN for them"))
    assert isinstance(error, TypeError)
    assert isinstance(error, ValueError)
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(again), str(again), again.document) == (type(error), str(error), GONE)


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_text_that_is_blank_is_not_missing(entry: str) -> None:
    if entry not in BLANKS_TOO and "partial_fit" not in entry:
        found = ENTRIES[entry](["good day", "", " \n"], "raise")
        assert found[1:] == ([0.0, 0.0] if entry == "scores" else ["blank", "blank"])


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_option_of_each_entry_has_three_values(entry: str) -> None:
    for wrong in ("drop", None, True):
        with pytest.raises(InvalidOptionError, match=r"'?missing'? .*'raise'.*Got|missing must be 'raise'"):
            ENTRIES[entry](["a b"], wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("entry", ENTRIES)
def test_rows_are_counted_over_all_batches(entry: str) -> None:
    row = (1 << 16) + 5
    texts: list[Any] = ["good day"] * (row + 3)
    texts[row] = None
    columns: list[Any] = [texts, iter(texts)]
    if pa is not None:
        columns.append(pa.chunked_array([texts[:7], texts[7:]]))
    for column in columns:
        with pytest.raises(MissingDocumentError, match=f"at row {row}: ") as caught:
            ENTRIES[entry](column, "raise")
        assert caught.value.document == row


# ---- Matrices ----


GONE_OR_TEXT = st.one_of(
    st.sampled_from([None, math.nan]), st.sampled_from(["good day", "", "a\0b", "Zoë day", "光 a"])
)


@given(st.lists(GONE_OR_TEXT, max_size=12), st.booleans(), st.booleans())
def test_a_matrix_tells_the_documents_of_its_rows(texts: list[Any], in_bytes: bool, hashed: bool) -> None:
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


def test_an_error_after_missing_rows_has_the_row_of_the_input() -> None:
    for wrong in (5, b"\xff", "\ud800"):
        for before in ([None, "a"], [b"a", None, math.nan], [None] * 70_000):
            with pytest.raises(InvalidDocumentError) as caught:
                Vectorizer().count([*before, wrong], missing="skip")
            assert caught.value.document == len(before)


def test_only_missing_documents_make_an_empty_matrix() -> None:
    for missing, rows in (("keep", 3), ("skip", 0)):
        assert Vectorizer().count([None] * 3, grow=True, missing=missing).shape == (rows, 0)  # type: ignore[arg-type]


# ---- Estimators ----


@needs_vectorizers
def test_a_missing_document_raises_what_scikit_learn_raises() -> None:
    for value, kind in ((math.nan, ValueError), (None, AttributeError)):
        for options in ({}, {"analyzer": str.split}, {"preprocessor": str.lower}):
            with pytest.raises((kind, TypeError)) as caught:
                vectorizers.CountVectorizer(**options).fit(["a word", value])
            assert isinstance(caught.value, MissingDocumentError)
    with pytest.raises(ValueError, match=r"np\.nan is an invalid document, expected byte or unicode string\."):
        vectorizers.CountVectorizer().decode(math.nan)


@needs_vectorizers
def test_a_function_of_the_caller_may_take_missing_documents() -> None:
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
def test_rows_of_a_pipeline_line_up_with_the_table() -> None:
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
def test_skipped_documents_do_not_count_in_weights() -> None:
    texts = ["one two", None, "two"]
    skipped = vectorizers.TfidfVectorizer(missing="skip").fit(texts)
    assert skipped.idf_.tolist() == vectorizers.TfidfVectorizer().fit(["one two", "two"]).idf_.tolist()
    kept = vectorizers.TfidfVectorizer(missing="keep").fit(texts)
    assert kept.idf_.tolist() == vectorizers.TfidfVectorizer().fit(["one two", "", "two"]).idf_.tolist()


# ---- Lexicons and lists of words ----

WORDS = ["good", "bad", "so"]


def word_columns(words: list[Any]) -> Iterator[Any]:
    yield words
    yield tuple(words)
    yield iter(words)
    yield np.array(words, dtype=object)
    if pd is not None:
        yield pd.Series(words, index=range(len(words), 0, -1))
        yield pd.Series(words, dtype="category")
    if pl is not None:
        yield pl.Series(words)
    if pa is not None:
        yield pa.array(words)
        yield pa.chunked_array([words[:1], words[1:]])


def test_a_lexicon_takes_a_column_of_words_and_one_of_values() -> None:
    for words in word_columns(WORDS):
        assert dict(Lexicon(words, [1, -1, 0.5])) == {"good": 1, "bad": -1, "so": 0.5}
    for values in word_columns([1.0, -1.0, 0.5]):
        assert dict(Lexicon(WORDS, values)) == {"good": 1, "bad": -1, "so": 0.5}
    assert dict(Lexicon(["good", "good"], [1, 2])) == {"good": 2}
    assert dict(Lexicon([], [])) == {}
    for words, values in ((WORDS, [1]), (["good"], [1, 2, 3])):
        fewer, more = sorted((("words", len(words)), ("values", len(values))), key=lambda pair: pair[1])
        with pytest.raises(InvalidLexiconError, match=f"more {more[0]} than {fewer[0]}: there are 1 {fewer[0]}"):
            Lexicon(words, values)
    for words, values in (("good", [1]), ({"good": 1}, [1]), (WORDS, {"good": 1}), (WORDS, 1)):
        with pytest.raises(TypeError):
            Lexicon(words, values)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "bytes"])
def test_a_lexicon_skips_missing_words(kind: str) -> None:
    def words() -> Any:
        """A column of three words and a missing one."""
        texts = KINDS[kind]()
        if isinstance(texts, list | tuple):
            return [text.replace(" ", "") or "x" if isinstance(text, str) else text for text in texts]
        return texts

    if isinstance(words(), list):
        assert dict(Lexicon(words(), [1, 2, 3, 4], missing="skip")) == {"goodday": 1, "x": 3, "aday": 4}
        with pytest.raises(MissingDocumentError, match=f"missing value at row {GONE}: the word is "):
            Lexicon(words(), [1, 2, 3, 4])
    else:
        with pytest.raises(InvalidLexiconError, match="'good day' has whitespace in it"):
            Lexicon(words(), [1, 2, 3, 4], missing="skip")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.startswith(("list", "object"))])
def test_a_lexicon_skips_missing_values(kind: str) -> None:
    values = [1 if isinstance(value, str) else value for value in KINDS[kind]()]
    with pytest.raises(MissingDocumentError, match=f"missing value at row {GONE}: the value of 'b' is "):
        Lexicon(["a", "b", "c", "d"], values)
    assert dict(Lexicon(["a", "b", "c", "d"], values, missing="skip")) == {"a": 1, "c": 1, "d": 1}


def test_an_entry_without_a_word_or_a_value_names_its_row() -> None:
    for words in ({"good": 1, None: 2}, [("good", 1), (None, 2)], [("good", 1), ("bad", math.nan)]):
        with pytest.raises(
            MissingDocumentError, match=r"missing value at row 1: the (word|value of 'bad') is "
        ) as caught:
            Lexicon(words)  # type: ignore[arg-type]
        assert isinstance(caught.value, InvalidLexiconError)
        assert caught.value.document == 1
        assert str(caught.value).endswith("pass missing='skip' to leave such rows out")
        assert dict(Lexicon(words, missing="skip")) == {"good": 1}  # type: ignore[arg-type]
    with pytest.raises(InvalidOptionError, match="missing='keep' is not known"):
        Lexicon({}, missing="keep")  # type: ignore[arg-type]


def test_lists_of_words_may_be_columns() -> None:
    for number in range(len(list(word_columns(WORDS)))):

        def words(number: int = number) -> Any:
            return list(word_columns(WORDS))[number]

        assert Vectorizer(vocabulary=words()).terms() == WORDS
        assert Vectorizer(stop_words=words()).count(["good day"], grow=True).shape == (1, 1)
        assert TermOptions(stop_words=words()).stop_words == frozenset(WORDS)
        if HAS_VADER:
            made = SentimentIntensityAnalyzer(negations=words())
            assert made.polarity_scores("so great")["compound"] < 0
        if vectorizers is not None:
            assert vectorizers.CountVectorizer(vocabulary=words()).fit([]).get_feature_names_out().tolist() == WORDS
