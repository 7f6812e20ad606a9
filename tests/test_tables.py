"""Texts in columns of tables."""

from __future__ import annotations

import asyncio
import sys
import types
from collections import Counter, OrderedDict, UserDict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from optional_packages import HAS_VADER, needs_pandas, needs_vader, needs_vectorizers, pa, pd, pl, vectorizers

from text_processor import (
    AsyncTextAnalyzer,
    InvalidDocumentTypeError,
    Lexicon,
    MissingDocumentError,
    SentimentIntensityAnalyzer,
    Table,
    TermOptions,
    TextAnalyzer,
    count_words,
)
from text_processor._native.texts import BLOCK
from text_processor.matrix import Vectorizer

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("scorer_of_the_module")]
SCORER: Any = None


# ---- Tables instead of columns ----

TEXTS = ["good and great", "neither"]


class Relation:
    """A table like that of DuckDB: only the property `columns` of its type shows that it is a table."""

    @property
    def columns(self) -> list[str]:
        return ["id", "text"]


class Plan(Relation):
    """A table like that of dask: it has data only after `compute()`."""

    def compute(self) -> Relation:
        return Relation()


def tables() -> Iterator[tuple[str, object]]:
    columns: dict[str, list[Any]] = {"id": [1, 2], "text": TEXTS}
    for mapping in (
        columns,
        OrderedDict(columns),
        UserDict(columns),
        types.MappingProxyType(columns),
        Counter(columns),
    ):
        yield type(mapping).__name__, mapping
    yield "relation", Relation()
    yield "records", np.array([(1, "good"), (2, "bad")], dtype=[("id", "i4"), ("text", "U9")])
    yield "recarray", np.array([(1, "good"), (2, "bad")], dtype=[("id", "i4"), ("text", "U9")]).view(np.recarray)
    if pd is not None:
        yield "pandas", pd.DataFrame(columns)
        yield "pandas, one column", pd.DataFrame(columns)[["text"]]
    if pl is not None:
        yield "polars", pl.DataFrame(columns)
    if pa is not None:
        yield "pyarrow", pa.table(columns)
        yield "batch", pa.RecordBatch.from_pydict(columns)
        yield "reader", pa.table(columns).to_reader()


def other_shapes() -> Iterator[tuple[str, object, str]]:
    yield "two dimensions", np.array([["a", "b"], ["c", "d"]]), "2 dimensions"
    yield "objects in two dimensions", np.array([["a", "b"], ["c", "d"]], dtype=object), "2 dimensions"
    yield "no dimension", np.array("text"), "0 dimensions"
    yield "plan", Plan(), r"call its compute\(\) first"
    if pl is not None:
        yield "lazy frame", pl.DataFrame({"text": TEXTS}).lazy(), r"call its collect\(\) first"


def entries() -> dict[str, Callable[[Any], object]]:
    found: dict[str, Callable[[Any], object]] = {
        "add_documents": lambda texts: TextAnalyzer().add_documents(texts),
        "add_documents, kept": lambda texts: TextAnalyzer().add_documents(texts, missing="keep"),
        "async": lambda texts: asyncio.run(AsyncTextAnalyzer().add_documents(texts)),
        "count": lambda texts: Vectorizer().count(texts, grow=True),
        "hash": lambda texts: Vectorizer().hash(texts, 16),
    }
    if HAS_VADER:
        found["scores"] = lambda texts: SCORER.scores(texts)
    if vectorizers is not None:
        found["fit"] = lambda texts: vectorizers.CountVectorizer().fit(texts)
        found["fit_transform"] = lambda texts: vectorizers.TfidfVectorizer().fit_transform(texts)
        found["partial_fit"] = lambda texts: vectorizers.CountVectorizer().partial_fit(texts)
        found["transform"] = lambda texts: vectorizers.CountVectorizer().fit(["good"]).transform(texts)
        found["hashing"] = lambda texts: vectorizers.HashingVectorizer().transform(texts)
        found["own analyzer"] = lambda texts: vectorizers.CountVectorizer(analyzer=str.split).fit(texts)
    return found


@pytest.mark.parametrize("entry", entries())
def test_the_error_for_a_table_instead_of_texts_names_its_columns(entry: str) -> None:
    for name, table in tables():
        if name in ("records", "recarray") and entry == "own analyzer":
            continue
        with pytest.raises(TypeError, match="'text'"):
            entries()[entry](table)


