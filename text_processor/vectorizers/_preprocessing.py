"""What may be done to a text before it is cut into words, in Python: the native counting does the same."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["strip_accents_ascii", "strip_accents_unicode", "strip_tags"]

_TAG = re.compile(r"<[^>]+>")


def strip_accents_unicode(s: str) -> str:
    """The text in its compatibility decomposition (NFKD), without combining characters.

    >>> strip_accents_unicode("Ångström, été")
    'Angstrom, ete'
    """
    if s.isascii():
        return s
    return "".join(c for c in unicodedata.normalize("NFKD", s) if not unicodedata.combining(c))


def strip_accents_ascii(s: str) -> str:
    """What there is in ASCII of the text's compatibility decomposition (NFKD); all else is left out.

    >>> strip_accents_ascii("déjà vu — Москва")
    'deja vu  '
    """
    return unicodedata.normalize("NFKD", s).encode("ascii", "ignore").decode("ascii")


def strip_tags(s: str) -> str:
    """The text with a space in place of whatever looks like a tag of HTML or XML.

    >>> strip_tags("<p>so <b>bold</b></p>")
    ' so  bold  '
    """
    return _TAG.sub(" ", s)
