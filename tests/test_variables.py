"""Variables of documents: the sources of their values, their types, and wrong values."""

from __future__ import annotations

import datetime
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from document_columns import shown

from text_processor import DuplicateIdError, InvalidColumnError, InvalidOptionError, TextAnalyzer

pytest.importorskip("numpy")


def test_documents_have_their_ids_and_variables() -> None:
    analyzer = TextAnalyzer()
    values = {"year": [1603, None, 1599], "author": ["W", "X", None], "good": [True, False, None], "stars": [1, 2.5, 3]}
    assert analyzer.add_documents(["to be", "or", "not"], ids=["a", "b", "c"], variables=values) == 3
    documents = analyzer.documents()
    assert documents.names == ["id", "year", "author", "good", "stars", "text", "word_count"]
    assert documents.to_dict() == {
        "id": ["a", "b", "c"],
        **values,
        "text": ["to be", "or", "not"],
        "word_count": [2, 1, 1],
    }
    assert documents["stars"].tolist() == [1.0, 2.5, 3.0]
    assert documents["year"] == [1603, None, 1599]
    assert documents[0].author == "W"
    assert str(documents).splitlines()[1].split() == ["a", "1603", "W", "True", "1.0", "to", "be", "2"]
    assert pickle.loads(pickle.dumps(documents)) == documents  # noqa: S301


def test_documents_without_ids_and_variables_have_only_two_columns() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["to be"])
    assert analyzer.documents().names == ["text", "word_count"]


TABLE = {"body": ["so good", None, "so bad"], "key": [3, 4, 5], "stars": [5, None, 1], "author": ["x", "y", None]}


def tables() -> Iterator[Any]:
    yield pytest.param(lambda: TABLE, id="dict")
    yield pytest.param(lambda: pytest.importorskip("pyarrow").table(TABLE), id="pyarrow")
    yield pytest.param(lambda: pytest.importorskip("pyarrow").table(TABLE).to_batches(max_chunksize=2), id="batches")
    yield pytest.param(
        lambda: pytest.importorskip("pyarrow").RecordBatchReader.from_batches(
            (table := pytest.importorskip("pyarrow").table(TABLE)).schema, table.to_batches(max_chunksize=2)
        ),
        id="reader",
    )
    yield pytest.param(lambda: pytest.importorskip("polars").DataFrame(TABLE), id="polars")
    yield pytest.param(lambda: pytest.importorskip("pandas").DataFrame(TABLE).astype({"stars": "Int64"}), id="pandas")
    yield pytest.param(
        lambda: pytest.importorskip("nanoarrow").ArrayStream(pytest.importorskip("pyarrow").table(TABLE)),
        id="nanoarrow",
    )
    yield pytest.param(
        lambda: pytest.importorskip("arro3.core").Table.from_arrow(pytest.importorskip("pyarrow").table(TABLE)),
        id="arro3",
    )


@pytest.mark.once
@pytest.mark.parametrize("made", list(tables()))
def test_a_table_has_columns_for_texts_ids_and_variables(made: Callable[[], Any]) -> None:
    analyzer = TextAnalyzer()
    added = analyzer.add_table(made(), text="body", id="key", variables=["author", "stars"], missing="skip")
    assert added == 2
    assert shown(analyzer) == {"id": [3, 5], "author": ["x", None], "stars": [5, 1], "text": ["so good", "so bad"]}
    with pytest.raises(InvalidOptionError, match=r"no column 'when'.*set variables="):
        analyzer.add_table(made(), text="body", variables=["when"], missing="skip")
    with pytest.raises(InvalidOptionError, match=r"no column 'when'.*set id="):
        analyzer.add_table(made(), text="body", id="when", missing="skip")


@pytest.mark.once
def test_a_relation_of_duckdb_has_columns_for_texts_ids_and_variables() -> None:
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        rows = connection.sql("select 'text ' || range as text, range as n, date '2024-01-01' as day from range(5000)")
        analyzer = TextAnalyzer()
        assert analyzer.add_table(rows, id="n", variables=["day"]) == 5000
        documents = analyzer.documents()
        assert documents["id"].tolist() == list(range(5000))
        assert documents["day"] == [datetime.date(2024, 1, 1)] * 5000
        assert documents["text"][4999] == "text 4999"


