"""Archives: each member is read as a file."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import tarfile
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_files import documents, refused, tarred, written, zipped

from text_processor import InvalidDocumentError, Lexicon

pytestmark = pytest.mark.once

MEMBERS = {
    "a.txt": b"\xef\xbb\xbfgood day",
    "folder/b.csv": b'id,text\n1,"one\ntwo"\n2,three\n',
    "c.txt.gz": gzip.compress(b"inner"),
    "d.jsonl": b'{"text": "line"}\n',
}
FOUND = ["good day", "one\ntwo", "three", "inner", "line"]


ARCHIVES: dict[str, bytes] = {
    "a.zip": zipped(MEMBERS),
    "stored.zip": zipped(MEMBERS, zipfile.ZIP_STORED),
    "bzip2.zip": zipped(MEMBERS, zipfile.ZIP_BZIP2),
    "lzma.zip": zipped(MEMBERS, zipfile.ZIP_LZMA),
    "a.tar": tarred(MEMBERS),
    "gnu.tar": tarred(MEMBERS, tarfile.GNU_FORMAT),
    "a.tar.gz": gzip.compress(tarred(MEMBERS)),
    "a.tgz": gzip.compress(tarred(MEMBERS)),
    "a.tar.bz2": bz2.compress(tarred(MEMBERS)),
    "a.tar.xz": lzma.compress(tarred(MEMBERS)),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_each_member_of_an_archive_is_read_as_a_file(tmp_path: Path, name: str) -> None:
    path = written(tmp_path / name, ARCHIVES[name])
    assert documents(path) == FOUND
    assert documents(io.BytesIO(ARCHIVES[name])) == FOUND
    assert os.listdir(tmp_path) == [name]
    lexicon = str(written(tmp_path / f"words-{name}", ARCHIVES[name]))
    with pytest.raises(ValueError, match="the file is an archive: extract its text first"):
        Lexicon.from_file(lexicon)


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_error_in_a_member_names_the_archive_and_the_member(tmp_path: Path, name: str) -> None:
    members = {"a.txt": b"good", "b.txt": b"one\nt\xffo", "c.txt": b"later"}
    packed = zipped(members) if name.endswith("zip") else tarred(members)
    path = written(
        tmp_path / name.removesuffix(".gz").removesuffix(".bz2").removesuffix(".xz").replace("tgz", "tar"), packed
    )
    found, error = refused(path)
    assert (found, error) == (["good"], f"{path}:b.txt: the text is not valid UTF-8: wrong byte at offset 5")
    found, error = refused(path, lines=True)
    assert found == ["good", "one"]
    assert error == f"{path}:b.txt, line 2: the text is not valid UTF-8: wrong byte at offset 1"


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz", "a.tar.xz"])
@given(data=st.data())
@settings(max_examples=settings().max_examples // 3)
def test_a_truncated_archive_is_never_read_as_a_shorter_one(name: str, data: st.DataObject) -> None:
    packed = ARCHIVES[name]
    end = len(packed) - 1
    if name == "a.tar":
        # An archive ends with two blocks of zeros, but one of them is enough.
        end = len(packed.rstrip(b"\0")) // 512 * 512
    found, _ = refused(io.BytesIO(packed[: data.draw(st.integers(600 if name == "a.tar" else 30, end))]))
    assert found == FOUND[: len(found)]


def test_an_error_names_a_damaged_member_and_a_damaged_archive() -> None:
    packed = bytearray(ARCHIVES["stored.zip"])
    packed[packed.index(b"good day")] ^= 1
    assert "<BytesIO>:a.txt: the member is damaged" in refused(io.BytesIO(packed))[1]
    packed = bytearray(tarred({"a.txt": b"good", "b.txt": b"day"}, tarfile.USTAR_FORMAT))
    packed[packed.index(b"b.txt")] ^= 1
    found, error = refused(io.BytesIO(packed))
    assert (found, "the tar archive is damaged, or was not copied completely: bad checksum" in error) == (
        ["good"],
        True,
    )


def test_a_wrong_byte_in_a_zip_archive_never_loses_a_member() -> None:
    packed = zipped({"a.txt": b"good", "b.txt": b"day"})
    assert documents(io.BytesIO(packed)) == ["good", "day"]
    for place in range(4, len(packed)):
        for flip in (0x01, 0x41, 0xFF):
            damaged = bytearray(packed)
            damaged[place] ^= flip
            found: list[str] = []
            with suppress(InvalidDocumentError):
                found = documents(io.BytesIO(damaged), format="text")
            assert not found or {"good", "day"} <= set(found), (place, flip)


def test_a_zip_archive_may_have_many_members_and_a_comment() -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.comment = b"PK\5" * 100
        for number in range(66_000):
            archive.writestr(zipfile.ZipInfo(f"{number}/"), b"")
        archive.writestr("a.txt", b"good")
    data.seek(0)
    assert documents(data) == ["good"]


def test_the_error_for_a_damaged_member_says_how_many_bytes_come_before_it(tmp_path: Path) -> None:
    text = b"".join(b"line %d\n" % number for number in range(50_000))
    path = written(tmp_path / "a.tar", tarred({"a.txt": b"good", "b.txt": text})[: 1024 + 300_000])
    lines, error = refused(path, lines=True)
    assert lines == ["good", *text[:300_000].decode().split("\n")[: len(lines) - 1]]
    assert error.startswith(f"{path}:b.txt, line {len(lines)}: the member is damaged, or the archive was not copied")
    place = re.search(r" \(after (\d+) bytes\)$", error)
    assert place is not None
    assert 0 <= 300_000 - int(place[1]) < 1 << 17
    packed = bytearray(zipped({"a.txt": b"good", "b.txt": text}, zipfile.ZIP_STORED))
    packed[-1000] ^= 1
    packed[packed.index(b"line 100")] ^= 1
    assert re.search(r":b\.txt: .* \(after \d+ bytes\)$", refused(io.BytesIO(packed))[1])


def test_reading_an_archive_stops_at_a_member_that_is_not_text() -> None:
    for pack in (zipped, tarred):
        members = {"a.txt": b"good", "b.png": b"\x89PNG\r\n\x1a\n", "c.txt": b"later"}
        found, error = refused(io.BytesIO(pack(members)))
        assert (found, error) == (["good"], "<BytesIO>:b.png: the file is an image: name a file of text")


def test_an_archive_without_files_is_refused(tmp_path: Path) -> None:
    folder, link = tarfile.TarInfo("folder"), tarfile.TarInfo("link")
    folder.type, link.type = tarfile.DIRTYPE, tarfile.SYMTYPE
    tars = [b"".join(header.tobuf() for header in headers) + bytes(1024) for headers in ([], [folder], [folder, link])]
    for tar in tars:
        for name, packed in (("a.tar", tar), ("a.tgz", gzip.compress(tar))):
            assert refused(written(tmp_path / name, packed)) == ([], f"{tmp_path / name}: the archive has no files")
    for packed in (zipped({}), b"PK\5\6" + bytes(18)):
        path = written(tmp_path / "a.zip", packed)
        assert refused(path) == ([], f"{path}: the archive has no files")
        with pytest.raises(ValueError, match="the archive has no files"):
            Lexicon.from_file(path)


def test_an_error_names_an_encrypted_member() -> None:
    packed = bytearray(zipped({"a.txt": b"good"}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = packed.rindex(mark)
        packed[place + (6 if mark[2] == 3 else 8)] |= 1
    assert "<BytesIO>:a.txt: the member is encrypted: decrypt the archive first" in refused(io.BytesIO(packed))[1]


def test_an_archive_in_an_archive_and_a_document_are_refused(tmp_path: Path) -> None:
    for inner in ("a.zip", "a.tar", "a.tar.gz"):
        error = refused(io.BytesIO(zipped({f"folder/{inner}": ARCHIVES[inner]})))[1]
        assert error == f"<BytesIO>:folder/{inner}: the member is an archive in an archive: extract it first"
    for members in ({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<w/>"},):
        assert "is a document or a program in a zip archive" in refused(io.BytesIO(zipped(members)))[1]
    assert "is a document or a program" in refused(written(tmp_path / "a.docx", zipped(MEMBERS)))[1]
    assert refused(io.BytesIO(zipped({})))[1] == "<BytesIO>: the archive has no files"


def test_max_size_limits_the_size_of_all_members_together(tmp_path: Path) -> None:
    bomb = zipped({f"{number}.txt": b"words " * 1_000_000 for number in range(3)})
    assert len(bomb) < 100_000
    path = written(tmp_path / "bomb.zip", bomb)
    found, error = refused(path, max_size=13_000_000)
    assert len(found) == 2
    assert f"{path}:2.txt: the file has more than max_size=13000000 bytes after decompression" in error
    tar = written(tmp_path / "bomb.tgz", gzip.compress(tarred({"a.txt": bytes(5_000_000), "b.txt": b"good"})))
    assert "max_size=1000" in refused(tar, max_size=1000)[1]


def test_a_huge_header_of_a_tar_archive_is_not_read_into_memory() -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 1 << 30
    error = refused(io.BytesIO(header.tobuf(tarfile.USTAR_FORMAT) + bytes(1024)))[1]
    assert "it has a header of 1073741824 bytes" in error


def test_a_table_in_an_archive_is_read(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    import pyarrow as pa

    sink = io.BytesIO()
    pyarrow.write_table(pa.table({"body": ["good", "bad"]}), sink)
    members = {"a.parquet": sink.getvalue(), "b.parquet.gz": gzip.compress(sink.getvalue())}
    for packed in (zipped(members), tarred(members)):
        assert documents(written(tmp_path / "a", packed), column="body") == ["good", "bad"] * 2
