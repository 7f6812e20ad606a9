"""Arrow columns in matrices, vectorizers, VADER and lexicons: the same values, errors and rows as with a list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optional_packages import HAS_VADER

from text_processor import (
    InvalidColumnError,
    InvalidDocumentError,
    Lexicon,
    MissingDocumentError,
)
from text_processor.matrix import Matrix, Vectorizer
from text_processor.typing import Missing

pa = pytest.importorskip("pyarrow", reason="pyarrow makes the columns")
pl = pytest.importorskip("polars", reason="polars makes columns")
pd = pytest.importorskip("pandas", reason="pandas makes columns")
vectorizers = pytest.importorskip("text_processor.vectorizers", reason="the vectorizers need SciPy")

pytestmark = pytest.mark.usefixtures("scorer_of_the_module")
SCORER: Any = None
POLICIES: tuple[Missing, ...] = ("raise", "skip", "keep")


class Stream:
    """A producer that gives only an Arrow stream."""

    def __init__(self, column: Any) -> None:
        self._column = column

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._column.__arrow_c_stream__(requested_schema)


class Array:
    """A producer that gives only one Arrow array."""

    def __init__(self, column: Any) -> None:
        self._column = column

    def __arrow_c_array__(self, requested_schema: object = None) -> object:
        return self._column.__arrow_c_array__(requested_schema)


def chunks(texts: list[Any], kind: Any = None) -> Any:
    return pa.chunked_array([texts[:2], [], texts[2:3], texts[3:]], kind or pa.string())


def sliced(column: Any, count: int) -> Any:
    return column[3 : 3 + count]


PADDING = ["x", None, "zz"]
COLUMNS: dict[str, Callable[[list[Any]], Any]] = {
    "string": lambda texts: pa.array(texts, pa.string()),
    "large_string": lambda texts: pa.array(texts, pa.large_string()),
    "string_view": lambda texts: pa.array(texts, pa.string_view()),
    "dictionary": lambda texts: pa.array(texts, pa.string()).dictionary_encode(),
    "chunks": chunks,
    "chunks of dictionaries": lambda texts: chunks(texts).dictionary_encode(),
    "slice": lambda texts: sliced(pa.array([*PADDING, *texts, *PADDING], pa.string()), len(texts)),
    "slice of views": lambda texts: sliced(pl.Series([*PADDING, *texts, *PADDING], dtype=pl.String), len(texts)),
    "polars": lambda texts: pl.Series(texts, dtype=pl.String),
    "polars, Categorical": lambda texts: pl.Series(texts, dtype=pl.Categorical),
    "polars, Enum": lambda texts: pl.Series(texts, dtype=pl.Enum(sorted({text for text in texts if text is not None}))),
    "pandas, string": lambda texts: pd.Series(texts, dtype="string", index=range(len(texts), 0, -1)),
    "pandas, category": lambda texts: pd.Series(texts, dtype="category", index=range(len(texts), 0, -1)),
    "stream": lambda texts: Stream(chunks(texts)),
    "array": lambda texts: Array(pa.array(texts, pa.string())),
}
BYTES: dict[str, Callable[[list[Any]], Any]] = {
    "binary": lambda texts: pa.array(texts, pa.binary()),
    "binary_view": lambda texts: pa.array(texts, pa.binary_view()),
    "chunks of bytes": lambda texts: chunks(texts, pa.large_binary()),
    "polars, Binary": lambda texts: pl.Series(texts, dtype=pl.Binary),
}


def of_matrix(matrix: Matrix) -> Any:
    documents = matrix.documents().tolist()
    terms = matrix.vectorizer().terms()
    return documents, terms, matrix.shape, [array.tolist() for array in matrix.arrays()]


def of_sparse(matrix: Any) -> Any:
    return matrix.shape, matrix.indptr.tolist(), matrix.indices.tolist(), matrix.data.tolist()


def scored(texts: Any, missing: Missing) -> Any:
    found = SCORER.scores(texts, missing=missing)
    return [np.asarray(found[name]).round(9).tolist() for name in ("neg", "neu", "pos", "compound")]


def fitted(kind: Any, texts: Any, missing: Missing, **options: Any) -> Any:
    made = kind(missing=missing, **options)
    found = of_sparse(made.fit_transform(texts))
    return found, of_sparse(made.transform(texts)), list(getattr(made, "vocabulary_", {}).items())


ENTRIES: dict[str, Callable[[Any, Missing], Any]] = {
    "count": lambda texts, missing: of_matrix(Vectorizer().count(texts, grow=True, missing=missing)),
    "hash": lambda texts, missing: of_matrix(Vectorizer().hash(texts, 32, missing=missing)),
}
NATIVE = {
    "CountVectorizer": lambda texts, missing: fitted(vectorizers.CountVectorizer, texts, missing, lowercase=False),
    "TfidfVectorizer": lambda texts, missing: fitted(vectorizers.TfidfVectorizer, texts, missing),
    "HashingVectorizer": lambda texts, missing: fitted(vectorizers.HashingVectorizer, texts, missing, n_features=32),
}
IN_PYTHON = {
    "CountVectorizer, in Python": lambda texts, missing: fitted(
        vectorizers.CountVectorizer, texts, missing, tokenizer=str.split, token_pattern=None
    ),
}
if HAS_VADER:
    ENTRIES["scores"] = scored


def outcome(call: Callable[[Any, Missing], Any], texts: Any, missing: Missing) -> str:
    """The result of a call or its error, as text, because NaN is not equal to itself."""
    try:
        return repr(call(texts, missing))
    except (InvalidDocumentError, ValueError, AttributeError) as error:
        # A missing value is NaN or NA in pandas, but None in pyarrow.
        said = str(error).replace("np.nan", "None").replace("<NA>", "None").replace("nan is", "None is")
        return f"{type(error)} {said} {getattr(error, 'document', None)}"


TEXTS = st.lists(
    st.one_of(
        st.none(),
        st.sampled_from(["good day", "", " ", "a\0b good", "Zoë is VERY good!", "光 day", "words in a long text " * 9]),
    ),
    max_size=9,
)


@pytest.mark.parametrize("entry", [*ENTRIES, *NATIVE, *IN_PYTHON])
@settings(max_examples=settings().max_examples // 2)
@given(texts=TEXTS, missing=st.sampled_from(POLICIES))
def test_a_column_gives_the_result_of_the_list(entry: str, texts: list[Any], missing: Missing) -> None:
    call = (ENTRIES | NATIVE | IN_PYTHON)[entry]
    expected = outcome(call, texts, missing)
    for name, made in COLUMNS.items():
        if entry not in IN_PYTHON or name not in ("stream", "array"):
            assert outcome(call, made(texts), missing) == expected, name


@pytest.mark.parametrize("entry", [*ENTRIES, *NATIVE, *IN_PYTHON])
@settings(max_examples=settings().max_examples // 2)
@given(texts=TEXTS, missing=st.sampled_from(POLICIES))
def test_a_column_of_bytes_gives_the_result_of_the_list(entry: str, texts: list[Any], missing: Missing) -> None:
    call = (ENTRIES | NATIVE | IN_PYTHON)[entry]
    encoded = [None if text is None else text.encode() for text in texts]
    expected = outcome(call, encoded, missing)
    for name, made in BYTES.items():
        assert outcome(call, made(encoded), missing) == expected, name


def test_bytes_of_a_column_are_decoded() -> None:
    texts = ["café noir", None]
    column = pa.array([text and text.encode("latin-1") for text in texts], pa.binary())
    made = vectorizers.CountVectorizer(encoding="latin-1", missing="keep")
    assert made.fit_transform(column).toarray().tolist() == [[1, 1], [0, 0]]
    assert made.get_feature_names_out().tolist() == ["café", "noir"]
    with pytest.raises(UnicodeDecodeError):
        vectorizers.CountVectorizer().fit(column[:1])


def test_errors_in_a_long_column_name_the_right_row() -> None:
    row = 140_000
    texts: list[str | None] = ["good day"] * (row + 5)
    texts[row] = None
    wrong = [b"good day"] * (row + 5)
    wrong[row] = b"\xff"
    for column in (pa.array(texts), pl.Series(texts), pa.chunked_array([texts[:7], texts[7:]])):
        for entry, call in (ENTRIES | NATIVE).items():
            with pytest.raises(MissingDocumentError, match=f"missing value at row {row}: None is") as caught:
                call(column, "raise")
            assert caught.value.document == row, entry
        assert len(Vectorizer().count(column, grow=True, missing="skip").documents()) == row + 4
        assert row not in Vectorizer().count(column, grow=True, missing="skip").documents()
    for column in (pa.array(wrong), pa.chunked_array([wrong[:7], wrong[7:]])):
        for entry, call in ENTRIES.items():
            with pytest.raises(InvalidDocumentError) as invalid:
                call(column, "keep")
            assert invalid.value.document == row, entry


@pytest.mark.parametrize("has_nulls", [False, True])
def test_the_error_for_a_wrong_offset_or_view_names_its_row(has_nulls: bool) -> None:
    row = 5
    texts = [None if has_nulls else "good", *["a text that is longer than a view"] * 8]
    for kind, place, wrong in ((pa.string(), 4 * row, 1 << 30), (pa.string_view(), 16 * row + 8, 7)):
        buffers = pa.array(texts, kind).buffers()
        data = bytearray(buffers[1])
        data[place : place + 4] = wrong.to_bytes(4, "little")
        buffers[1] = pa.py_buffer(bytes(data))
        damaged = pa.Array.from_buffers(kind, len(texts), buffers)
        column = pa.chunked_array([pa.array(texts, kind), damaged])
        place_of = len(texts) + row - (kind == pa.string())
        for call in ENTRIES.values():
            with pytest.raises(InvalidColumnError, match=rf"^row {place_of}: the array is not valid: "):
                call(column, "keep")


def test_scores_of_a_series_keep_its_index() -> None:
    if not HAS_VADER:
        pytest.skip("vaderSentiment is not installed")
    for dtype in ("str", "string", "category", "object"):
        series = pd.Series(["good", None, "bad", None], index=list("dcba"), dtype=dtype)
        assert SCORER.scores(series, missing="keep").index.tolist() == list("dcba")
        skipped = SCORER.scores(series, missing="skip")
        assert skipped.index.tolist() == ["d", "b"]
        assert skipped["compound"].tolist() == [0.4404, -0.5423]


def test_a_stream_that_has_already_been_read_raises_an_error() -> None:
    class Once:
        def __init__(self) -> None:
            self._capsule = pa.chunked_array([["good"]]).__arrow_c_stream__()

        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            return self._capsule

    for call in (ENTRIES | NATIVE).values():
        column = Once()
        if call not in NATIVE.values():
            call(column, "raise")
        else:
            vectorizers.CountVectorizer().fit(column)
        with pytest.raises(InvalidColumnError):
            call(column, "raise")


@given(st.dictionaries(st.sampled_from(["good", "bad", "Zoë", "光"]), st.sampled_from([1.0, -0.5, 3.0]), max_size=4))
def test_a_lexicon_of_two_columns_equals_that_of_their_pairs(words: dict[str, float]) -> None:
    for made in (made for name, made in COLUMNS.items() if name not in ("stream", "array")):
        assert Lexicon(made(list(words)), pa.array(list(words.values()), pa.float64())) == words
    table = pl.DataFrame(
        {"word": list(words), "value": list(words.values())}, schema={"word": pl.String, "value": pl.Float32}
    )
    assert Lexicon(table["word"], table["value"]) == words
