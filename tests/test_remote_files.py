"""Files behind URLs, which fsspec reads."""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

import pytest
from reading_files import documents, refused, written, zipped

pytestmark = pytest.mark.once


def test_urls_are_read_with_fsspec(tmp_path: Path) -> None:
    fsspec = pytest.importorskip("fsspec", reason="fsspec is not installed")
    memory = fsspec.filesystem("memory")
    memory.pipe("/corpus/a.csv.gz", gzip.compress(b"text\ngood\n"))
    assert documents("memory://corpus/a.csv.gz") == ["good"]
    path = written(tmp_path / "a.zip", zipped({"a.txt": b"good", "b.csv": b"text\nday\n"}))
    assert documents(f"file://{path}") == ["good", "day"]
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


def test_a_local_file_may_have_a_name_that_looks_like_a_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s3:").mkdir()
    written(tmp_path / "s3:" / "a.txt", b"good")
    assert documents("s3://a.txt") == ["good"]
