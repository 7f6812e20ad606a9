r"""Translates regular expressions of Python into the language of the core.

The two languages look alike, but differ. ``\<`` is a character in Python, and the beginning of a word in the core.
``[a&&b]`` is a set of three characters in Python, and an intersection of two sets in the core. ``\w`` and ``\b`` use
other letters. So the core does not get the pattern itself: Python's own parser reads it, and this module writes each
node in a form that means the same in both languages, with characters as numbers and sets of characters as the ranges
that Python finds. A construct that the core does not have raises an error with the reason.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from text_processor.exceptions import InvalidPatternError

if sys.version_info >= (3, 11):
    from re import _constants as constants  # type: ignore[attr-defined]  # which has no stub
    from re import _parser as parser  # type: ignore[attr-defined]
else:
    import sre_constants as constants
    import sre_parse as parser

__all__ = ["translated"]

_TYPES = re.ASCII | re.LOCALE | re.UNICODE
_CATEGORIES = {
    "CATEGORY_DIGIT": r"\d",
    "CATEGORY_NOT_DIGIT": r"\D",
    "CATEGORY_SPACE": r"\s",
    "CATEGORY_NOT_SPACE": r"\S",
    "CATEGORY_WORD": r"\w",
    "CATEGORY_NOT_WORD": r"\W",
}
_REFUSED = {
    "ASSERT": "look-around, (?=...) or (?<=...)",
    "ASSERT_NOT": "look-around, (?!...) or (?<!...)",
    "FAILURE": "look-around, (?!...)",
    "GROUPREF": "a reference to a group",
    "GROUPREF_EXISTS": "a condition on a group, (?(1)...)",
    "ATOMIC_GROUP": "an atomic group, (?>...)",
    "POSSESSIVE_REPEAT": "a possessive repetition, as in a++",
}
_SURROGATES = range(0xD800, 0xE000)


def translated(pattern: re.Pattern[str]) -> tuple[str, bool]:
    """A compiled pattern in the language of the core.

    Returns:
        The pattern, and whether it needs the tokenizer for Python's patterns, which is slower.

    Raises:
        InvalidPatternError: The core cannot match the pattern exactly as Python does.
    """
    flags = pattern.flags & ~re.DEBUG
    with warnings.catch_warnings():
        # Python showed these warnings when it compiled the pattern.
        warnings.simplefilter("ignore")
        tree = parser.parse(pattern.pattern, flags)
    writer = _Writer(pattern.pattern)
    written = writer.sequence(tree, flags)
    if not writer.needs_python and tree.getwidth()[0] > 0:
        return written, False
    words = _class(r"[\w]", 0)
    return f"{words}\0{written}", True


class _Writer:
    """Writes the nodes of a parsed pattern."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self.needs_python = False

    def sequence(self, nodes: Iterable[tuple[Any, Any]], flags: int) -> str:
        """A sequence of nodes."""
        return "".join(self._node(str(kind), value, flags) for kind, value in nodes)

    def _node(self, kind: str, value: Any, flags: int) -> str:
        if kind == "LITERAL":
            return self._literal(value, flags)
        if kind in ("NOT_LITERAL", "IN"):
            return _class(_source([(kind, value)]), flags & (_TYPES | re.IGNORECASE))
        if kind == "ANY":
            return "(?s:.)" if flags & re.DOTALL else r"[^\n]"
        if kind == "AT":
            return self._place(str(value), flags)
        if kind == "BRANCH":
            return "(?:" + "|".join(self.sequence(branch, flags) for branch in value[1]) + ")"
        if kind in ("MAX_REPEAT", "MIN_REPEAT"):
            return self._repeat(*value, lazy=kind == "MIN_REPEAT", flags=flags)
        if kind == "SUBPATTERN":
            group, added, removed, nodes = value
            if added & _TYPES & ~flags:
                # Python searches for the beginning of a match with the flags of the whole pattern, and misses matches.
                raise self._refused("(?a:...) or (?u:...), which differs from the flags of the whole pattern")
            return f"({'' if group is not None else '?:'}{self.sequence(nodes, (flags | added) & ~removed)})"
        raise self._refused(_REFUSED.get(kind, f"{kind.lower()} of this version of Python"))

    def _literal(self, number: int, flags: int) -> str:
        if number in _SURROGATES:
            raise self._refused("a lone surrogate, which no text has")
        return _any_case(number, flags & _TYPES) if flags & re.IGNORECASE else rf"\x{{{number:X}}}"

    def _place(self, place: str, flags: int) -> str:
        if place == "AT_BEGINNING":
            return "(?m:^)" if flags & re.MULTILINE else r"\A"
        if place == "AT_END":
            # Python's $ also matches before a line feed at the end.
            self.needs_python |= not flags & re.MULTILINE
            return "(?m:$)" if flags & re.MULTILINE else "(?mR:$)"
        if place in ("AT_BEGINNING_STRING", "AT_END_STRING"):
            return r"\A" if place == "AT_BEGINNING_STRING" else r"\z"
        boundary = {"AT_BOUNDARY": r"\b", "AT_NON_BOUNDARY": r"\B"}[place]
        if flags & re.ASCII:
            return f"(?-u:{boundary})"
        self.needs_python = True
        return boundary

    def _repeat(self, least: int, most: int, nodes: Any, *, lazy: bool, flags: int) -> str:
        if most > 1 and nodes.getwidth()[0] == 0:
            raise self._refused("the repetition of something that may be empty, as in (a*)*")
        written = self.sequence(nodes, flags)
        has_group = re.search(r"\((?!\?)", written)
        if has_group and most == 0:
            # The core does not count such a group.
            raise self._refused("a group that is never used, as in (a){0}")
        if has_group and most > 1 and sys.version_info < (3, 11):
            # Before Python 3.11, such a group may keep a value from a failed attempt.
            raise self._refused(
                "a group in a repetition, as in (?:(a)|b)+, which this version of Python matches incorrectly"
            )
        limit = "" if most == constants.MAXREPEAT else int(most)
        return f"(?:{written}){{{int(least)},{limit}}}{'?' if lazy else ''}"

    def _refused(self, what: str) -> InvalidPatternError:
        return InvalidPatternError(
            f"the pattern has {what}, and the core cannot match that exactly as Python does: rewrite the pattern, or "
            "find the tokens with re.findall()",
            self._pattern,
        )


