"""Patterns of words and phrases, as callers write them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Set

from text_processor._native.core import Core
from text_processor._native.patterns import GLOB, PYTHON_REGEX, REGEX, TERMS, TOKENS, NativePatterns
from text_processor._options import one_of, plain_text, shown
from text_processor.exceptions import InvalidOptionError, InvalidPatternError

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LISTED = 5
"""The number of words of a set that its label has."""

_GROUP = re.compile(r"\((?!\?)")
"""The beginning of a group that captures, in a translated pattern: other parentheses are written as numbers there."""

_CURE = "or find the tokens with re.findall()"


def compiled(core: Core, patterns: tuple[Any, ...], on: object = "terms", what: str = "a pattern") -> NativePatterns:
    """The patterns of a caller, in the core.

    Args:
        core: The core.
        patterns: A str, a compiled regular expression, a tuple of slots or a set of words each, or a mapping of labels
            to such patterns or to lists of them.
        on: The value of `on=`.
        what: The name of a pattern in messages.

    Raises:
        InvalidPatternError: A pattern is empty, or the core cannot match a regular expression.
        InvalidOptionError: There is no pattern, two different ones look alike in a result, or `on` has another value.
        TypeError: A pattern has another type.
    """
    base = {"terms": TERMS, "tokens": TOKENS}[one_of("on", on, ("terms", "tokens"))]
    if not patterns:
        raise InvalidOptionError(f"there is no pattern: pass {what}, such as 'good *' or re.compile('^un')")
    made = NativePatterns(core, base)
    labels: dict[str, Any] = {}
    for pattern in patterns:
        if not isinstance(pattern, Mapping):
            label = _label(pattern, what)
            _add(made, label, pattern, what)
            if labels.setdefault(label, pattern) != pattern:
                # The core would count the matches of both together.
                raise InvalidOptionError(f"two patterns would have the label {label!r}: pass a dict with labels")
            continue
        if not pattern:
            raise InvalidPatternError(f"{what} is an empty mapping: it must have a label and a pattern")
        for label, named in pattern.items():
            plain_text("the label of a pattern", label)
            if isinstance(named, list) and not named:
                raise InvalidPatternError(f"the label {label!r} has no pattern")
            for one in named if isinstance(named, list) else [named]:
                _add(made, label, one, what)
    return made


def _add(made: NativePatterns, label: str, pattern: Any, what: str) -> None:
    if isinstance(pattern, str):
        phrase = str.encode(plain_text(what, pattern))
        if not phrase.strip():
            raise InvalidPatternError(f"{what} is empty: {pattern!r} has no word", str(pattern))
        made.add_phrase(label.encode(), phrase)
        return
    slots = pattern if isinstance(pattern, tuple) else (pattern,)
    if not slots:
        raise InvalidPatternError(f"{what} is an empty tuple: it must have a slot")
    described = [_slot(slot, what) for slot in slots]
    made.add(label.encode())
    for words in described:
        made.add_slot(words)


def _slot(slot: Any, what: str) -> list[tuple[int, bytes]]:
    """The kinds and texts of the words of a slot."""
    if slot is None:
        return []
    if not isinstance(slot, Set):
        return [_word(slot, what)]
    if not slot:
        raise InvalidPatternError(f"{what} has an empty set, which no word matches")
    return [_word(word, what) for word in slot]


def _word(word: Any, what: str) -> tuple[int, bytes]:
    if isinstance(word, str):
        if not (text := str.encode(plain_text(what, word))):
            raise InvalidPatternError(f"{what} has an empty word")
        return GLOB, text
    if isinstance(word, re.Pattern):
        return _regex(word, what)
    raise TypeError(
        f"{what} must be a str, a compiled regular expression, a set, or a tuple of these and None; "
        f"not {type(word).__name__}"
    )


def _regex(pattern: re.Pattern[Any], what: str) -> tuple[int, bytes]:
    from text_processor._pattern_translation import translated

    if not isinstance(pattern.pattern, str):
        raise TypeError(f"the regular expression of {what} must be for str, not for bytes")
    try:
        written, of_python = translated(pattern)
    except InvalidPatternError as error:
        reason = error.reason.replace(_CURE, "or pass the set of the words in which re.search() finds it")
        raise InvalidPatternError(reason, error.pattern, error.offset) from None
    words, separator, expression = written.rpartition("\0")
    # Only whether there is a match counts, and the core allows one group.
    return PYTHON_REGEX if of_python else REGEX, (words + separator + _GROUP.sub("(?:", expression)).encode()


def _label(pattern: Any, what: str) -> str:
    """The text that stands for a pattern in results."""
    if isinstance(pattern, str):
        return plain_text(what, pattern)
    if isinstance(pattern, tuple):
        return " ".join(_label(slot, what) for slot in pattern)
    if isinstance(pattern, re.Pattern):
        return plain_text(what, pattern.pattern) if isinstance(pattern.pattern, str) else ""
    if isinstance(pattern, Set):
        labels = sorted(_label(word, what) for word in pattern)
        return "{" + ", ".join([*labels[:LISTED], *["…"][: len(labels) > LISTED]]) + "}"
    return "*" if pattern is None else shown(pattern)
