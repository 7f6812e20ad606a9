"""Compiled patterns of Python as tokenizers: they find what `re.findall` finds, or raise an error with the reason."""

from __future__ import annotations

import pickle
import re
import sys
import warnings
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import InvalidPatternError, TextAnalyzer, count_words, tokenize

pytestmark = pytest.mark.once

SIGNS = (
    "abkKsSiIſ\u212aİıxX019_ -.,'’\n\t\r\x0b\x0c\x1c\x85\u2028\u00a0éÉßẞµμΜǅǆΣσςͅιὴ²½٣①\u0301\u093f\u200dⒶ光가😀"
    '\U0001e900\U0001e922#&~[]^|\\{}()*+?$<>=!:@/"`%;\u0378\U0001e4d0\u1c89\U0010ffff'
)
TEXT = (
    "don't [stop] <b>2 & 3 && ~x~~y</b> a--b \\ É é K k \u212a ſ İ ı ² ½ ٣ ①Ⓐ क्या na\u0308ive z\u200dz\n_a1 \x1c end\n"
)


def found(pattern: re.Pattern[str], text: str) -> list[str]:
    """Return the matches that Python finds, without empty strings."""
    return [token for token in pattern.findall(text) if token]


def check(pattern: re.Pattern[str], text: str) -> bool:
    """Compare with Python; return whether the package accepts the pattern."""
    try:
        tokens = tokenize(text, pattern)
    except InvalidPatternError:
        return False
    assert tokens == found(pattern, text)
    return True


# ---- Patterns that mean different things in Python and in Rust ----

DIFFERENT = r"""
    \<\w+ \w+\> \< \> [\<\>] \&\~\-\# [a&&b]+ [a-c&&b-d]+ [a--b]+ [a~~b]+ [[a]+ [[a]] [[:alpha:]]+ [a[b]+] []a]+
    [^]a]+ [\w--\d]+ [\w&&[^\d]]+ [^\W\d_]+ [^\s\S] [\s\S]+ [^\n]+ [a-z&&]+ [\b] [\]\[-]+ \w+ \W+ \d+ \D+ \s+ \S+
    [\w]+ [^\w]+ [\d.]+ [^\d]+ \b\w+\b \b\w\w+\b \b[a-z]+\b \B\w \w\B \b. .\b \b \B (?:\b|\w)+?\w \Z .\Z \A. .$ ^.
    \S+$ $\n (?m)^. (?m).$ (?m)$\n \n$ (?m)^$\n a{,2} a{,2}b a{2 a{ { } a{x} a{1,2}? a{0} a{0}b x{,} [a]{,1}. \u00e9
    \U0001F600 \x41 \0 \141 [\141] \07 \a \v (?#comment)a (?a)\w+ (?a)\b\w+\b (?a)\B. (?ai)k (?a)\s+ (?a)[^\W]+
    (?a:\w)\w (?u:\w)\w (?u)\w (?L)a (?i)k (?i)ſ (?i)[k-s]+ (?i)[^k]+ (?i)i (?i)İ (?i)ß (?i)µ (?i)ͅ (?i)ǆ (?i)[Ａ-Ｚ]
    (?i:k)k (?i)k(?-i:k) (?s:.)+ (?s-i:.) .+ (?s).+ .\n. (?i)σ (?i)[ς] (?i)ᾳ (?i)ﬆ x*|b |a a| a?? a*? (a)|b (a)?b (a)|a
    ((?:a))b (?P<name>a) (?:a)(b)|c (|a)b () (?=a) (?!a)b (?<=a)b (?<!a)b (a)\1 (?P<n>a)(?P=n) (a)?(?(1)b|c) (?>a+)b
    a++ a*+b (a*)* (?:a|b*)* (?:a?)+b (a){0}b (?:(a)|b)+ (?:(a)b?)+ (?:a(b)?)+ (a)(b) (?:) - & ~ # / % @ ` ' " < > =
    ! : , ; _ ] ^ $ .
"""

