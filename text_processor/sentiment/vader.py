"""Sentiment by the rules of VADER, in native code, with the numbers of vaderSentiment."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, overload

from text_processor._files.lines import line_feeds
from text_processor._native.arrow import stream
from text_processor._native.checkpoint import checkpoint
from text_processor._native.core import Core, chosen_core, default_core, ffi
from text_processor._native.large_batches import BATCH_LENGTH
from text_processor._native.long_calls import SHORT_TEXT, status_of
from text_processor._native.missing import checked_missing
from text_processor._native.owned import owned
from text_processor._native.strings import string_arrays
from text_processor._options import canonical
from text_processor._options import threads as checked_threads
from text_processor.exceptions import InvalidDocumentError
from text_processor.sentiment._checked_dict import Watched
from text_processor.sentiment._entries import description, one_line, own_values, own_words, valence
from text_processor.sentiment._files import list_file, listed, pairs
from text_processor.sentiment._texts import Scoring, encoded

if TYPE_CHECKING:
    import pandas as _pandas

    from text_processor.sentiment.scores import ScoreColumns
    from text_processor.typing import Document, FilePath, Missing, PandasSeries, PolarityScores, Row


__all__ = ["SentimentIntensityAnalyzer"]


def __dir__() -> list[str]:
    return __all__


LEXICON = "vader_lexicon.txt"
EMOJI = "emoji_utf8_lexicon.txt"

NAMES = ("neg", "neu", "pos", "compound")
"""The names of the columns of scores."""


class SentimentIntensityAnalyzer:
    """Scores texts as ``vaderSentiment.vaderSentiment.SentimentIntensityAnalyzer`` of version 3.3.2 does.

    For each string, both classes give identical numbers. The time is proportional to the length of a text. Any number
    of threads may use one analyzer.

    Args:
        lexicon_file: A file of words and their valences, in the format of ``vader_lexicon.txt``; by default that of the
            installed package vaderSentiment.
        emoji_lexicon: A file of emoji and their descriptions; by default that of the installed package vaderSentiment.
        boosters: Not in VADER: more boosters of up to three words; those with negative numbers are dampeners.
        negations: Not in VADER: more words that negate.
        idioms: Not in VADER: sequences of words that count as one word of the lexicon.
        long_emoji: Not in VADER: if true, replaces an emoji of several code points by its description, the longest
            known emoji first. VADER describes each code point separately.
        threads: The number of threads for `scores` and `line_scores`; by default one for each processor, see
            `TextAnalyzer`.
        core: The native core to use; by default the current one, see `load_core`.

    Raises:
        ModuleNotFoundError: A file of vaderSentiment is needed, and the package is not installed.
        InvalidLexiconError: A list has an invalid entry; the message says where.

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
            raise TypeError("negations must be several words, not a single str: put it in a list")
        self._use(chosen_core(core))
        self._files = list_file(lexicon_file, LEXICON), list_file(emoji_lexicon, EMOJI)
        self._lexicon: dict[str, float] | None = None
        self._emojis: dict[str, str] | None = None
        self._own = own_values("boosters", boosters), own_words(negations), own_values("idioms", idioms)
        self._long_emoji = bool(long_emoji)
        self._threads = checked_threads(threads)
        self._made()

    def _use(self, core: Core) -> None:
        """Set the core, and what belongs to it."""
        self._core = core
        self._score: Any = core._lib.tp_vader_score
        self._rooms: list[tuple[Any, array[float]]] = []
        """Room for the scores of a text, from earlier calls. It takes less time than new room."""
        self._pointer: Any = None
        self._edition = 0
        """The number of changes of the lexicon and the emoji."""

    # ---- Lexicon and emoji ----

    @property
    def lexicon(self) -> dict[str, float]:
        """The valence of each word. You can change this dict; a change counts for the texts after it.

        An entry that is not valid raises an error and changes nothing: `InvalidLexiconError`, or TypeError if the word
        is not a str. A word with whitespace in it stays in the dict, but matches no text.

        >>> analyzer = SentimentIntensityAnalyzer()
        >>> analyzer.lexicon["splendiferous"] = 3.5
        >>> analyzer.polarity_scores("splendiferous")["compound"]
        0.6705
        """
        if self._lexicon is None:
            self._lexicon = Watched(self.make_lex_dict(), self._forget, valence)
        return self._lexicon

    @lexicon.setter
    def lexicon(self, words: Mapping[str, float]) -> None:
        self._lexicon = Watched(words, self._forget, valence)
        self._forget()

    @property
    def emojis(self) -> dict[str, str]:
        """The description of each emoji. You can change this dict; a change counts for the texts after it."""
        if self._emojis is None:
            self._emojis = Watched(self.make_emoji_dict(), self._forget, description)
        return self._emojis

    @emojis.setter
    def emojis(self, descriptions: Mapping[str, str]) -> None:
        self._emojis = Watched(descriptions, self._forget, description)
        self._forget()

    def make_lex_dict(self) -> dict[str, float]:
        """Return the words of the lexicon file with their valences."""
        return {word: float(value) for word, value in pairs(self._files[0])}

    def make_emoji_dict(self) -> dict[str, str]:
        """Return the emoji of the emoji file with their descriptions."""
        return dict(pairs(self._files[1]))

    def _forget(self) -> None:
        """Drop the native analyzer, because the lexicon or the emoji have changed."""
        self._edition += 1
        self._pointer = None

    def _made(self) -> Any:
        """A new native analyzer with the current lexicon and emoji."""
        edition = self._edition
        lexicon, emoji = self._files
        if self._lexicon is not None:
            # A word with whitespace in it matches no text.
            lexicon = listed({word: value for word, value in dict(self._lexicon).items() if word.split() == [word]})
        if self._emojis is not None:
            emoji = "".join(
                f"{key}\t{one_line(text)}\n" for key, text in dict(self._emojis).items() if one_line(key)
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
        """Score a text.

        Args:
            text: A `str`, or UTF-8 in anything with the buffer protocol.

        Returns:
            The negative, neutral and positive parts of the text, each from 0 to 1, and `compound`, the score of the
            text as one number from -1 to 1.

        Raises:
            InvalidDocumentError: The bytes are not UTF-8.
            TypeError: The text has another type.

        >>> SentimentIntensityAnalyzer().polarity_scores("The book was only kind of good.")
        {'neg': 0.0, 'neu': 0.697, 'pos': 0.303, 'compound': 0.3832}
        """
        pointer = self._pointer
        if pointer is None:
            pointer = self._made()
        try:
            data = text.encode() if type(text) is str else encoded(text)
        except UnicodeEncodeError:
            # The text has a lone surrogate.
            data = encoded(text)
        # Each operation here counts: the core scores a sentence in 0.3 µs. Two threads never get the same room.
        try:
            room = self._rooms.pop()
        except IndexError:
            room = _room()
        out, numbers = room
        if len(data) <= SHORT_TEXT:
            status = self._score(pointer, data, len(data), out)
        else:
            status = status_of(self._core, self._score, pointer, data, len(data), out)
        if status:
            self._core._fail(status)
        neg, neu, pos, compound = numbers
        self._rooms.append(room)
        return {"neg": neg, "neu": neu, "pos": pos, "compound": compound}

    @overload
    def scores(self, texts: PandasSeries, *, missing: Missing = "raise") -> _pandas.DataFrame: ...

    @overload
    def scores(self, texts: Iterable[Row], *, missing: Missing = "raise") -> ScoreColumns: ...

    def scores(self, texts: Any, *, missing: Missing = "raise") -> Any:
        """Score many texts, on all cores.

        Args:
            texts: An iterable of texts as `polarity_scores` takes them: a list, a NumPy array, a column of pandas,
                polars or pyarrow, an iterator. If you have a table, pass one of its columns.
            missing: How to treat missing values (None, NaN, `pandas.NA`): ``"raise"`` raises an error, ``"skip"``
                skips them, ``"keep"`` returns NaN for them. Blank texts are not missing: all their numbers are 0.

        Returns:
            A table with a row for each text, and a column for each of the four numbers: ``scores["compound"]`` is an
            array of float64. For a Series of pandas, returns a DataFrame with the same index, which you can join to the
            table of the Series.

        Raises:
            InvalidDocumentError: A text is not UTF-8; the attribute `document` of the error is its number.
            InvalidDocumentTypeError: A text has a wrong type. This error is also a TypeError.
            MissingDocumentError: A text is missing.
            TypeError: `texts` is a single text, a table, or a mapping.
            ModuleNotFoundError: NumPy is not installed.

        >>> SentimentIntensityAnalyzer().scores(["a good day", "a bad day"])["compound"].tolist()
        [0.4404, -0.5423]
        >>> SentimentIntensityAnalyzer().scores(["a good day", None], missing="keep")["compound"].tolist()
        [0.4404, nan]
        """
        from text_processor.sentiment.scores import ScoreColumns

        scoring = Scoring(self._core, checked_missing(missing), self._scores_of)
        scored = list(scoring.streams(texts)) or [self._no_scores()]
        gone = scoring.missing_rows
        scores = ScoreColumns._scored(self._core, scored, gone if missing == "keep" else ())
        pandas: Any = sys.modules.get("pandas")
        series: Any = getattr(pandas, "Series", ())
        if not isinstance(texts, series):
            return scores
        return pandas.DataFrame(dict(scores), index=texts.index.delete(gone) if missing == "skip" else texts.index)

    def line_scores(self, text: Document) -> ScoreColumns:
        r"""Score each line of a text, on all cores, as `scores` does; the scores of blank lines are zero.

        A line ends with a line feed, a carriage return, or both, but the last line may end without them.

        Args:
            text: As in `polarity_scores`.

        >>> SentimentIntensityAnalyzer().line_scores("a good day\n\na bad day\n")["compound"].tolist()
        [0.4404, 0.0, -0.5423]
        """
        from text_processor.sentiment.scores import ScoreColumns

        data = line_feeds(encoded(text))
        scored = []
        start = 0
        while start < len(data):
            end = data.find(b"\n", start + BATCH_LENGTH)
            end = len(data) - data.endswith(b"\n") if end < 0 else end
            checkpoint()
            with ffi.from_buffer("char[]", memoryview(data)[start:end]) as piece:
                score = self._core._lib.tp_vader_score_separated
                try:
                    scored.append(self._scores_of(score, piece, end - start, b"\n", 0))
                except InvalidDocumentError as error:
                    if error.document is not None:
                        error.document += data.count(b"\n", 0, start)
                    raise
            start = end + 1
        return ScoreColumns._scored(self._core, scored or [self._no_scores()], ())

    def _no_scores(self) -> Any:
        return self._scores_of(self._core._lib.tp_vader_score_texts, ffi.NULL, ffi.NULL, 0)

    def _scores_of(self, score: Callable[..., int], *texts: Any) -> Any:
        """A stream of scores."""
        core, pointer = self._core, self._pointer or self._made()
        return stream(core, lambda out: status_of(core, score, pointer, *texts, out))

    def __reduce__(self) -> tuple[object, ...]:
        if self._core is not default_core():
            raise TypeError(
                f"cannot copy or pickle an analyzer of the core {self._core.path!r}: only analyzers of the default "
                "core can be copied or pickled"
            )
        edited = tuple(None if words is None else canonical(dict(words)) for words in (self._lexicon, self._emojis))
        return _rebuilt, (type(self), self._files, edited, self._own, self._long_emoji, self._threads)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(core={self._core!r})"


def _rebuilt(kind: type[SentimentIntensityAnalyzer], *state: Any) -> SentimentIntensityAnalyzer:
    analyzer = kind.__new__(kind)
    analyzer._use(default_core())
    analyzer._files, edited, analyzer._own, analyzer._long_emoji, analyzer._threads = state
    analyzer._lexicon, analyzer._emojis = (
        None if words is None else Watched(words, analyzer._forget, check)
        for words, check in zip(edited, (valence, description), strict=True)
    )
    analyzer._made()
    return analyzer


def _room() -> tuple[Any, array[float]]:
    """Room for the scores of a text: as the core writes them, and as Python reads them."""
    numbers = array("d", bytes(ffi.sizeof("tp_vader_scores")))
    return ffi.from_buffer("tp_vader_scores *", numbers), numbers


def _summation() -> str:
    """The name in the C ABI of the way in which sum() of this version of Python adds floats and integers."""
    if sum([0.1] * 10) != 1.0:
        return "PLAIN"
    return "COMPENSATED" if sum([2.0**53, 1, 1.0]) > 2.0**53 else "COMPENSATED_FLOATS"
