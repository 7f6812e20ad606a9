"""How words become terms: what is done to each distinct word before it is counted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from text_processor._native.arrow import filled
from text_processor._native.core import Core, chosen_core, default_core, ffi
from text_processor._native.owned import owned
from text_processor._native.strings import string_arrays
from text_processor._native.tables import refuse_table
from text_processor._options import canonical, one_of, plain_text, runnable, similar, whole
from text_processor.exceptions import CoreLoadError, InvalidOptionError

__all__ = ["TermOptions", "stemmers", "stop_words"]

_Answer = TypeVar("_Answer")

_NORMAL_FORMS = {None: "KEEP", "NFC": "NFC", "NFKC": "NFKC"}
_CASES = {"lower": "LOWER", "casefold": "FOLD", None: "KEEP"}
_ACCENTS = {None: "KEEP", "unicode": "UNICODE", "ascii": "ASCII"}


@dataclass(frozen=True, kw_only=True)
class TermOptions:
    """How words become terms, in the order of the attributes. Each step is done once for each distinct word.

    A word that is dropped becomes no term: it counts among the words, and is in no frequency, n-gram or list.

    Raises:
        InvalidOptionError: An option has a value out of range, or a name that the default core does not know.
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
    options above as words of a text are. ``"english"`` drops contractions too, such as ``"don't"``; ``"scikit-learn"``
    does not. The apostrophes ``'`` and ``’`` count as the same."""
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
            object.__setattr__(self, name, one_of(name, getattr(self, name), known))
        object.__setattr__(self, "min_length", whole("min_length", self.min_length, most=sys.maxsize))
        if self.max_length is not None:
            least = max(1, self.min_length)
            object.__setattr__(self, "max_length", whole("max_length", self.max_length, least, sys.maxsize))
        if self.function is not None:
            runnable("function=", self.function)
        if self.stemmer is not None:
            _check_stemmer(plain_text("stemmer", self.stemmer))
        if isinstance(self.stop_words, str):
            _check_list(plain_text("stop_words", self.stop_words))
        elif self.stop_words is not None:
            object.__setattr__(self, "stop_words", _words(self.stop_words))

    def __getstate__(self) -> dict[str, Any]:
        # With sorted words, and one object for equal str: equal options have equal pickles.
        return {
            sys.intern(name): canonical(sorted(value, key=repr) if isinstance(value, frozenset) else value)
            for name, value in vars(self).items()
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            object.__setattr__(self, name, frozenset(value) if isinstance(value, list) else value)


def _words(given: Collection[str]) -> frozenset[str]:
    refuse_table(given, "TermOptions", mappings=True, option="stop_words")
    if not isinstance(given, Iterable):
        raise TypeError(f"stop_words must be the name of a list or words, not {type(given).__name__}")
    return frozenset(plain_text("each of stop_words", word) for word in given)


def native(options: TermOptions) -> tuple[Any, list[Any]]:
    """The options as `tp_term_options`, and what they point to, which must live as long."""
    kept: list[Any] = []
    named = isinstance(options.stop_words, str)
    words = [] if named else [str.encode(word) for word in sorted(options.stop_words or ())]
    pointers, lengths = string_arrays(words, kept)
    members: dict[str, Any] = {
        "struct_size": ffi.sizeof("tp_term_options"),
        "normal_form": ffi.integer_const(f"TP_NORMAL_FORM_{_NORMAL_FORMS[options.normal_form]}"),
        "letter_case": ffi.integer_const(f"TP_CASE_{_CASES[options.case]}"),
        "accents": ffi.integer_const(f"TP_ACCENTS_{_ACCENTS[options.strip_accents]}"),
        "min_length": options.min_length,
        "max_length": options.max_length or 0,
        "stop_words": pointers,
        "stop_word_lengths": lengths,
        "stop_word_count": len(words),
        "external_terms": options.function is not None,
    }
    members |= _named("stop_list", options.stop_words, kept) if isinstance(options.stop_words, str) else {}
    members |= _named("stemmer", options.stemmer, kept) if options.stemmer is not None else {}
    return ffi.new("tp_term_options *", members), kept


def _named(member: str, name: str, kept: list[Any]) -> dict[str, Any]:
    """The members of `tp_term_options` for a name."""
    data = str.encode(name)
    kept.append(ffi.from_buffer("char[]", data))
    return {member: kept[-1], f"{member}_length": len(data)}


def stop_words(name: str, *, core: Core | None = None) -> frozenset[str]:
    """The words of a list of stop words.

    Args:
        name: The name of the list:

            - ``"english"`` or ``"scikit-learn"``: the list of scikit-learn.
            - ``"english-contractions"``: contractions of English, such as ``"don't"``. `TermOptions` also drops these
              if its list is ``"english"``.
            - ``"iso-"`` and the ISO 639-1 code of a language, such as ``"iso-de"``: the list of Stopwords ISO. The code
              alone, such as ``"de"``, is the same list. ``"iso-en"`` is four times as long as ``"scikit-learn"``.
        core: The native core to ask.

    Raises:
        InvalidOptionError: There is no such list; the message names those that exist.

    >>> sorted(stop_words("english"))[:4]
    ['a', 'about', 'above', 'across']
    >>> "don't" in stop_words("english-contractions")
    True
    """
    core = chosen_core(core)
    return frozenset(_list(core, plain_text("the name of a list of stop words", name)))


def stemmers(*, core: Core | None = None) -> list[str]:
    """The names of the stemmers, which are the algorithms of Snowball.

    >>> "finnish" in stemmers()
    True
    """
    core = chosen_core(core)
    return filled(core, core._lib.tp_stemmers).strings("large_utf8")


def _list(core: Core, name: str) -> list[str]:
    def ask(name: str) -> list[str]:
        data = str.encode(name)
        words = filled(core, lambda out: core._lib.tp_stop_words(data, len(data), out))
        return words.strings("large_utf8")

    def names() -> list[str]:
        return filled(core, core._lib.tp_stop_word_lists).strings("large_utf8")

    return _known("list of stop words", name, ask, names)


def _check_list(name: str) -> None:
    if core := _loadable_core():
        _list(core, name)


def _check_stemmer(name: str) -> None:
    if core := _loadable_core():
        _known("stemmer", name, lambda name: _try_stemmer(core, name), lambda: stemmers(core=core))


def _try_stemmer(core: Core, name: str) -> None:
    """Sets a stemmer for an empty analyzer, to see whether the core knows it."""
    kept: list[Any] = []
    # An explicit number of threads: a wrong one in the environment would be another error.
    options = ffi.new("tp_analyzer_options *", {"struct_size": ffi.sizeof("tp_analyzer_options"), "threads": 1})
    analyzer = owned(core, "tp_analyzer", lambda out: core._lib.tp_analyzer_new(options, out))
    members = {"struct_size": ffi.sizeof("tp_term_options"), **_named("stemmer", name, kept)}
    core._check(core._lib.tp_analyzer_set_terms(analyzer, ffi.new("tp_term_options *", members)))


def _loadable_core() -> Core | None:
    """The default core, which knows the names; None if it cannot be loaded: an analyzer may use another one."""
    try:
        return default_core()
    except CoreLoadError:
        return None


def _known(what: str, name: str, ask: Callable[[str], _Answer], names: Callable[[], list[str]]) -> _Answer:
    """The answer of the core for a name; for an unknown name, an error that suggests a similar one."""
    try:
        if not name:
            # To the core, an empty name means no name.
            raise InvalidOptionError(f'there is no {what} with the name ""; there are {", ".join(names())}')
        return ask(name)
    except InvalidOptionError:
        if (near := similar(name, names())) is None:
            raise
        raise InvalidOptionError(f'there is no {what} with the name "{name}": did you mean {near!r}?') from None
