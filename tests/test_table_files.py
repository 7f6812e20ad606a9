"""Tables as text files: CSV, TSV and JSON lines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reading_files import documents

from text_processor import InvalidDocumentError, MissingDocumentError, TextAnalyzer
from text_processor._files import decoding, delimited, jsonl, stream

pytestmark = pytest.mark.once


def result(data: bytes, *, with_arrow: bool = True, piece: int = 1 << 20, **options: Any) -> tuple[list[str], str]:
    """The documents, and the message of the error without the words of the reader."""
    analyzer = TextAnalyzer()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(decoding, "PIECE_BYTES", piece)
        patch.setattr(stream, "HEAD_BYTES", piece)
        if not with_arrow:
            patch.setattr(delimited, "arrow", lambda *_: None)
            patch.setattr(jsonl, "arrow", lambda *_: None)
        try:
            analyzer.add_file(io.BytesIO(data), **options)
            error = ""
        except InvalidDocumentError as failure:
            error = str(failure)
    return analyzer.get_documents(), error


# ---- CSV and TSV ----


def written(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    file = io.StringIO(newline="")
    # The module csv quotes a line end only if it is the line end of the file.
    has_ends = any({*"\r\n"} & set(field) for row in rows for field in row)
    quoting: Any = csv.QUOTE_ALL if has_ends else csv.QUOTE_MINIMAL
    csv.writer(file, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return file.getvalue()


FIELDS = st.text(st.sampled_from('ab",\t\n\r é\u2028\ufeff'), max_size=6)


@given(
    st.lists(st.tuples(FIELDS, FIELDS), max_size=6),
    st.sampled_from([("csv", ","), ("tsv", "\t")]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "utf-16-le"]),
    st.integers(1, 40),
    st.booleans(),
)
def test_a_column_of_csv_has_the_values_that_were_written(
    rows: list[tuple[str, str]],
    kind: tuple[str, str],
    end: str,
    has_mark: bool,
    encoding: str,
    piece: int,
    with_arrow: bool,
) -> None:
    table = written([["id", "text"], *map(list, rows)], kind[1], end)
    table = "\ufeff" + table if has_mark and encoding in ("utf-8", "utf-16-le") else table
    options: dict[str, Any] = {"format": kind[0], "encoding": encoding, "missing": "keep"}
    found = result(table.encode(encoding), with_arrow=with_arrow, piece=piece, **options)
    assert found == ([text for _, text in rows], "")


@given(
    st.text(st.sampled_from('a",\n\r '), max_size=24),
    st.sampled_from(["text,id\n", "text\n", '"te""xt",text\r']),
    st.integers(1, 30),
    st.integers(1, 4),
)
@example('"a\n', "text\n", 3, 1)
@example('a"b,"c\n"\n"', "text,id\n", 1, 1)
@settings(max_examples=settings().max_examples * 4)
def test_csv_is_read_in_the_same_way_with_and_without_pyarrow(text: str, header: str, piece: int, most: int) -> None:
    data = (header + text).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "_MOST_QUOTED", most)
        found = result(data, piece=piece, format="csv", missing="keep")
    assert found == result(data, piece=piece, with_arrow=False, format="csv", missing="keep")
    # The result does not depend on the places where the reader cuts blocks.
    assert found == result(data, format="csv", missing="keep")


@pytest.mark.parametrize("with_arrow", [True, False])
def test_a_byte_order_mark_at_the_start_of_a_block_of_rows_is_text(with_arrow: bool) -> None:
    data = "text,id\n" + '\ufeffa,1\n\ufeff"b",2\n' * 20
    found = result(data.encode(), with_arrow=with_arrow, piece=8, format="csv")
    assert found == (["\ufeffa", '\ufeff"b"'] * 20, "")


@given(st.text(st.sampled_from('a",\n\r '), max_size=24))
def test_csv_is_read_in_the_same_way_as_by_the_module_csv(text: str) -> None:
    data = "text,id\n" + text
    rows = [row for row in csv.reader(io.StringIO(data, newline="")) if row][1:]
    wrong = next((number for number, row in enumerate(rows) if len(row) != 2), None)
    found, error = result(data.encode(), format="csv", missing="keep")
    if "last quote is missing" in error:
        # The module csv treats the rest of the file as one field.
        assert [row[0] for row in rows[: len(found)]] == found
    elif wrong is None:
        assert (found, error) == ([row[0] for row in rows], "")
    else:
        assert found == [row[0] for row in rows[:wrong]]
        assert error == f"<BytesIO>, row {wrong}: the row has {len(rows[wrong])} fields, and the header has 2"


@pytest.mark.parametrize("with_arrow", [True, False])
def test_the_error_names_a_row_that_is_not_utf8_and_keeps_the_rows_before_it(with_arrow: bool) -> None:
    data = b"id,text\n1,good\n2,b\xffd\n3,later\n"
    assert result(data, with_arrow=with_arrow, format="csv") == (
        ["good"],
        "<BytesIO>, row 1: the text is not valid UTF-8: wrong byte at offset 1",
    )
    # Wrong bytes in other columns are not an error.
    assert result(b"id,text\n\xff,good\n", with_arrow=with_arrow, format="csv") == (["good"], "")
    assert result(data, with_arrow=with_arrow, format="csv", encoding="latin-1")[0] == ["good", "bÿd", "later"]


@pytest.mark.parametrize("with_arrow", [True, False])
def test_a_field_may_be_longer_than_the_limit_of_the_module_csv(with_arrow: bool) -> None:
    before = csv.field_size_limit()
    long = "word, " * 1_000_000
    data = written([["id", "text"], ["1", long], ["2", "good"]]).encode()
    assert result(data, with_arrow=with_arrow, format="csv") == ([long, "good"], "")
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("with_arrow", [True, False])
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"id,body\n1,good\n",
            "pass column= to say which column of the file has the texts: its columns are 'id', 'body'",
        ),
        (b"", "the file is empty: its first row must have the names of the columns"),
        (b"\n\r\n", "the file is empty: its first row must have the names of the columns"),
        (b"text,text\n1,2\n", "the file has 2 columns 'text': give each column another name"),
    ],
)  # fmt: skip
def test_the_error_for_a_wrong_csv_file_says_what_is_wrong(data: bytes, message: str, with_arrow: bool) -> None:
    assert result(data, with_arrow=with_arrow, format="csv") == ([], f"<BytesIO>: {message}")


@pytest.mark.parametrize("with_arrow", [True, False])
def test_a_quoted_field_without_its_last_quote_is_an_error_with_the_number_of_its_row(with_arrow: bool) -> None:
    reason = "the file ends inside of a quoted field: its last quote is missing"
    found = result(b'text\nfirst\n"good\nbad', with_arrow=with_arrow, format="csv")
    assert found == (["first"], f"<BytesIO>, row 1: {reason}")
    assert result(b'"text\nfirst', with_arrow=with_arrow, format="csv") == ([], f"<BytesIO>: {reason}")


def test_the_error_for_a_wrong_column_names_the_columns() -> None:
    data = b"id,text\n1,good\n"
    assert result(data, format="csv", column="body")[1] == (
        "<BytesIO>: the file has no column 'body': its columns are 'id', 'text'"
    )
    assert "which has no columns: leave out column=" in result(data, column="text")[1]
    assert "lines=True is for text, and the format of the file is csv" in result(data, format="csv", lines=True)[1]


def test_an_empty_field_is_a_blank_row(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,text\n1,good\n2,\n3,""\n4,bad\n')
    with pytest.raises(InvalidDocumentError, match=r"a\.csv, row 1: the document holds no word") as caught:
        documents(path)
    assert (caught.value.row, caught.value.document, caught.value.line) == (1, None, None)
    assert documents(path, missing="skip") == ["good", "bad"]
    assert documents(path, missing="keep") == ["good", "", "", "bad"]


def test_a_table_in_utf_16_without_its_mark_is_refused() -> None:
    error = result("id,text\n1,good\n".encode("utf-16-le"), format="csv")[1]
    assert "looks like utf-16-le, not utf-8; pass encoding='utf-16-le'" in error


@pytest.mark.parametrize("with_arrow", [True, False])
@pytest.mark.parametrize("piece", [8, 1 << 20])
def test_errors_about_a_wrong_byte_name_the_row_of_the_table(with_arrow: bool, piece: int) -> None:
    csv_rows, json_rows = b"id,text\n1,one\n\n2,two\n3,", b'{"text":"one"}\n\n{"text":"two"}\n{"text":"'
    nul, place = "there is a NUL character at offset {} of the file", b"th\0ree"
    for data, kind, name in ((csv_rows, "csv", "row 2"), (json_rows, "jsonl", "line 4, row 2")):
        found, error = result(data + place, format=kind, with_arrow=with_arrow, piece=piece)
        assert found == ["one", "two"]
        assert error.startswith(f"<BytesIO>, {name}: {nul.format(len(data) + 2)}: the file is binary")
        options: dict[str, Any] = {"format": kind, "with_arrow": with_arrow, "piece": piece}
        found, error = result(data + "thrée".encode("latin-1"), encoding="ascii", **options)
        assert found == ["one", "two"]
        assert error.startswith(f"<BytesIO>, {name}: the text is not valid ascii: ")
        with pytest.raises(InvalidDocumentError) as caught:
            documents(io.BytesIO(data + place), format=kind)
        assert (caught.value.row, caught.value.document, caught.value.offset) == (2, None, None)
    # A wrong byte in the names of the columns is not in a row.
    assert result(b"id,te\0xt\n1,one\n", format="csv", with_arrow=with_arrow, piece=piece)[1].startswith(
        f"<BytesIO>: {nul.format(5)}"
    )


# ---- JSON lines ----

VALUES = st.one_of(
    st.none(),
    st.text(st.sampled_from('aé"\\\n\r\u2028\ud800\0'), max_size=4),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.just("text"), st.just("b"), max_size=1),
)


@given(
    st.lists(
        st.one_of(
            st.dictionaries(st.sampled_from(["text", "id"]), st.text("aé\n", max_size=3)).map(json.dumps),
            st.dictionaries(st.sampled_from(["text", "id", "tëxt"]), VALUES).map(json.dumps),
            st.sampled_from(['{"text":"a","text":"b"}', "[1]", "{", "", " ", '{"text":"a"} {}', '{"text":"a",}']),
            st.sampled_from(["null", '{"text":"a"} null', " null null", '"text"', "1", "true"]),
        ),
        max_size=5,
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.integers(1, 60),
)  # fmt: skip
@settings(max_examples=settings().max_examples * 4)
def test_json_lines_are_read_in_the_same_way_with_and_without_pyarrow(
    lines: list[str], end: str, ends: bool, piece: int
) -> None:
    data = ('{"text":"first"}' + end + end.join(lines) + end * ends).encode()
    options: dict[str, Any] = {"format": "jsonl", "missing": "keep"}
    found = result(data, piece=piece, **options)
    assert found == result(data, piece=piece, with_arrow=False, **options)
    assert found == result(data, **options)


@pytest.mark.parametrize("with_arrow", [True, False])
def test_a_missing_key_and_null_are_missing_values(with_arrow: bool) -> None:
    data = b'{"text": "good", "id": 1}\n{"id": [1, {"text": "x"}]}\n\n{"text": null}\n{"text": ""}\n'
    assert result(data, with_arrow=with_arrow, format="jsonl", missing="keep") == (["good", "", "", ""], "")
    assert result(data, with_arrow=with_arrow, format="jsonl", missing="skip") == (["good"], "")
    with pytest.raises(MissingDocumentError) as caught:
        documents(io.BytesIO(data), format="jsonl")
    assert (caught.value.row, caught.value.document) == (1, None)
    assert str(caught.value).startswith("<BytesIO>: missing value at row 1: ")


@pytest.mark.parametrize("with_arrow", [True, False])
@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b'{"text": 3}', "line 4, row 2: the value of 'text' must be a string or null, not a number"),
        (b'{"text": {"a": 1}}', "line 4, row 2: the value of 'text' must be a string or null, not an object"),
        (b'{"text": ["a"]}', "line 4, row 2: the value of 'text' must be a string or null, not an array"),
        (b"good", "line 4, row 2: the line is not JSON: Expecting value: line 1 column 1 (char 0)"),
        (b'["good"]', 'line 4, row 2: the line must be an object, such as {"text": "a good day"}'),
        (b'{"text": "b\xffd"}', "row 2: the text is not valid UTF-8: wrong byte at offset 1"),
    ],
)
def test_the_error_names_a_wrong_line_of_json(line: bytes, message: str, with_arrow: bool) -> None:
    data = b'{"text":"one"}\n\n{"text":"two"}\n' + line + b'\n{"text":"later"}\n'
    assert result(data, with_arrow=with_arrow, format="jsonl") == (["one", "two"], f"<BytesIO>, {message}")


@pytest.mark.parametrize("with_arrow", [True, False])
@pytest.mark.parametrize(
    "lines",
    [
        "null\n{}",
        '{"text": "a"}\n null',
        '{"text": null}\n\r\n\tnull\n{}',
        "null\n",
        '{"text":"a"} null\n\n',
        "null null\n\n",
    ],
)
def test_a_line_with_null_in_place_of_an_object_never_crashes(lines: str, with_arrow: bool) -> None:
    # For such lines, pyarrow ends the process, or returns memory without a defined content.
    error = result(lines.encode(), with_arrow=with_arrow, format="jsonl", missing="keep")[1]
    assert "the line must be an object" in error or "the line is not JSON" in error


@pytest.mark.parametrize("with_arrow", [True, False])
@pytest.mark.parametrize("line", ["null", '{"text": "b"}'])
def test_a_byte_order_mark_at_the_start_of_a_later_line_is_an_error(line: str, with_arrow: bool) -> None:
    data = ('{"text": "a"}\n\ufeff' + line + "\n").encode()
    for piece in (14, 1 << 20):
        found, error = result(data, with_arrow=with_arrow, piece=piece, format="jsonl")
        assert found == ["a"]
        assert error.startswith("<BytesIO>, line 2, row 1: the line is not JSON")


@pytest.mark.parametrize("with_arrow", [True, False])
def test_other_columns_may_have_huge_numbers(with_arrow: bool) -> None:
    data = b'{"text": "good", "id": ' + b"9" * 10_000 + b"}\n"
    assert result(data, with_arrow=with_arrow, format="jsonl") == (["good"], "")
    data = b'{"text": ' + b"9" * 10_000 + b"}\n"
    assert "must be a string or null, not a number" in result(data, with_arrow=with_arrow, format="jsonl")[1]


@pytest.mark.parametrize("with_arrow", [True, False])
def test_a_line_with_deeply_nested_values_is_read_or_the_error_names_the_line(with_arrow: bool) -> None:
    data = b'{"text": "good", "id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}\n"
    found, error = result(data, with_arrow=with_arrow, format="jsonl")
    assert found == ["good"] or error == "<BytesIO>, line 1, row 0: the line has too many nested values"


@pytest.mark.parametrize("with_arrow", [True, False])
def test_the_error_for_a_key_that_no_line_has_names_the_keys(with_arrow: bool) -> None:
    data = b'{"id": 1, "body": "good"}\n{"id": 2}\n'
    assert result(data, with_arrow=with_arrow, format="jsonl", column="text", missing="skip") == (
        [],
        "<BytesIO>: the file has no column 'text': its columns are 'id', 'body'",
    )
    assert result(b"", with_arrow=with_arrow, format="jsonl") == ([], "")


@pytest.fixture(autouse=True)
def _same_limit() -> Iterator[None]:
    before = csv.field_size_limit()
    yield
    assert csv.field_size_limit() == before
