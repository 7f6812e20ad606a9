"""Tables in Parquet files and Arrow files."""

from __future__ import annotations

import gzip
import io
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_files import documents

from text_processor import InvalidDocumentError, MissingDocumentError, TextAnalyzer

pytestmark = pytest.mark.once


@pytest.fixture(name="pa")
def _pa() -> Any:
    pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    import pyarrow

    return pyarrow


def texts(number: int) -> list[str | None]:
    return [None if row % 7 == 3 else f"row {row} é" for row in range(number)]


def expected(number: int) -> list[str]:
    return [text for text in texts(number) if text is not None]


def write_table(pa: Any, path: Path, kind: Any, number: int = 1000) -> Path:
    column = pa.array(texts(number)).cast(kind) if kind is not None else pa.array(texts(number)).dictionary_encode()
    table = pa.table({"id": list(range(number)), "text": column})
    if path.suffix == ".parquet":
        pa.parquet.write_table(table, path, row_group_size=300)
    elif path.suffix == ".arrows":
        with pa.ipc.new_stream(path, table.schema) as writer:
            writer.write_table(table, max_chunksize=300)
    else:
        with pa.ipc.new_file(path, table.schema) as writer:
            writer.write_table(table, max_chunksize=300)
    return path


@pytest.mark.parametrize("ending", ["parquet", "arrow", "arrows"])
@pytest.mark.parametrize("kind", ["string", "large_string", "string_view", "binary", None])
def test_a_column_of_a_parquet_file_or_an_arrow_file_is_read(
    pa: Any, tmp_path: Path, ending: str, kind: str | None
) -> None:
    path = write_table(pa, tmp_path / f"a.{ending}", None if kind is None else getattr(pa, kind)())
    assert documents(path, missing="skip") == expected(1000)
    with path.open("rb") as file:
        assert documents(file, missing="skip") == expected(1000)
    if ending != "arrows":
        # A file object has no name, so the first bytes show the format.
        assert documents(io.BytesIO(path.read_bytes()), missing="skip") == expected(1000)
    with pytest.raises(MissingDocumentError, match=rf"a\.{ending}: missing value at row 3: "):
        documents(path)
    with pytest.raises(InvalidDocumentError, match="has no column 'body': its columns are 'id', 'text'"):
        documents(path, column="body")
    with pytest.raises(InvalidDocumentError, match="the column 'id' has the type int64: pass a column of texts"):
        documents(path, column="id")


def test_an_error_names_a_damaged_row_group_and_keeps_the_rows_before_it(pa: Any, tmp_path: Path) -> None:
    path = write_table(pa, tmp_path / "a.parquet", pa.string())
    place = pa.parquet.ParquetFile(path).metadata.row_group(2).column(1).data_page_offset
    data = bytearray(path.read_bytes())
    data[place : place + 40] = b"\xff" * 40
    path.write_bytes(data)
    analyzer = TextAnalyzer()
    with pytest.raises(InvalidDocumentError, match=r"a\.parquet: row group 2 is damaged: ") as caught:
        analyzer.add_file(path, missing="skip")
    assert caught.value.path == str(path)
    assert analyzer.get_documents() == expected(600)


def losses(packed: bytes, form: str) -> list[tuple[int, int]]:
    """The places where one flipped bit in a table of 9 rows changes the number of rows without an error."""
    lost = []
    for place in range(len(packed)):
        for flip in (0x01, 0x80):
            damaged = bytearray(packed)
            damaged[place] ^= flip
            with suppress(InvalidDocumentError):
                number = len(documents(io.BytesIO(damaged), format=form, missing="keep"))
                lost += [(place, flip)] * (number != 9)
    return lost


@pytest.mark.parametrize("ending", ["parquet", "arrow", "arrows"])
def test_a_table_with_a_wrong_byte_never_crashes_and_never_has_fewer_rows(pa: Any, tmp_path: Path, ending: str) -> None:
    packed = write_table(pa, tmp_path / f"a.{ending}", pa.string(), number=9).read_bytes()
    form = "arrow" if ending == "arrows" else ending
    assert not losses(packed, form)


