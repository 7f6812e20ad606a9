"""Lexicons: words with their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from text_processor import _files
from text_processor._native.core import Core
from text_processor._native.owned import owned
from text_processor._native.refused_tables import refuse_table
from text_processor._native.texts import texts_of
from text_processor._options import canonical, one_of
from text_processor._printable import harmless
from text_processor.exceptions import InvalidLexiconError
from text_processor.sentiment._entries import checked_value, checked_word, present, rows_with_both
from text_processor.sentiment._files import file_text, listed, pair

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from text_processor.typing import FilePath, Words

__all__ = ["Lexicon"]


def __dir__() -> list[str]:
    return __all__


class Lexicon(Mapping[str, float]):
    r"""Words with their values: a mapping that does not change.

    The analyzer looks up the words of documents in lower case, so write the words of the lexicon in lower case too.

    Args:
        words: A mapping of words to numbers, or pairs of a word and a number, or a column of words. If a word occurs
            several times, its last value counts.
        values: The numbers of a column of words: another column of the same length.
        missing: How to treat a missing word or value (None, NaN, `pandas.NA`): ``"raise"`` raises an error, ``"skip"``
            leaves out the word. No word is missing in a text, so a lexicon cannot keep it.

    Raises:
        InvalidLexiconError: A word is empty, or has whitespace or a lone surrogate, or a value is not a finite number,
            or the columns have different lengths.
        MissingDocumentError: A word or a value is missing; the attribute `document` of the error is its row. This error
            is also an InvalidLexiconError.
        TypeError: A word is not a str, or `words` is a table.

    >>> lexicon = Lexicon({"good": 1, "bad": -1.5}) | {"splendid": 3}
    >>> lexicon
    Lexicon(words=3)
    >>> lexicon["splendid"]
    3.0
    >>> dict(Lexicon(["good", "bad", "so-so"], [1, -1, None], missing="skip"))
    {'good': 1.0, 'bad': -1.0}
    >>> Lexicon([("not bad", 1)])
    Traceback (most recent call last):
    text_processor.exceptions.InvalidLexiconError: 'not bad' has whitespace in it, and so matches no word of a text
    """

    __slots__ = ("_native", "_values")

    def __init__(
        self,
        words: Words | Iterable[str | float | None] = (),
        values: Iterable[float | None] | None = None,
        *,
        missing: Literal["raise", "skip"] = "raise",
    ) -> None:
        one_of("missing", missing, ("raise", "skip"))
        pairs: Iterable[Any]
        if values is not None:
            pairs = rows_with_both(texts_of(words, "Lexicon"), texts_of(values, "Lexicon"))
        else:
            refuse_table(words, "Lexicon", rows=True, mappings=True, pairs=True)
            pairs = words.items() if isinstance(words, Mapping) else words
        self._values = {checked_word(word): checked_value(word, value) for word, value in present(pairs, missing)}
        self._native: dict[Core, Any] = {}

    @classmethod
    def from_file(cls, path: FilePath, *, encoding: str = "utf-8") -> Lexicon:
        r"""Read a file that has a word, a tab and the value of the word on each line.

        Skips text after a second tab, whitespace around lines, blank lines and a byte-order mark.

        Args:
            path: The path of the file, or a URL, as in `TextAnalyzer.add_file`.
            encoding: As in `open()`.

        Raises:
            InvalidLexiconError: A line has no tab, or a word or value that is not valid; the message names the line.
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
                words[checked_word(word)] = checked_value(word, value)
            except InvalidLexiconError as error:
                raise InvalidLexiconError(f"{harmless(_files.name(path))}, line {number}: {error}") from None
        return cls(words)

    def __getitem__(self, word: str) -> float:
        """The value of a word."""
        return self._values[word]

    def __iter__(self) -> Iterator[str]:
        """The words."""
        return iter(self._values)

    def __len__(self) -> int:
        """The number of words."""
        return len(self._values)

    def __or__(self, other: Words) -> Lexicon:
        """The words of both; for a word that is in both, the value in the other lexicon counts."""
        return Lexicon({**self._values, **Lexicon(other)._values})

    def __ror__(self, other: Words) -> Lexicon:
        return Lexicon(other) | self

    def __reduce__(self) -> tuple[object, ...]:
        return Lexicon, (canonical(self._values),)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(words={len(self)})"

    def _pointer(self, core: Core) -> Any:
        """The handle of the lexicon in a core."""
        if core not in self._native:
            text = listed(self._values)
            new = core._lib.tp_lexicon_new
            self._native[core] = owned(core, "tp_lexicon", lambda out: new(text, len(text), out))
        return self._native[core]
