"""Texts and names as messages and output show them."""

from __future__ import annotations

JOINERS = "\u200c\u200d"
"""These characters are invisible, but part of the spelling of Persian, of the scripts of India, and of emoji."""


def harmless(text: str) -> str:
    r"""A text with an escape for each character that cannot be printed, as in a Python literal.

    The result cannot control a terminal, and every stream in UTF-8 can write it. Bytes of a file name that are not
    valid in the encoding of the file system become escapes too.

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
    r"""The name of a file as text, with an escape for each byte that is not text. All output shows names in this form.

    >>> import os
    >>> named(os.fsdecode(b"caf\xe9.txt"))
    'caf\\udce9.txt'
    """
    return path.encode("utf-8", "backslashreplace").decode()