WITH_SPACE = [
    "\\N{LATIN SMALL LETTER A}",
    "(?x) a  b # both",
    "(?x)[a b#]+",
    "(?x)a\\ b",
    "(?x)a{1, 2}",
    "(?x)[#]+ # comment\n\\w",
    "a b#",
    "",
    " ",
    "\n",
]


def compiled(pattern: str, flags: int = 0) -> re.Pattern[str] | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return re.compile(pattern, flags)
        except (re.error, ValueError, OverflowError, RecursionError):
            # This version of Python does not accept the pattern.
            return None


@pytest.mark.parametrize("written", [*DIFFERENT.split(), *WITH_SPACE])
@pytest.mark.parametrize("flags", [0, re.IGNORECASE, re.MULTILINE | re.DOTALL, re.ASCII, re.VERBOSE])
def test_each_construct_gives_the_matches_of_python_or_is_refused(written: str, flags: int) -> None:
    pattern = compiled(written, flags)
    if pattern is None or pattern.groups > 1:
        return
    texts = ["", "a", "aabbab", "\n", "a\n", "a\n\n", "ab ba\nab\n", TEXT, SIGNS, SIGNS[::-1], SIGNS * 2]
    assert len({check(pattern, text) for text in texts}) == 1


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("(?=a)b", "look"),
        ("a(?!b)", "look"),
        ("(?<=a)b", "look"),
        (r"(a)\1", "reference"),
        ("(a)?(?(1)b|c)", "a condition on a group"),
        ("(?:a*)*", "repetition of something that may be empty"),
        ("(a){0}b", "never used"),
        ("(a)(b)", "2 groups"),
        ("\ud800", "surrogate"),
        (r"(?:\w{500}){500}", "size"),
        pytest.param("a++", "possessive", marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="new in 3.11")),
        pytest.param("(?>a)", "atomic", marks=pytest.mark.skipif(sys.version_info < (3, 11), reason="new in 3.11")),
    ],
)
def test_the_error_for_a_pattern_that_cannot_match_exactly_gives_the_reason(written: str, reason: str) -> None:
    pattern = re.compile(written)
    for use in (
        lambda: tokenize("a b", pattern),
        lambda: TextAnalyzer(tokenizer=pattern),
        lambda: count_words("a", tokenizer=pattern),
    ):
        with pytest.raises(InvalidPatternError, match=reason) as caught:
            use()
        assert caught.value.pattern == written


def test_common_patterns_are_accepted() -> None:
    common = r"""
        \b\w+\b (?u)\b\w\w+\b \w+ [a-z]+ [A-Za-z']+ \S+ #(\w+) \w+(?:[-'’]\w+)* ^\w+$ \d+(?:\.\d+)?|\w+|[^\w\s]
        https?://\S+|\w+ (?i)[a-zäöüß]+ [\u4e00-\u9fff]|\w+ \w* (?m)^.*$
    """
    for written in common.split():
        assert check(re.compile(written), TEXT)


def test_every_character_is_in_the_same_classes_as_in_python() -> None:
    everything = "".join(map(chr, [*range(0xD800), *range(0xE000, sys.maxunicode + 1)]))
    for written in (r"\w", r"\d", r"\s", r"[^\W\d]+", r"\b\w", r"\w\b.", "."):
        assert check(re.compile(written), everything)


def test_every_letter_equals_the_same_letters_as_in_python_if_case_is_ignored() -> None:
    cased = [one for one in map(chr, range(sys.maxunicode + 1)) if one.lower() != one or one.upper() != one]
    text = "".join(cased)
    # One pattern tests many letters. Each of its groups has the letters that are equal if case is ignored.
    for start in range(0, len(cased), 97):
        for flags in (re.IGNORECASE, re.IGNORECASE | re.ASCII):
            assert check(re.compile(cased[start], flags), text)
            assert check(re.compile(f"[{cased[start]}]+|{cased[-start]}", flags), text)


# ---- Any pattern ----

