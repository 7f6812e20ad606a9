"""Checks the first bytes of a file: whether it is text, and in which encoding."""

from __future__ import annotations

import codecs

from text_processor.exceptions import InvalidDocumentError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.typing import FileFormat

MARK = codecs.BOM_UTF8
"""The byte-order mark, U+FEFF, in UTF-8."""

SAMPLE = 64
"""The number of bytes at the beginning of a file that are used to guess its encoding."""

_BZIP2 = [b"BZh%d%s" % (level, block) for level in range(1, 10) for block in (b"1AY&SY", b"\x17rE8P\x90")]
"""Includes the bytes after the level, because a text may begin with ``BZh9``."""

_COMPRESSED = {
    b"\x1f\x8b\x08": "gzip",
    b"\xfd7zXZ\x00": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
    b"\x02\x21\x4c\x18": "lz4",
    b"\x1f\x9d": "gzip",
    b"LZIP\x01": "lzip",
    **dict.fromkeys(_BZIP2, "bzip2"),
}
"""The first bytes of compressed files, and the program that decompresses them."""

_IMAGE = "an image: name a file of text"
_TABLE = "a table ({}): save its column of texts as a file of text, or pass the column to add_documents()"
_OTHERS = {
    b"7z\xbc\xaf\x27\x1c": "a 7z archive: extract its text first",
    b"Rar!\x1a\x07": "a rar archive: extract its text first",
    b"%PDF-1.": "a PDF document: extract its text first, as pdftotext does",
    b"%PDF-2.": "a PDF document: extract its text first, as pdftotext does",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "a document of Microsoft Office: save it as text first",
    b"PAR1\x15": _TABLE.format("Parquet"),
    b"ARROW1\x00\x00": _TABLE.format("Arrow"),
    b"SQLite format 3\x00": _TABLE.format("SQLite"),
    b"\x89PNG\r\n\x1a\n": _IMAGE,
    **{b"\xff\xd8\xff%c" % kind: _IMAGE for kind in (0xDB, 0xE0, 0xE1, 0xEE)},
    b"\x7fELF": "a program: name a file of text",
}

_ARCHIVE = 257, (b"ustar\0", b"ustar  \0")
"""The offset and the bytes that show a tar archive."""

TAR_HEAD = 257 + 8
"""The number of bytes that show whether a file is a tar archive."""

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""The longer marks come first, because they begin with a shorter one."""

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""The first bytes of a zip archive: with files, and without files."""

_BEGINNINGS = (MARK, *_ZIP, *_COMPRESSED, *_OTHERS, *_MARKS)
_LONGEST = max(map(len, _BEGINNINGS))
_FIRST = {beginning[:1] for beginning in _BEGINNINGS}
"""The first bytes of all these beginnings; few texts begin with one of them."""


def may_tell_more(head: bytes) -> bool:
    """Whether these bytes may be the first part of a longer signature, so that more bytes are needed."""
    if len(head) >= _LONGEST:
        return False
    return any(len(head) < len(beginning) and beginning.startswith(head) for beginning in _BEGINNINGS)


def compressed_by(head: bytes) -> str | None:
    """The program that decompresses a file with these first bytes; None if the file is not compressed."""
    if head[:1] not in _FIRST:
        return None
    return next((program for beginning, program in _COMPRESSED.items() if head.startswith(beginning)), None)


def is_zip_archive(head: bytes) -> bool:
    """Whether a file with these first bytes is a zip archive."""
    return head.startswith(_ZIP)


def is_tar_archive(head: bytes) -> bool:
    """Whether a file with these first bytes is a tar archive. Needs `TAR_HEAD` bytes."""
    return head.startswith(_ARCHIVE[1], _ARCHIVE[0])


def table_format(head: bytes) -> FileFormat | None:
    """The format of a table with these first bytes; None for all other files."""
    if head.startswith(b"PAR1\x15"):
        return "parquet"
    return "arrow" if head.startswith(b"ARROW1\x00\x00") else None


def refuse_other_than_text(head: bytes, encoding: str) -> None:
    r"""Raise an error if these first bytes show that the file is not text, or is text in another encoding.

    >>> refuse_other_than_text(b"\x7fELF", "utf-8")
    Traceback (most recent call last):
    text_processor.exceptions.InvalidDocumentError: the file is a program: name a file of text
    """
    if is_tar_archive(head):
        raise InvalidDocumentError("the file is a tar archive: extract its text first")
    if head[:1] not in _FIRST:
        return
    if (program := compressed_by(head)) is not None:
        raise InvalidDocumentError(
            f"the file is compressed ({program}): decompress it first, for example with {program} -dc"
        )
    for beginning, what in _OTHERS.items():
        if head.startswith(beginning):
            raise InvalidDocumentError(f"the file is {what}")
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            if _starts(mark, encoding).startswith("\ufffe"):
                raise InvalidDocumentError(f"the file {_looks_like(name, encoding)}")
            return


def _starts(mark: bytes, encoding: str) -> str:
    """The mark of another encoding as text in this encoding; U+FFFE, a noncharacter, if it is not valid."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(mark)
    except UnicodeError:
        return "\ufffe"


def zero(offset: int | None, sample: bytes, encoding: str) -> InvalidDocumentError:
    """The error for a NUL character in a file.

    Args:
        offset: The offset of the character in the file; None if it is not known.
        sample: The first bytes of the file.
        encoding: The encoding in which the file is read.
    """
    place = "in the file" if offset is None else f"at offset {offset} of the file"
    guess = guessed(sample)
    if guess is None or guess == codecs.lookup(encoding).name:
        hint = f"is binary, or text in an encoding other than {encoding}"
    else:
        hint = _looks_like(guess, encoding)
    return InvalidDocumentError(f"there is a NUL character {place}: the file {hint}", offset=offset)


def guessed(sample: bytes) -> str | None:
    """The encoding of the first bytes of a file, if it is UTF-16 or UTF-32; None for any other.

    >>> guessed("text".encode("utf-16-be"))
    'utf-16-be'
    """
    sample = sample[:SAMPLE]
    for mark, name in _MARKS.items():
        if sample.startswith(mark):
            return name
    if len(sample) < 4:
        return None
    for name, unit in (("utf-32-le", 4), ("utf-32-be", 4), ("utf-16-le", 2), ("utf-16-be", 2)):
        text = sample[: len(sample) // unit * unit].decode(name, "replace")
        # The bytes may be valid in several encodings. Only in the right one most of the characters are ASCII.
        if sum(c.isascii() and (c.isprintable() or c.isspace()) for c in text) * 2 > len(text):
            return name
    return None


def _looks_like(name: str, encoding: str) -> str:
    return f"looks like {name}, not {encoding}; pass encoding={name!r}"
