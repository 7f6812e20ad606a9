"""Compressed files, archives and remote files, and reading ahead."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import signal
import subprocess
import sys
import tarfile
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from text_processor import ForkedAnalyzerError, InvalidDocumentError, InvalidOptionError, Lexicon, TextAnalyzer
from text_processor._files import decoding


def _zstd(data: bytes) -> bytes:
    name = "compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd"
    module = pytest.importorskip(name, reason="no module for zstd is installed")
    parameter = module.CompressionParameter.checksum_flag
    packed: bytes = module.compress(data, options={parameter: 1})
    return packed


PROGRAMS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": _zstd,
}
NAMES = {"gz": "gzip", "bz2": "bzip2", "xz": "xz", "zst": "zstd"}
TEXT = "\ufeffgood dày\nbad\r\nworse\r".encode()
LINES = ["good dày", "bad", "worse"]


def documents(file: Any, **options: Any) -> list[str]:
    analyzer = TextAnalyzer()
    assert analyzer.add_file(file, **options) == len(analyzer)
    return analyzer.get_documents()


def refused(file: Any, **options: Any) -> tuple[list[str], str]:
    analyzer = TextAnalyzer()
    with pytest.raises(InvalidDocumentError) as caught:
        analyzer.add_file(file, **options)
    assert caught.value.path is not None
    return analyzer.get_documents(), str(caught.value)


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.fixture(params=["with isal", "without isal"])
def isal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without isal":
        monkeypatch.setitem(sys.modules, "isal", None)
        monkeypatch.setitem(sys.modules, "isal.igzip", None)
    else:
        pytest.importorskip("isal.igzip", reason="isal is not installed")


# ---- Compressed files ----


@pytest.mark.usefixtures("isal")
@pytest.mark.parametrize("ending", PROGRAMS)
def test_a_compressed_file_is_read_like_its_text(tmp_path: Path, ending: str) -> None:
    packed = PROGRAMS[ending](TEXT)
    for name in (f"a.txt.{ending}", "a.txt", "a"):
        path = written(tmp_path / name, packed)
        with path.open("rb") as file:
            assert documents(file, lines=True) == LINES
        assert documents(path, lines=True) == LINES
        assert documents(path) == [TEXT.decode()[1:]]
    assert documents(io.BytesIO(packed), lines=True) == LINES
    table = written(tmp_path / f"a.csv.{ending}", PROGRAMS[ending](b"id,text\n1,good\n"))
    assert documents(table) == ["good"]
    assert documents(table, format="text") == ["id,text\n1,good\n"]
    words = written(tmp_path / f"words.tsv.{ending}", PROGRAMS[ending](b"good\t1\rbad\t-1\r"))
    assert dict(Lexicon.from_file(words)) == {"good": 1, "bad": -1}


@pytest.mark.usefixtures("isal")
@pytest.mark.parametrize("ending", PROGRAMS)
def test_several_streams_in_one_file_are_one_text(tmp_path: Path, ending: str) -> None:
    parts = [PROGRAMS[ending](part) for part in (b"go", b"od\nb", b"", b"ad\n")]
    assert documents(written(tmp_path / f"a.{ending}", b"".join(parts)), lines=True) == ["good", "bad"]


@pytest.mark.usefixtures("isal")
@pytest.mark.parametrize("ending", ["gz", "bz2", "xz"])
def test_zero_bytes_may_follow_a_compressed_file(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path / f"a.{ending}", PROGRAMS[ending](b"good") + bytes(1024) + PROGRAMS[ending](b" day"))
    assert documents(path) == ["good day"]
    assert documents(written(path, PROGRAMS[ending](b"good") + bytes(5000))) == ["good"]


@pytest.mark.usefixtures("isal")
@pytest.mark.parametrize("ending", PROGRAMS)
def test_bytes_that_are_not_compressed_may_not_follow_a_compressed_file(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path / f"a.{ending}", PROGRAMS[ending](b"good") + b"and some text that is not compressed" * 9)
    assert f"the file is compressed ({NAMES[ending]}) and " in refused(path)[1]


@given(st.sampled_from([*PROGRAMS]), st.data())
@settings(max_examples=60, deadline=None)
def test_a_compressed_file_that_ends_too_early_is_never_a_shorter_text(ending: str, data: st.DataObject) -> None:
    packed = PROGRAMS[ending](b"good words\n" * 50 + bytes(range(32, 127)))
    # Shorter files are not recognized as compressed: their names show it, or they are not text.
    signature = 10
    cut = packed[: data.draw(st.integers(signature, len(packed) - 1))]
    error = refused(io.BytesIO(cut))[1]
    assert f"the file is compressed ({NAMES[ending]}) and " in error


@pytest.mark.usefixtures("isal")
@pytest.mark.parametrize("ending", PROGRAMS)
def test_the_lines_before_a_damaged_place_stay(tmp_path: Path, ending: str) -> None:
    text = b"".join(b"line %d %x\n" % (number, number * 2654435761 % 2**32) for number in range(120_000))
    packed = PROGRAMS[ending](text)
    path = written(tmp_path / f"a.{ending}", packed[: len(packed) * 3 // 4])
    lines, error = refused(path, lines=True)
    assert len(lines) > 10_000
    assert lines == text.decode().split("\n")[: len(lines)]
    assert f"a.{ending}, line {len(lines) + 1}: the file is compressed ({NAMES[ending]}) and ends too early" in error


@pytest.mark.parametrize("ending", PROGRAMS)
@pytest.mark.parametrize("content", [b"", b"plain text", gzip.compress(b"good")])
def test_a_file_that_is_not_compressed_as_its_name_says_is_refused(tmp_path: Path, ending: str, content: bytes) -> None:
    if ending == "gz" and content.startswith(b"\x1f"):
        pytest.skip("the name is right")
    path = written(tmp_path / f"a.txt.{ending}", content)
    assert f"the file is not compressed with {NAMES[ending]}, but its name ends as if it were" in refused(path)[1]
    # The advice in the message works.
    assert documents(path, format="text", missing="keep") == [
        "good" if content.startswith(b"\x1f") else content.decode()
    ]


def test_a_file_that_is_compressed_twice_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gz", gzip.compress(gzip.compress(b"good")))
    assert "a.gz: the file is compressed (gzip): decompress it first" in refused(path)[1]


def test_max_size_is_a_limit_of_the_decompressed_bytes(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gz", gzip.compress(b"words\n" * 1_000_000))
    for lines in (False, True):
        assert "a.gz" in (error := refused(path, max_size=5_999_999, lines=lines)[1])
        assert "the file has more than max_size=5999999 bytes after decompression" in error
        assert len(documents(path, max_size=6_000_000, lines=lines)) == (1_000_000 if lines else 1)
    for wrong in (-1, "1", 1.5):
        with pytest.raises((InvalidOptionError, TypeError), match="max_size"):
            TextAnalyzer().add_file(path, max_size=wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidOptionError, match=r"format='cvs' is not known: did you mean 'csv'\?"):
        TextAnalyzer().add_file(path, format="cvs")  # type: ignore[arg-type]


def test_progress_counts_the_compressed_bytes(tmp_path: Path) -> None:
    packed = gzip.compress(os.urandom(6 << 20).hex().encode())
    path = written(tmp_path / "a.gz", packed)
    seen: list[tuple[int, int | None]] = []
    TextAnalyzer().add_file(path, progress=lambda *done: seen.append(done))
    assert seen[-1] == (len(packed), len(packed))
    assert seen == sorted(seen)
    assert len({done for done, _ in seen}) >= 3


# ---- Archives ----

MEMBERS = {
    "a.txt": b"\xef\xbb\xbfgood day",
    "folder/b.csv": b'id,text\n1,"one\ntwo"\n2,three\n',
    "c.txt.gz": gzip.compress(b"inner"),
    "d.jsonl": b'{"text": "line"}\n',
}
FOUND = ["good day", "one\ntwo", "three", "inner", "line"]


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        archive.writestr("folder/", b"")
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("__MACOSX/._a.txt", b"\0\5\x16\7")
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(members: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w", format=form) as archive:
        for name, kind in (("folder", tarfile.DIRTYPE), ("link", tarfile.SYMTYPE), ("hard", tarfile.LNKTYPE)):
            header = tarfile.TarInfo(name)
            header.type, header.linkname = kind, "/etc/passwd"
            archive.addfile(header)
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return data.getvalue()


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
@settings(max_examples=30, deadline=None)
def test_an_archive_that_was_not_copied_completely_is_never_a_shorter_one(name: str, data: st.DataObject) -> None:
    packed = ARCHIVES[name]
    end = len(packed) - 1
    if name == "a.tar":
        # One of the two blocks of zeros after the last member is enough.
        end = len(packed.rstrip(b"\0")) // 512 * 512
    found, _ = refused(io.BytesIO(packed[: data.draw(st.integers(600 if name == "a.tar" else 30, end))]))
    assert found == FOUND[: len(found)]


def test_a_damaged_member_and_a_damaged_header_are_named() -> None:
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


def test_an_encrypted_member_is_refused_and_named() -> None:
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
    assert "a zip archive without files" in refused(io.BytesIO(b"PK\x05\x06" + bytes(18)))[1]


def test_max_size_is_a_limit_of_all_members_together(tmp_path: Path) -> None:
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


# ---- Remote files ----


def test_urls_are_read_with_fsspec(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
    memory = fsspec.filesystem("memory")
    memory.pipe("/corpus/a.csv.gz", gzip.compress(b"text\ngood\n"))
    assert documents("memory://corpus/a.csv.gz") == ["good"]
    path = written(tmp_path / "a.zip", ARCHIVES["a.zip"])
    assert documents(f"file://{path}") == FOUND
    with pytest.raises(FileNotFoundError, match=r"No such file or directory: 'memory://corpus/b\.csv'"):
        documents("memory://corpus/b.csv")
    memory.pipe("/corpus/bad.txt", b"a\xff")
    assert refused("memory://corpus/bad.txt")[1].startswith("memory://corpus/bad.txt: the text is not valid UTF-8")


def test_without_fsspec_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(
        ModuleNotFoundError, match="s3://a/b is read with fsspec, which is not installed: pip install fsspec"
    ):
        documents("s3://a/b")


def test_without_the_package_for_a_kind_of_url_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("fsspec", reason="fsspec is not installed")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(ModuleNotFoundError, match="fsspec needs another package for s3://a/b: Install s3fs"):
        documents("s3://a/b")


def test_a_file_may_have_the_name_of_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s3:").mkdir()
    written(tmp_path / "s3:" / "a.txt", b"good")
    assert documents("s3://a.txt") == ["good"]


# ---- Reading ahead ----


@pytest.fixture(name="large")
def _large(tmp_path: Path) -> Path:
    return written(tmp_path / "large.txt.gz", gzip.compress(os.urandom(10 << 20).hex().replace("a", "\n").encode()))


def test_no_thread_outlives_a_call(large: Path) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("enough")

    before = threading.active_count()
    analyzer = TextAnalyzer()
    names: set[str] = set()
    analyzer.add_file(large, lines=True, progress=lambda *_: names.update(one.name for one in threading.enumerate()))
    assert "text_processor reads ahead" in names
    assert threading.active_count() == before
    with pytest.raises(RuntimeError, match="enough"):
        analyzer.add_file(large, lines=True, progress=fail)
    assert threading.active_count() == before


def test_files_of_the_caller_are_read_on_its_thread(large: Path) -> None:
    class File(io.FileIO):
        def readinto(self, room: Any) -> int | None:
            threads.add(threading.current_thread())
            return super().readinto(room)

        def read(self, size: int | None = -1) -> bytes | None:  # type: ignore[override]  # as in FileIO
            threads.add(threading.current_thread())
            return super().read(-1 if size is None else size)

    threads: set[threading.Thread] = set()
    with File(large) as file:
        assert len(documents(file, lines=True)) > 1000
    assert threads == {threading.current_thread()}


def test_a_system_without_threads_reads_on_the_thread_of_the_caller(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    expected = documents(large, lines=True)
    monkeypatch.setattr(threading.Thread, "start", fail)
    assert documents(large, lines=True) == expected


def test_an_error_on_the_thread_reaches_the_caller_after_the_lines_before_it(tmp_path: Path) -> None:
    lines = b"good words\n" * 1_000_000
    path = written(tmp_path / "a.gz", gzip.compress(lines + b"a\0b\n" + os.urandom(2 << 20).hex().encode()))
    found, error = refused(path, lines=True)
    assert len(found) == 1_000_000
    assert f"a.gz, line 1000001: there is a NUL character at offset {len(lines) + 1} of the file" in error


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_ends_the_call_and_its_thread(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(decoding, "PIECE_BYTES", 1 << 12)

    def add_forever() -> None:
        while True:
            TextAnalyzer().add_file(large, lines=True)

    before = threading.active_count()
    handler = signal.signal(signal.SIGALRM, interrupt)
    try:
        for delay in (0.0002, 0.001, 0.004, 0.02):
            # Python ignores an exception in a callback of its own, such as that of a weak reference. So the signal is
            # repeated.
            signal.setitimer(signal.ITIMER_REAL, delay, 1)
            with pytest.raises(KeyboardInterrupt):
                add_forever()
            signal.setitimer(signal.ITIMER_REAL, 0)
            # After an interrupt at the moment of its start or end, the thread ends soon.
            for _ in range(1000):
                if threading.active_count() == before:
                    break
                time.sleep(0.005)
            assert threading.active_count() == before
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs forks")
def test_a_child_that_was_forked_during_the_call_gets_an_error(large: Path) -> None:
    code = (
        "import os, sys, warnings\n"
        "warnings.simplefilter('ignore')\n"
        "from text_processor import ForkedAnalyzerError, TextAnalyzer\n"
        "child = None\n"
        "def fork(done, total):\n"
        "    global child\n"
        "    if child is None: child = os.fork()\n"
        "try: TextAnalyzer().add_file(sys.argv[1], lines=True, progress=fork)\n"
        "except ForkedAnalyzerError: os._exit(42 if child == 0 else 1)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, large], capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == (b"42\n", b"")
    assert issubclass(ForkedAnalyzerError, RuntimeError)


def test_pipes_are_read_to_their_end(tmp_path: Path) -> None:
    path = tmp_path / "pipe.gz"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(gzip.compress(b"good\nbad\n"),))
    writer.start()
    assert documents(path, lines=True) == ["good", "bad"]
    writer.join()


def test_a_broken_disk_is_not_a_damaged_file() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 1000:
                raise OSError(5, "Input/output error")
            return super().read(min(size or 0, 500))

    with pytest.raises(OSError, match="Input/output error"):
        documents(Broken(gzip.compress(os.urandom(9000).hex().encode())))


# ---- Memory ----

PEAK = """
import sys
from text_processor import TextAnalyzer
analyzer = TextAnalyzer(store_text=False)
analyzer.add_file(sys.argv[1], lines=sys.argv[2] == "lines")
print(analyzer.total_words(), *(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak of memory as Linux reports it")
@pytest.mark.parametrize("name", ["a.txt.gz", "a.csv", "a.jsonl.gz", "a.parquet", "a.tar.gz"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str) -> None:
    line = "some words of a line that compresses well " * 4
    peaks = []
    for rows in (100_000, 400_000):
        path = tmp_path / name
        if name == "a.parquet":
            parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
            import pyarrow as pa

            table = pa.table({"text": [line] * 50_000})
            with parquet.ParquetWriter(path, table.schema, use_dictionary=False) as writer:
                for _ in range(rows // 50_000):
                    writer.write_table(table)
        else:
            text = {
                "a.txt.gz": f"{line}\n" * rows,
                "a.tar.gz": f"{line}\n" * rows,
                "a.csv": "text\n" + f'"{line}"\n' * rows,
                "a.jsonl.gz": f'{{"text": "{line}"}}\n' * rows,
            }[name].encode()
            data = tarred({"a.txt": text}) if name == "a.tar.gz" else text
            path.write_bytes(gzip.compress(data, 1) if name.endswith("gz") else data)
        kind = "lines" if name in ("a.txt.gz", "a.tar.gz") else "rows"
        answer = subprocess.run([sys.executable, "-c", PEAK, path, kind], capture_output=True, check=True).stdout
        words, peak = map(int, answer.split())
        assert words == rows * len(line.split())
        peaks.append(peak)
    # The text of the second file has 50 MB more than that of the first one.
    assert peaks[1] - peaks[0] < 20_000