chars = st.sampled_from(SIGNS)
written_characters = st.one_of(
    chars.map(re.escape),
    chars.map(lambda one: one if one not in "\\[](){}*+?|^$." else f"\\{one}"),
    chars.map(lambda one: f"\\U{ord(one):08x}"),
    chars.filter(lambda one: ord(one) < 128).map(lambda one: f"\\{ord(one):03o}"),
)
categories = st.sampled_from([r"\w", r"\W", r"\d", r"\D", r"\s", r"\S"])
members = st.one_of(
    written_characters,
    categories,
    st.tuples(chars, chars).map(sorted).map(lambda ends: f"{re.escape(ends[0])}-{re.escape(ends[1])}"),
    st.sampled_from(["&&", "--", "~~", "||", "[:alpha:]", "[a", r"\b", "^", r"\n", " ", "#", "-"]),
)
classes = st.tuples(st.sampled_from(["[", "[^"]), st.lists(members, min_size=1, max_size=4)).map(
    lambda parts: f"{parts[0]}{''.join(parts[1])}]"
)
OTHERS = r"\< \> \b \B \A \Z ^ $ . (?#c) a{,2} a{1,} { } ] && \0 \n (?=a) (?!a) (?<=a) \1 (?>a) a++ (?(1)a|b)"
OPENED = "( (?: (?: (?i: (?-i: (?s: (?m: (?a: (?u: (?x: (?si-m: (?P<g>"
REPEATED = "* + ? *? +? ?? {2} {1,2} {,2} {0} {2,}? *+"
others = st.sampled_from([*OTHERS.split(), "", "#x\n", r"\N{LATIN SMALL LETTER A}"])
opened = st.sampled_from(OPENED.split())
repeated = st.sampled_from(["", "", "", *REPEATED.split()])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sequences = st.lists(st.tuples(inner, repeated).map("".join), max_size=3).map("".join)
    branches = st.lists(sequences, min_size=1, max_size=3).map("|".join)
    return st.tuples(opened, branches, st.just(")"), repeated).map("".join) | branches


patterns = st.tuples(
    st.sampled_from(["", "", "", "(?i)", "(?m)", "(?s)", "(?x)", "(?a)", "(?im)"]),
    st.recursive(st.one_of(written_characters, categories, classes, others), grown, max_leaves=8),
).map("".join)
all_flags = st.sets(st.sampled_from([re.I, re.M, re.S, re.X, re.A]), max_size=2).map(lambda some: sum(map(int, some)))
texts = st.one_of(
    st.text(chars, max_size=12), st.text("ab \n_é", max_size=14), st.text(st.characters(exclude_categories=["Cs"]))
)


@given(patterns, all_flags, texts)
def test_a_compiled_pattern_finds_the_matches_of_python_or_is_refused(written: str, flags: int, text: str) -> None:
    pattern = compiled(written, flags)
    if pattern is not None and pattern.groups < 2:
        check(pattern, text)


@given(
    st.sampled_from([r"\b\w+\b", r"\w+$", r"x*|b|\w", r"(\w)\b", r"(?i)[k-s]+", r"\<|\>|\w+", r"[\w&&\d]+"]),
    st.lists(texts.filter(lambda text: bool(text.split())), min_size=1, max_size=5),
    st.booleans(),
)
def test_an_analyzer_counts_the_matches_of_python(written: str, documents: list[str], store: bool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pattern = re.compile(written)
    with TextAnalyzer(tokenizer=pattern, store_text=store, threads=2) as analyzer:
        analyzer.add_documents(documents)
        expected = Counter(token.lower() for text in documents for token in found(pattern, text))
        assert analyzer.word_frequency() == expected
        assert analyzer.total_words() == expected.total()
        if store:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                again = pickle.loads(pickle.dumps(analyzer))  # noqa: S301
            assert again.tokenizer == pattern
            assert again.word_frequency() == expected


def test_a_long_document_is_tokenized_like_short_ones() -> None:
    text = "naïve word₂ na\u0308ive ½x\n" * 5000
    for written in (r"\b\w+\b", r"\w+$", r"(\w)\w*\b"):
        assert check(re.compile(written), text)


def test_only_python_warns_about_a_pattern() -> None:
    with pytest.warns(FutureWarning, match="set"):
        pattern = re.compile("[[a]+")
    assert tokenize("[a[b", pattern) == ["[a["]
