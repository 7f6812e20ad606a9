"""Sentiment by the rules of VADER: the numbers of vaderSentiment, in native code."""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from text_processor._native.arrow import Column, record_batches, stream
from text_processor._native.batches import batches, joined
from text_processor._native.checkpoint import checkpoint
from text_processor._native.core import Core, chosen_core, default_core, ffi
from text_processor._native.encoding import readable, readable_row
from text_processor._native.missing import checked_missing, without_missing
from text_processor._native.owned import owned
from text_processor._native.strings import string_arrays
from text_processor._native.tables import refuse_table
from text_processor._native.texts import texts_of
from text_processor._options import canonical
from text_processor._options import threads as checked_threads
from text_processor.exceptions import InvalidDocumentError, InvalidLexiconError, InvalidOptionError
from text_processor.sentiment.lexicon import checked_text, checked_value, file_text, listed, pair

if TYPE_CHECKING:
    import pandas as _pandas
    from typing_extensions import Self

    from text_processor.typing import Document, FilePath, Missing, PandasSeries, PolarityScores, Row, ScoreColumns


__all__ = ["SentimentIntensityAnalyzer"]

LEXICON = "vader_lexicon.txt"
EMOJI = "emoji_utf8_lexicon.txt"

PIECE = 4 << 20
"""Bytes or characters that are scored between two looks at signals."""
TEXTS = 1 << 16
"""Texts, likewise: so many that starting threads for them takes little of the time."""

