"""The members of archives. Members are read one after another, and never extracted to the disk."""

from __future__ import annotations

import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator

from text_processor._files.compression import Guarded
from text_processor._files.error_places import at
from text_processor._files.formats import is_packed_document
from text_processor._files.stream import Limit, Stream
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from typing_extensions import Self

MOST_HEADER_BYTES = 1 << 20
"""The most bytes of a header of a tar archive, which is read into memory."""

MOST_END_BYTES = (1 << 16) + 128
"""The most bytes of the end of a zip archive, behind its directory: a comment may have 65,535 bytes."""

_LARGE_END_BYTES = 76
"""The number of bytes that a large zip archive has between its directory and the end of other archives."""

_IN_LARGE_END = 0xFFFF
"""The number of members in the end of a zip archive if these bytes have the number."""

DOCUMENT = (
    "the file is a document or a program in a zip archive, as .docx, .xlsx and .jar files are: save it as text first"
)
"""The message for a zip archive that is not a folder of text."""


class Member:
    """A file in an archive: its name, its size, and its bytes."""

    __slots__ = ("name", "size", "stream")

    def __init__(self, name: str, size: int, stream: Stream) -> None:
        self.name = name
        self.size = size
        self.stream = stream


def zip_members(stream: Stream, name: str) -> Iterator[Member]:
    """The files in a zip archive, in the order of its directory.

    Raises:
        InvalidDocumentError: The archive is damaged, is a document, or has an encrypted file. Names the member.
    """
    if is_packed_document(name):
        raise InvalidDocumentError(DOCUMENT)
    with stream.seekable() as file:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise InvalidDocumentError(f"the zip archive is damaged, or was not copied completely: {error}") from None
        members = archive.infolist()
        # The module `zipfile` does not look at the number of members.
        if (missing := _number_of_members(file, len(members)) - len(members)) > 0:
            raise InvalidDocumentError(
                f"the zip archive is damaged, or was not copied completely: its directory lacks {missing} members"
            )
        if (members and members[0].filename == "mimetype") or "[Content_Types].xml" in archive.NameToInfo:
            raise InvalidDocumentError(DOCUMENT)
        for member in members:
            if member.is_dir() or stat.S_ISLNK(member.external_attr >> 16) or member.filename.startswith("__MACOSX/"):
                continue
            with at(f"{name}:{member.filename}"):
                if member.flag_bits & 1:
                    raise InvalidDocumentError("the member is encrypted: decrypt the archive first")
                try:
                    content = archive.open(member)
                except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
                    raise InvalidDocumentError(f"the member cannot be read: {error}") from None
            with content:
                guarded = Guarded(content, _damage)
                with at(f"{name}:{member.filename}"):
                    one = Stream(guarded, is_own=True)  # type: ignore[arg-type]  # it reads
                yield Member(member.filename, member.file_size, one)


def _number_of_members(file: BinaryIO, found: int) -> int:
    """The number of members that a zip archive says it has, if it is near the number `found`."""
    file.seek(max(0, file.seek(0, 2) - MOST_END_BYTES))
    tail = file.read()
    end = tail.rfind(b"PK\5\6")
    (number,) = struct.unpack_from("<H", tail, end + 10)
    large = end - _LARGE_END_BYTES
    if number == _IN_LARGE_END and large >= 0 and tail.startswith(b"PK\6\6", large):
        return int(struct.unpack_from("<Q", tail, large + 32)[0])
    # Some programs write only the last 16 bits of a larger number.
    return found + (number - found) % (1 << 16) if number != _IN_LARGE_END else found


def tar_members(stream: Stream, name: str, limit: Limit) -> Iterator[Member]:
    """The files in a tar archive, in their order.

    Raises:
        InvalidDocumentError: The archive is damaged. Names the member if its bytes are damaged.
    """
    # "r|" reads from the beginning to the end, and never seeks.
    try:
        archive = tarfile.open(fileobj=stream.from_start(), mode="r|", tarinfo=_Header, bufsize=1 << 20)  # noqa: SIM115
        # In an archive without members, `next` of Python 3.10 seeks backwards, which a stream refuses.
        if archive.firstmember is None:  # type: ignore[attr-defined]  # it has this member
            return
        while (member := archive.next()) is not None:
            # All members, so that the archive does not need more memory the longer it is.
            archive.members.clear()  # type: ignore[attr-defined]  # it has this list
            if not member.isreg():
                limit.count(member.size)
                continue
            content = archive.extractfile(member)
            guarded = Guarded(content, _damage)
            with at(f"{name}:{member.name}"):
                one = Stream(guarded, is_own=True)  # type: ignore[arg-type]  # it reads
            yield Member(member.name, member.size, one)
    except (tarfile.TarError, EOFError) as error:
        raise InvalidDocumentError(f"the tar archive is damaged, or was not copied completely: {error}") from None


def _damage(error: Exception) -> str | None:
    if isinstance(error, EOFError | tarfile.TarError | zipfile.BadZipFile | zlib.error | RuntimeError) or (
        isinstance(error, OSError) and error.errno is None
    ):
        return f"the member is damaged, or the archive was not copied completely: {error}"
    return "the member is damaged" if type(error).__name__ in ("LZMAError", "ZstdError") else None


class _Header(tarfile.TarInfo):
    """A header of a tar archive. The module `tarfile` takes a damaged header for the end of the archive."""

    @classmethod
    def frombuf(cls, buf: Any, encoding: str, errors: str) -> Self:
        """The header in these bytes."""
        if not buf:
            raise tarfile.ReadError("its end is missing")
        try:
            header = super().frombuf(buf, encoding, errors)
        except (tarfile.InvalidHeaderError, tarfile.TruncatedHeaderError) as error:  # type: ignore[attr-defined]
            raise tarfile.ReadError(str(error)) from None
        if header.size > MOST_HEADER_BYTES and header.type in b"xgLKX":
            raise tarfile.ReadError(f"it has a header of {header.size} bytes")
        return header
