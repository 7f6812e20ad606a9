"""Compressed files."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reading_files import documents, refused, written

from text_processor import InvalidOptionError, Lexicon, TextAnalyzer

pytestmark = pytest.mark.once


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


@pytest.fixture(params=["with isal", "without isal"])
def isal(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "without isal":
        monkeypatch.setitem(sys.modules, "isal", None)
        monkeypatch.setitem(sys.modules, "isal.igzip", None)
    else:
        pytest.importorskip("isal.igzip", reason="isal is not installed")


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
def test_other_bytes_after_a_compressed_file_are_refused(tmp_path: Path, ending: str) -> None:
    path = written(tmp_path / f"a.{ending}", PROGRAMS[ending](b"good") + b"and some text that is not compressed" * 9)
    assert f"the file is compressed ({NAMES[ending]}) and " in refused(path)[1]


@given(st.sampled_from([*PROGRAMS]), st.data())
@settings(max_examples=settings().max_examples * 3 // 5)
def test_a_truncated_compressed_file_is_never_read_as_a_shorter_text(ending: str, data: st.DataObject) -> None:
    packed = PROGRAMS[ending](b"good words\n" * 50 + bytes(range(32, 127)))
    # A file object that is shorter than a signature is not recognized as compressed.
    signature = 10
    cut = packed[: data.draw(st.integers(signature, len(packed) - 1))]
    error = refused(io.BytesIO(cut))[1]
    assert f"the file is compressed ({NAMES[ending]}) and " in error


@pytest.mark.usefixtures("isal")
@pytest.mark.parametrize("ending", PROGRAMS)
def test_lines_before_a_damaged_place_stay_added(tmp_path: Path, ending: str) -> None:
    text = b"".join(b"line %d %x\n" % (number, number * 2654435761 % 2**32) for number in range(120_000))
    packed = PROGRAMS[ending](text)
    path = written(tmp_path / f"a.{ending}", packed[: len(packed) * 3 // 4])
    lines, error = refused(path, lines=True)
    assert len(lines) > 10_000
    assert lines == text.decode().split("\n")[: len(lines)]
    assert f"a.{ending}, line {len(lines) + 1}: the file is compressed ({NAMES[ending]}) and ends too early" in error


@pytest.mark.parametrize("ending", PROGRAMS)
@pytest.mark.parametrize("content", [b"", b"plain text", gzip.compress(b"good", mtime=0)])
def test_a_file_whose_name_names_another_compression_is_refused(tmp_path: Path, ending: str, content: bytes) -> None:
    if ending == "gz" and content.startswith(b"\x1f"):
        pytest.skip("the name is right")
    path = written(tmp_path / f"a.txt.{ending}", content)
    assert f"the file is not compressed with {NAMES[ending]}, but its name ends as if it were" in refused(path)[1]
    # The option that the message suggests works.
    assert documents(path, format="text", missing="keep") == [
        "good" if content.startswith(b"\x1f") else content.decode()
    ]


def test_a_file_that_is_compressed_twice_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "a.gz", gzip.compress(gzip.compress(b"good")))
    assert "a.gz: the file is compressed (gzip): decompress it first" in refused(path)[1]


def test_max_size_limits_the_number_of_decompressed_bytes(tmp_path: Path) -> None:
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
