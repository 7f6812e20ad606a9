"""Words, and what each is worth."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from text_processor import _files
from text_processor._escapes import harmless
from text_processor._native.core import Core
from text_processor._native.owned import owned
from text_processor._native.tables import refuse_table
from text_processor._options import canonical, codec, shown
from text_processor.exceptions import InvalidDocumentError, InvalidLexiconError

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.typing import FilePath, Words

__all__ = ["Lexicon"]


class Lexicon(Mapping[str, float]):
    r"""Words, and what each is worth: a mapping that does not change.

    The words of documents are compared with it in lower case, so its words are to be in lower case as well.

    Args:
        words: A mapping of words to numbers, or pairs of both; of pairs with the same word, the last one counts.

    Raises:
        InvalidLexiconError: A word is empty, or has whitespace or a lone surrogate in it. Or a value is not a finite
            number.

    >>> lexicon = Lexicon({"good": 1, "bad": -1.5}) | {"splendid": 3}
    >>> lexicon
    <Lexicon of 3 words>
    >>> lexicon["splendid"]
    3.0
    >>> Lexicon([("not bad", 1)])
    Traceback (most recent call last):
    text_processor.exceptions.InvalidLexiconError: 'not bad' has whitespace in it, as no word of a text has
    """

    __slots__ = ("_native", "_values")

    def __init__(self, words: Words = ()) -> None:
        refuse_table(words, "Lexicon", rows=True, mappings=True, pairs=True)
        pairs = words.items() if isinstance(words, Mapping) else words
        self._values = {_checked_word(word): checked_value(word, value) for word, value in map(_both, pairs)}
        self._native: dict[Core, Any] = {}

    @classmethod
    def from_file(cls, path: FilePath, *, encoding: str = "utf-8") -> Lexicon:
        r"""Reads a file that lists a word a line, with a tab and its value behind it.

        Skips text after a second tab, whitespace around lines, blank lines and a byte-order mark.

        Raises:
            InvalidLexiconError: A line has no tab, or has one of the errors of `Lexicon`; the message names the line.
                Or the file is not text in this encoding.
            OSError: The file cannot be read.

        >>> import pathlib, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = pathlib.Path(folder, "words.tsv")
        ...     _ = path.write_text("good\t1\nbad\t-1.5\n")
        ...     dict(Lexicon.from_file(path))
        {'good': 1.0, 'bad': -1.5}
        """
        words: dict[str, float] = {}
        for number, line in enumerate(file_text(path, encoding).decode().split("\n"), 1):
            if not (entry := line.strip()):
                continue
            try:
                word, value = pair(entry)
                words[_checked_word(word)] = checked_value(word, value)
            except InvalidLexiconError as error:
                raise InvalidLexiconError(f"{harmless(_files.name(path))}, line {number}: {error}") from None
        return cls(words)

    def __getitem__(self, word: str) -> float:
        """What a word is worth."""
        return self._values[word]

    def __iter__(self) -> Iterator[str]:
        """The words."""
        return iter(self._values)

    def __len__(self) -> int:
        """The number of words."""
        return len(self._values)

    def __or__(self, other: Words) -> Lexicon:
        """The words of both; what a word is worth in the other one counts."""
        return Lexicon({**self._values, **Lexicon(other)._values})

    def __ror__(self, other: Words) -> Lexicon:
        return Lexicon(other) | self

    def __reduce__(self) -> tuple[object, ...]:
        return Lexicon, (canonical(self._values),)

    def __repr__(self) -> str:
        return f"<Lexicon of {len(self)} words>"

    def _pointer(self, core: Core) -> Any:
        """The lexicon in a core."""
        if core not in self._native:
            text = listed(self._values)
            new = core._lib.tp_lexicon_new
            self._native[core] = owned(core, "tp_lexicon", lambda out: new(text, len(text), out))
        return self._native[core]


def _both(entry: Any) -> tuple[Any, Any]:
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


def _checked_word(given: object) -> str:
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


def file_text(path: FilePath, encoding: str = "utf-8") -> bytes:
    """The text of a file that lists words, in UTF-8."""
    codec(encoding, "strict")
    try:
        return _files.text_of(path, encoding=encoding)
    except InvalidDocumentError as error:
        raise InvalidLexiconError(str(error)) from None


def pair(line: str) -> tuple[str, str]:
    """What stands before the first tab of a line, and between it and the next."""
    word, tab, rest = line.partition("\t")
    if not tab:
        raise InvalidLexiconError(f"a word, a tab and a value are needed, not {line!r}")
    return word, rest.partition("\t")[0]


def listed(words: Mapping[str, float]) -> bytes:
    """Words and values that were checked, as the core reads them."""
    return "".join([f"{word}\t{value!r}\n" for word, value in words.items()]).encode()
