"""Contents of files that are not plain text: NUL characters, other encodings and binary files."""

from __future__ import annotations

import bz2
import codecs
import doctest
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_files import Slow, documents, error_of

from text_processor import InvalidDocumentError, InvalidLexiconError, Lexicon, TextAnalyzer, _files
from text_processor._files import decoding, stream

pytestmark = pytest.mark.once

WITH_OWN_MARK = ["utf-8-sig", "utf-16", "utf-32"]


# ---- Files that are not text ----


NO_TEXT = {
    "compressed (lz4)": b"\x04\x22\x4d\x18\x64\x40\xa7\x04\x00\x00\x80good",
    "7z archive": b"7z\xbc\xaf\x27\x1c\x00\x04",
    "rar archive": b"Rar!\x1a\x07\x01\x00",
    "PDF document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj",
    "Microsoft Office": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\x00",
    "SQLite": b"SQLite format 3\x00\x10",
    "image": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
    "program": b"\x7fELF\x02\x01\x01",
}


@pytest.mark.parametrize("errors", ["strict", "replace", "ignore", "backslashreplace"])
@pytest.mark.parametrize(("kind", "data"), NO_TEXT.items())
def test_the_error_for_a_file_that_is_not_text_names_its_format(
    tmp_path: Path, kind: str, data: bytes, errors: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    for encoding in ("utf-8", "latin-1", "cp1252"):
        for lines in (False, True):
            for file in (path, io.BytesIO(data)):
                error = error_of(file, encoding=encoding, errors=errors, lines=lines)
                assert kind in error.reason
                assert (error.offset, error.line, error.document) == (None, None, None)
            assert str(error).startswith(f"{error.path}: the file is ")
        assert error.path == "<BytesIO>"
    with pytest.raises(InvalidLexiconError, match="the file is "):
        Lexicon.from_file(path)


@pytest.mark.parametrize(("kind", "data"), NO_TEXT.items())
def test_a_file_that_is_not_text_is_refused_even_if_it_returns_one_byte_at_a_time(kind: str, data: bytes) -> None:
    assert kind in error_of(Slow(data), errors="replace").reason


def test_file_objects_that_decompress_are_read(tmp_path: Path) -> None:
    text = codecs.BOM_UTF8 + "größer\ngood".encode()
    for module in (gzip, bz2, lzma):
        path = tmp_path / module.__name__
        with module.open(path, "wb") as file:
            file.write(text)
        with module.open(path, "rb") as file:
            assert documents(file, lines=True) == ["größer", "good"]
            assert _files.size(file) == 0


@pytest.mark.parametrize("text", ["PK", "BZh9", "BZh91AY", "%PDF", "%PDF-1", "PAR1", "PAR1 is", "Rar!", "7z", "GIF89a"])
def test_text_may_begin_with_the_signature_of_another_format(text: str) -> None:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-16", "cp037"):
        assert documents(io.BytesIO(text.encode(encoding)), encoding=encoding) == [text]
        assert documents(Slow(f"{text} more".encode(encoding)), encoding=encoding) == [f"{text} more"]


# ---- NUL characters, and other encodings ----


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("errors", ["strict", "replace", "ignore", "backslashreplace"])
def test_the_error_for_another_encoding_without_a_mark_names_the_encoding(
    tmp_path: Path, encoding: str, errors: str
) -> None:
    text = "good words\nand more of them, an émigré"
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode(encoding))
    for wrong in ("utf-8", "ascii", "latin-1"):
        for lines in (False, True):
            error = error_of(path, errors=errors, encoding=wrong, lines=lines)
            assert f"looks like {encoding}, not {wrong}; pass encoding='{encoding}'" in error.reason
            assert error.line == (1 if lines else None)
    # The option that the message suggests works.
    assert documents(path, encoding=encoding) == [text]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize("errors", ["strict", "replace"])
