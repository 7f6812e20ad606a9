"""The package checks each option when you set it. The error names the option and says what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from text_processor import (
    InvalidLexiconError,
    InvalidOptionError,
    Lexicon,
    SentimentIntensityAnalyzer,
    TermOptions,
    TextAnalyzer,
    TextProcessorError,
    core_info,
    count_words,
    process_array,
    sentences,
    stop_words,
    tokenize,
)
from text_processor.cli import commands
from text_processor.matrix import Vectorizer, weigh

pytestmark = pytest.mark.once

TEXT = "To be, or not: to be?"

# ---- Names ----


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Unicode", "unicode"),
        ("WORD", "word"),
        (" word\n", "word"),
        ("unicode_segments", "unicode-segments"),
        ("unicode segments", "unicode-segments"),
        ("Unicode-Segments", "unicode-segments"),
        ("UNICODE__segments", "unicode-segments"),
        ("WhiteSpace", "whitespace"),
        ("Characters", "characters"),
    ],
)
def test_the_name_of_a_tokenizer_may_be_in_any_case(given: str, name: str) -> None:
    assert tokenize(TEXT, given) == tokenize(TEXT, name)
    assert count_words(TEXT, tokenizer=given) == len(tokenize(TEXT, name))
    analyzer, other = TextAnalyzer(tokenizer=given), TextAnalyzer(tokenizer=name)
    for one in (analyzer, other):
        one.add_document(TEXT)
    assert analyzer.word_frequency() == other.word_frequency()
    assert analyzer.total_words() == other.total_words()
    assert analyzer.tokenizer == given


@pytest.mark.parametrize(
    "unknown",
    [
        "",
        " ",
        "-",
        "_",
        "unicod",
        "Unicodes",
        "the",
        "x",
        "utf8",
        "word 2",
        "white space",
        "größe",
        "слово",
        "光",
        "a_b",
    ],
)
def test_an_unknown_name_of_a_tokenizer_is_never_a_pattern(unknown: str) -> None:
    for use in (lambda: tokenize(TEXT, unknown), lambda: TextAnalyzer(tokenizer=unknown)):
        with pytest.raises(InvalidOptionError, match="there is no tokenizer") as caught:
            use()
        assert isinstance(caught.value, ValueError)
        assert str(caught.value).endswith(f"To use it as a regular expression, put it in parentheses: '({unknown})'")
    for pattern in (f"({unknown})", re.compile(unknown)):
        assert tokenize(f"<{unknown}>", pattern) == [unknown] * (unknown != "")
    run = CliRunner().invoke(commands, ["analyze", "-", "--tokenizer", unknown], input=TEXT)
    assert (run.exit_code, run.stdout) == (2, "")
    assert "there is no tokenizer" in run.stderr
    assert "re.compile" not in run.stderr
    run = CliRunner().invoke(commands, ["analyze", "-", "--csv", "--tokenizer", f"({unknown})"], input=f"<{unknown}>")
    assert (run.exit_code, unknown.lower() in run.stdout) == (0, True)


def test_a_string_with_characters_that_no_name_has_is_a_pattern() -> None:
    assert tokenize("a.b", "[a-z]+") == ["a", "b"]
    assert tokenize("a.b", "a.") == ["a."]


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"stop_words": "englsh"}, "did you mean 'english'"),
        ({"stop_words": "English"}, "did you mean 'english'"),
        ({"stop_words": "sklearn"}, "did you mean 'scikit-learn'"),
        ({"stop_words": "iso_de"}, "did you mean 'iso-de'"),
        ({"stop_words": ""}, "english"),
        ({"stop_words": "zzzzzzz"}, "there are english"),
        ({"stop_words": "\ud800"}, "surrogate"),
        ({"stop_words": ["a", "\ud800"]}, "surrogate"),
        ({"stemmer": "englisch"}, "did you mean 'english'"),
        ({"stemmer": ""}, "there are arabic"),
        ({"stemmer": "\xff"}, "there are arabic"),
        ({"stemmer": "\udcff"}, "surrogate"),
        ({"normal_form": "nfc"}, "did you mean 'NFC'"),
        ({"normal_form": "NFD"}, "normal_form='NFD' is not known: did you mean 'NFC'"),
        ({"case": "Lower"}, "did you mean 'lower'"),
        ({"case": "fold"}, "case='fold' is not known"),
        ({"strip_accents": "Unicode"}, "did you mean 'unicode'"),
        ({"strip_accents": ""}, "there are None, 'unicode', 'ascii'"),
    ],
)
def test_term_options_are_checked_when_they_are_made(options: dict[str, Any], hint: str) -> None:
    with pytest.raises(InvalidOptionError, match=hint):
        TermOptions(**options)
    with TextAnalyzer() as analyzer:
        with pytest.raises(InvalidOptionError, match=hint):
            analyzer.set_terms(**options)
        assert analyzer.term_options == TermOptions()


@pytest.mark.parametrize(
    ("use", "hint"),
    [
        (lambda: stop_words("englsh"), "did you mean 'english'"),
        (lambda: stop_words(""), "there are english"),
        (lambda: stop_words("\ud800"), "surrogate"),
        (lambda: Vectorizer(analyzer="words"), "analyzer='words' is not known: did you mean 'word'"),  # type: ignore[arg-type]
        (lambda: Vectorizer(analyzer="Char_WB"), "did you mean 'char_wb'"),  # type: ignore[arg-type]
        (lambda: Vectorizer(strip_accents="asci"), "did you mean 'ascii'"),  # type: ignore[arg-type]
        (lambda: Vectorizer(strip_accents=[]), "strip_accents"),  # type: ignore[arg-type]
        (lambda: Vectorizer().count([]).arrays("Int32"), "did you mean 'int32'"),  # type: ignore[arg-type]
        (lambda: weigh(np.array([0, 0]), np.zeros(0, int), np.zeros(0), norm="L2"), "did you mean 'l2'"),  # type: ignore[arg-type]
    ],
)
def test_an_unknown_name_is_an_error_with_a_hint(use: Callable[[], object], hint: str) -> None:
    with pytest.raises(InvalidOptionError, match=hint):
        use()


@pytest.mark.parametrize("option", [["--stop-words", "englsh"], ["--stemmer", "englisch"]])
def test_the_command_line_suggests_a_similar_name(option: list[str]) -> None:
    run = CliRunner().invoke(commands, ["ngrams", "-", *option], input=TEXT)
    assert run.exit_code != 0
    assert run.stdout == ""
    assert "did you mean 'english'?" in run.stderr.replace("\n", " ")


def test_encodings_and_error_handlers_are_checked_before_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("to be\nto have", encoding="utf-8")
    with TextAnalyzer() as analyzer:
        for lines in (False, True):
            with pytest.raises(InvalidOptionError, match="did you mean 'replace'"):
                analyzer.add_file(path, lines=lines, errors="replac")
            with pytest.raises(InvalidOptionError, match=r"did you mean 'latin.1'") as caught:
                analyzer.add_file(path, lines=lines, encoding="latn-1")
            assert isinstance(caught.value, LookupError)
            for name, value in (
                ("encoding", "hex"),
                ("encoding", ""),
                ("errors", ""),
                ("errors", "\0"),
                ("encoding", "a\0"),
            ):
                options: dict[str, Any] = {name: value}
                with pytest.raises(InvalidOptionError):
                    analyzer.add_file(path, lines=lines, **options)
                with pytest.raises(TypeError, match=name):
                    analyzer.add_file(path, lines=lines, **{name: None})  # type: ignore[arg-type]
            with pytest.raises(InvalidOptionError):
                analyzer.add_file(tmp_path / "missing", errors="replac")
        assert len(analyzer) == 0
        assert analyzer.add_file(path, encoding="LATIN1", errors="surrogateescape") == 1


# ---- Numbers ----


def filled() -> TextAnalyzer:
    analyzer = TextAnalyzer(threads=1)
    analyzer.add_document(TEXT)
    return analyzer


ROWS = np.array([0, 1]), np.array([0]), np.ones(1)
NUMBERS: dict[str, tuple[str, Callable[[Any], object]]] = {
    "TextAnalyzer(threads=)": ("threads", lambda value: TextAnalyzer(threads=value)),
    "top_words()": ("limit", lambda value: filled().top_words(value)),
    "top_ngrams(n)": ("n", lambda value: filled().top_ngrams(value)),
    "top_ngrams(limit=)": ("limit", lambda value: filled().top_ngrams(2, limit=value)),
    "top_ngrams(skip=)": ("skip", lambda value: filled().top_ngrams(2, skip=value)),
    "ngram_frequency(n)": ("n", lambda value: filled().ngram_frequency(value)),
    "ngram_frequency(skip=)": ("skip", lambda value: filled().ngram_frequency(2, skip=value)),
    "ngram_counts(n)": ("n", lambda value: filled().ngram_counts(value)),
    "ngram_counts(skip=)": ("skip", lambda value: filled().ngram_counts(2, skip=value)),
    "TermOptions(min_length=)": ("min_length", lambda value: filled().set_terms(min_length=value)),
    "TermOptions(max_length=)": ("max_length", lambda value: filled().set_terms(max_length=value)),
    "process_array()": ("factor", lambda value: process_array([1.0], value)),
    "Lexicon()": ("good", lambda value: Lexicon({"good": value})),
    "analyze_sentiment()": ("good", lambda value: filled().analyze_sentiment({"good": value})),
    "Vectorizer(threads=)": ("threads", lambda value: Vectorizer(threads=value)),
    "Vectorizer(ngram_range=), first": ("ngram_range", lambda value: Vectorizer(ngram_range=(value, 3))),
    "Vectorizer(ngram_range=), second": ("ngram_range", lambda value: Vectorizer(ngram_range=(1, value))),
    "Vectorizer(ngram_range=)": ("ngram_range", lambda value: Vectorizer(ngram_range=value)),
    "hash()": ("n_features", lambda value: Vectorizer().hash(["a"], value)),
    "weigh()": ("threads", lambda value: weigh(*ROWS, threads=value)),
    "boosters=": ("very", lambda value: SentimentIntensityAnalyzer(boosters={"very": value})),
    "idioms=": ("very", lambda value: SentimentIntensityAnalyzer(idioms={"very much": value})),
    "SentimentIntensityAnalyzer(threads=)": ("threads", lambda value: SentimentIntensityAnalyzer(threads=value)),
    "lexicon[]": ("word", lambda value: SentimentIntensityAnalyzer().lexicon.update(word=value)),
}
WEIRD = [-1, 0, 1, 2, 10**400, -(10**400), 1 << 31, 1 << 32, 1 << 63, 1 << 64, 1.5, 1e400, float("nan"), "3", "x", b"3"]
WEIRD += [None, True, [], {}, object(), 1j, np.int64(2), np.uint8(1), np.float64(1.5), np.array([1, 2])]


@pytest.mark.parametrize("option", NUMBERS)
def test_a_number_is_accepted_or_the_error_names_the_option(option: str) -> None:
    name, use = NUMBERS[option]
    if "entiment" in option or name in ("very", "word"):
        pytest.importorskip("vaderSentiment", reason="its lexicon is not installed")
    refusals = list[tuple[object, Exception]]()
    for value in WEIRD:
        try:
            use(value)
        except (TextProcessorError, TypeError) as error:
            refusals.append((value, error))
    for value, refusal in refusals:
        # The core limits the length of n-grams, and its message does not name the option.
        assert name in str(refusal) or "n-gram" in str(refusal), (value, refusal)
        assert len(str(refusal)) < 200
        assert isinstance(refusal, ValueError | TypeError)


@pytest.mark.parametrize("option", [option for option, (name, _) in NUMBERS.items() if name == "threads"])
def test_the_number_of_threads_is_from_1_to_65535_everywhere(option: str) -> None:
    if "entiment" in option:
        pytest.importorskip("vaderSentiment", reason="its lexicon is not installed")
    _, use = NUMBERS[option]
    for value in (0, -1, 65536, 10**400):
        with pytest.raises(InvalidOptionError, match="threads must be from 1 to 65535"):
            use(value)
    for right in (None, 1, np.int16(2), True):
        use(right)


def test_numbers_of_numpy_are_accepted() -> None:
    analyzer = filled()
    one: Any
    for one in (np.int32(1), np.uint8(1), np.int64(1)):
        assert analyzer.top_words(one) == analyzer.top_words(1)
        assert analyzer.top_ngrams(one, one, skip=one) == analyzer.top_ngrams(1, 1, skip=1)
        assert process_array([2.0], one).tolist() == process_array([2.0], np.float32(1.0)).tolist() == [2.0]  # type: ignore[arg-type]
        assert TermOptions(min_length=one, max_length=one) == TermOptions(min_length=1, max_length=1)


def test_a_limit_may_be_larger_than_the_number_of_rows_and_a_negative_limit_is_zero() -> None:
    analyzer = filled()
    for large in (10**400, 1 << 64, 1 << 63):
        assert analyzer.top_words(large) == analyzer.top_words()
        assert analyzer.top_ngrams(2, large) == analyzer.top_ngrams(2)
    assert analyzer.top_words(-1) == []
    assert analyzer.top_ngrams(2, -(10**400)) == []


# ---- Words ----


@pytest.mark.parametrize("words", [["a", 1], [1, "a"], [None, "a"], [b"a"], 5, [["a"]], [0]])
def test_stop_words_that_are_not_text_are_refused(words: Any) -> None:
    with pytest.raises(TypeError, match="stop_words"):
        TermOptions(stop_words=words)
    with filled() as analyzer, pytest.raises(TypeError, match="stop_words"):
        analyzer.set_terms(stop_words=words)


def test_the_error_for_a_term_that_is_not_text_names_the_word() -> None:
    with filled() as analyzer:
        analyzer.set_terms(function=lambda word: word + "\ud800")
        for _ in range(2):
            with pytest.raises(InvalidOptionError, match="the term of 'to' has a lone surrogate at index 2"):
                analyzer.word_frequency()
        analyzer.set_terms(function=None)
        assert analyzer.word_frequency()["to"] == 2


def test_words_of_a_matrix_that_are_not_text_are_refused() -> None:
    wrong: list[dict[str, Any]] = [
        {"stop_words": "english"},
        {"stop_words": ["a", 5]},
        {"stop_words": [None]},
        {"vocabulary": "abc"},
        {"vocabulary": ["a", 5]},
    ]
    for options in wrong:
        with pytest.raises(TypeError, match=next(iter(options))):
            Vectorizer(**options)
    huge: Any = [10**400]
    with pytest.raises(InvalidOptionError, match="idf must be numbers"):
        weigh(*ROWS, idf=huge)


@pytest.mark.parametrize("words", ["abc", ["good"], [("good",)], [("good", 1, 2)], [5]])
def test_a_lexicon_that_is_not_made_of_words_and_values_is_refused(words: Any) -> None:
    with pytest.raises(InvalidLexiconError, match="each entry must be a word and a number"):
        Lexicon(words)


def test_words_of_a_lexicon_that_are_not_text_are_refused() -> None:
    for wrong, message in (
        ({5: 1.0}, "a word must be a str"),
        ({b"good": 1.0}, "a word must be a str"),
        ({None: 1.0}, "missing value at row 0: the word is None"),
    ):
        with pytest.raises(TypeError, match=message):
            Lexicon(wrong)  # type: ignore[arg-type]
    with pytest.raises(InvalidLexiconError, match="surrogate"):
        Lexicon({"\ud800": 1.0})


def test_an_invalid_entry_in_the_lexicon_of_vader_is_refused_and_changes_nothing() -> None:
    pytest.importorskip("vaderSentiment", reason="its lexicon is not installed")
    analyzer = SentimentIntensityAnalyzer()
    before, scores = dict(analyzer.lexicon), analyzer.polarity_scores("a good day")
    wrong: list[tuple[Any, Any]] = [(5, 1.0), (None, 1.0), ("x", "y"), ("x", None), ("x", 10**400), ("\ud800", 1.0)]
    for word, value in wrong:
        changes: list[Callable[[], object]] = [
            lambda: analyzer.lexicon.__setitem__(word, value),  # noqa: B023  # each is called in this iteration
            lambda: analyzer.lexicon.update({"good": -3.0, word: value}),  # noqa: B023
            lambda: analyzer.lexicon.setdefault(word, value),  # noqa: B023
            lambda: analyzer.lexicon.__ior__({word: value}),  # noqa: B023
            lambda: setattr(analyzer, "lexicon", {word: value}),  # noqa: B023
        ]
        for change in changes:
            with pytest.raises((TypeError, InvalidLexiconError)):
                change()
            assert analyzer.lexicon == before
            assert analyzer.polarity_scores("a good day") == scores
    emojis: list[tuple[Any, Any]] = [(5, "x"), ("☃", 5), ("☃", "\ud800")]
    for emoji, description in emojis:
        with pytest.raises((TypeError, InvalidLexiconError)):
            analyzer.emojis[emoji] = description
    own: list[dict[str, Any]] = [
        {"boosters": ["very"]},
        {"boosters": {5: 1.0}},
        {"idioms": {None: 1.0}},
        {"negations": [5, "\ud800"]},
    ]
    for options in own:
        with pytest.raises((TypeError, InvalidLexiconError)):
            SentimentIntensityAnalyzer(**options)
    assert analyzer.polarity_scores("a good day") == scores


# ---- Other values ----


def test_an_error_handler_for_encoding_only_is_refused_before_anything_is_read() -> None:
    for errors in ("xmlcharrefreplace", "namereplace"):
        with pytest.raises(InvalidOptionError, match="only for writing"):
            TextAnalyzer().add_file("no such file", errors=errors)


def test_the_option_core_must_be_a_core() -> None:
    wrong: Any = 5
    for call in (
        lambda: tokenize("a", core=wrong),
        lambda: count_words("a", core=wrong),
        lambda: sentences("a", core=wrong),
        lambda: TextAnalyzer(core=wrong),
        lambda: stop_words("english", core=wrong),
        lambda: core_info(wrong),
    ):
        with pytest.raises(TypeError, match=r"core must be a Core from load_core\(\), not int"):
            call()
