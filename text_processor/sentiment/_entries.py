"""Checks of the entries of lists: words, and what each is worth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from text_processor._native.tables import refuse_table
from text_processor._options import shown
from text_processor.exceptions import InvalidLexiconError
from text_processor.sentiment._files import listed

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def both(entry: Any) -> tuple[Any, Any]:
    try:
        if isinstance(entry, str):
            # Its characters are not a pair.
            raise TypeError
        word, value = entry
    except (TypeError, ValueError):
        raise InvalidLexiconError(f"a word and its value are needed, not {shown(entry)}") from None
    return word, value


def checked_text(word: Any, name: str = "a word") -> str:
    """A word of a list as a plain str, whatever methods a subclass of str has."""
    if not issubclass(type(word), str):
        raise TypeError(f"{name} is a str, not {type(word).__name__}")
    text = str.__str__(word)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidLexiconError(f"{name} has a lone surrogate at index {error.start}: {text!r}") from None
    return text


def checked_word(given: object) -> str:
    word = checked_text(given)
    if word.split() != [word]:
        raise InvalidLexiconError(
            f"{word!r} has whitespace in it, as no word of a text has" if word else "a word is empty"
        )
    return word


def checked_value(word: object, value: object) -> float:
    """What a word is worth, as a finite number."""
    try:
        number = float(value)  # type: ignore[arg-type]  # which raises the TypeError
    except (TypeError, ValueError, OverflowError):
        raise InvalidLexiconError(f"what {word!r} is worth is not a number that fits: {shown(value)}") from None
    if not math.isfinite(number):
        raise InvalidLexiconError(f"what {word!r} is worth must be a finite number, not {number}")
    return number


def valence(word: Any, value: Any) -> tuple[str, float]:
    """An entry of the lexicon, checked."""
    word = checked_text(word)
    return word, checked_value(word, value)


def description(emoji: Any, text: Any) -> tuple[str, str]:
    """An entry of the list of emoji, checked."""
    emoji, text = checked_text(emoji, "an emoji"), checked_text(text, "the description of an emoji")
    if not text.split():
        raise InvalidLexiconError(f"the description of {emoji!r} is blank")
    return emoji, text


def one_line(text: Any) -> str:
    """Words of a list, with spaces for tabs and line ends."""
    return " ".join(checked_text(text).split())


def own_values(name: str, words: Mapping[str, float] | None) -> bytes:
    if not isinstance(words, Mapping | None):
        raise TypeError(f"{name} must be a mapping of words to numbers, not {type(words).__name__}")
    pairs = {one_line(word): checked_value(word, value) for word, value in (words or {}).items()}
    if "" in pairs:
        raise InvalidLexiconError("a word is empty")
    # Sorted: their order means nothing, but it would change the pickle.
    return listed(dict(sorted(pairs.items())))


def own_words(words: Iterable[str]) -> bytes:
    refuse_table(words, "SentimentIntensityAnalyzer", mappings=True, option="negations")
    lines = {one_line(word) for word in words}
    if "" in lines:
        raise InvalidLexiconError("a word is empty")
    return "\n".join(sorted(lines)).encode()