@pytest.mark.once
def test_variables_may_be_a_table() -> None:
    pl = pytest.importorskip("polars")
    frame = pl.DataFrame(
        {"day": [datetime.date(2024, 1, 2), None], "kind": pl.Series(["a", "b"], dtype=pl.Categorical)}
    )
    for table in (frame, frame.to_arrow(), frame.to_pandas(), frame.to_dict()):
        analyzer = TextAnalyzer()
        analyzer.add_documents(["x", "y"], variables=table)
        found = shown(analyzer)
        assert found["kind"] == ["a", "b"]
        assert found["day"][0] in (datetime.date(2024, 1, 2), datetime.datetime(2024, 1, 2))
        assert found["day"][1] is None


def test_values_of_each_type_in_columns_are_returned_unchanged() -> None:
    pa = pytest.importorskip("pyarrow")
    utc, now = datetime.timezone.utc, datetime.datetime(2024, 5, 6, 7, 8, 9, 123456)
    columns = {
        "small": pa.array([1, None, 3], pa.int8()),
        "unsigned": pa.array([1, None, 2**63], pa.uint64()),
        "half": pa.array([1.5, None, 2], pa.float32()),
        "view": pa.array(["a", None, "a text of more than twelve bytes"], pa.string_view()),
        "dictionary": pa.array(["a", None, "a"]).dictionary_encode(),
        "numbers": pa.array([1, None, 1]).dictionary_encode(),
        "nothing": pa.nulls(3),
        "date": pa.array([now.date(), None, datetime.date(1969, 12, 31)]),
        "date64": pa.array([now.date(), None, datetime.date(1969, 12, 31)], pa.date64()),
        "moment": pa.array([now, None, now], pa.timestamp("us")),
        "there": pa.array([now.replace(tzinfo=utc), None, now.replace(tzinfo=utc)], pa.timestamp("us", "UTC")),
        "time": pa.array([now.time(), None, now.time()]),
        "span": pa.array([datetime.timedelta(1, 2, 3), None, datetime.timedelta(0)]),
        "decimal": pa.array([1, None, -5], pa.decimal128(10, 2)),
        "flags": pa.array([True, None, False]),
    }
    table = pa.table(columns)
    for source in (table, table.slice(0, 3), pa.concat_tables([table.slice(0, 1), table.slice(1)])):
        analyzer = TextAnalyzer()
        analyzer.add_documents(["a", "b", "c"], variables=source)
        assert {name: shown(analyzer)[name] for name in columns} == table.to_pydict()
        read = pa.table(analyzer.documents())
        read.validate(full=True)
        assert read.select(list(columns)).to_pydict() == table.to_pydict()
    part = TextAnalyzer()
    part.add_documents(["b", "c"], variables=table.slice(1))
    assert {name: shown(part)[name] for name in columns} == table.slice(1).to_pydict()
    with pytest.raises(InvalidColumnError, match=r"the column \"list\" has the type List"):
        analyzer.add_documents(["a"], variables={"list": pa.array([[1]])})


@pytest.mark.once
def test_a_column_of_polars_may_have_only_nulls() -> None:
    table = pytest.importorskip("polars").DataFrame({"text": ["a", "b"], "none": [None, None], "n": [1, 2]})
    analyzer = TextAnalyzer()
    analyzer.add_table(table, variables=["none", "n"])
    analyzer.add_documents(["c", "d"], variables=table.select("none", "n"))
    assert (shown(analyzer)["none"], shown(analyzer)["n"]) == ([None] * 4, [1, 2, 1, 2])
    assert analyzer.get_statistics(by="none")["document_count"].tolist() == [4]


@pytest.mark.parametrize(
    "values",
    [
        [datetime.date(2024, 1, 2), None],
        [None, datetime.datetime(2024, 1, 2, 3, 4, 5, 6)],
        [datetime.datetime(1960, 1, 2, tzinfo=datetime.timezone.utc)] * 2,
        [True, False],
        [None, None],
        ["", "a\0b"],
        [-(2**63), 2**63 - 1],
        [float("inf"), None],
    ],
)
def test_values_of_each_type_in_lists_are_returned_unchanged(values: list[Any]) -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a", "b"], variables={"x": values})
    assert shown(analyzer)["x"] == values


def test_values_of_numpy_columns_are_returned_as_values_of_python() -> None:
    import numpy as np

    analyzer = TextAnalyzer()
    values = {
        "int": np.array([1, 2], np.uint8),
        "bool": np.array([True, False]),
        "text": np.array(["a", "b"]),
        "day": np.array(["2024-01-02", "NaT"], "datetime64[ns]"),
        "list": [np.int64(1), np.float64(2.5)],
    }
    with pytest.raises(InvalidOptionError, match="'text', because documents have such a column"):
        analyzer.add_documents(["a", "b"], variables=values)
    values["kind"] = values.pop("text")
    analyzer.add_documents(["a", "b"], ids=np.array([4, 5]), variables=values)
    found = shown(analyzer)
    assert found["id"] == [4, 5]
    assert found["int"] == [1, 2]
    assert found["bool"] == [True, False]
    assert found["kind"] == ["a", "b"]
    assert found["day"] == [datetime.datetime(2024, 1, 2), None]
    assert found["list"] == [1.0, 2.5]