# ---- Characters ----


def _source(nodes: Iterable[tuple[Any, Any]]) -> str:
    """A set of characters in Python's notation."""
    parts = []
    for name, value in nodes:
        kind = str(name)
        if kind == "IN":
            return _source(value)
        if kind in ("NEGATE", "NOT_LITERAL"):
            parts.append("^")
        if kind in ("LITERAL", "NOT_LITERAL"):
            parts.append(rf"\U{value:08X}")
        elif kind == "RANGE":
            parts.append(rf"\U{value[0]:08X}-\U{value[1]:08X}")
        elif kind == "CATEGORY":
            parts.append(_CATEGORIES[str(value)])
    return f"[{''.join(parts)}]"


def _written_class(source: str, flags: int) -> str:
    """A set of characters as ranges of all characters that Python finds in it."""
    ranges = []
    everything = _all_characters()
    for found in re.finditer(f"{source}+", everything, flags):
        first, last = ord(everything[found.start()]), ord(everything[found.end() - 1])
        if first < _SURROGATES.start <= last:
            ranges += [(first, _SURROGATES.start - 1), (_SURROGATES.stop, last)]
        else:
            ranges.append((first, last))
    # An empty class is not allowed, but the complement of all characters is.
    written = "".join(rf"\x{{{first:X}}}-\x{{{last:X}}}" for first, last in ranges)
    return f"[{written}]" if written else r"[^\x{0}-\x{10FFFF}]"


def _written_in_any_case(number: int, flags: int) -> str:
    """A character and its other cases by Python's rules. Only characters with case can be among them."""
    source = rf"\U{number:08X}"
    same = re.findall(source, chr(number) + _cased_characters(), flags | re.IGNORECASE)
    written = "".join(rf"\x{{{ord(one):X}}}" for one in sorted(set(same)))
    return f"[{written}]"


# These functions are slow, and many patterns need the same results.
_class = lru_cache(256)(_written_class)
_any_case = lru_cache(1024)(_written_in_any_case)
_all_characters = lru_cache(1)(
    lambda: "".join(chr(number) for number in range(sys.maxunicode + 1) if number not in _SURROGATES)
)
_cased_characters = lru_cache(1)(
    lambda: "".join(one for one in _all_characters() if one.lower() != one or one.upper() != one)
)
