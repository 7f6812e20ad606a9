from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import InvalidDocumentError, TextAnalyzer
from text_processor._files import decoding, stream


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_a_file_is_one_unchanged_document(analyzer: TextAnalyzer, tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "one\r\ntwo\nthree é\n".encode())
    assert analyzer.add_file(path) == 1
    assert analyzer.add_file(str(path)) == 1
    with path.open("rb") as file:
        assert analyzer.add_file(file) == 1
        assert not file.closed
    assert analyzer.add_file(io.BytesIO(b"in memory")) == 1
    assert analyzer.get_documents() == ["one\r\ntwo\nthree é\n"] * 3 + ["in memory"]


def test_each_line_can_be_a_document_and_blank_lines_are_skipped(analyzer: TextAnalyzer, tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "one\r\n \n\ntwo é\rthree\n\u3000\nfour".encode())
    assert analyzer.add_file(path, lines=True) == 4
    assert analyzer.get_documents() == ["one", "two é", "three", "four"]
    assert analyzer.add_file(write(tmp_path / "blank.txt", b"\n\n \r\n"), lines=True) == 0


@given(
    text=st.text(st.sampled_from("ab é\r\n\u2028\x1c"), max_size=60),
    block=st.integers(1, 9),
    encoding=st.sampled_from(["utf-8", "utf-16", "latin-1", "utf-8-sig"]),
)
def test_lines_are_those_of_a_file_opened_as_text(text: str, block: int, encoding: str) -> None:
    data = text.encode(encoding, "replace")
    expected = [line.rstrip("\n") for line in io.TextIOWrapper(io.BytesIO(data), encoding) if line.strip()]
    with pytest.MonkeyPatch.context() as patch, TextAnalyzer() as analyzer:
        patch.setattr(decoding, "PIECE_BYTES", block)
        patch.setattr(stream, "HEAD_BYTES", block)
        assert analyzer.add_file(io.BytesIO(data), lines=True, encoding=encoding) == len(expected)
        assert analyzer.get_documents() == expected


