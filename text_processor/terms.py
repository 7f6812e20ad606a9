"""How words become terms: what is done to each distinct word before it is counted."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from text_processor.core import Core, default_core, ffi
from text_processor.texts import refuse_table

__all__ = ["TermOptions", "stemmers", "stop_words"]

_NORMAL_FORMS = (None, "NFC", "NFKC")
_CASES = ("lower", "casefold", None)
_ACCENTS = (None, "unicode", "ascii")


@dataclass(frozen=True, kw_only=True)
class TermOptions:
    """How words become terms, in the order of the attributes. Each step is done once for each distinct word.

    A word that is dropped becomes no term: it counts among the words, and is in no frequency, n-gram or list.

    Raises:
        ValueError: An option has a value that makes no sense.
        TypeError: An option is of a wrong type.

    >>> from text_processor import TextAnalyzer
    >>> analyzer = TextAnalyzer(terms=TermOptions(stop_words="english", stemmer="english"))
    >>> analyzer.add_document("The runner was running with the runners")
    >>> analyzer.word_frequency()
    {'runner': 2, 'run': 1}
    """

    normal_form: Literal["NFC", "NFKC"] | None = None
    """Unicode's normal form, as `unicodedata.normalize` has it; taken again after the case, which may leave it."""
    case: Literal["lower", "casefold"] | None = "lower"
    """As `str.lower` or `str.casefold` has it; None leaves it."""
    strip_accents: Literal["unicode", "ascii"] | None = None
    """As scikit-learn has it: words are decomposed (NFKD), and combining characters dropped, or all outside ASCII."""
    stop_words: str | Collection[str] | None = None
    """Words that are dropped: the name of a list, see `stop_words`, or any iterable of words, which are spelled by the
    options above as words of a text are."""
    min_length: int = 0
    """Characters that a word must have at least, or it is dropped."""
    max_length: int | None = None
    """Characters that a word may have at most, or it is dropped; None for any number."""
    stemmer: str | None = None
    """The language of a Snowball stemmer, see `stemmers`. Words of more than 1024 bytes stay as they are."""
    function: Callable[[str], str | None] | None = None
    """Called with what the other options have made of each distinct word, once, by the first question that needs it;
    gives the term, or None to drop the word. What it raises reaches who asked, and asking again goes on from there. It
    must not ask the analyzer about terms itself. Where several threads ask at once, each may call it for the same
    word."""

    def __post_init__(self) -> None:
        for name, known in (("normal_form", _NORMAL_FORMS), ("case", _CASES), ("strip_accents", _ACCENTS)):
            if getattr(self, name) not in known:
                raise ValueError(f"{name} must be one of {known}, not {getattr(self, name)!r}")
        if not isinstance(self.stop_words, str | None):
            refuse_table(self.stop_words, "TermOptions", mappings=True)
            words = frozenset(self.stop_words)
            if wrong := next((word for word in words if not isinstance(word, str)), None):
                raise TypeError(f"stop words must be str, not {type(wrong).__name__}")
            object.__setattr__(self, "stop_words", words)
        if not isinstance(self.stemmer, str | None):
            raise TypeError(f"stemmer must be the name of a language, not {type(self.stemmer).__name__}")
        if operator.index(self.min_length) < 0:
            raise ValueError(f"min_length must not be negative, and is {self.min_length}")
        if self.max_length is not None and operator.index(self.max_length) < max(1, self.min_length):
            raise ValueError(f"max_length must be at least 1 and min_length, and is {self.max_length}")
        if self.function is not None and not callable(self.function):
            raise TypeError(f"function must be callable, and is a {type(self.function).__name__}")


def native(options: TermOptions) -> tuple[Any, list[Any]]:
    """The options as `tp_term_options`, and what they point to, which must live as long."""
    kept: list[Any] = []

    def text(string: str | None) -> tuple[Any, int]:
        if not string:
            return ffi.NULL, 0
        data = str.encode(string)
        kept.append(ffi.from_buffer("char[]", data))
        return kept[-1], len(data)

    named = isinstance(options.stop_words, str)
    words = [] if named else [str.encode(word) for word in sorted(options.stop_words or ())]
    pointers, lengths = strings(words, kept)
    structure = ffi.new(
        "tp_term_options *",
        [
            ffi.sizeof("tp_term_options"),
            _NORMAL_FORMS.index(options.normal_form),
            _CASES.index(options.case),
            _ACCENTS.index(options.strip_accents),
            options.min_length,
            options.max_length or 0,
            *text(options.stop_words if isinstance(options.stop_words, str) else None),
            pointers,
            lengths,
            len(words),
            *text(options.stemmer),
            options.function is not None,
        ],
    )
    return structure, kept


def strings(words: Sequence[bytes | None], kept: list[Any]) -> tuple[Any, Any]:
    """Arrays of pointers and lengths; what they point to is added to `kept`."""
    data = [ffi.NULL if word is None else ffi.from_buffer("char[]", word) for word in words]
    lengths = ffi.new("size_t[]", [len(word or b"") for word in words])
    pointers = ffi.new("char *[]", data)
    kept += [data, lengths, pointers]
    return pointers, lengths


def stop_words(name: str, *, core: Core | None = None) -> frozenset[str]:
    """The words of a list of stop words.

    Args:
        name: ``"english"`` is the list of scikit-learn; the code of a language, as ``"de"``, that of Stopwords ISO.
        core: The native core to ask.

    Raises:
        InvalidOptionError: There is no such list; the message tells which there are.

    >>> sorted(stop_words("english"))[:4]
    ['a', 'about', 'above', 'across']
    """
    core = core or default_core()
    data = str.encode(name)
    if not data:
        raise ValueError("a list of stop words has a name")
    return frozenset(_lines(core, lambda text, length: core._lib.tp_stop_words(data, len(data), text, length)))


def stemmers(*, core: Core | None = None) -> list[str]:
    """The names of the stemmers, which are the algorithms of Snowball.

    >>> "finnish" in stemmers()
    True
    """
    core = core or default_core()
    return _lines(core, core._lib.tp_stemmers)


def _lines(core: Core, ask: Callable[[Any, Any], int]) -> list[str]:
    text, length = ffi.new("char **"), ffi.new("size_t *")
    core._check(ask(text, length))
    try:
        return str(ffi.buffer(text[0], length[0]), "utf-8").split("\n")
    finally:
        core._lib.tp_string_free(text[0], length[0])
