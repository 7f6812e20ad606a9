"""Ids and variables of documents that are rows of files."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import DuplicateIdError, InvalidDocumentError, InvalidOptionError, TextAnalyzer, TextNotStoredError
from text_processor.typing import FileFormat

CSV = b"ref,stars,text\nr1,5,so good\nr2,1,so bad\nr3,,\n"
JSONL = b'{"ref": "r1", "stars": 5, "text": "so good"}\n{"text": "so bad", "ref": "r2"}\n'


def added(data: bytes, form: FileFormat = "csv", **options: Any) -> TextAnalyzer:
    """An analyzer with the rows of a file."""
    analyzer = TextAnalyzer()
    analyzer.add_file(io.BytesIO(data), format=form, **options)
    return analyzer


@pytest.fixture(params=["pyarrow", "python"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read tables in text formats with pyarrow, or with modules of Python."""
    if request.param == "pyarrow":
        pytest.importorskip("pyarrow", reason="reads blocks with pyarrow")
    else:
        monkeypatch.setitem(sys.modules, "pyarrow.csv", None)
        monkeypatch.setitem(sys.modules, "pyarrow.json", None)
    return str(request.param)


@pytest.mark.usefixtures("reader")
def test_rows_of_csv_have_ids_and_variables() -> None:
    analyzer = added(CSV, id="ref", variables=["stars"], missing="keep")
    assert analyzer.documents().to_dict() == {
        "id": ["r1", "r2", "r3"],
        "stars": ["5", "1", ""],
        "text": ["so good", "so bad", ""],
        "word_count": [2, 2, 0],
    }
    assert added(CSV, variables=["stars"], missing="skip").documents()["stars"] == ["5", "1"]
    assert added(CSV, column="ref", variables=["ref"]).documents()["ref"] == ["r1", "r2", "r3"]


@pytest.mark.usefixtures("reader")
def test_values_of_json_have_types() -> None:
    analyzer = added(JSONL, "jsonl", id="ref", variables=["stars"])
    assert analyzer.documents().to_dict() == {
        "id": ["r1", "r2"],
        "stars": [5, None],
        "text": ["so good", "so bad"],
        "word_count": [2, 2],
    }
    values = [1, 2.5, None, 1 << 62]
    lines = "\n".join(json.dumps({"text": "a", "value": value}) for value in values)
    assert added(lines.encode(), "jsonl", variables=["value"]).documents()["value"] == [
        1.0,
        2.5,
        None,
        float(1 << 62),
    ]
    # The reader takes a last line without a line feed as a separate block.
    for data in (b'{"text": "a", "v": 1}\n{"text": "a", "v": 2.5}', b'{"text": "a", "v": 2.5}\n{"text": "a", "v": 1}'):
        found = added(data, "jsonl", variables=["v"]).documents()["v"].tolist()
        assert (sorted(found), set(map(type, found))) == ([1.0, 2.5], {float})
    day = added(b'{"text": "a", "day": "2020-01-01", "new": true}', "jsonl", variables=["day", "new"]).documents()
    assert (day["day"], day["new"]) == (["2020-01-01"], [True])
    long = f'{{"text": "a", "value": {"1" * 5000}}}'.encode()
    assert added(long, "jsonl", variables=["value"]).documents()["value"].tolist() == [float("inf")]
    big = f'{{"text": "a", "value": {(1 << 63) - 1}}}'.encode()
    assert added(big, "jsonl", variables=["value"]).documents()["value"].tolist() == [(1 << 63) - 1]


@pytest.mark.parametrize("form", ["parquet", "arrow"])
def test_values_of_columnar_files_keep_their_types(form: FileFormat, tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="reads these formats")
    from datetime import date

    from pyarrow import feather, parquet

    days = [date(2020, 1, day) for day in (1, 2, 3)]
    kind = pa.array(["x", "y", "x"]).dictionary_encode()
    table = pa.table({"text": ["a", None, "c"], "day": days, "kind": kind, "nested": [[1], [2], [3]]})
    path = tmp_path / f"table.{form}"
    if form == "parquet":
        parquet.write_table(table, path, row_group_size=2)
    else:
        feather.write_feather(table, str(path), compression="uncompressed")
    analyzer = TextAnalyzer()
    assert analyzer.add_file(path, variables=["kind", "day"], missing="skip") == 2
    found = analyzer.documents()
    assert (found["kind"], found["day"]) == (["x", "x"], [days[0], days[2]])
    with pytest.raises(InvalidDocumentError, match="'nested' has the type list"):
        TextAnalyzer().add_file(path, variables=["nested"])


def test_rows_of_several_files_and_members_keep_their_values(tmp_path: Path) -> None:
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.csv", CSV)
        file.writestr("b.jsonl", JSONL.replace(b"r1", b"r8").replace(b"r2", b"r9").replace(b"5", b'"5"'))
    (tmp_path / "c.tsv").write_bytes(b"text\tref\tstars\nthe end\tr10\t3\n")
    analyzer = TextAnalyzer()
    seen: list[int] = []
    options: Any = {"id": "ref", "variables": ["stars"], "missing": "skip"}
    count = analyzer.add_files([archive, tmp_path / "c.tsv"], progress=lambda done, _: seen.append(done), **options)
    assert (count, analyzer.documents()["id"]) == (5, ["r1", "r2", "r8", "r9", "r10"])
    assert analyzer.documents()["stars"] == ["5", "1", "5", None, "3"]
    assert seen == sorted(seen)


