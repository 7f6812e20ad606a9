"""The formats of files, and what the name of a file says about its format and its compression."""

from __future__ import annotations

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from text_processor.typing import FileFormat

FORMATS: tuple[FileFormat, ...] = ("text", "csv", "tsv", "jsonl", "parquet", "arrow")
"""The values of `format`. Each of them except "text" is a table."""

_FORMATS: dict[str, FileFormat] = {
    "csv": "csv",
    "tsv": "tsv",
    "tab": "tsv",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "parquet": "parquet",
    "pq": "parquet",
    "arrow": "arrow",
    "arrows": "arrow",
    "ipc": "arrow",
    "feather": "arrow",
}

_COMPRESSIONS = {"gz": "gzip", "gzip": "gzip", "bz2": "bzip2", "xz": "xz", "zst": "zstd", "zstd": "zstd"}

_SHORT = {"tgz": "gz", "tbz2": "bz2", "tbz": "bz2", "txz": "xz", "tzst": "zst"}
"""Endings that stand for ``.tar`` and this one."""

_DOCUMENTS = {
    *("docx", "docm", "dotx", "xlsx", "xlsm", "xltx", "pptx", "pptm", "odt", "ods", "odp", "odg", "epub"),
    *("jar", "war", "apk", "whl", "xpi", "kmz", "idml"),
}
"""Endings of zip archives that are documents or programs, not folders of text."""


def endings(name: str) -> list[str]:
    """The endings of the name of a file, in lower case and without dots, the last one first.

    >>> endings("folder.d/Reviews.TGZ")
    ['gz', 'tar']
    """
    # A name in an archive or a URL has slashes on every system, and a URL may have a query.
    base = name.replace("\\", "/").rpartition("/")[2]
    if "://" in name:
        base = base.partition("?")[0]
    found = base.lower().split(".")[1:][::-1]
    if found and found[0] in _SHORT:
        found[:1] = [_SHORT[found[0]], "tar"]
    return found


def compression_of(name: str) -> str | None:
    """The program that decompresses a file with this name; None if the name does not end like a compressed file.

    >>> compression_of("a.txt.gz"), compression_of("a.txt")
    ('gzip', None)
    """
    return _COMPRESSIONS.get(next(iter(endings(name)), ""))


def _inner(name: str) -> str:
    """The last ending that does not stand for a compression."""
    return next((end for end in endings(name)[:2] if end not in _COMPRESSIONS), "")


def format_of(name: str) -> FileFormat | None:
    """The format of a file with this name, which may also be compressed; None if its ending is not known.

    >>> format_of("reviews.csv.gz")
    'csv'
    """
    return _FORMATS.get(_inner(name))


def is_tar(name: str) -> bool:
    """Whether the name ends like that of a tar archive, which may also be compressed."""
    return _inner(name) == "tar"


def is_zip(name: str) -> bool:
    """Whether the name ends like that of a zip archive."""
    return endings(name)[:1] == ["zip"]


def is_packed_document(name: str) -> bool:
    """Whether the name belongs to a document or a program that is a zip archive inside, such as a .docx file."""
    return next(iter(endings(name)), "") in _DOCUMENTS