CURE = "pass missing='skip' to leave such rows out, or missing='keep' to get NaN for them"
"""The end of a message: what a caller can do about missing texts."""

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
        lexicon_file: FilePath = LEXICON,
        emoji_lexicon: FilePath = EMOJI,
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
        self._core = chosen_core(core)
        self._files = _read(lexicon_file, LEXICON), _read(emoji_lexicon, EMOJI)
        self._lexicon: dict[str, float] | None = None
        self._emojis: dict[str, str] | None = None
        self._own = _own_values("boosters", boosters), _own_words(negations), _own_values("idioms", idioms)
        self._long_emoji = bool(long_emoji)
        self._threads = checked_threads(threads)
        self._pointer: Any = None
        self._edition = 0
        """Raised with each change of what is known."""
        self._made()

    # ---- What it is scored by ----

    @property
    def lexicon(self) -> dict[str, float]:
        """The valence of each word. It may be changed; that counts from the next text on.

        A wrong entry raises an error and changes nothing: `InvalidLexiconError`, or TypeError if the word is not a str.
        A word with whitespace in it is kept, and matches no text.

        >>> analyzer = SentimentIntensityAnalyzer()
        >>> analyzer.lexicon["splendiferous"] = 3.5
        >>> analyzer.polarity_scores("splendiferous")["compound"]
        0.6705
        """
        if self._lexicon is None:
            self._lexicon = _Watched(self.make_lex_dict(), self._forget, _valence)
        return self._lexicon

    @lexicon.setter
    def lexicon(self, words: Mapping[str, float]) -> None:
        self._lexicon = _Watched(words, self._forget, _valence)
        self._forget()

    @property
    def emojis(self) -> dict[str, str]:
        """The description of each emoji. It may be changed; that counts from the next text on."""
        if self._emojis is None:
            self._emojis = _Watched(self.make_emoji_dict(), self._forget, _description)
        return self._emojis

    @emojis.setter
    def emojis(self, descriptions: Mapping[str, str]) -> None:
        self._emojis = _Watched(descriptions, self._forget, _description)
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
            lexicon = listed({word: value for word, value in dict(self._lexicon).items() if word.split() == [word]})
        if self._emojis is not None:
            emoji = "".join(
                f"{key}\t{_line(text)}\n" for key, text in dict(self._emojis).items() if _line(key)
            ).encode()
        options = ffi.new("tp_vader_options *")
        options.struct_size = ffi.sizeof("tp_vader_options")
        options.threads = self._threads or 0
        boosters, negations, idioms = self._own
        words = negations.split(b"\n") if negations else []
        kept = [ffi.new("char[]", boosters), ffi.new("char[]", idioms)]
        options.boosters, options.idioms = kept
        options.boosters_length, options.idioms_length = len(boosters), len(idioms)
        options.negations, options.negation_lengths = string_arrays(words, kept)
        options.negation_count = len(words)
        options.long_emoji = self._long_emoji
        lib = self._core._lib
        options.summation = getattr(lib, f"TP_SUMMATION_{_summation()}")
        files = lexicon, len(lexicon), emoji, len(emoji)
        made = owned(self._core, "tp_vader", lambda out: lib.tp_vader_new(*files, options, out))
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

    @overload
    def scores(self, texts: PandasSeries, *, missing: Missing = "raise") -> _pandas.DataFrame: ...

    @overload
    def scores(self, texts: Iterable[Row], *, missing: Missing = "raise") -> ScoreColumns: ...

    def scores(self, texts: Any, *, missing: Missing = "raise") -> Any:
        """Scores many texts, on all cores.

        Args:
            texts: Texts as `polarity_scores` takes them: a list, a NumPy array, a column of pandas, polars or pyarrow,
                any iterable. If you have a table, pass one of its columns.
            missing: What to do with missing values (None, NaN, `pandas.NA`): ``"raise"`` raises an error, ``"skip"``
                skips them, ``"keep"`` returns NaN for them. Blank texts are not missing: all their numbers are 0.

        Returns:
            For each of the four numbers an array of float64, with a value for each text. ``pandas.DataFrame()`` makes a
            table of it. For a Series of pandas, returns a DataFrame with the same index, which you can join to the
            table of the Series.

        Raises:
            InvalidDocumentError: One of the texts is not UTF-8; its attribute `document` tells which.
            InvalidDocumentTypeError: One of them is of a wrong type; `document` tells which. It is also a TypeError.
            MissingDocumentError: One of them is missing; `document` tells which.
            TypeError: `texts` is a single text, a table, or a mapping.
            ModuleNotFoundError: NumPy is not installed.

        >>> SentimentIntensityAnalyzer().scores(["a good day", "a bad day"])["compound"].tolist()
        [0.4404, -0.5423]
        >>> SentimentIntensityAnalyzer().scores(["a good day", None], missing="keep")["compound"].tolist()
        [0.4404, nan]
        """
        import numpy as np

        missing = checked_missing(missing)
        scored: list[list[Column]] = []
        gone: list[int] = []
        done = 0
        listed = texts_of(texts, "scores")
        for batch, failure in batches(listed, one_by_one=lambda: False, most=TEXTS, length=PIECE):
            if batch:
                columns, places = self._batch(batch, done, missing)
                scored.append(columns)
                gone.extend(done + place for place in places)
                done += len(batch)
            if failure is not None:
                raise failure
        scores: Any = _columns(np, scored)
        if missing == "skip" and gone:
            scores = {name: np.delete(values, gone) for name, values in scores.items()}
        elif gone:
            for values in scores.values():
                values[gone] = np.nan
        pandas: Any = sys.modules.get("pandas")
        series: Any = getattr(pandas, "Series", ())
        if not isinstance(texts, series):
            return scores
        return pandas.DataFrame(scores, index=texts.index.delete(gone) if missing == "skip" else texts.index)

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

    def _batch(self, texts: Sequence[Any], first: int, missing: Missing) -> tuple[list[Column], list[int]]:
        """Scores texts, missing ones as empty texts; also returns the indices of the missing ones.

        Args:
            texts: The texts.
            first: The number of the first one, for errors.
            missing: What to do with missing ones.
        """
        data = joined(texts, length=PIECE)
        places: list[int] = []
        if data is None and missing != "raise":
            texts, places = without_missing(texts)
            data = joined(texts, length=PIECE) if places else None
        try:
            if data is not None:
                return self._separated(data, len(data), b"\0", len(texts)), places
        except InvalidOptionError:
            # One of the texts holds a zero byte.
            pass
        except InvalidDocumentError as error:
            error.document = first + (error.document or 0)
            raise
        each = [_encoded(readable_row(text, row, CURE)) for row, text in enumerate(texts, first)]
        buffers = [ffi.from_buffer("char[]", text) for text in each]
        pointers, lengths = ffi.new("char *[]", buffers), ffi.new("size_t[]", [len(text) for text in each])
        score = self._core._lib.tp_vader_score_texts
        try:
            return self._columns_of(lambda pointer, out: score(pointer, pointers, lengths, len(each), out)), places
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
                f"cannot copy or pickle an analyzer of the core {self._core.path!r}: it is not the default one"
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
        for words, check in zip(edited, (_valence, _description), strict=True)
    )
    analyzer._made()
    return analyzer