@pytest.mark.parametrize(
    ("add", "error", "message", "kept"),
    [
        (lambda: (CSV, {"id": "text"}), InvalidOptionError, "", 0),
        (lambda: (CSV, {"variables": ["nothing"]}), InvalidDocumentError, "no column 'nothing': its columns are", 0),
        (lambda: (b"text,id\na,1\nb,1\n", {"id": "id"}), DuplicateIdError, "'1' is at row 0 and at row 1", 0),
        (lambda: (b"text,v\na,1\n \n", {"variables": ["v"]}), InvalidDocumentError, "row 1: ", 1),
        (
            lambda: (b"text,v\na,1\nb,\xff\n", {"variables": ["v"]}),
            InvalidDocumentError,
            "row 1: .* not valid UTF-8",
            1,
        ),
        (lambda: (b"text,v\na,1\n,2\n", {"variables": ["v"]}), InvalidDocumentError, "row 1: ", 1),
        (lambda: (b"text,word_count\na,1\n", {"variables": ["word_count"]}), InvalidOptionError, "rename it", 0),
    ],
)
@pytest.mark.usefixtures("reader")
def test_errors_name_the_place_and_keep_the_rows_before_it(
    add: Callable[[], tuple[bytes, dict[str, Any]]], error: type[Exception], message: str, kept: int
) -> None:
    data, options = add()
    analyzer = TextAnalyzer()
    if options == {"id": "text"}:
        # The id may be in the same column as the text.
        assert analyzer.add_file(io.BytesIO(CSV), format="csv", missing="skip", **options) == 2
        return
    with pytest.raises(error, match=message):
        analyzer.add_file(io.BytesIO(data), format="csv", **options)
    assert analyzer.document_count() == kept
    assert len(analyzer.documents()) == kept


def test_errors_for_wrong_values_of_json_name_their_line() -> None:
    with pytest.raises(
        InvalidDocumentError, match="line 2, row 1: the value of 'v' must be a single value, not an array"
    ):
        added(b'{"text": "a", "v": 1}\n{"text": "b", "v": [1]}', "jsonl", variables=["v"])
    with pytest.raises(InvalidDocumentError, match="no column 'v': its columns are 'text'"):
        added(b'{"text": "a"}', "jsonl", variables=["v"])
    with pytest.raises(InvalidDocumentError, match="'v' is not valid UTF-8"):
        added(b'{"text": "a", "v": "\\ud800"}', "jsonl", variables=["v"])


def test_a_variable_has_one_type_in_all_files() -> None:
    analyzer = added(CSV, variables=["stars"], missing="skip")
    with pytest.raises(InvalidOptionError, match="a variable has one type"):
        analyzer.add_file(io.BytesIO(JSONL), format="jsonl", variables=["stars"])
    assert analyzer.document_count() == 2


def test_variables_need_a_table_and_an_analyzer_that_stores_text() -> None:
    with pytest.raises(InvalidDocumentError, match="the format of the file is text, which has no column 'stars'"):
        TextAnalyzer().add_file(io.BytesIO(b"to be"), variables=["stars"])
    with pytest.raises(TextNotStoredError):
        TextAnalyzer(store_text=False).add_file(io.BytesIO(CSV), format="csv", variables=["stars"])
    with pytest.raises(TypeError, match="put it in a list"):
        added(CSV, variables="stars")


def test_a_callback_sees_the_variables_of_its_document_and_of_earlier_ones() -> None:
    analyzer = TextAnalyzer()
    seen: list[list[Any]] = []
    analyzer.set_callback(lambda _: seen.append(list(analyzer.documents()["stars"])))
    analyzer.add_file(io.BytesIO(CSV), format="csv", variables=["stars"], missing="skip")
    assert seen == [["5"], ["5", "1"]]


def test_each_row_of_a_long_file_keeps_its_own_values() -> None:
    count = 60_000
    rows = "".join(f"{place},{'long ' * 20}word{place}\n" for place in range(count))
    analyzer = added(f"number,text\n{rows}".encode(), id="number", variables=["number"])
    assert analyzer.document_count() == count
    found = analyzer.subset({"number": ["0", "31234", "59999"]})
    assert [text.split()[-1] for text in found.get_documents()] == ["word0", "word31234", "word59999"]


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)


@given(rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=8))
def test_a_file_gives_the_documents_of_its_table(rows: list[tuple[str, str]]) -> None:
    texts, values = [text for text, _ in rows], [value for _, value in rows]
    data = "\n".join(json.dumps({"text": text, "value": value}) for text, value in rows).encode()
    expected = TextAnalyzer()
    expected.add_table({"text": texts, "value": values}, variables=["value"], missing="keep")
    found = TextAnalyzer()
    found.add_file(io.BytesIO(data), format="jsonl", variables=["value"], missing="keep")
    assert found.get_documents() == expected.get_documents()
    if rows:
        assert found.documents() == expected.documents()