def test_a_dot_in_the_name_of_a_column_does_not_mean_a_field_of_another_column(pa: Any) -> None:
    file = io.BytesIO()
    pa.parquet.write_table(pa.table({"a": [{"b": "field"}], "a.b": ["column"]}), file)
    file.seek(0)
    assert documents(file, column="a.b") == ["column"]


@pytest.mark.parametrize("ending", ["parquet", "arrow", "arrows"])
@pytest.mark.parametrize("length", [0, 3, 100, 3000, -1, -9])
def test_a_truncated_table_is_refused(pa: Any, tmp_path: Path, ending: str, length: int) -> None:
    path = write_table(pa, tmp_path / f"a.{ending}", pa.string())
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(InvalidDocumentError, match=rf"a\.{ending}: "):
        documents(path, missing="skip")


@pytest.mark.parametrize("ending", ["arrow", "arrows"])
def test_an_arrow_file_with_a_length_beyond_its_end_is_damaged(pa: Any, tmp_path: Path, ending: str) -> None:
    path = write_table(pa, tmp_path / f"a.{ending}", pa.string(), 20)
    data = path.read_bytes()
    start = data.index(b"\xff\xff\xff\xff", data.index(b"\xff\xff\xff\xff") + 4)
    length = pa.ipc.read_message(data[start:]).body.size.to_bytes(8, "little")
    assert length in data
    path.write_bytes(data.replace(length, (1 << 56).to_bytes(8, "little")))
    with pytest.raises(InvalidDocumentError, match="record batch 0 is damaged, or the file was not copied completely"):
        documents(path)


@given(st.data())
@settings(max_examples=settings().max_examples * 3 // 5)
def test_a_damaged_arrow_file_never_crashes(data: st.DataObject) -> None:
    pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    sink = io.BytesIO()
    table = pa.table({"text": texts(20)})
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    damaged = bytearray(sink.getvalue())
    for place in data.draw(st.lists(st.integers(8, len(damaged) - 1), min_size=1, max_size=3)):
        damaged[place] ^= 1 << data.draw(st.integers(0, 7))
    with suppress(InvalidDocumentError):
        documents(io.BytesIO(damaged), format="arrow", missing="skip")


def written_by_polars(number: int, batch: int = 300) -> bytes:
    """An Arrow file of polars, which omits the mark and the length of a message before the schema."""
    pl = pytest.importorskip("polars", reason="polars is not installed")
    sink = io.BytesIO()
    pl.DataFrame({"id": list(range(number)), "text": texts(number)}).write_ipc(sink, record_batch_size=batch)
    return sink.getvalue()


@pytest.mark.usefixtures("pa")
def test_an_arrow_file_of_polars_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    path.write_bytes(written_by_polars(1000))
    assert documents(path, missing="skip") == expected(1000)
    packed = tmp_path / "a.arrow.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    assert documents(packed, missing="skip") == expected(1000)
    with pytest.raises(InvalidDocumentError, match="has no column 'body': its columns are 'id', 'text'"):
        documents(path, column="body")
    with pytest.raises(InvalidDocumentError, match="more than max_size=1000 bytes"):
        documents(path, missing="skip", max_size=1000)


@pytest.mark.usefixtures("pa")
def test_an_arrow_file_of_polars_with_a_wrong_byte_never_crashes_and_never_has_fewer_rows() -> None:
    packed = written_by_polars(9, batch=3)
    assert not losses(packed, "arrow")
    for length in range(len(packed)):
        with pytest.raises(InvalidDocumentError):
            documents(io.BytesIO(packed[:length]), format="arrow", missing="keep")


def test_max_size_counts_the_texts_of_a_table(pa: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pa.parquet.write_table(pa.table({"text": ["word " * 1000] * 10_000}), path)
    assert path.stat().st_size < 100_000
    with pytest.raises(InvalidDocumentError, match=r"a\.parquet: the file has more than max_size=1000000 bytes"):
        documents(path, max_size=1_000_000)
    assert len(documents(path, max_size=100_000_000)) == 10_000


def test_without_pyarrow_the_message_says_what_to_install(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1")
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from text_processor import TextAnalyzer\n"
        "try:\n    TextAnalyzer().add_file(sys.argv[1])\n"
        "except ModuleNotFoundError as error: print(error)\n"
    )
    answer = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True).stdout
    assert answer == f"{path} is read with pyarrow, which is not installed: pip install pyarrow\n"
