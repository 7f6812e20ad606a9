"""The analyzer: documents, and everything that can be asked of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sized

from text_processor import _files, _options
from text_processor._native.analyzer import Handle
from text_processor._native.batches import BATCH_DOCUMENTS, batches
from text_processor._native.callbacks import DocumentCallback
from text_processor._native.core import Core, chosen_core, default_core
from text_processor._native.encoding import check, encoded
from text_processor._native.fork import Lock
from text_processor._native.indexer import Indexer
from text_processor._native.missing import checked_missing
from text_processor._native.pending import MAX_PENDING_LENGTH, PendingDocuments
from text_processor._native.texts import texts_of
from text_processor.exceptions import ClosedAnalyzerError, InvalidDocumentError, InvalidPatternError
from text_processor.frequencies import WordCounts
from text_processor.tokenizers import NAMES, Tokenization

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    import numpy as np
    import numpy.typing as npt
    from typing_extensions import Self

    from text_processor.ngrams import NgramCounts
    from text_processor.sentiment.lexicon import Lexicon
    from text_processor.terms import TermOptions
    from text_processor.typing import (
        Document,
        DocumentEvent,
        File,
        Missing,
        Progress,
        Row,
        Statistics,
        Tokenizer,
        Words,
    )

__all__ = ["TextAnalyzer"]

BATCH_ROWS = 1 << 13
"""Words that are made into Python objects between two looks at signals."""


class TextAnalyzer:
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

    __slots__ = (
        "__weakref__",
        "_callback",
        "_core",
        "_counts_at_once",
        "_following",
        "_gathered",
        "_handle",
        "_options",
        "_terms",
        "_waiting",
    )

    def __init__(
        self,
        *,
        threads: int | None = None,
        store_text: bool = True,
        tokenizer: Tokenizer = "whitespace",
        terms: TermOptions | None = None,
        core: Core | None = None,
    ) -> None:
        self._handle: Handle | None = None
        threads = _options.threads(threads)
        self._core = chosen_core(core)
        tokenization = Tokenization(tokenizer)
        self._options = threads, store_text, tokenization.given
        number, pattern = tokenization.number, tokenization.pattern()
        try:
            self._handle = Handle(self._core, threads, store_text=store_text, tokenizer=number, pattern=pattern)
        except InvalidPatternError as error:
            raise tokenization.located(error) from None
        self._counts_at_once = tokenization.number == NAMES["whitespace"]
        self._terms: TermOptions | None = None
        if terms is not None:
            _set_terms(self._handle, _checked(terms))
            self._terms = terms
        self._gathered = PendingDocuments()
        # What is gathered was added before a callback was set, so it is not told.
        self._callback = DocumentCallback(self._gathered.is_handing_over)
        self._waiting: list[str] | None = self._gathered.documents
        """Where documents are gathered: not with a callback, which is to hear of each at once."""
        self._following = Lock(repairs=True)

    @property
    def tokenizer(self) -> Tokenizer:
        """What a word is, as it was said."""
        return self._options[2]

    # ---- Life ----

    def close(self) -> None:
        """Frees the documents. Calls that are running end as usual; later ones raise. Closing again does nothing."""
        self._handle = self._waiting = self._callback.function = None
        self._follow_callback()
        self._gathered.clear()

    def __enter__(self) -> Self:
        self._open_handle()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

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
            return f"<closed {type(self).__name__}>"
        return f"{type(self).__name__}(documents={self.document_count()}, words={self.total_words()})"

    def _open_handle(self) -> Handle:
        handle = self._handle
        if handle is None:
            raise ClosedAnalyzerError("this analyzer was closed")
        return handle

    def _complete(self) -> Handle:
        """The handle, with all documents behind it."""
        handle = self._open_handle()
        self._gathered.hand_over(handle)
        return handle

    def _indexed(self) -> Handle:
        handle = self._complete()
        handle.update(None)
        return handle

    # ---- Adding documents ----

    def add_document(self, text: Document) -> None:
        r"""Adds a document.

        Args:
            text: A `str`, or UTF-8 in anything with the buffer protocol (bytes, bytearray, memoryview, mmap, NumPy).

        Raises:
            InvalidDocumentError: There is no word in it, or it is not text; nothing was added.
            InvalidDocumentTypeError: The text is of another type. This error is also a TypeError.
            Exception: What the callback raised; the document stays added.

        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("Alice was beginning to get very tired")
        >>> analyzer.add_document(b" \n")
        Traceback (most recent call last):
        text_processor.exceptions.InvalidDocumentError: the document holds no word: it is empty or all whitespace
        """
        # Each operation here costs as much as the core needs for some words. What begins with a visible character and
        # is all ASCII holds a word, and can be encoded.
        waiting = self._waiting
        if waiting is not None and type(text) is str and len(text) <= MAX_PENDING_LENGTH:
            if not (text >= "!" and text.isascii()):
                check(text)
            waiting.append(text)
            if len(waiting) >= BATCH_DOCUMENTS:
                self._complete()
        else:
            self._complete().add(text)

    def add_documents(
        self, documents: Iterable[Row], *, missing: Missing = "raise", progress: Progress | None = None
    ) -> int:
        """Adds documents until one is refused.

        Args:
            documents: Documents as `add_document` takes them: a list, a column of pandas, polars or pyarrow, a NumPy
                array, any iterable. An iterator is read as it goes, some thousand documents or a million characters
                ahead; if a callback is set, one by one. If you have a table, pass one of its columns.
            missing: What to do with a missing value (None, NaN, `pandas.NA`) and with a blank document, which is empty
                or all whitespace. ``"raise"`` raises an error, ``"skip"`` skips them. ``"keep"`` adds them as documents
                without words, so that each document has the number of its row.
            progress: Called after each batch with the number of rows that were read.

        Returns:
            The number of documents added.

        Raises:
            InvalidDocumentError: One of them is refused; its attribute `document` tells which. What came before it
                stays added, nothing after it is.
            InvalidDocumentTypeError: One of them is of a wrong type; `document` tells which. It is also a TypeError.
            MissingDocumentError: One of them is missing; `document` tells which.
            TypeError: `documents` is a single text, a table, or a mapping.

        >>> TextAnalyzer().add_documents(line for line in ["to be", "or not to be"])
        2
        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["to be", None, " ", "or not to be"], missing="keep")
        4
        >>> analyzer.get_documents()
        ['to be', '', ' ', 'or not to be']
        """
        if progress is not None:
            _options.runnable("progress=", progress)
        missing = checked_missing(missing)
        texts = texts_of(documents, "add_documents")
        added = done = 0
        total = len(texts) if isinstance(texts, Sized) else None
        with Indexer() as indexer:
            for batch, failure in batches(texts, one_by_one=lambda: self._callback.function is not None):
                try:
                    if batch:
                        handle = self._complete()
                        added += handle.add_batch(batch, first=done, missing=missing)
                        done += len(batch)
                        indexer.added(handle)
                        if progress is not None:
                            progress(done, total)
                except Exception:
                    if failure is not None and not isinstance(failure, Exception):
                        raise failure from None
                    raise
                if failure is not None:
                    raise failure
        return added

    def add_file(
        self,
        file: File,
        *,
        lines: bool = False,
        encoding: str = "utf-8",
        errors: str = "strict",
        missing: Missing | None = None,
        progress: Progress | None = None,
    ) -> int:
        r"""Adds a file: one document, or one a line.

        A byte-order mark at the beginning of the file is not part of its text.

        Args:
            file: A path (a `str`, bytes or a path object), or a file that is open for reading bytes. For a compressed
                file, pass what `gzip.open` returns.
            lines: If true, each line is a document. Skips blank lines, unless you pass `missing`.
            encoding: As in `open()`.
            errors: As in `open()`; ``"replace"`` reads any text.
            missing: What to do with blank lines, or with a blank file, as in `add_documents`. The default skips blank
                lines, and raises an error for a blank file.
            progress: Called now and then with the bytes read and the size of the file.

        Returns:
            The number of documents added.

        Raises:
            InvalidDocumentError: The file holds no word, or no text (it is compressed, for example, or has NUL
                characters), or does not follow the encoding; the error names the file and, with `lines`, the line.
                Lines before it stay added.
            InvalidOptionError: Python does not know this encoding or error handler; nothing was read. For an unknown
                encoding, the error is also a LookupError.
            OSError: The file cannot be read.

        >>> import io
        >>> TextAnalyzer().add_file(io.BytesIO(b"\xef\xbb\xbfto be\nor not to be\n"), lines=True)
        2
        """
        return self.add_files([file], lines=lines, encoding=encoding, errors=errors, missing=missing, progress=progress)

    def add_files(
        self,
        paths: Iterable[File],
        *,
        lines: bool = False,
        encoding: str = "utf-8",
        errors: str = "strict",
        missing: Missing | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Adds files, as `add_file` does; `progress` counts the bytes of all of them.

        Stops at the first file that cannot be added; what came before stays added.
        """
        if isinstance(paths, str | bytes | os.PathLike):
            raise TypeError("add_files() takes paths, not a single one: use add_file(), or put it in a list")
        if progress is not None:
            _options.runnable("progress=", progress)
        _options.codec(encoding, errors)
        paths = list(paths)
        missing = None if missing is None else checked_missing(missing)
        self._open_handle()
        total = sum(map(_files.size, paths))
        added = done = 0
        with Indexer() as indexer:
            for path in paths:
                handle = self._complete()

                def step(documents: int, length: int, handle: Handle = handle) -> None:
                    nonlocal added, done
                    added += documents
                    done += length
                    if documents:
                        indexer.added(handle)
                    if progress is not None:
                        progress(min(done, total) if total else done, total or None)

                _files.add(handle, path, step, lines=lines, encoding=encoding, errors=errors, missing=missing)
        return added

    def clear(self) -> None:
        """Removes all documents; the callback stays."""
        self._complete().clear()

    # ---- The document callback ----

    def set_callback(self, callback: Callable[[DocumentEvent], object]) -> None:
        """Sets a function that is called with each document after it was added, in place of any other.

        It runs on the thread that adds the document, before the call that adds it returns, and may use the analyzer.
        What it raises reaches the caller of that call; the document stays added.

        Args:
            callback: Called with a `DocumentEvent`, a dict.

        Raises:
            TypeError: It is not a function, or it is an async or generator function: a call does not run those.

        >>> analyzer = TextAnalyzer()
        >>> analyzer.set_callback(lambda event: print(event["word_count"], event["total_documents"]))
        >>> analyzer.add_document("call me Ishmael")
        3 1
        """
        if callback is None:
            raise TypeError("set_callback() takes a function, not None; see clear_callback()")
        _options.runnable("set_callback()", callback)
        self._complete()
        self._callback.function = callback
        self._follow_callback()

    def clear_callback(self) -> None:
        """Removes the callback, if one is set."""
        self._complete()
        self._callback.function = None
        self._follow_callback()

    def _follow_callback(self) -> None:
        """Brings the core, and whether documents are gathered, in line with the callback that is set, if one is.

        Other threads may set, clear and close meanwhile, and so may a signal handler on this one: whoever comes last
        finds what all of them have decided.
        """
        with self._following.intact():
            while True:
                handle, function = self._handle, self._callback.function
                # Before the core tells of documents, and after: no document is told of that was gathered.
                self._waiting = None
                if handle is None:
                    self._callback.function = None
                elif function is not None:
                    handle.set_callback(self._callback)
                else:
                    handle.clear_callback()
                    self._waiting = self._gathered.documents
                if handle is self._handle and function is self._callback.function:
                    return

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

    # ---- Asking ----

    def document_count(self) -> int:
        """The number of documents."""
        return self._complete().document_count()

    def __len__(self) -> int:
        """The number of documents."""
        return self.document_count()

    def total_words(self) -> int:
        """The number of words in all documents."""
        return (self._complete() if self._counts_at_once else self._indexed()).total_words()

    def sentence_count(self, *, unwrap: bool = False) -> int:
        r"""The number of sentences in all documents, as `sentences` finds them. Each call counts them again.

        Args:
            unwrap: True for text whose lines are wrapped: a line end inside a paragraph counts as a space, as in
                `sentences`. By default each line end ends a sentence.

        Raises:
            TextNotStoredError: The documents were only counted.

        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("To be, or not to be? That\nis the question.")
        >>> analyzer.sentence_count()
        3
        >>> analyzer.sentence_count(unwrap=True)
        2
        """
        return self._complete().sentence_count(unwrap)

    def unique_words(self) -> int:
        """The number of distinct words in lower case."""
        return self._indexed().unique_words()

    def index(self, *, progress: Progress | None = None) -> None:
        """Brings the index up to date, as the first question would do, to show the progress of it or to stop it.

        Args:
            progress: Called now and then with the bytes of text that are indexed and those there are. An exception in
                it ends the call; what was indexed stays so.
        """
        if progress is not None:
            _options.runnable("progress=", progress)
        self._complete().update(progress)

    def get_statistics(self) -> Statistics:
        """Figures of the whole corpus, all of one moment.

        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("To be or not to be")
        >>> analyzer.get_statistics()["unique_words"]
        4
        """
        found = self._indexed().statistics()
        return {
            "document_count": found.document_count,
            "total_words": found.total_words,
            "unique_words": found.unique_words,
            "distinct_types": found.distinct_types,
            "total_bytes": found.total_bytes,
            "average_words": found.average_words,
        }

    def analyze_sentiment(self, lexicon: Words | None = None) -> float:
        """The sentiment of the corpus, in words a document.

        Each good, great and excellent counts +1, each bad, terrible and awful -1, in upper or lower case and with
        nothing else between it and the whitespace; the sum is divided by the number of documents.

        Args:
            lexicon: Other words, and what each is worth: a `Lexicon`, or what one can be made of.

        Raises:
            EmptyAnalyzerError: There is no document.
            InvalidLexiconError: The lexicon makes no sense.

        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["a good start", "GOOD and great"])
        2
        >>> analyzer.analyze_sentiment()
        1.5
        >>> analyzer.analyze_sentiment({"start": 2, "great": 0.5})
        1.25
        """
        if lexicon is None:
            return self._indexed().sentiment()
        return self._indexed().sentiment_with(_lexicon(lexicon)._pointer(self._core))

    def document_sentiments(self, lexicon: Words | None = None) -> npt.NDArray[np.float64]:
        """The sentiment of each document: the sum of what its words are worth, as `analyze_sentiment` has it.

        Args:
            lexicon: As in `analyze_sentiment`.

        Returns:
            An array of float64 over native memory, with a value for each document, in the order of their adding.

        Raises:
            InvalidLexiconError: The lexicon makes no sense.
            TextNotStoredError: The documents were only counted.
            ModuleNotFoundError: NumPy is not installed.

        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["good and great", "neither", "an awful day"])
        3
        >>> analyzer.document_sentiments().tolist()
        [2.0, 0.0, -1.0]
        """
        found = self._indexed().document_sentiments(None if lexicon is None else _lexicon(lexicon)._pointer(self._core))
        return found.numpy("float64", writable=True)

    def word_frequency(self) -> dict[str, int]:
        """How often each word occurs, in order of first appearance, as `collections.Counter` would have it.

        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("the cat The dog")
        >>> analyzer.word_frequency()
        {'the': 2, 'cat': 1, 'dog': 1}
        """
        frequency: dict[str, int] = {}
        for terms, counts in self._indexed().term_frequencies(BATCH_ROWS):
            frequency.update(zip(terms.strings("utf8"), counts.integers(), strict=True))
        return frequency

    def word_counts(self) -> WordCounts:
        """The same as columns: the words, and their counts as a NumPy array over native memory."""
        return WordCounts(self._indexed().term_frequencies(0))

    def top_words(self, n: int | None = None) -> list[tuple[str, int]]:
        """The `n` most frequent words with their counts: the list that ``Counter.most_common(n)`` gives.

        Equal counts stand in order of first appearance. Without `n`, all words.

        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("no news is no news")
        >>> analyzer.top_words(2)
        [('no', 2), ('news', 2)]
        """
        limit = _options.limit("n", n)
        words: list[tuple[str, int]] = []
        if limit == 0:
            return words
        for batch in self._ranked(min(limit or BATCH_ROWS, BATCH_ROWS)):
            words.extend(batch)
            if limit is not None and len(words) >= limit:
                break
        return words[:limit]

    def iter_top_words(self) -> Iterator[tuple[str, int]]:
        """Words with their counts, most frequent first, as of now. Lazy: the first come at once.

        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("a rose is a rose")
        >>> next(analyzer.iter_top_words())
        ('a', 2)
        """
        ranked = self._ranked(256)
        return (pair for batch in ranked for pair in batch)

    def _ranked(self, rows: int) -> Iterator[Iterator[tuple[str, int]]]:
        ranked = self._indexed().top_terms(rows)
        return (zip(terms.strings("utf8"), counts.integers(), strict=True) for terms, counts in ranked)

    def ngram_frequency(self, n: int, *, skip: int = 0) -> dict[tuple[str, ...], int]:
        """How often words follow each other in a document, in order of first appearance.

        Words that `set_terms` drops are as if they were not there.

        Args:
            n: The number of words, from 1 to 1000.
            skip: Words that may be left out between the first and the last, in all: each choice of `n` words of a
                document counts, in their order, that leaves out no more. At most a million may begin at each word.

        Raises:
            InvalidOptionError: There are no such n-grams.
            TextNotStoredError: The analyzer does not store its documents.

        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_document("to be or not to be")
        >>> analyzer.ngram_frequency(2)
        {('to', 'be'): 2, ('be', 'or'): 1, ('or', 'not'): 1, ('not', 'to'): 1}
        """
        return dict(self.ngram_counts(n, skip=skip))

    def ngram_counts(self, n: int, *, skip: int = 0) -> NgramCounts:
        """The same as columns: the words, and their counts as a NumPy array over native memory."""
        from text_processor.ngrams import NgramCounts

        n, skip = _options.whole("n", n, 1), _options.whole("skip", skip)
        return NgramCounts(self._indexed().ngrams(n, skip, 0), n)

    def top_ngrams(self, n: int, k: int | None = None, *, skip: int = 0) -> list[tuple[tuple[str, ...], int]]:
        """The `k` most frequent n-grams with their counts, as `ngram_frequency` counts them.

        Equal counts stand in order of first appearance. Without `k`, all of them.

        >>> analyzer = TextAnalyzer()
        >>> analyzer.add_documents(["a rose is a rose is a rose", "a rose"])
        2
        >>> analyzer.top_ngrams(2, 2)
        [(('a', 'rose'), 4), (('rose', 'is'), 2)]
        >>> analyzer.top_ngrams(2, 1, skip=3)
        [(('a', 'rose'), 6)]
        """
        from itertools import islice

        from text_processor.ngrams import pairs

        limit = _options.limit("k", k)
        n, skip = _options.whole("n", n, 1), _options.whole("skip", skip)
        rows = BATCH_ROWS if limit is None else min(max(limit, 1), BATCH_ROWS)
        return list(islice(pairs(self._indexed().top_ngrams(n, skip, rows)), limit))

    # ---- The documents back ----

    def get_documents(self) -> list[str]:
        """The documents, in the order of their adding."""
        documents: list[str] = []
        for text, _ in self._complete().documents():
            documents.extend(text.strings("large_utf8"))
        return documents

    def __iter__(self) -> Iterator[str]:
        """The documents as of now, made into `str` some at a time."""
        documents = self._complete().documents()
        return (text for column, _ in documents for text in column.strings("large_utf8"))

    def __contains__(self, text: object) -> bool:
        """Whether one of the documents is exactly this text."""
        handle = self._complete()
        try:
            return issubclass(type(text), str) and handle.contains(encoded(text))  # type: ignore[arg-type]
        except InvalidDocumentError:
            return False


def _lexicon(words: Words) -> Lexicon:
    from text_processor.sentiment.lexicon import Lexicon

    return words if isinstance(words, Lexicon) else Lexicon(words)


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
