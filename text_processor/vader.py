"""Sentiment by the rules of VADER: the numbers of vaderSentiment, in native code."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from text_processor.columns import Column, record_batches, stream
from text_processor.core import Core, default_core, ffi
from text_processor.documents import batches, is_single, joined, readable
from text_processor.exceptions import InvalidDocumentError, InvalidLexiconError, InvalidOptionError
from text_processor.interruption import checkpoint
from text_processor.lexicon import checked_text, checked_value, listed, pair
from text_processor.options import canonical
from text_processor.options import threads as checked_threads

# As typing has it, which takes longer to import than all the rest.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from text_processor.types import Document, PolarityScores, ScoreColumns

__all__ = ["SentimentIntensityAnalyzer"]

LEXICON = "vader_lexicon.txt"
EMOJI = "emoji_utf8_lexicon.txt"

PIECE = 4 << 20
"""Bytes or characters that are scored between two looks at signals."""
TEXTS = 1 << 16
"""Texts, likewise: so many that starting threads for them takes little of the time."""

NAMES = ("neg", "neu", "pos", "compound")


class SentimentIntensityAnalyzer:
    """Scores texts as ``vaderSentiment.vaderSentiment.SentimentIntensityAnalyzer`` of version 3.3.2 does.

    The numbers are identical for every string; the time grows with the length of a text, whatever is in it. Any number
    of threads may use one analyzer.

    Args:
        lexicon_file: A file of words and their valences, in the format of ``vader_lexicon.txt``; by default that of the
            installed package vaderSentiment.
        emoji_lexicon: A file of emoji and their descriptions, likewise.
        boosters: Beyond VADER: further boosters (and with negative numbers, dampeners) of up to three words.
        negations: Beyond VADER: further words that negate.
        idioms: Beyond VADER: words that count as one word of the lexicon wherever they follow each other.
        long_emoji: Beyond VADER: whether emoji of several code points are described, the longest that is known;
            VADER describes each code point by itself.
        threads: The number of threads that many texts are scored on; by default one for each processor, see
            `TextAnalyzer`.
        core: The native core to use.

    Raises:
        ModuleNotFoundError: A file of vaderSentiment is needed, and it is not installed.
        InvalidLexiconError: A list makes no sense; the message says where.

    >>> analyzer = SentimentIntensityAnalyzer()
    >>> analyzer.polarity_scores("VADER is smart, handsome, and funny!")
    {'neg': 0.0, 'neu': 0.248, 'pos': 0.752, 'compound': 0.8439}
    """

    def __init__(
        self,
        lexicon_file: str | os.PathLike[str] = LEXICON,
        emoji_lexicon: str | os.PathLike[str] = EMOJI,
        *,
        boosters: Mapping[str, float] | None = None,
        negations: Iterable[str] = (),
        idioms: Mapping[str, float] | None = None,
        long_emoji: bool = False,
        threads: int | None = None,
        core: Core | None = None,
    ) -> None:
        if isinstance(negations, str):
            raise TypeError("negations are words, not a single str: put it in a list")
        self._core = core or default_core()
        self._files = _read(lexicon_file, LEXICON), _read(emoji_lexicon, EMOJI)
        self._lexicon: dict[str, float] | None = None
        self._emojis: dict[str, str] | None = None
        self._own = _own_values("boosters", boosters), _own_words(negations), _own_values("idioms", idioms)
        self._long_emoji = long_emoji
        self._threads = checked_threads(threads)
        self._pointer: Any = None
        self._edition = 0
        """Raised with each change of what is known."""
        self._made()

    # ---- What it is scored by ----

    @property
    def lexicon(self) -> dict[str, float]:
        """The valence of each word. It may be changed; that counts from the next text on.

        >>> analyzer = SentimentIntensityAnalyzer()
        >>> analyzer.lexicon["splendiferous"] = 3.5
        >>> analyzer.polarity_scores("splendiferous")["compound"]
        0.6705
        """
        if self._lexicon is None:
            self._lexicon = _Watched(self.make_lex_dict(), self._forget, _check_valence)
        return self._lexicon

    @lexicon.setter
    def lexicon(self, words: Mapping[str, float]) -> None:
        self._lexicon = _Watched(words, self._forget, _check_valence)
        self._forget()

    @property
    def emojis(self) -> dict[str, str]:
        """The description of each emoji. It may be changed; that counts from the next text on."""
        if self._emojis is None:
            self._emojis = _Watched(self.make_emoji_dict(), self._forget, _check_emoji)
        return self._emojis

    @emojis.setter
    def emojis(self, descriptions: Mapping[str, str]) -> None:
        self._emojis = _Watched(descriptions, self._forget, _check_emoji)
        self._forget()

    def make_lex_dict(self) -> dict[str, float]:
        """The words of the lexicon file with their valences."""
        return {word: float(value) for word, value in _pairs(self._files[0])}

    def make_emoji_dict(self) -> dict[str, str]:
        """The emoji of the emoji file with their descriptions."""
        return dict(_pairs(self._files[1]))

    def _forget(self) -> None:
        """Lets go of what the core knows, which is to be told anew."""
        self._edition += 1
        self._pointer = None

    def _made(self) -> Any:
        edition = self._edition
        lexicon, emoji = self._files
        if self._lexicon is not None:
            # What has whitespace in it is no word of a text.
            words = {
                word: checked_value(word, value)
                for word, value in dict(self._lexicon).items()
                if word.split() == [word]
            }
            lexicon = listed(words)
        if self._emojis is not None:
            emoji = "".join(
                f"{key}\t{_line(text)}\n" for key, text in dict(self._emojis).items() if _line(key)
            ).encode()
        options = ffi.new("tp_vader_options *")
        options.struct_size = ffi.sizeof("tp_vader_options")
        options.threads = self._threads or 0
        own = [ffi.new("char[]", text) for text in self._own]
        options.boosters, options.negations, options.idioms = own
        options.boosters_length, options.negations_length, options.idioms_length = map(len, self._own)
        options.long_emoji = self._long_emoji
        options.summation = _summation()
        lib, pointer = self._core._lib, ffi.new("tp_vader **")
        made = None
        try:
            self._core._check(lib.tp_vader_new(lexicon, len(lexicon), emoji, len(emoji), options, pointer))
        finally:
            # However it ended: a signal handler may raise as soon as the call is over.
            made = ffi.gc(pointer[0], lib.tp_vader_free)
        if edition == self._edition:
            self._pointer = made
        return made

    # ---- Scoring ----

    def polarity_scores(self, text: Document) -> PolarityScores:
        """Scores a text.

        Args:
            text: A `str`, or UTF-8 in anything with the buffer protocol.

        Returns:
            How much of the text is negative, neutral and positive, each from 0 to 1, and `compound`, all of it as one
            number from -1 to 1.

        Raises:
            InvalidDocumentError: Bytes are not UTF-8.
            TypeError: It is of another type.

        >>> SentimentIntensityAnalyzer().polarity_scores("The book was only kind of good.")
        {'neg': 0.0, 'neu': 0.697, 'pos': 0.303, 'compound': 0.3832}
        """
        pointer = self._pointer or self._made()
        data = text.encode() if type(text) is str and text.isascii() else _encoded(text)
        scores = ffi.new("tp_vader_scores *")
        status = self._core._lib.tp_vader_score(pointer, data, len(data), scores)
        if status:
            self._core._fail(status)
        return {"neg": scores.neg, "neu": scores.neu, "pos": scores.pos, "compound": scores.compound}

    def scores(self, texts: Iterable[Document]) -> ScoreColumns:
        """Scores many texts, on all cores.

        Args:
            texts: Texts as `polarity_scores` takes them: a list, a NumPy array, a column of pandas, any iterable.

        Returns:
            For each of the four numbers an array of float64, with a value for each text: what
            ``pandas.DataFrame()`` makes a table of.

        Raises:
            InvalidDocumentError: One of the texts is not UTF-8; its attribute `document` tells which.
            TypeError: One of them is of a wrong type.
            ModuleNotFoundError: NumPy is not installed.

        >>> SentimentIntensityAnalyzer().scores(["a good day", "a bad day"])["compound"].tolist()
        [0.4404, -0.5423]
        """
        import numpy as np

        # Arrays and columns have their texts at hand in one go.
        tolist = getattr(texts, "tolist", None)
        texts = texts if tolist is None or isinstance(texts, memoryview) else tolist()
        if is_single(texts):
            raise TypeError(
                f"scores() takes texts, not a single {type(texts).__name__}: see polarity_scores() and line_scores()"
            )
        scored: list[list[Column]] = []
        done = 0
        for batch, failure in batches(texts, one_by_one=lambda: False, most=TEXTS, length=PIECE):
            if batch:
                scored.append(self._batch(batch, done))
                done += len(batch)
            if failure is not None:
                raise failure
        return _columns(np, scored)

    def line_scores(self, text: Document) -> ScoreColumns:
        r"""Scores each line of a text, on all cores, as `scores` does; blank lines have zeros.

        Lines end with ``"\n"``, the last one with or without.

        >>> SentimentIntensityAnalyzer().line_scores("a good day\n\na bad day\n")["compound"].tolist()
        [0.4404, 0.0, -0.5423]
        """
        import numpy as np

        data = _encoded(text)
        scored = []
        start = 0
        while start < len(data):
            end = data.find(b"\n", start + PIECE)
            end = len(data) - data.endswith(b"\n") if end < 0 else end
            checkpoint()
            with ffi.from_buffer("char[]", memoryview(data)[start:end]) as piece:
                scored.append(self._separated(piece, end - start, b"\n", 0))
            start = end + 1
        return _columns(np, scored)

    def _batch(self, texts: Sequence[Document], first: int) -> list[Column]:
        """Scores texts; `first` is the number of the first one, for errors."""
        try:
            data = joined(texts, length=PIECE)
            if data is not None:
                try:
                    return self._separated(data, len(data), b"\0", len(texts))
                except InvalidOptionError:
                    # One of them holds a zero.
                    pass
            each = []
            for number, text in enumerate(texts, first):
                try:
                    each.append(_encoded(text))
                except TypeError as error:
                    raise TypeError(f"text {number}: {error}") from None
            buffers = [ffi.from_buffer("char[]", text) for text in each]
            pointers, lengths = ffi.new("char *[]", buffers), ffi.new("size_t[]", [len(text) for text in each])
            score = self._core._lib.tp_vader_score_texts
            return self._columns_of(lambda pointer, out: score(pointer, pointers, lengths, len(each), out))
        except InvalidDocumentError as error:
            error.document = first + (error.document or 0)
            raise

    def _separated(self, data: Any, length: int, separator: bytes, parts: int) -> list[Column]:
        score = self._core._lib.tp_vader_score_separated
        return self._columns_of(lambda pointer, out: score(pointer, data, length, separator, parts, out))

    def _columns_of(self, score: Callable[[Any, Any], int]) -> list[Column]:
        pointer = self._pointer or self._made()
        (columns,) = record_batches(self._core, stream(self._core, lambda out: score(pointer, out)))
        return columns

    def __reduce__(self) -> tuple[object, ...]:
        if self._core is not default_core():
            raise TypeError(
                f"cannot copy or pickle an analyzer of the core {self._core.path}: it is not the default one"
            )
        edited = tuple(None if words is None else canonical(dict(words)) for words in (self._lexicon, self._emojis))
        return _rebuilt, (type(self), self._files, edited, self._own, self._long_emoji, self._threads)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of the core {self._core.path!r}>"


def _rebuilt(kind: type[SentimentIntensityAnalyzer], *state: Any) -> SentimentIntensityAnalyzer:
    analyzer = kind.__new__(kind)
    analyzer._core = default_core()
    analyzer._edition = 0
    analyzer._files, edited, analyzer._own, analyzer._long_emoji, analyzer._threads = state
    analyzer._lexicon, analyzer._emojis = (
        None if words is None else _Watched(words, analyzer._forget, check)
        for words, check in zip(edited, (_check_valence, _check_emoji), strict=True)
    )
    analyzer._made()
    return analyzer


class _Watched(dict[str, "Any"]):
    """A dict that tells when it was changed, and refuses entries that make no sense."""

    __slots__ = ("_changed", "_check")

    def __init__(
        self, entries: Mapping[str, Any], changed: Callable[[], None], check: Callable[[object, object], object]
    ) -> None:
        super().__init__(entries)
        self._changed = changed
        self._check = check
        for word, value in self.items():
            check(word, value)

    def __setitem__(self, word: str, value: Any) -> None:
        self.update({word: value})

    def setdefault(self, word: str, value: Any = None) -> Any:
        """The value of a word, which is the given one if the word is new."""
        if word not in self:
            self.update({word: value})
        return self[word]

    def update(self, *entries: Any, **named: Any) -> None:
        """Takes over entries, all of them or, if one makes no sense, none."""
        new = dict(*entries, **named)
        for word, value in new.items():
            self._check(word, value)
        try:
            super().update(new)
        finally:
            # Behind it, so that nobody can have asked for what was there before.
            self._changed()

    def __ior__(self, entries: Any) -> _Watched:  # type: ignore[override, misc]  # it takes what `update` takes
        self.update(entries)
        return self

    def clear(self) -> None:
        """Removes everything."""
        super().clear()
        self._changed()

    def popitem(self) -> tuple[str, Any]:
        """Removes what came last."""
        try:
            return super().popitem()
        finally:
            self._changed()

    def __reduce__(self) -> tuple[object, ...]:
        return dict, (dict(self),)


def _telling(change: Callable[..., Any]) -> Callable[..., Any]:
    def told(self: _Watched, /, *arguments: Any, **named: Any) -> Any:
        try:
            return change(self, *arguments, **named)
        finally:
            # Behind it, so that nobody can have asked for what was there before.
            self._changed()

    return told


for _name in ("__delitem__", "pop"):
    setattr(_Watched, _name, _telling(getattr(dict, _name)))


def _check_valence(word: object, value: object) -> None:
    checked_value(checked_text(word), value)


def _check_emoji(emoji: object, description: object) -> None:
    checked_text(emoji, "an emoji")
    checked_text(description, "the description of an emoji")


def _columns(np: Any, scored: list[list[Column]]) -> ScoreColumns:
    arrays = [[column.numpy("float64", writable=True) for column in columns] for columns in zip(*scored, strict=True)]
    if not arrays:
        arrays = [[np.empty(0)] for _ in NAMES]
    neg, neu, pos, compound = (parts[0] if len(parts) == 1 else np.concatenate(parts) for parts in arrays)
    return {"neg": neg, "neu": neu, "pos": pos, "compound": compound}


# ---- Files and lists ----


def _read(path: str | os.PathLike[str], name: str) -> bytes:
    """A file of a given path, or that of the installed package for its own name."""
    if os.fspath(path) == name:
        import importlib.util

        # The package itself is not imported: that would import requests, which takes longer than all the rest.
        spec = importlib.util.find_spec("vaderSentiment")
        folders = spec.submodule_search_locations if spec is not None else None
        if not folders:
            raise ModuleNotFoundError(
                f"{name} comes with the package vaderSentiment, which is not installed: pip install "
                '"text_processor[vader]", or name files of your own',
                name="vaderSentiment",
            )
        path = os.path.join(folders[0], name)
    with open(path, "rb") as file:
        return file.read()


def _pairs(file: bytes) -> Iterator[tuple[str, str]]:
    return (pair(line) for line in map(str.strip, file.decode().split("\n")) if line)


def _line(text: str) -> str:
    """A description, without what would end it."""
    return " ".join(text.split())


def _own_values(name: str, words: Mapping[str, float] | None) -> bytes:
    if not isinstance(words, Mapping | None):
        raise TypeError(f"{name} must be a mapping of words to numbers, not {type(words).__name__}")
    pairs = {_line(checked_text(word)): checked_value(word, value) for word, value in (words or {}).items()}
    if "" in pairs:
        raise InvalidLexiconError("a word is empty")
    # Their order is without meaning, and pickles have it.
    return listed(dict(sorted(pairs.items())))


def _own_words(words: Iterable[str]) -> bytes:
    lines = {_line(checked_text(word)) for word in words}
    if "" in lines:
        raise InvalidLexiconError("a word is empty")
    return "\n".join(sorted(lines)).encode()


def _summation() -> int:
    """How this Python's sum() adds up floats, and integers between them: see the header."""
    if sum([0.1] * 10) != 1.0:
        return 0
    return 2 if sum([2.0**53, 1, 1.0]) > 2.0**53 else 1


# ---- Texts ----


def _encoded(text: Document) -> bytes:
    """A text in UTF-8, with other characters in place of lone surrogates, about which nothing is known either."""
    text = readable(text)
    return bytes(text) if not isinstance(text, str) else str.encode(text, "utf-8", _LONE_SURROGATES)


_LONE_SURROGATES = "text_processor.lone_surrogates"


def _replaced(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "\U0010ffff".encode() * (error.end - error.start), error.end


codecs.register_error(_LONE_SURROGATES, _replaced)
