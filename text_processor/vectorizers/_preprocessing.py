"""Changes of a text before it is cut into words, in Python. The native backend makes the same changes."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["strip_accents_ascii", "strip_accents_unicode", "strip_tags"]

_TAG = re.compile(r"<[^>]+>")


def strip_accents_unicode(s: str) -> str:
    """The compatibility decomposition (NFKD) of the text, without combining characters.

    >>> strip_accents_unicode("Ångström, été")
    'Angstrom, ete'
    """
    if s.isascii():
        return s
    return "".join(c for c in unicodedata.normalize("NFKD", s) if not unicodedata.combining(c))


def strip_accents_ascii(s: str) -> str:
    """The ASCII characters of the compatibility decomposition (NFKD) of the text.

    >>> strip_accents_ascii("déjà vu — Москва")
    'deja vu  '
    """
    return unicodedata.normalize("NFKD", s).encode("ascii", "ignore").decode("ascii")


def strip_tags(s: str) -> str:
    """The text with a space in place of each part that looks like a tag of HTML or XML.

    >>> strip_tags("<p>so <b>bold</b></p>")
    ' so  bold  '
    """
    return _TAG.sub(" ", s)
