"""What is shown of text and names that come from elsewhere."""

from __future__ import annotations

JOINERS = "\u200c\u200d"
"""Invisible, but part of the spelling in Persian and the scripts of India, and of emoji."""


def harmless(text: str) -> str:
    r"""A text in which everything that is not printable stands as an escape, as in a Python literal.

    Nothing in it changes a terminal, and every stream in UTF-8 takes it: a file name that is not valid in the encoding
    of the file system has its bytes as escapes, too.

    >>> harmless("\x1b[31mred")
    '\\x1b[31mred'
    >>> import os
    >>> harmless(os.fsdecode(b"caf\xe9.txt"))
    'caf\\udce9.txt'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in JOINERS else c.encode("unicode_escape").decode() for c in text)


def named(path: str) -> str:
    r"""The name of a file as text. Bytes of it that are not text become escapes; names have no other form anywhere.

    >>> import os
    >>> named(os.fsdecode(b"caf\xe9.txt"))
    'caf\\udce9.txt'
    """
    return path.encode("utf-8", "backslashreplace").decode()