class _Watched(dict[str, Any]):
    """A dict that checks entries before it adds them, and calls a function after each change.

    So the core always gets a list that it can read.
    """

    __slots__ = ("_changed", "_check")

    def __init__(self, entries: Any, changed: Callable[[], None], check: Callable[[Any, Any], tuple[str, Any]]) -> None:
        super().__init__(check(key, value) for key, value in dict(entries).items())
        self._changed = changed
        self._check = check

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def setdefault(self, key: str, default: Any = None) -> Any:
        """Returns the value of a key. If there is no such key, sets it to the default first."""
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, *entries: Any, **named: Any) -> None:
        """Adds entries: all of them, or none if one is wrong."""
        checked = [self._check(key, value) for key, value in dict(*entries, **named).items()]
        try:
            super().update(checked)
        finally:
            # After the update, so that no thread gives the core the old entries again in between.
            self._changed()

    def __ior__(self, entries: Any) -> Self:  # type: ignore[override,misc]
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
    def told(self: _Watched, /, *arguments: Any) -> Any:
        try:
            return change(self, *arguments)
        finally:
            self._changed()

    return told


for _name in ("__delitem__", "pop"):
    setattr(_Watched, _name, _telling(getattr(dict, _name)))


def _valence(word: Any, value: Any) -> tuple[str, float]:
    """An entry of the lexicon, checked."""
    word = checked_text(word)
    return word, checked_value(word, value)


def _description(emoji: Any, text: Any) -> tuple[str, str]:
    """An entry of the list of emoji, checked."""
    emoji, text = checked_text(emoji, "an emoji"), checked_text(text, "the description of an emoji")
    if not text.split():
        raise InvalidLexiconError(f"the description of {emoji!r} is blank")
    return emoji, text


def _columns(np: Any, scored: list[list[Column]]) -> ScoreColumns:
    arrays = [[column.numpy("float64", writable=True) for column in columns] for columns in zip(*scored, strict=True)]
    if not arrays:
        arrays = [[np.empty(0)] for _ in NAMES]
    neg, neu, pos, compound = (parts[0] if len(parts) == 1 else np.concatenate(parts) for parts in arrays)
    return {"neg": neg, "neu": neu, "pos": pos, "compound": compound}


# ---- Files and lists ----


def _read(path: FilePath, name: str) -> bytes:
    """A file of a given path, or that of the installed package for its own name."""
    if os.fsdecode(path) == name:
        import importlib.util

        # The package itself is not imported: that would import requests, which takes longer than all the rest.
        spec = importlib.util.find_spec("vaderSentiment")
        folders = spec.submodule_search_locations if spec is not None else None
        if not folders:
            raise ModuleNotFoundError(
                f"{name} comes with the package vaderSentiment, which is not installed: pip install "
                "vaderSentiment==3.3.2, or name files of your own",
                name="vaderSentiment",
            )
        path = os.path.join(folders[0], name)
    return file_text(path)


def _pairs(file: bytes) -> Iterator[tuple[str, str]]:
    return (pair(line) for line in map(str.strip, file.decode().split("\n")) if line)


def _line(text: Any) -> str:
    """Words of a list, with spaces for tabs and line ends."""
    return " ".join(checked_text(text).split())


def _own_values(name: str, words: Mapping[str, float] | None) -> bytes:
    if not isinstance(words, Mapping | None):
        raise TypeError(f"{name} must be a mapping of words to numbers, not {type(words).__name__}")
    pairs = {_line(word): checked_value(word, value) for word, value in (words or {}).items()}
    if "" in pairs:
        raise InvalidLexiconError("a word is empty")
    # Sorted: their order means nothing, but it would change the pickle.
    return listed(dict(sorted(pairs.items())))


def _own_words(words: Iterable[str]) -> bytes:
    refuse_table(words, "SentimentIntensityAnalyzer", mappings=True, option="negations")
    lines = {_line(word) for word in words}
    if "" in lines:
        raise InvalidLexiconError("a word is empty")
    return "\n".join(sorted(lines)).encode()


def _summation() -> str:
    """The name in the C ABI of the way in which sum() of this Python adds floats, and integers between them."""
    if sum([0.1] * 10) != 1.0:
        return "PLAIN"
    return "COMPENSATED" if sum([2.0**53, 1, 1.0]) > 2.0**53 else "COMPENSATED_FLOATS"


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
