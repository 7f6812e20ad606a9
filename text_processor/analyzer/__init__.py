"""The analyzer: documents, and the queries about them."""

from __future__ import annotations

from types import FunctionType

from text_processor import _options
from text_processor._native.analyzer import Handle
from text_processor._native.core import Core, chosen_core, default_core
from text_processor.analyzer._collocations import Collocations
from text_processor.analyzer._concordance import Concordances
from text_processor.analyzer._counts import Counts
from text_processor.analyzer._dispersion import Dispersion
from text_processor.analyzer._file_documents import FileDocuments
from text_processor.analyzer._keyness import Keyness
from text_processor.analyzer._owner import new_handle
from text_processor.analyzer._saving import Saving
from text_processor.analyzer._sentiment import Sentiment
from text_processor.exceptions import ClosedAnalyzerError
from text_processor.tokenizers import Tokenization

# typing.TYPE_CHECKING, without an import of typing, which is slow.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, TypeVar

    from text_processor.terms import TermOptions
    from text_processor.typing import Tokenizer

    _Made = TypeVar("_Made", bound="TextAnalyzer")

__all__ = ["TextAnalyzer"]


def __dir__() -> list[str]:
    return __all__


class TextAnalyzer(Counts, Concordances, Collocations, Keyness, Dispersion, Sentiment, Saving, FileDocuments):
    r"""Documents, with the counts, frequencies and sentiment of their words.

    By default the words are those of ``str.split()``, counted in lower case as by ``str.lower()``. Adding a document is
    cheap. The first query that needs the index indexes the documents that were added since the last one: in native
    code, on all cores, while other Python threads run. Any number of threads may use one analyzer.

    An analyzer is a collection of its documents: ``len(analyzer)``, ``for text in analyzer``, ``text in analyzer``. You
    can copy and pickle it; the copy has the same documents, but no callback. ``a + b`` has the documents of both.

    Args:
        threads: The number of threads for indexing, from 1 to 65535. By default it is the value of the environment
            variable ``TEXT_PROCESSOR_NUM_THREADS`` or, if that is not set, one for each processor. No result depends on
            it.
        store_text: If false, the analyzer counts each document and then frees its text: memory grows with the number of
            distinct words, not with the length of the text. A query that needs the documents again raises
            `TextNotStoredError`.
        tokenizer: How to find the words of a text.

            - ``"whitespace"``: a word is everything between whitespace.
            - ``"unicode"``: the text between two word boundaries of UAX #29, Unicode's rules for all languages, if it
              has a letter or a number; ``"unicode-segments"``: all text between these boundaries.
            - ``"word"``: the words of scikit-learn, ``(?u)\b\w\w+\b`` in the text in lower case.
            - ``"characters"``: each character is a word.
            - A compiled pattern, ``re.compile(...)``: the words are what ``re.findall`` finds, except empty strings. A
              pattern that the core cannot match exactly, such as ``(?=...)``, raises `InvalidPatternError`.
            - Any other str is a regular expression in the language of the Rust crate ``regex``, not in that of Python.
              A word is a match, or the match of the group if the expression has one. A str that has only letters,
              digits, spaces, ``_`` and ``-`` is always a name, in upper or lower case.

            With every tokenizer, a document needs a character that is not whitespace, but does not need a word.
        terms: How words become the terms that are counted; by default in lower case. See `set_terms`.
        core: The native core to use; by default the current one, see `load_core`.

    >>> analyzer = TextAnalyzer()
    >>> analyzer.add_document("The cat and the dog")
    >>> analyzer.add_document("A good day")
    >>> analyzer
    TextAnalyzer(documents=2, words=8)
    >>> analyzer.word_frequency()["the"]
    2
    >>> words = TextAnalyzer(tokenizer="unicode")
    >>> words.add_document("Well, well: isn't it well?")
    >>> words.top_words(2)
    [('well', 3), ("isn't", 1)]
    """

    __slots__ = ()

    def __init__(
        self,
        *,
        threads: int | None = None,
        store_text: bool = True,
        tokenizer: Tokenizer = "whitespace",
        terms: TermOptions | None = None,
        core: Core | None = None,
    ) -> None:
        self._handle = None
        threads = _options.threads(threads)
        core = chosen_core(core)
        tokenization = Tokenization(tokenizer)
        handle = new_handle(core, threads, store_text, tokenization)
        super().__init__(handle, (threads, store_text, tokenization.given), None)
        if terms is not None:
            _set_terms(self._open_handle(), _checked(terms))
            self._terms = terms

    @property
    def tokenizer(self) -> Tokenizer:
        """The tokenizer, as it was passed."""
        return self._options[2]

    def __reduce__(self) -> tuple[object, ...]:
        if self._core is not default_core():
            raise TypeError(
                f"cannot pickle an analyzer of the core {self._core.path!r}: only analyzers of the default core can be "
                "pickled; to copy it, call copy()"
            )
        handle = self._complete()
        with handle.order.alone():
            state = handle.state(self._variables.table(handle.document_count()))
        made_of = type(self), _options.canonical(self._options), state, self._terms
        return _restored, made_of, getattr(self, "__dict__", None)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._described()})"

    def _described(self) -> str:
        """The arguments in the repr."""
        try:
            return f"documents={self.document_count()}, words={self.total_words()}"
        except ClosedAnalyzerError:
            return "closed=True"

    # ---- Terms ----

    @property
    def term_options(self) -> TermOptions:
        """How words become terms."""
        if self._terms is None:
            from text_processor.terms import TermOptions

            return TermOptions()
        return self._terms

    def set_terms(self, options: TermOptions | None = None, **changes: Any) -> None:
        """Change how words become terms, including the words of documents that were added before.

        Reads each distinct word once, and no text again. Earlier results do not change. Each query uses all options of
        one moment.

        Args:
            options: The new options; by default the current ones.
            changes: Attributes of `TermOptions` that replace those of `options`.

        Raises:
            InvalidOptionError: There is no list of stop words, or no stemmer, with that name. Nothing has changed.
            ValueError: An option has an invalid value. Nothing has changed.
            TypeError: There is no such option, or it has a wrong type. Nothing has changed.

        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("The cats and the dogs chase a cat")
        >>> analyzer.set_terms(stop_words="english", stemmer="english")
        >>> analyzer.word_frequency()
        {'cat': 2, 'dog': 1, 'chase': 1}
        >>> analyzer.set_terms(stemmer=None)
        >>> analyzer.word_frequency()
        {'cats': 1, 'dogs': 1, 'chase': 1, 'cat': 1}
        """
        from dataclasses import replace

        changed = replace(self.term_options if options is None else _checked(options), **changes)
        _set_terms(self._open_handle(), changed)
        self._terms = changed


