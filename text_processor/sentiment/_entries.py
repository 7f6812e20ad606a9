"""Checks of the entries of word lists."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest

from text_processor._native.missing import CURES, is_missing
from text_processor._native.refused_tables import refuse_table
from text_processor._native.texts import column
from text_processor._options import shown
from text_processor.exceptions import InvalidLexiconError, MissingEntryError
from text_processor.sentiment._files import listed

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import Missing


def rows_with_both(words: Any, values: Any) -> Iterator[tuple[Any, Any]]:
    """The words and values of two columns.

    Raises:
        InvalidLexiconError: One column is longer than the other.
    """
    ended = object()
    for row, (word, value) in enumerate(zip_longest(words, values, fillvalue=ended)):
        if word is ended or value is ended:
            more, fewer = ("words", "values") if value is ended else ("values", "words")
            raise InvalidLexiconError(f"there are more {more} than {fewer}: there are {row} {fewer}")
        yield word, value


def present(entries: Iterable[Any], missing: Missing) -> Iterator[tuple[Any, Any]]:
    """Entries as pairs of a word and a value.

    Raises:
        MissingEntryError: A word or a value is missing, except if they are skipped.
    """
    for row, (word, value) in enumerate(map(both, entries)):
        if not is_missing(word) and not is_missing(value):
            yield word, value
        elif missing == "raise":
            what = f"the word is {word}" if is_missing(word) else f"the value of {word!r} is {value}"
            raise MissingEntryError(f"{what}; {CURES['lexicon']}", document=row)


def both(entry: Any) -> tuple[Any, Any]:
    """The word and the value of an entry."""
    try:
        if isinstance(entry, str):
            # A str of two characters is not a word and a value.
            raise TypeError
        word, value = entry
    except (TypeError, ValueError):
        raise InvalidLexiconError(f"each entry must be a word and a number, not {shown(entry)}") from None
    return word, value


def checked_text(word: Any, name: str = "a word") -> str:
    """A word of a list as a plain str. Ignores the methods of a subclass of str."""
    if not issubclass(type(word), str):
        raise TypeError(f"{name} must be a str, not {type(word).__name__}")
    text = str.__str__(word)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InvalidLexiconError(f"{name} has a lone surrogate at index {error.start}: {text!r}") from None
    return text


def checked_word(given: object) -> str:
    """A word of a lexicon, without whitespace."""
    word = checked_text(given)
    if word.split() != [word]:
        raise InvalidLexiconError(
            f"{word!r} has whitespace in it, and so matches no word of a text" if word else "a word is empty"
        )
    return word


def checked_value(word: object, value: object) -> float:
    """The value of a word as a finite number."""
    try:
        number = float(value)  # type: ignore[arg-type]  # which raises the TypeError
    except (TypeError, ValueError, OverflowError):
        raise InvalidLexiconError(
            f"the value of {word!r} must be a number that fits into a float, not {shown(value)}"
        ) from None
    if not math.isfinite(number):
        raise InvalidLexiconError(f"the value of {word!r} must be a finite number, not {number}")
    return number


def valence(word: Any, value: Any) -> tuple[str, float]:
    """A checked entry of the lexicon of VADER."""
    word = checked_text(word)
    return word, checked_value(word, value)


def description(emoji: Any, text: Any) -> tuple[str, str]:
    """A checked entry of the list of emoji."""
    emoji, text = checked_text(emoji, "an emoji"), checked_text(text, "the description of an emoji")
    if not text.split():
        raise InvalidLexiconError(f"the description of {emoji!r} is blank")
    return emoji, text


def one_line(text: Any) -> str:
    """An entry of several words with single spaces between them, so that it fits on a line."""
    return " ".join(checked_text(text).split())


def own_values(name: str, words: Mapping[str, float] | None) -> bytes:
    """The words and values of an option, in the form that the core reads."""
    if not isinstance(words, Mapping | None):
        raise TypeError(f"{name} must be a mapping of words to numbers, not {type(words).__name__}")
    pairs = {one_line(word): checked_value(word, value) for word, value in (words or {}).items()}
    if "" in pairs:
        raise InvalidLexiconError("a word is empty")
    # Equal analyzers must have equal pickles, so the order of the entries must not count.
    return listed(dict(sorted(pairs.items())))


def own_words(words: Iterable[str]) -> bytes:
    """The words of the option `negations`, one on each line."""
    refuse_table(words, "SentimentIntensityAnalyzer", mappings=True, option="negations")
    lines = {one_line(word) for word in column(words)}
    if "" in lines:
        raise InvalidLexiconError("a word is empty")
    return "\n".join(sorted(lines)).encode()