@pytest.mark.parametrize("entry", entries())
def test_an_array_of_texts_must_have_one_dimension(entry: str) -> None:
    for name, array, message in other_shapes():
        if entry == "own analyzer" and "dimension" in name:
            continue
        with pytest.raises(TypeError, match=message):
            entries()[entry](array)


def test_the_error_says_which_argument_to_pass() -> None:
    with pytest.raises(TypeError, match=r"columns 'id', 'text': .* e\.g\. add_documents\(table\['text'\]\)"):
        TextAnalyzer().add_documents(Relation())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"keys, 'a', 'b': pass its values, add_documents\(list\(texts.values\(\)\)\)"):
        TextAnalyzer().add_documents({"a": "good", "b": "bad"})
    with pytest.raises(TypeError, match=r"yields its keys, \(none\): pass its values"):
        TextAnalyzer().add_documents({})
    with pytest.raises(TypeError, match=r"'k7', \.\.\.: pass"):
        TextAnalyzer().add_documents({f"k{number}": "text" for number in range(1000)})
    with pytest.raises(InvalidDocumentTypeError, match=r"not dict: pass one of its values, 'id', 'text'") as caught:
        TextAnalyzer().add_documents(iter([{"id": 1, "text": "a"}]))  # type: ignore[arg-type]
    assert caught.value.document == 0
    with pytest.raises(InvalidDocumentTypeError, match="not list: pass one of its items, or join them"):
        TextAnalyzer().add_documents([["a", "list"], ["of", "words"]])  # type: ignore[list-item]


def test_the_error_for_rows_in_place_of_tables_says_what_to_call() -> None:
    with pytest.raises(TypeError, match=r"the value of 'body' is .* add_documents\(row\['body'\] for row in rows\)"):
        TextAnalyzer().add_table([{"body": "good"}], text="body")


def test_the_error_for_a_relation_or_a_reader_says_how_to_get_a_column() -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    reviews = pytest.importorskip("pyarrow", reason="pyarrow is not installed").table({"text": ["good", "bad"]})
    for source in (duckdb.sql("from reviews"), reviews.to_reader()):
        with pytest.raises(TypeError, match=r"e\.g\. count\(.+\)$") as caught:
            Vectorizer().count(source)
        call = str(caught.value).partition("e.g. ")[2]
        assert eval(call, {"count": Vectorizer().count, "table": source}).shape[0] == 2  # noqa: S307 - the call above
    with pytest.raises(TypeError, match=r"call add_table\(table, text='text'\)"):
        TextAnalyzer().add_documents(reviews.to_reader())


@pytest.mark.parametrize("entry", entries())
def test_the_error_for_a_result_table_says_which_column_to_pass(entry: str) -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(TEXTS)
    with pytest.raises(TypeError, match=r"a Table is a table with the columns 'text', 'word_count': pass one"):
        entries()[entry](analyzer.documents())
    if entry == "fit":
        with pytest.raises(TypeError, match=r"e\.g\. fit\(table\['text'\]\)$"):
            entries()[entry](analyzer.documents())


def test_the_error_for_a_table_instead_of_words_names_its_columns() -> None:
    for name, table in tables():
        if name in ("records", "recarray") or isinstance(table, Mapping):
            continue
        calls: list[Callable[[Any], object]] = [
            lambda words: TermOptions(stop_words=words),
            lambda words: Vectorizer(stop_words=words),
            lambda words: Vectorizer(vocabulary=words),
            Lexicon,
        ]
        if SCORER is not None:
            calls.append(lambda words: SentimentIntensityAnalyzer(negations=words))
        for call in calls:
            with pytest.raises(TypeError, match="'text'"):
                call(table)
    assert Vectorizer(vocabulary={"a": 0, "b": 1}).terms() == ["a", "b"]
    assert TermOptions(stop_words={"a": 1}.keys()).stop_words == {"a"}


def test_keys_values_sets_and_tuples_of_texts_are_accepted() -> None:
    for texts in ({"b": 1, "a": 2}.keys(), {1: "b", 2: "a"}.values(), {"a", "b"}, frozenset("ab"), ("a", "b")):
        assert TextAnalyzer().add_documents(texts) == 2


@needs_vectorizers
def test_functions_of_the_caller_may_receive_rows_of_an_array() -> None:
    rows = np.array([["a", "b"], ["c", "a"]])
    found = vectorizers.CountVectorizer(analyzer=list).fit_transform(rows)
    assert found.toarray().tolist() == [[1, 1, 0], [1, 0, 1]]