def _checked(terms: object) -> TermOptions:
    from text_processor.terms import TermOptions

    if not isinstance(terms, TermOptions):
        raise TypeError(f"terms must be TermOptions, not {type(terms).__name__}")
    return terms


def _set_terms(handle: Handle, options: TermOptions) -> None:
    from text_processor.terms import native

    structure, kept = native(options)
    handle.set_terms(structure, options.function)
    del kept


def _rebuilt(
    kind: type[TextAnalyzer],
    options: tuple[int | None, bool, Tokenizer],
    documents: list[str],
    terms: TermOptions | None = None,
) -> TextAnalyzer:
    # A pickle of version 0.2.0 or earlier contains this name.
    # The constructor of a subclass may have other arguments; pickle restores its own attributes from the state.
    analyzer = kind.__new__(kind)
    threads, store_text, tokenizer = options
    TextAnalyzer.__init__(analyzer, threads=threads, store_text=store_text, tokenizer=tokenizer, terms=terms)
    analyzer.add_documents(documents, missing="keep")
    return analyzer


def _restored(
    kind: type[_Made], options: tuple[int | None, bool, Tokenizer], state: bytes, terms: TermOptions | None
) -> _Made:
    function = None if terms is None else terms.function
    handle, table = Handle.of_state(default_core(), state, options[0], function)
    return kind._of(handle, options, terms, table)


# Python's messages about arguments contain the qualified name of a method.
for _part in TextAnalyzer.__mro__[1:-1]:
    for _name, _method in vars(_part).items():
        if isinstance(_method, classmethod):
            _method = _method.__func__
        if isinstance(_method, FunctionType) and not _name.startswith("_"):
            for _function in (_method, getattr(_method, "__wrapped__", _method)):
                _function.__module__, _function.__qualname__ = __name__, f"TextAnalyzer.{_name}"
del _part, _name, _method, _function