def test_lines_longer_than_a_block_are_not_cut(analyzer: TextAnalyzer, tmp_path: Path) -> None:
    line = "word " * (decoding.PIECE_BYTES // 2)
    path = write(tmp_path / "a.txt", f"first\n{line}\nlast".encode())
    assert analyzer.add_file(path, lines=True) == 3
    assert analyzer.get_documents() == ["first", line, "last"]


def test_other_encodings_are_decoded_in_the_same_way_as_by_open(analyzer: TextAnalyzer, tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "größer\ncafé".encode("latin-1"))
    analyzer.add_file(path, encoding="latin-1")
    analyzer.add_file(path, encoding="latin-1", lines=True)
    analyzer.add_file(path, errors="replace")
    analyzer.add_file(path, errors="replace", lines=True)
    analyzer.add_file(path, errors="ignore")
    assert analyzer.get_documents() == [
        "größer\ncafé", "größer", "café", "gr\ufffd\ufffder\ncaf\ufffd", "gr\ufffd\ufffder", "caf\ufffd", "grer\ncaf",
    ]  # fmt: skip
    with pytest.raises(LookupError, match="klingon"):
        analyzer.add_file(path, encoding="klingon")


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_error_for_a_wrong_encoding_names_the_file_and_the_offset(
    analyzer: TextAnalyzer, tmp_path: Path, encoding: str
) -> None:
    good = write(tmp_path / "good.txt", b"good")
    bad = write(tmp_path / "bad.txt", b"fine\nalso \xff bad\nlater")
    with pytest.raises(InvalidDocumentError, match=r"bad\.txt: .* offset 10") as caught:
        analyzer.add_files([good, bad, good], encoding=encoding)
    assert (caught.value.path, caught.value.line, caught.value.offset) == (str(bad), None, 10)
    assert analyzer.get_documents() == ["good"]


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_the_error_names_the_line_if_lines_are_documents(analyzer: TextAnalyzer, tmp_path: Path, encoding: str) -> None:
    bad = write(tmp_path / "bad.txt", b"fine\nalso fine\nnot \xff\nlater")
    with pytest.raises(InvalidDocumentError, match=r"bad\.txt, line 3: ") as caught:
        analyzer.add_file(bad, lines=True, encoding=encoding)
    assert (caught.value.line, caught.value.document) == (3, None)
    assert analyzer.get_documents() == ["fine", "also fine"]


def test_errors_of_decoders_without_an_offset_name_the_file(analyzer: TextAnalyzer, tmp_path: Path) -> None:
    for lines in (False, True):
        with pytest.raises(InvalidDocumentError, match=r"bad\.txt.*: .*BOM"):
            analyzer.add_file(write(tmp_path / "bad.txt", b"no mark"), encoding="utf-16", lines=lines)


def test_the_error_names_a_line_that_is_not_utf8_and_earlier_lines_are_kept(
    analyzer: TextAnalyzer, tmp_path: Path
) -> None:
    bad = write(tmp_path / "bad.txt", b"fine\n\n" + b"more\n" * decoding.PIECE_BYTES + b"also \xff bad\nlater")
    with pytest.raises(InvalidDocumentError, match=rf"bad.txt, line {decoding.PIECE_BYTES + 3}: .* offset 5") as caught:
        analyzer.add_file(bad, lines=True)
    assert (caught.value.line, caught.value.offset, caught.value.document) == (decoding.PIECE_BYTES + 3, 5, None)
    assert len(analyzer) == decoding.PIECE_BYTES + 1


def test_an_empty_file_is_an_error(analyzer: TextAnalyzer, tmp_path: Path) -> None:
    with pytest.raises(InvalidDocumentError, match=r"empty.txt: .*no word"):
        analyzer.add_file(write(tmp_path / "empty.txt", b""))


def test_surrogates_from_an_error_handler_are_refused(analyzer: TextAnalyzer, tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", b"a \xff")
    for lines in (False, True):
        with pytest.raises(InvalidDocumentError, match=r"a.txt.*surrogate"):
            analyzer.add_file(path, errors="surrogateescape", lines=lines)
    path = write(tmp_path / "b.txt", b"one\ntwo\nthree \xff\n")
    with pytest.raises(InvalidDocumentError, match=r"b.txt, line 3: ") as caught:
        analyzer.add_file(path, errors="surrogateescape", lines=True)
    assert caught.value.line == 3
    assert analyzer.get_documents() == ["one", "two"]


def test_files_that_cannot_be_read_raise_the_error_of_open(analyzer: TextAnalyzer, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        analyzer.add_file(tmp_path / "missing.txt")
    with pytest.raises(IsADirectoryError):
        analyzer.add_file(tmp_path)
    with pytest.raises(TypeError, match="put it in a list"):
        analyzer.add_files(str(tmp_path))
    for wrong in (None, 3):
        with pytest.raises(TypeError, match="a file must be a path"):
            analyzer.add_file(wrong)  # type: ignore[arg-type]
    for lines in (False, True):
        with pytest.raises(TypeError, match="reading bytes"):
            analyzer.add_file(io.StringIO("text"), lines=lines)  # type: ignore[arg-type]
    for encoding in ("hex", "rot13"):
        with pytest.raises(LookupError, match="not a text encoding"):
            analyzer.add_file(write(tmp_path / "a.txt", b"text"), encoding=encoding)


def test_progress_counts_the_bytes_of_all_files(analyzer: TextAnalyzer, tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{number}.txt", b"words\n" * decoding.PIECE_BYTES) for number in range(2)]
    for lines in (False, True):
        seen: list[tuple[int, int | None]] = []
        analyzer.add_files(paths, lines=lines, progress=lambda done, total: seen.append((done, total)))  # noqa: B023
        assert seen[-1] == (12 * decoding.PIECE_BYTES, 12 * decoding.PIECE_BYTES)
        assert seen == sorted(seen)
        assert len(seen) >= 12


def test_a_pipe_of_unknown_size_can_be_read(analyzer: TextAnalyzer) -> None:
    reading, writing = os.pipe()
    with open(writing, "wb") as end:
        end.write(b"from a pipe")
    seen: list[tuple[int, int | None]] = []
    with open(reading, "rb") as file:
        analyzer.add_file(file, lines=True, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(11, None)]
    assert analyzer.get_documents() == ["from a pipe"]
