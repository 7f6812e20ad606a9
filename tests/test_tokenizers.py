"""Tokenizers of analyzers and of texts, and sentences."""

from __future__ import annotations

import copy
import doctest
import itertools
import pickle
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import regex
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from text_processor import InvalidDocumentError, InvalidPatternError, TextAnalyzer, sentence_spans, sentences, tokenize
from text_processor.cli import commands
from text_processor.exceptions import TextNotStoredError

if TYPE_CHECKING:
    from text_processor.typing import DocumentEvent, Tokenizer

texts = st.text(st.sampled_from("abAB19_.,;:'’ \n\téÉЖ光カ\u0301\u00a0😀"), min_size=1, max_size=80)
visible = texts.filter(lambda text: bool(text.split()))


def by_hand(text: str, tokenizer: Tokenizer) -> list[str]:
    """Return the tokens that plain Python finds in a text."""
    if tokenizer == "whitespace":
        return text.split()
    if tokenizer == "characters":
        return list(text)
    if tokenizer == "word":
        return re.findall(r"(?u)\b\w\w+\b", text)
    return re.findall(tokenizer, text)


PATTERNS: list[Tokenizer] = ["[a-zA-Z]+", re.compile("[ab]+", re.IGNORECASE), "(a).?"]
ORACLES: list[Tokenizer] = ["whitespace", "characters", "word", *PATTERNS]
ALL: list[Tokenizer] = [*ORACLES, "unicode", "unicode-segments"]


@given(texts, st.sampled_from(ORACLES))
def test_tokens_equal_those_of_plain_python(text: str, tokenizer: Tokenizer) -> None:
    assert tokenize(text, tokenizer) == by_hand(text, tokenizer)
    assert tokenize(text.encode(), tokenizer) == by_hand(text, tokenizer)


@given(texts)
def test_segments_cover_the_text_and_words_are_some_of_them(text: str) -> None:
    segments = tokenize(text, "unicode-segments")
    assert "".join(segments) == text
    assert tokenize(text, "unicode") == [s for s in segments if any(c.isalnum() for c in s)]


CLASSES = "\r\n\x0b\u0301\u200d\u00adカאb'\".:,1_ \U0001f1e6-👨Ⓜ"
"""One character of each class of UAX #29, and pictographs, one of which is also a letter."""

BOUNDARY = regex.compile(r"(?V1w)\b")
needs_new_regex = pytest.mark.skipif(
    tuple(map(int, regex.__version__.split(".")[:2])) < (2026, 10),
    reason="this version of regex finds other word boundaries",
)


@needs_new_regex
@pytest.mark.engine
@pytest.mark.once
@pytest.mark.parametrize("length", [1, 2, 3, 4])
def test_segments_of_all_short_texts_are_those_of_the_package_regex(length: int) -> None:
    for characters in itertools.product(CLASSES, repeat=length):
        text = "".join(characters)
        places = [found.start() for found in BOUNDARY.finditer(text)]
        expected = [text[start:end] for start, end in itertools.pairwise(places)]
        assert tokenize(text, "unicode-segments") == expected, ascii(text)


@needs_new_regex
@given(st.text(st.sampled_from(CLASSES + "é光ab\u0345²\u05f4\u3000"), max_size=40))
def test_segments_are_those_of_the_package_regex(text: str) -> None:
    places = [found.start() for found in BOUNDARY.finditer(text)]
    segments = [text[start:end] for start, end in itertools.pairwise(places)]
    assert tokenize(text, "unicode-segments") == segments
    with TextAnalyzer(tokenizer="unicode-segments") as analyzer:
        analyzer.add_document(f"x\n{text}")
        assert analyzer.total_words() == len(segments) + 2


def test_a_letter_and_a_pictograph_are_not_joined() -> None:
    assert tokenize("a.\u200d👨", "unicode-segments") == ["a", ".\u200d👨"]
    assert tokenize("1,\u200d👨 Ok", "unicode") == ["1", "Ok"]
    # Ⓜ is both a pictograph and a letter, so it joins letters.
    assert tokenize("a.\u200dⓂ", "unicode") == ["a.\u200dⓂ"]
    assert tokenize("\u200dⓂa", "unicode") == ["\u200dⓂa"]


@given(texts)
def test_sentences_cover_the_text_except_blank_parts(text: str) -> None:
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences(text)
    data = text.encode()
    assert [data[start:end].decode() for start, end in sentence_spans(data)] == sentences(data) == sentences(text)
    assert all(sentence.split() for sentence in sentences(text))
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


def spaced(text: str) -> str:
    """Replace line ends inside paragraphs by spaces."""
    lines = re.split(r"(\r\n|\r|\n)", text)
    for place in range(1, len(lines), 2):
        if lines[place - 1].split() and lines[place + 1].split():
            lines[place] = " " * len(lines[place])
    return "".join(lines)


lines = st.lists(st.text(st.sampled_from("aB1.!)é光 \t\u3000"), max_size=5), max_size=8)


@given(lines, st.sampled_from(["\n", "\r\n", "\r"]))
def test_unwrapped_sentences_continue_across_line_ends(parts: list[str], line_end: str) -> None:
    text = line_end.join(parts)
    assert sentence_spans(text, unwrap=True) == sentence_spans(spaced(text))
    assert sentences(text, unwrap=True) == [text[start:end] for start, end in sentence_spans(text, unwrap=True)]
    assert sentences(text.encode(), unwrap=True) == sentences(text, unwrap=True)
    with TextAnalyzer() as analyzer:
        analyzer.add_document(f"Yes!\n\n{text}")
        assert analyzer.sentence_count(unwrap=True) == 1 + len(sentences(text, unwrap=True))
        assert analyzer.sentence_count() == 1 + len(sentences(text))


