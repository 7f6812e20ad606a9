"""Checks whether a shared library for Linux is complete.

The loader maps the segments that the file lists, and does not look at the size of the file. A truncated library, for
example one that another program is still copying, would crash the process.
"""

from __future__ import annotations

import os
import struct

_HEADER = struct.Struct("<4s 2B 10x 2x 2x 4x 8x Q 8x 4x 2x 2H 6x")
"""Magic, class, byte order … offset of the program headers … their size and number."""
_SEGMENT = struct.Struct("<8x Q 16x Q 16x")
"""Offset in the file … length in the file."""
_64_BITS_LITTLE_ENDIAN = (2, 1)


def is_truncated(path: str) -> bool:
    """Whether a file is a 64-bit ELF library that ends before its last segment."""
    with open(path, "rb") as file:
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size or not header.startswith(b"\x7fELF"):
            return False
        _, width, order, table, entry_size, entries = _HEADER.unpack(header)
        if (width, order) != _64_BITS_LITTLE_ENDIAN:
            return False
        file.seek(table)
        segments = file.read(entries * entry_size)
        if len(segments) < entries * entry_size or entry_size != _SEGMENT.size:
            return True
        size = os.fstat(file.fileno()).st_size
        return any(offset + length > size for offset, length in _SEGMENT.iter_unpack(segments))
