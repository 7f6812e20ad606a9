"""Files for tests, and what `TextAnalyzer.add_file` reads from them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from text_processor import InvalidDocumentError, TextAnalyzer


class Slow(io.BytesIO):
    """A file that returns a few bytes at a time, as sockets and terminals do."""

    step = 1

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.step if size is None or size < 0 else min(size, self.step))


def documents(file: Any, **options: Any) -> list[str]:
    """The documents of a file."""
    analyzer = TextAnalyzer()
    assert analyzer.add_file(file, **options) == len(analyzer)
    return analyzer.get_documents()


def refused(file: Any, **options: Any) -> tuple[list[str], str]:
    """The documents before the wrong place of a file, and the message of the error, without the name of the file."""
    analyzer = TextAnalyzer()
    with pytest.raises(InvalidDocumentError) as caught:
        analyzer.add_file(file, **options)
    assert caught.value.path is not None
    return analyzer.get_documents(), str(caught.value)


def error_of(file: Any, **options: Any) -> InvalidDocumentError:
    """The error of a file."""
    with pytest.raises(InvalidDocumentError) as caught:
        documents(file, **options)
    return caught.value


def written(path: Path, data: bytes) -> Path:
    """A file with these bytes."""
    path.write_bytes(data)
    return path


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive with these files, a folder, a link, and a file of macOS that has no text."""
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
    """A tar archive with these files, a folder and links."""
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