# ---- All functions read the same columns ----


def columns_of(texts: list[str]) -> Iterator[tuple[str, Any]]:
    """Columns of every kind with these texts, which are ASCII and not blank."""
    yield "tuple", tuple(texts)
    yield "U array", np.array(texts)
    yield "S array", np.array([text.encode() for text in texts])
    yield "object array", np.array(texts, dtype=object)
    yield "masked array", np.ma.array(texts, mask=[False] * len(texts))
    yield "strided array", np.array([text for text in texts for _ in "ab"])[::2]
    if hasattr(getattr(np, "dtypes", None), "StringDType"):
        yield "StringDType", np.array(texts, dtype=np.dtypes.StringDType())
        yield "StringDType with None", np.array(texts, dtype=np.dtypes.StringDType(na_object=None))
    if pd is not None:
        for dtype in ("object", "string", "category", "str"):
            yield f"pandas {dtype}", pd.Series(texts, dtype=dtype, index=range(5, 5 + len(texts)))
        yield "pandas index", pd.Index(texts)
        yield "labels that look like attributes", pd.Series(texts, index=["columns", "ndim", *map(str, texts[2:])])
    if pl is not None:
        yield "polars", pl.Series(texts)
        yield "polars category", pl.Series(texts, dtype=pl.Categorical)
        yield "polars bytes", pl.Series([text.encode() for text in texts])
    if pa is not None:
        yield "pyarrow", pa.array(texts)
        yield "pyarrow, chunks", pa.chunked_array([texts[:1], texts[1:]])
        yield "pyarrow dictionary", pa.array(texts).dictionary_encode()


@pytest.mark.parametrize("texts", [["a good day", "bad", "so so"], ["a", "b", "c"]], ids=["long", "one byte each"])
def test_all_functions_accept_the_same_columns(texts: list[str]) -> None:
    plain = TextAnalyzer()
    plain.add_documents(texts)
    for name, column in columns_of(texts):
        analyzer = TextAnalyzer()
        assert analyzer.add_documents(column) == 3, name
        assert analyzer.get_documents() == texts, name
        counted = Vectorizer(analyzer="char").count(column, grow=True)
        assert counted.nnz == Vectorizer(analyzer="char").count(texts, grow=True).nnz, name
        asynchronous = AsyncTextAnalyzer()
        assert asyncio.run(asynchronous.add_documents(column)) == 3, name
        assert asynchronous.analyzer.get_documents() == texts, name
        if SCORER is not None:
            assert SCORER.scores(column)["compound"].tolist() == SCORER.scores(texts)["compound"].tolist(), name
        if vectorizers is not None:
            for made in (
                vectorizers.CountVectorizer(analyzer="char"),
                vectorizers.CountVectorizer(analyzer=bytes.split),
            ):
                if "bytes" in name or name == "S array":
                    made.set_params(analyzer="char")
                elif callable(made.analyzer):
                    made.set_params(analyzer=str.split)
                expected = made.fit_transform(texts).toarray().tolist()
                assert made.fit_transform(column).toarray().tolist() == expected, name


def test_errors_and_progress_have_the_row_numbers_of_a_long_column() -> None:
    row = BLOCK + 3
    values: list[str | None] = [f"text {number}" for number in range(BLOCK + 10)]
    values[row] = None
    columns: list[Any] = [np.array(values, dtype=object)]
    if pd is not None:
        columns += [pd.Series(values, dtype=dtype, index=range(len(values), 0, -1)) for dtype in ("object", "string")]
    if pl is not None:
        columns.append(pl.Series(values))
    if pa is not None:
        columns.append(pa.chunked_array([values[:5], values[5:]]))
    for column in columns:
        analyzer = TextAnalyzer()
        seen: list[int | None] = []
        with pytest.raises(MissingDocumentError) as caught:
            analyzer.add_documents(column, progress=lambda *step: seen.append(step[1]))  # noqa: B023
        assert caught.value.document == row
        assert (len(analyzer), set(seen)) == (row, {len(values)})
        assert analyzer.add_documents(column, missing="skip") == len(values) - 1
        if SCORER is not None:
            found = SCORER.scores(column, missing="keep")["compound"].tolist()
            assert [number for number, value in enumerate(found) if value != value] == [row]