def test_a_blank_line_ends_a_sentence_of_wrapped_text() -> None:
    text = "A title\n \t\nIt is wrapped\r\nhere. And\nhere.\n\n\nThe end\n"
    unwrapped = ["A title\n", "It is wrapped\r\nhere. ", "And\nhere.\n", "The end\n"]
    assert sentences(text, unwrap=True) == unwrapped
    assert len(sentences(text)) == 6


@given(st.lists(visible, max_size=6), st.sampled_from(ALL), st.booleans(), st.booleans())
def test_an_analyzer_counts_tokens(documents: list[str], tokenizer: Tokenizer, store: bool, hears: bool) -> None:
    heard: list[DocumentEvent] = []
    with TextAnalyzer(tokenizer=tokenizer, store_text=store, threads=2) as analyzer:
        if hears:
            analyzer.set_callback(heard.append)
        for text in documents:
            analyzer.add_document(text)
        tokens = [tokenize(text, tokenizer) for text in documents]
        expected = Counter(token.lower() for found in tokens for token in found)
        assert analyzer.word_frequency() == expected
        assert list(analyzer.word_frequency()) == list(expected)
        assert analyzer.total_words() == analyzer.get_statistics()["total_words"] == expected.total()
        assert [event["word_count"] for event in heard] == ([len(found) for found in tokens] if hears else [])
        if store:
            assert analyzer.sentence_count() == sum(len(sentences(text)) for text in documents)
            again = pickle.loads(pickle.dumps(analyzer))  # noqa: S301
            assert again.tokenizer == copy.copy(analyzer).tokenizer == tokenizer
            assert again.word_frequency() == expected


def test_the_scikit_learn_tokenizer_finds_the_words_of_scikit_learn() -> None:
    analyzer = TextAnalyzer(tokenizer="word")
    text = "İstanbul ΑΣ'Α. I don't, x a1"
    analyzer.add_document(text)
    assert analyzer.word_frequency() == Counter(re.findall(r"(?u)\b\w\w+\b", text.lower()))


def test_a_document_may_have_no_token() -> None:
    analyzer = TextAnalyzer(tokenizer="unicode")
    analyzer.add_document("!?")
    assert (len(analyzer), analyzer.total_words(), analyzer.top_words()) == (1, 0, [])
    with pytest.raises(InvalidDocumentError):
        analyzer.add_document(" \n")


def test_an_unknown_name_is_not_treated_as_a_pattern() -> None:
    with pytest.raises(ValueError, match="did you mean 'unicode'"):
        TextAnalyzer(tokenizer="unicod")
    with pytest.raises(ValueError, match="'whitespace', 'unicode'"):
        tokenize("x", "the")
    assert tokenize("the other", re.compile("the")) == ["the", "the"]
    assert tokenize("", re.compile("the")) == []


@pytest.mark.parametrize(
    ("pattern", "offset", "shown"),
    [
        ("é(b", 1, "    é(b\n     ^"),
        (re.compile("a(?=b)", re.IGNORECASE), 1, "    (?i)a(?=b)\n         ^"),
        ("(a)(b)", None, "2 groups"),
        ("a\ud800", 1, "surrogate"),
    ],
)
def test_an_error_shows_the_invalid_part_of_a_pattern(pattern: Tokenizer, offset: int | None, shown: str) -> None:
    for use in (lambda: TextAnalyzer(tokenizer=pattern), lambda: tokenize("text", pattern)):
        with pytest.raises(InvalidPatternError) as caught:
            use()
        error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
        assert shown in str(error)
        assert error.offset == offset
        assert error.pattern == (pattern if isinstance(pattern, str) else pattern.pattern)


def test_values_that_are_not_tokenizers_are_refused() -> None:
    for wrong in (5, None, re.compile(b"a")):
        with pytest.raises(TypeError):
            tokenize("text", wrong)  # type: ignore[arg-type]


def test_the_flags_of_a_compiled_pattern_apply() -> None:
    assert tokenize("a\nb", re.compile("^.", re.MULTILINE)) == ["a", "b"]
    assert tokenize("a\nb", re.compile("a.b", re.DOTALL)) == ["a\nb"]
    assert tokenize("ab", re.compile("a b # both", re.VERBOSE)) == ["ab"]
    assert tokenize("aé", re.compile(r"\w", re.ASCII)) == ["a"]


def test_sentences_need_stored_text() -> None:
    with pytest.raises(TextNotStoredError):
        TextAnalyzer(store_text=False).sentence_count()


def test_the_command_line_takes_a_tokenizer() -> None:
    run = CliRunner().invoke(commands, ["analyze", "-", "--csv", "--tokenizer", "unicode"], input="It's late. It's so.")
    assert run.stdout == "word,count\nit's,2\nlate,1\nso,1\n"
    run = CliRunner().invoke(commands, ["analyze", "-", "--tokenizer", "a("], input="text")
    assert run.exit_code == 2
    assert "unclosed group" in run.output


def test_the_claims_of_the_page_about_tokenizers_hold() -> None:
    page = Path(__file__).resolve().parent.parent / "docs" / "tokenizers.md"
    if not page.exists():
        pytest.skip("the pages are not here")
    assert doctest.testfile(str(page), module_relative=False).failed == 0
