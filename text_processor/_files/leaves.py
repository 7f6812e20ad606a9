"""Finds the files to read: a file itself, decompressed if necessary, or each member of an archive."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator

from text_processor._files.compression import decompressed
from text_processor._files.error_places import at
from text_processor._files.formats import format_of, is_tar, is_zip
from text_processor._files.opening import opened
from text_processor._files.reading import Reading
from text_processor._files.signatures import is_tar_archive, is_zip_archive, table_format
from text_processor._files.stream import Limit, Stream
from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor._files.archives import Member
    from text_processor.typing import File, FileFormat

WORTH_A_THREAD = 1 << 20
"""The least size of a file for which a thread that reads it saves time."""


class Leaf:
    """A file to read, after decompression: it has text or a table.

    Args:
        name: Its name, for messages; that of a member is ``archive.zip:member``.
        archive: The name of the archive; None if the file is not in one.
        stream: Its bytes.
        format: Its format.
        reading: How to read it.
        limit: Counts the bytes of the file.
        size: The size of its text in bytes, if it is known; it may be wrong.
        is_ahead: Whether a second thread should read it.
        position: The number of bytes that were read from the file that the caller has named.
    """

    __slots__ = ("archive", "format", "is_ahead", "limit", "name", "position", "reading", "size", "stream")

    def __init__(
        self,
        name: str,
        stream: Stream,
        format: FileFormat,  # noqa: A002  # the option has this name
        reading: Reading,
        limit: Limit,
        *,
        archive: str | None,
        size: int,
        is_ahead: bool,
        position: Callable[[], int],
    ) -> None:
        self.name = name
        self.archive = archive
        self.stream = stream
        self.format: FileFormat = format
        self.reading = reading
        self.limit = limit
        self.size = size
        self.is_ahead = is_ahead
        self.position = position


def leaves(file: File, reading: Reading) -> Generator[Leaf, None, None]:
    """The files to read of one file that the caller has named. Read each of them before you take the next one.

    Raises:
        InvalidDocumentError: The file is damaged, or has a format that cannot be read. Has the name of the file.
        ModuleNotFoundError: The package that reads this format is not installed.
        OSError: The file cannot be read.
    """
    limit = Limit(reading.max_size)
    with opened(file) as whole:
        # Closes the archive before its file.
        with at(whole.name):
            outer = Stream(whole.file, is_own=whole.is_own)
            # A file object of the caller may have the name of the compressed file that it decompresses.
            inner = decompressed(outer, whole.name, any_content=not whole.is_own or reading.format is not None)
            stream = outer if inner is None else inner
            members = _members(stream, whole.name, limit)
        if members is None:
            yield Leaf(
                whole.name,
                stream,
                _format(stream, whole.name, reading),
                reading,
                limit,
                archive=None,
                size=whole.size if inner is None else 0,
                is_ahead=not whole.can_wait and whole.size >= WORTH_A_THREAD,
                position=outer.position,
            )
            return
        is_empty = True
        with at(whole.name):
            for member in members:
                is_empty = False
                name = f"{whole.name}:{member.name}"
                with at(name):
                    content = decompressed(member.stream, member.name, any_content=reading.format is not None)
                    one = member.stream if content is None else content
                    if _is_archive(one, member.name):
                        raise InvalidDocumentError("the member is an archive in an archive: extract it first")
                yield Leaf(
                    name,
                    one,
                    _format(one, member.name, reading),
                    reading,
                    limit,
                    archive=whole.name,
                    size=member.size if content is None else 0,
                    is_ahead=not whole.can_wait and member.size >= WORTH_A_THREAD,
                    position=outer.position,
                )
            if is_empty:
                raise InvalidDocumentError("the archive has no files")


def _members(stream: Stream, name: str, limit: Limit) -> Iterator[Member] | None:
    """The members of an archive; None if the file is not an archive."""
    if is_zip_archive(stream.head) or (is_zip(name) and stream.is_own):
        from text_processor._files.archives import zip_members

        return zip_members(stream, name)
    stream.fill_head()
    if is_tar_archive(stream.head) or (is_tar(name) and stream.is_own):
        from text_processor._files.archives import tar_members

        return tar_members(stream, name, limit)
    return None


def _is_archive(stream: Stream, name: str) -> bool:
    stream.fill_head()
    return is_zip_archive(stream.head) or is_tar_archive(stream.head) or is_zip(name) or is_tar(name)


def _format(stream: Stream, name: str, reading: Reading) -> FileFormat:
    return reading.format or table_format(stream.head) or format_of(name) or "text"