def test_the_error_for_the_mark_of_another_encoding_names_the_encoding(encoding: str, order: str, errors: str) -> None:
    # Chinese text in UTF-16 has no zero byte, so only the mark shows the encoding.
    data = "\ufeff中文".encode(f"{encoding}-{order}")
    for lines in (False, True):
        for file in (io.BytesIO(data), Slow(data)):
            error = error_of(file, errors=errors, lines=lines)
            assert error.reason == f"the file looks like {encoding}, not utf-8; pass encoding='{encoding}'"
    assert documents(io.BytesIO(data), encoding=encoding) == ["中文"]
    assert documents(io.BytesIO(data), encoding=f"{encoding}-{order}") == ["中文"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize(("order", "other"), [("le", "be"), ("be", "le")])
def test_the_error_names_the_mark_of_the_other_byte_order(encoding: str, order: str, other: str) -> None:
    data = "\ufeff中文".encode(f"{encoding}-{order}")
    error = error_of(io.BytesIO(data), encoding=f"{encoding}-{other}")
    assert error.reason == f"the file looks like {encoding}, not {encoding}-{other}; pass encoding='{encoding}'"


def test_the_error_names_utf_16_without_its_mark() -> None:
    assert "looks like utf-16-be" in error_of(io.BytesIO("good".encode("utf-16-be")), encoding="utf-16").reason


@pytest.mark.parametrize("errors", ["strict", "replace", "ignore"])
@pytest.mark.parametrize(
    "place",
    [
        *(1, 7, stream.HEAD_BYTES - 1, stream.HEAD_BYTES, stream.HEAD_BYTES + 1),
        *(stream.HEAD_BYTES + decoding.CHECK_BYTES, stream.HEAD_BYTES + decoding.ROOM_BYTES - 1),
        *(decoding.PIECE_BYTES, decoding.PIECE_BYTES + stream.HEAD_BYTES, 9 << 20),
    ],
)
def test_a_nul_character_is_found_at_any_offset(tmp_path: Path, place: int, errors: str) -> None:
    data = (b"good\n" * (place // 5 + 1))[:place] + b"\0bad\nlater\n"
    path = tmp_path / "a.txt"
    path.write_bytes(data)
    for file in (path, io.BytesIO(data)):
        error = error_of(file, errors=errors)
        assert (error.offset, error.line) == (place, None)
        assert f"a NUL character at offset {place} of the file: the file is binary, or text in" in error.reason
    analyzer = TextAnalyzer()
    with pytest.raises(InvalidDocumentError, match=f"NUL character at offset {place} of the file") as caught:
        analyzer.add_file(path, lines=True, errors=errors)
    lines = data[:place].count(b"\n")
    assert (caught.value.line, len(analyzer)) == (lines + 1, lines)


@given(
    st.text(st.sampled_from("aé\n\r\U0001f600"), max_size=12),
    st.text(st.sampled_from("a\0é\n"), max_size=6),
    st.sampled_from(
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-7", "latin-1", "gb18030", "shift_jis", "hz"]
    ),
    st.sampled_from(["strict", "replace"]),
    st.integers(1, 5),
    st.booleans(),
)
def test_the_offset_of_a_nul_character_counts_from_the_start_of_the_file(
    before: str, behind: str, encoding: str, errors: str, step: int, has_mark: bool
) -> None:
    marked = "\ufeff" + before if has_mark else before
    beginning = marked.encode(encoding, "ignore")
    # These parts are not at the start of the file, so their marks are removed.
    nul, rest = (text.encode(encoding, "ignore")[len("".encode(encoding)) :] for text in ("\0", behind))
    data = beginning + nul + rest
    slow = Slow(data)
    slow.step = step
    for file in (io.BytesIO(data), slow):
        error = error_of(file, encoding=encoding, errors=errors)
        assert error.offset == len(beginning)
        assert f"offset {len(beginning)} of" in error.reason
    analyzer = TextAnalyzer()
    with pytest.raises(InvalidDocumentError) as caught:
        analyzer.add_file(io.BytesIO(data), encoding=encoding, errors=errors, lines=True)
    text = beginning.decode(encoding)
    text = text if encoding in WITH_OWN_MARK else text.removeprefix("\ufeff")
    whole = io.StringIO(text, newline=None).read().split("\n")
    assert caught.value.line == len(whole)
    assert analyzer.get_documents() == [line for line in whole[:-1] if line.strip()]


@pytest.mark.parametrize(
    ("encoding", "data", "offset"),
    [
        ("utf-7", b"ab\0c", 2),
        ("utf-7", b"ab+AAA-c", 2),
        ("utf-7", b"ab+AEEAAA-c", None),
        ("utf-7", b"ab+AAAAQQ-c", None),
        ("utf-7", b"ab+AAA c", None),
        ("utf-7", b"ab+AAA", None),
        ("unicode_escape", b"ab\0c", 2),
        ("unicode_escape", rb"ab\x00c", 2),
        ("unicode_escape", rb"ab\0c", None),
        ("unicode_escape", rb"ab\u0000c", None),
        ("raw_unicode_escape", rb"ab\u0000c", None),
        ("iso2022_jp", b'\x1b$B$"\x1b(B\0', 8),
        ("cp037", b"\x81\x82\0", 2),
        ("utf-16", "ab\0c".encode("utf-16"), 6),
        ("U16", "ab\0c".encode("utf-16"), 6),
        ("utf-32-be", "ab\0c".encode("utf-32-be"), 8),
    ],
)
@pytest.mark.parametrize("step", [1, 2, 100])
def test_the_offset_of_a_nul_character_is_exact_or_none_in_every_encoding(
    encoding: str, data: bytes, offset: int | None, step: int
) -> None:
    slow = Slow(data)
    slow.step = step
    error = error_of(slow, encoding=encoding)
    assert error.offset == offset
    place = "in the file" if offset is None else f"at offset {offset} of the file"
    assert error.reason.startswith(
        f"there is a NUL character {place}: the file is binary, or text in an encoding other than"
    )


def test_the_first_error_in_a_file_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for data, said in ((b"ab\xff\ncd\0", "not valid"), (b"ab\0\ncd\xff", "NUL character")):
        path.write_bytes(data)
        for file in (path, io.BytesIO(data), Slow(data)):
            for encoding in ("utf-8", "ascii"):
                for lines in (False, True):
                    error = error_of(file, encoding=encoding, lines=lines)
                    assert said in error.reason
                    assert "offset 2" in error.reason
                    if not isinstance(file, Path):
                        file.seek(0)


def test_a_document_that_does_not_come_from_a_file_may_have_nul_characters(tmp_path: Path) -> None:
    analyzer = TextAnalyzer()
    analyzer.add_document("a\0b")
    path = tmp_path / "a.txt"
    path.write_bytes(b"a\0b")
    analyzer.add_document(path.read_bytes())
    analyzer.add_documents(["a\0b", b"a\0b"])
    assert analyzer.word_frequency() == {"a\0b": 4}


def test_a_lexicon_with_nul_characters_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_bytes("good\t1\n".encode("utf-16-le"))
    with pytest.raises(InvalidLexiconError, match=r"words\.tsv: .*looks like utf-16-le"):
        Lexicon.from_file(path)
    path.write_bytes(codecs.BOM_UTF8 + b"good\t1\xff\n")
    with pytest.raises(InvalidLexiconError, match=r"words\.tsv: .*offset 9$"):
        Lexicon.from_file(path)


def test_line_numbers_of_errors_count_carriage_returns_as_line_ends() -> None:
    for encoding, data in (("utf-8", b"one\r\0"), ("ascii", b"one\r\xff")):
        analyzer = TextAnalyzer()
        with pytest.raises(InvalidDocumentError) as caught:
            analyzer.add_file(io.BytesIO(data), lines=True, encoding=encoding)
        assert (caught.value.line, analyzer.get_documents()) == (2, ["one"])


# ---- Lines with their numbers, as the commands read them ----


@given(
    st.lists(st.sampled_from([b"one", b"", b" ", "é".encode(), b"\xff", b"a\0b", b"two \xc3"]), max_size=6),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
    st.booleans(),
    st.integers(1, 7),
)
def test_commands_read_the_same_lines_and_raise_the_same_errors_as_add_file(
    parts: list[bytes], end: bytes, has_mark: bool, step: int
) -> None:
    data = codecs.BOM_UTF8 * has_mark + end.join(parts)
    slow = Slow(data)
    slow.step = step
    lines: list[str] = []

    def read() -> None:
        for number, block in _files.numbered_blocks(slow):
            assert number == len(lines) + 1
            lines.extend(block.decode().removesuffix("\n").split("\n"))

    analyzer = TextAnalyzer()
    expected = failure(lambda: analyzer.add_file(io.BytesIO(data), lines=True))
    error = failure(read)
    assert (error is None) == (expected is None)
    if error is not None and expected is not None:
        # The end of the message may differ: bytes after a NUL character can show the encoding, but may not be read yet.
        assert str(error).split(" of the file")[0] == str(expected).replace("BytesIO", "Slow").split(" of the file")[0]
        assert (error.line, error.offset) == (len(lines) + 1, expected.offset)
    assert analyzer.get_documents() == [line for line in lines if line.strip()]


def failure(call: Callable[[], object]) -> InvalidDocumentError | None:
    try:
        call()
    except InvalidDocumentError as error:
        return error
    return None


def test_an_error_names_the_file_with_invalid_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(codecs.BOM_UTF8 + b"one\ntwo \xff")
    with pytest.raises(InvalidDocumentError, match=r"a\.txt: .* at offset 11$") as caught:
        _files.text_of(path)
    assert (caught.value.offset, caught.value.line) == (11, None)
    with pytest.raises(InvalidDocumentError, match=r"a\.txt, line 2: .* at offset 4$") as caught:
        list(_files.numbered_blocks(path))
    assert (caught.value.offset, caught.value.line) == (4, 2)


def test_the_claims_of_the_page_about_files_hold() -> None:
    page = Path(__file__).resolve().parent.parent / "docs" / "files.md"
    if not page.exists():
        pytest.skip("the page is part of the source tree, which is not here")
    assert doctest.testfile(str(page), module_relative=False).failed == 0


def test_undecodable_bytes_after_a_nul_character_are_reported_as_a_decoding_error() -> None:
    for data, encoding in ((b"a\0\0\xdc", "utf-16"), (b"a\0\0\0\xff\xff\xff\xff", "utf-32")):
        for lines in (False, True):
            with pytest.raises(InvalidDocumentError, match="not valid utf-"):
                TextAnalyzer().add_file(io.BytesIO(data), encoding=encoding, lines=lines)


def test_text_may_have_the_signature_of_a_tar_archive_at_its_place() -> None:
    text = b"a word " * 60
    assert TextAnalyzer().add_file(io.BytesIO(text[:257] + b"ustar" + text[262:])) == 1