def test_numbers_are_not_texts() -> None:
    columns: list[Any] = [np.arange(3), np.array([1.5]), np.array(["2020-01-01"], "M8[D]"), np.array([True, False])]
    if pd is not None:
        columns += [pd.Series([1, 2]), pd.Series(pd.to_datetime(["2020-01-01"])), pd.Series([["a"], ["b"]])]
        columns += [pd.MultiIndex.from_tuples([("a", "b")]), pd.DataFrame({"a": ["b"]}).itertuples()]
    for column in columns:
        with pytest.raises(TypeError):
            TextAnalyzer().add_documents(column)
    calls: list[Callable[[Any], object]] = [count_words, TextAnalyzer().add_document]
    calls.append(lambda text: TextAnalyzer().add_documents([text]))
    for scalar in (np.uint8(97), np.int8(97), np.bool_(True), np.datetime64("2020"), np.float64(1)):
        for call in calls:
            with pytest.raises(InvalidDocumentTypeError, match=type(scalar).__name__):
                call(scalar)


# ---- Results with the index of a Series ----


@needs_vader
@needs_pandas
def test_scores_of_a_series_have_its_index() -> None:
    table = pd.DataFrame({"text": ["good", "so so", "bad", None, "great"], "kept": [True, False, True, True, True]})
    kept = table[table["kept"]]
    joined = kept.join(SCORER.scores(kept["text"], missing="keep"))
    assert joined["compound"].round(4).fillna(-9).tolist() == [0.4404, -0.5423, -9, 0.6249]
    assert SCORER.scores(kept["text"].dropna()).index.tolist() == [0, 2, 4]
    for index in (
        ["b", "a", "b"],
        pd.MultiIndex.from_tuples([(1, 2), (1, 3), (0, 1)]),
        pd.date_range("2020", periods=3),
    ):
        texts = pd.Series(["good", None, "bad"], index=index)
        assert SCORER.scores(texts, missing="keep").index.equals(texts.index)
        assert SCORER.scores(texts, missing="skip").index.equals(texts.index[[0, 2]])
    empty = SCORER.scores(pd.Series([], dtype=object))
    assert list(empty.columns) == ["neg", "neu", "pos", "compound"]
    assert len(empty) == 0


@needs_vader
def test_scores_of_other_columns_are_tables() -> None:
    for name, texts in columns_of(["good", "bad", "so"]):
        found = SCORER.scores(texts)
        assert isinstance(found, Table) != ((name.startswith("pandas ") and "index" not in name) or "labels" in name), (
            name
        )


def test_pandas_is_not_imported() -> None:
    import subprocess

    code = "import sys; from text_processor import TextAnalyzer; TextAnalyzer().add_documents([None], missing='keep'); "
    code += "assert not {'pandas', 'polars', 'pyarrow', 'numpy'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# ---- Classes of the caller that look like columns or tables ----


class ListWithMethod(list[str]):
    def tolist(self) -> list[str]:
        return list(self)


class OnlyIterable:
    columns = 80
    """The columns of a page, for example."""

    def __iter__(self) -> Iterator[str]:
        return iter(TEXTS)

    def to_list(self) -> list[str]:
        return TEXTS


@pytest.mark.parametrize("entry", entries())
@pytest.mark.parametrize("made", [lambda: ListWithMethod(TEXTS), OnlyIterable])
def test_an_iterable_with_a_method_or_attribute_of_a_column_is_read_as_an_iterable(entry: str, made: Any) -> None:
    entries()[entry](made())


def test_rows_of_an_array_of_bytes_are_texts() -> None:
    rows = np.frombuffer(b"gooddays", np.uint8).reshape(2, 4)
    analyzer = TextAnalyzer()
    assert analyzer.add_documents(rows) == 2
    assert analyzer.get_documents() == ["good", "days"]
    assert Vectorizer().count(rows, grow=True).shape == (2, 2)


def test_the_error_for_a_table_instead_of_words_names_the_option() -> None:
    if pd is None:
        pytest.skip("pandas is not installed")
    table = pd.DataFrame({"word": ["good"], "value": [1]})
    with pytest.raises(TypeError, match=r"stop_words=table\['word'\]"):
        TermOptions(stop_words=table)
    with pytest.raises(TypeError, match=r"vocabulary=table\['word'\]"):
        Vectorizer(vocabulary=table)
    with pytest.raises(TypeError, match=r"Lexicon\(table\['word'\], table\['value'\]\)"):
        Lexicon(table)
    assert dict(Lexicon(table["word"], table["value"])) == {"good": 1.0}
