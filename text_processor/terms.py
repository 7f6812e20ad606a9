"""How words become terms: the steps that change or drop each distinct word before it is counted."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from text_processor._native.arrow import filled
from text_processor._native.core import Core, chosen_core, default_core, ffi
from text_processor._native.owned import owned
from text_processor._native.refused_tables import refuse_table
from text_processor._native.strings import string_arrays
from text_processor._native.texts import column
from text_processor._options import canonical, one_of, plain_text, runnable, similar, whole
from text_processor.exceptions import CoreLoadError, InvalidOptionError

__all__ = ["TermOptions", "stemmers", "stop_words"]


def __dir__() -> list[str]:
    return __all__


_Answer = TypeVar("_Answer")

_NORMAL_FORMS = {None: "KEEP", "NFC": "NFC", "NFKC": "NFKC"}
_CASES = {"lower": "LOWER", "casefold": "FOLD", None: "KEEP"}
_ACCENTS = {None: "KEEP", "unicode": "UNICODE", "ascii": "ASCII"}


@dataclass(frozen=True, kw_only=True)
class TermOptions:
    """How words become terms: each attribute is a step, in this order, for each distinct word.

    A dropped word has no term. It counts in the number of words, but not in frequencies and n-grams.

    Raises:
        InvalidOptionError: A value is out of range, or the default core does not know a name.
        TypeError: A value has a wrong type.

    >>> from text_processor import TextAnalyzer
    >>> analyzer = TextAnalyzer(terms=TermOptions(stop_words="english", stemmer="english"))
    >>> analyzer.add_document("The runner was running with the runners")
    >>> analyzer.word_frequency()
    {'runner': 2, 'run': 1}
    """

    normal_form: Literal["NFC", "NFKC"] | None = None
    """Unicode's normal form, as in `unicodedata.normalize`. A change of case may undo it, so it is applied again after
    that."""
    case: Literal["lower", "casefold"] | None = "lower"
    """The case of the word, as by `str.lower` or `str.casefold`; None does not change it."""
    strip_accents: Literal["unicode", "ascii"] | None = None
    """As in scikit-learn: decomposes the word (NFKD) and drops combining characters ("unicode"), or all characters
    outside ASCII ("ascii")."""
    stop_words: str | Collection[str] | None = None
    """The words to drop: the name of a list, see `stop_words`, or an iterable of words. The steps above change these
    words too, as they change the words of a text. ``"english"`` also drops contractions such as ``"don't"``;
    ``"scikit-learn"`` does not. The apostrophes ``'`` and ``’`` count as the same."""
    min_length: int = 0
    """Drops words with fewer characters."""
    max_length: int | None = None
    """Drops words with more characters; None drops none."""
    stemmer: str | None = None
    """The language of a Snowball stemmer, see `stemmers`. Does not change words of more than 1024 bytes."""
    function: Callable[[str], str | None] | None = None
    """A function that returns the term of a word, or None to drop the word. Its argument is the word after the other
    steps. The first query that needs the terms calls it, once for each distinct word. An exception in it reaches the
    caller of the query; the next query continues with the remaining words. It must not query the terms of the analyzer
    itself. If several threads query at the same time, each may call it for the same word."""

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
        # Equal options must have equal pickles: so the words are sorted, and equal str are one object.
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
    return frozenset(plain_text("each of stop_words", word) for word in column(given))


def native(options: TermOptions) -> tuple[Any, list[Any]]:
    """The options as `tp_term_options`, and the objects that it points to, which must live as long."""
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
    """Return the words of a list of stop words.

    Args:
        name: The name of the list:

            - ``"english"`` or ``"scikit-learn"``: the list of scikit-learn.
            - ``"english-contractions"``: English contractions, such as ``"don't"``. `TermOptions` also drops these if
              its list is ``"english"``.
            - ``"iso-"`` and the ISO 639-1 code of a language, such as ``"iso-de"``: the list of Stopwords ISO. The code
              alone, such as ``"de"``, is the same list. ``"iso-en"`` is four times as long as ``"scikit-learn"``.
        core: The native core to use; by default the current one, see `load_core`.

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
    """Return the names of the stemmers, which are the algorithms of Snowball.

    Args:
        core: The native core to use; by default the current one, see `load_core`.

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
    """Set a stemmer for an empty analyzer, to find out whether the core knows it."""
    kept: list[Any] = []
    # With a number of threads, because a wrong number in the environment would raise another error.
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