def test_a_missing_value_may_be_nan() -> None:
    analyzer = TextAnalyzer()
    nan = float("nan")
    analyzer.add_documents(["a", "b"], variables={"kind": ["x", nan], "count": [1.5, None]})
    assert shown(analyzer)["kind"] == ["x", None]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"ids": ["a"]}, InvalidOptionError, r"ids for 1 documents, but 2 documents"),
        ({"ids": ["a", "b", "c"]}, InvalidOptionError, r"ids for 3 documents, but 2 documents"),
        ({"variables": {"x": [1]}}, InvalidOptionError, r"variables for 1 documents, but 2 documents"),
        ({"ids": ["a", "b"], "variables": {"x": [1]}}, InvalidOptionError, r"'id' has 2 values, but 'x' has 1"),
        ({"ids": "ab"}, TypeError, r"id must be a list or a column, not a str"),
        ({"ids": ["a", None]}, InvalidOptionError, r"the id at row 1 is missing"),
        ({"ids": ["a", 1]}, TypeError, r"id has values of the types int and str"),
        ({"ids": [1.5, 2.5]}, TypeError, r"ids must be str or int"),
        ({"ids": [True, False]}, TypeError, r"ids must be str or int"),
        ({"ids": [1, 2**64]}, InvalidColumnError, r"more than 64 bits"),
        ({"variables": {"id": [1, 2]}}, InvalidOptionError, r"pass ids="),
        ({"variables": {"word_count": [1, 2]}}, InvalidOptionError, r"rename it"),
        ({"variables": {}}, InvalidOptionError, r"has no columns"),
        ({"variables": {1: [1, 2]}}, TypeError, r"name of a variable must be a str"),
        ({"variables": {"x": [1, object()]}}, TypeError, r"x has a value of the type object"),
        ({"variables": {"x": [1, "a"]}}, TypeError, r"x has values of the types int and str: use one type"),
        ({"variables": {"x": ["\ud800", "a"]}}, InvalidColumnError, r"lone surrogate"),
        ({"variables": ["x"]}, TypeError, r"variables must be a dict of columns or a table, not a list"),
        ({"variables": {"x": {"a": 1}}}, TypeError, r"x must be a list or a column"),
    ],
)
def test_wrong_ids_and_variables_are_refused_before_a_document_is_added(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    analyzer = TextAnalyzer()
    with pytest.raises(error, match=message):
        analyzer.add_documents(["a", "b"], **options)
    assert len(analyzer) == 0
    assert analyzer.documents().names == ["text", "word_count"]


def test_a_variable_keeps_its_type() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a"], ids=["x"], variables={"year": [None]})
    analyzer.add_documents(["b"], ids=["y"], variables={"year": [1999]})
    with pytest.raises(InvalidOptionError, match=r"the values of 'year' have the Arrow format 'U', but .* 'l'"):
        analyzer.add_documents(["c"], variables={"year": ["1999"]})
    with pytest.raises(InvalidOptionError, match=r"the values of 'id'"):
        analyzer.add_documents(["c"], ids=[1])
    analyzer.add_documents(["c"], variables={"year": [None]})
    assert shown(analyzer) == {"id": ["x", "y", "2"], "year": [None, 1999, None], "text": ["a", "b", "c"]}
    # A variable keeps its type if no document is left, but not after `clear`.
    analyzer.remove({"year": [None, 1999]})
    assert shown(analyzer) == {"id": [], "year": [], "text": []}
    with pytest.raises(InvalidOptionError, match=r"the values of 'year'"):
        analyzer.add_documents(["c"], variables={"year": ["1999"]})
    analyzer.clear()
    analyzer.add_documents(["c"], variables={"year": ["1999"]})
    assert shown(analyzer) == {"year": ["1999"], "text": ["c"]}


def test_copies_have_the_ids_and_variables() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a", " "], ids=["x", "y"], variables={"n": [1, None]}, missing="keep")
    again = pickle.loads(pickle.dumps(analyzer))  # noqa: S301
    assert again.documents() == analyzer.documents()
    with pytest.raises(DuplicateIdError):
        again.add_documents(["b"], ids=["y"])
