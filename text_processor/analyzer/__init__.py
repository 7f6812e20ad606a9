"""The analyzer: documents, and everything that can be asked of them."""

from __future__ import annotations

from text_processor import _options
from text_processor._native.core import Core, chosen_core, default_core
from text_processor.analyzer._counts import Counts
from text_processor.analyzer._sentiment import Sentiment
from text_processor.tokenizers import Tokenization

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor._native.analyzer import Handle
    from text_processor.terms import TermOptions
    from text_processor.typing import Tokenizer

__all__ = ["TextAnalyzer"]


def __dir__() -> list[str]:
    return __all__


class TextAnalyzer(Counts, Sentiment):
    r"""Documents, and counts, frequencies and sentiment of the words in them.

    A word is what ``str.split()`` gives, unless another tokenizer is named; words are counted in lower case, as
    ``str.lower()`` gives it. Adding is cheap. The first question that needs it indexes what was added since the last
    one, in native code, on all cores, while other Python threads run on. Any number of threads may use one analyzer.

    As a collection, an analyzer holds its documents: ``len(analyzer)``, ``for text in analyzer``, ``text in analyzer``.
    It can be copied and pickled; the copy has the same documents, and no callback.

    Args:
        threads: The number of threads to index on, from 1 to 65535; by default what the environment variable
            ``TEXT_PROCESSOR_NUM_THREADS`` says, and otherwise one for each processor. No result depends on it.
        store_text: Without it, documents are counted and let go: memory grows with the distinct words, whatever the
            length of the text. What needs the documents again raises `TextNotStoredError`.
        tokenizer: What a word is, here and in all that is said of words below.

            - ``"whitespace"``: what stands between whitespace.
            - ``"unicode"``: what has a letter or a number in it between the word boundaries of UAX #29, Unicode's rules
              for all languages; ``"unicode-segments"``: all that is between them.
            - ``"word"``: what scikit-learn takes for a word, ``(?u)\b\w\w+\b`` in the text in lower case.
            - ``"characters"``: each character.
            - A compiled pattern, ``re.compile(...)``: a word is what ``re.findall`` finds, except empty strings. A
              pattern that the core cannot find exactly, such as ``(?=...)``, raises `InvalidPatternError`.
            - Any other str is a regular expression in the language of the Rust crate ``regex``, not that of Python. A
              word is what it matches, or what its group matches if it has one. A str of letters, digits, spaces, ``_``
              and ``-`` only is always a name, in upper or lower case.

            A document needs a visible character, whatever the tokenizer, and then may have no word.
        terms: How words become the terms that are counted; by default in lower case. See `set_terms`.
        core: The native core to use; by default the one in use, see `load_core`.

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

    __slots__ = ("_options", "_terms")

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
        self._options = threads, store_text, tokenization.given
        self._terms: TermOptions | None = None
        super().__init__(core, threads, store_text, tokenization)
        if terms is not None:
            _set_terms(self._open_handle(), _checked(terms))
            self._terms = terms

    @property
    def tokenizer(self) -> Tokenizer:
        """What a word is, as it was said."""
        return self._options[2]

    def __reduce__(self) -> tuple[object, ...]:
        if self._core is not default_core():
            raise TypeError(
                f"cannot copy or pickle an analyzer of the core {self._core.path!r}: only one of the default core can "
                "be made again elsewhere"
            )
        made_of = type(self), _options.canonical(self._options), self.get_documents(), self._terms
        return _rebuilt, made_of, getattr(self, "__dict__", None)

    def __repr__(self) -> str:
        if self._handle is None:
            return f"{type(self).__name__}(closed=True)"
        return f"{type(self).__name__}(documents={self.document_count()}, words={self.total_words()})"

    # ---- Terms ----

    @property
    def term_options(self) -> TermOptions:
        """How words become terms."""
        if self._terms is None:
            from text_processor.terms import TermOptions

            return TermOptions()
        return self._terms

    def set_terms(self, options: TermOptions | None = None, **changes: Any) -> None:
        """Has words become terms in another way, those of documents that were added before as well.

        No text is read again: only the distinct words are gone through, once. Answers that were given stay as they
        are, and every question is answered by all options of one moment.

        Args:
            options: The options; by default those that are set.
            changes: What is to be different in them, by the names of `TermOptions`.

        Raises:
            InvalidOptionError: There is no list of stop words, or no stemmer, of that name; nothing has changed.
            ValueError: An option has a value that makes no sense; likewise.
            TypeError: There is no such option, or it is of a wrong type; likewise.

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
    # A subclass may be made in other ways; what it has besides comes with its state.
    analyzer = kind.__new__(kind)
    threads, store_text, tokenizer = options
    TextAnalyzer.__init__(analyzer, threads=threads, store_text=store_text, tokenizer=tokenizer, terms=terms)
    analyzer.add_documents(documents, missing="keep")
    return analyzer
