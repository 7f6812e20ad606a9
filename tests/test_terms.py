"""Terms equal those of Python, scikit-learn and PyStemmer, and the options can change at any time."""

from __future__ import annotations

import copy
import doctest
import pickle
import sys
import threading
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import InvalidOptionError, TermOptions, TextAnalyzer, TextProcessorError, stemmers, stop_words

assigned = st.characters(exclude_categories=["Cs", "Cn"])
tricky = st.sampled_from("aAbBéÉßİıΣσςǅﬁ²℡Å\u0345\u0301\u0390ａ光가ᄀ\u1161'’0.")
word = st.one_of(st.text(tricky, min_size=1, max_size=6), st.text(assigned, min_size=1, max_size=8))
words = st.lists(word.filter(lambda text: len(text.split()) == 1 and text == text.strip()), min_size=1, max_size=30)


def without_accents(word: str, how: str | None) -> str:
    """Remove accents as scikit-learn does."""
    if how is None or word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    if how == "ascii":
        return decomposed.encode("ascii", "ignore").decode()
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def spelled(word: str, options: TermOptions) -> str:
    """Apply the steps that change the spelling, in plain Python."""
    cases: dict[str | None, Callable[[str], str]] = {"lower": str.lower, "casefold": str.casefold, None: str}
    case = cases[options.case]
    if options.normal_form is None:
        return without_accents(case(word), options.strip_accents)
    normal = case(unicodedata.normalize(options.normal_form, word))
    return without_accents(unicodedata.normalize(options.normal_form, normal), options.strip_accents)


def term(word: str, options: TermOptions) -> str | None:
    """Return the term of a word without stemming, in plain Python."""
    text = spelled(word, options)
    named = isinstance(options.stop_words, str)
    listed = frozenset(stop_words(str(options.stop_words)) if named else options.stop_words or ())
    if options.stop_words == "english":
        listed = listed | stop_words("english-contractions")
    if not options.min_length <= len(text) <= (options.max_length or sys.maxsize):
        return None
    dropped = {spelled(each, options) for stop in listed for each in (stop, stop.replace("’", "'"))}
    if not dropped.isdisjoint({text, spelled(word.replace("’", "'"), options)}):
        return None
    given = options.function(text) if options.function is not None and text else text
    return given or None


def counted(words: Iterable[str], options: TermOptions) -> dict[str, int]:
    """Count each term, in plain Python."""
    return Counter(found for word in words if (found := term(word, options)) is not None)


def analyzer_of(words: Iterable[str], terms: TermOptions | None = None, **options: Any) -> TextAnalyzer:
    analyzer = TextAnalyzer(terms=terms, **options)
    analyzer.add_document(" ".join(words))
    return analyzer


options = st.builds(
    TermOptions,
    normal_form=st.sampled_from([None, "NFC", "NFKC"]),
    case=st.sampled_from(["lower", "casefold", None]),
    strip_accents=st.sampled_from([None, "unicode", "ascii"]),
    stop_words=st.one_of(st.none(), st.just("english"), st.sets(word, max_size=4)),
    min_length=st.integers(0, 3),
    max_length=st.one_of(st.none(), st.integers(3, 6)),
    function=st.sampled_from([None, str.upper, lambda word: None if "a" in word else word[:1]]),
)


@given(words=words, first=options, second=options, threads=st.integers(1, 3))
def test_terms_equal_those_of_plain_python_and_can_change(
    words: list[str], first: TermOptions, second: TermOptions, threads: int
) -> None:
    words = [*words, "the", "The", "cat"]
    with analyzer_of(words, first, threads=threads) as analyzer:
        before = analyzer.word_counts()
        assert list(analyzer.word_frequency().items()) == list(counted(words, first).items())
        assert analyzer.unique_words() == analyzer.get_statistics()["unique_words"] == len(before)
        analyzer.set_terms(second)
        assert list(analyzer.word_frequency().items()) == list(counted(words, second).items())
        assert analyzer.top_words() == Counter(counted(words, second)).most_common()
        assert analyzer.total_words() == len(words)
        # Earlier results do not change.
        assert dict(before) == counted(words, first)
        analyzer.add_document("Another cat")
        assert analyzer.word_frequency() == counted([*words, "Another", "cat"], second)


@pytest.mark.parametrize(
    "chosen",
    [
        *(TermOptions(case=case, normal_form=form) for case in ("lower", "casefold", None) for form in ("NFC", "NFKC")),
        *(TermOptions(case="casefold", strip_accents=how) for how in (None, "unicode", "ascii")),
    ],
)
def test_every_assigned_character_has_the_same_term_as_in_python(chosen: TermOptions) -> None:
    characters = [c for c in map(chr, range(sys.maxunicode + 1)) if unicodedata.category(c) not in ("Cn", "Cs")]
    visible = [c for c in characters if not c.isspace()]
    words = ["a\u0301".join(visible[start : start + 16]) for start in range(0, len(visible), 16)]
    with analyzer_of(words, chosen) as analyzer:
        assert list(analyzer.word_frequency()) == list(counted(words, chosen))


def test_accents_and_stop_words_equal_those_of_scikit_learn() -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text", reason="scikit-learn is not installed")
    assert stop_words("english") == text.ENGLISH_STOP_WORDS
    word = "".join(map(chr, range(0xC0, 0x250))) + "ﬁ²光"
    for chosen, strip in (
        (TermOptions(case=None, strip_accents="unicode"), text.strip_accents_unicode),
        (TermOptions(case=None, strip_accents="ascii"), text.strip_accents_ascii),
    ):
        with analyzer_of([word], chosen) as analyzer:
            assert list(analyzer.word_frequency()) == [strip(word)]


VOCABULARY = """
    running runner's flies dying generously skies national relational conditional sensibility
    hopefulness yellow häuser aufeinander kategorischen läufst größe straße continuellement naïveté
    chevaux mangerions amoureuses corriendo habláramos canciones niñas feliçment gatos correndo
    atribuições parlavamo ragazzine städerna flickorna huset bilene talojen juoksemassakaan
    koirillemme kedilerimizden evlerde házakban könyveinkről государственный бегущими книгами
    красивейшие тхе किताबों लड़कियाँ كتابهم والمكتبات மரங்கள் σπιτιών τρέχοντας գրքերով etxeetako
    rakstniekiem knygomis leabharlanna perpustakaanmu vaikutelmallisemmilla книгата крава
    gepubliceerd loopt hlavního książkami doma'k זינגענדיק כתב نمی‌خواهم کتاب‌هایشان libroj
    raamatutele
"""


@pytest.mark.parametrize("language", stemmers())
def test_stems_equal_those_of_pystemmer(language: str) -> None:
    module = pytest.importorskip("Stemmer", reason="PyStemmer is not installed")
    if language not in module.algorithms():
        pytest.skip("PyStemmer has no such stemmer")
    stemmer = module.Stemmer(language)
    # Words that are composed of parts of other words test many rules of the stemmers.
    vocabulary = VOCABULARY.split()
    pieces = sorted({word[at:] for word in vocabulary for at in range(1, len(word))})
    made = [before + after for before, after in zip(vocabulary * 40, pieces, strict=False)]
    found = [a + b for a, b in pairwise(pieces[::7])]
    words = list(dict.fromkeys(word.lower() for word in [*vocabulary, *pieces, *made, *found]))
    with analyzer_of(words, TermOptions(case=None, stemmer=language)) as analyzer:
        expected = Counter(stem for stem in stemmer.stemWords(words) if stem)
        assert list(analyzer.word_frequency().items()) == list(expected.items())


def test_the_function_is_called_once_for_each_distinct_word() -> None:
    called: list[str] = []

    def first_letter(word: str) -> str | None:
        called.append(word)
        return None if word == "and" else word[0]

    with analyzer_of(["The", "cat", "and", "the", "COW"], TermOptions(function=first_letter)) as analyzer:
        assert analyzer.word_frequency() == {"t": 2, "c": 2}
        analyzer.add_document("a cow and a hen")
        assert analyzer.word_frequency() == {"t": 2, "c": 3, "a": 2, "h": 1}
        assert analyzer.top_ngrams(2, 1) == [(("t", "c"), 2)]
        assert called == ["the", "cat", "and", "cow", "a", "hen"]


def test_exceptions_of_the_function_propagate_to_the_caller_and_nothing_is_lost() -> None:
    called: list[str] = []
    broken = True

    def fails(word: str) -> str:
        called.append(word)
        if broken and word == "b":
            raise KeyError(word)
        return word

    with analyzer_of("abc", TermOptions(function=fails)) as analyzer:
        for ask in (analyzer.word_frequency, analyzer.unique_words, analyzer.analyze_sentiment):
            with pytest.raises(KeyError, match="b"):
                ask()
        assert called == ["a", "b", "b", "b"]
        assert analyzer.total_words() == 3
        broken = False
        assert analyzer.word_frequency() == {"a": 1, "b": 1, "c": 1}
        assert called == ["a", "b", "b", "b", "b", "c"]


def kept(words: list[str], stop: Any, **options: Any) -> list[str]:
    with analyzer_of(words, TermOptions(stop_words=stop, **options)) as analyzer:
        return list(analyzer.word_frequency())


def test_english_stop_words_drop_contractions_with_both_apostrophes() -> None:
    contractions = sorted(stop_words("english-contractions"))
    assert {"don't", "i'm", "you're", "they've", "she'll", "won't", "it's", "let's"} <= set(contractions)
    for how in (str, str.upper, str.title):
        words = [how(each) for word in contractions for each in (word, word.replace("'", "’"))]
        assert kept([*words, "Ishmael"], "english") == ["ishmael"]
        assert kept([*words, "Ishmael"], "english", case="casefold", normal_form="NFKC") == ["ishmael"]
        # strip_accents replaces the typographic apostrophe, so these words differ.
        assert kept([*words, "hell", "were", "wont"], "english", strip_accents="ascii") == ["hell", "wont"]
    assert kept(["don't", "i’m", "the"], "scikit-learn") == ["don't", "i’m"]


def test_each_list_of_stop_words_has_a_name_and_some_have_two() -> None:
    assert stop_words("english") == stop_words("scikit-learn")
    assert not stop_words("english") & stop_words("english-contractions")
    assert stop_words("iso-en") == stop_words("en") != stop_words("english")
    assert kept(["und", "Haus"], "iso-de") == kept(["und", "Haus"], "de") == ["haus"]


@pytest.mark.parametrize("named", ["iso-en", "en", "iso-fr", ["don't"], ["don’t"], {"aujourd’hui", "DON’T"}])
def test_a_stop_word_with_an_apostrophe_drops_both_forms(named: Any) -> None:
    listed = stop_words(named) if isinstance(named, str) else [word.lower() for word in named]
    words = [word for word in listed if set(word) & {"'", "’"} and len(word.split()) == 1]
    both = [word.replace(*apostrophes) for word in words for apostrophes in (("'", "’"), ("’", "'"))]
    assert both
    assert kept([*both, "x"], named) in (["x"], [])


@pytest.mark.parametrize("wrong", [1, b"bytes", "\ud800"])
def test_a_term_must_be_text(wrong: object) -> None:
    with (
        analyzer_of("abc", TermOptions(function=lambda _: wrong)) as analyzer,  # type: ignore[arg-type, return-value]
        pytest.raises((TypeError, InvalidOptionError), match="the term of 'a"),
    ):
        analyzer.word_frequency()


def test_the_function_may_query_the_analyzer_and_set_options() -> None:
    def changes(word: str) -> str:
        analyzer.add_document("one more")
        analyzer.set_terms(function=None)
        return word + "!"

    with analyzer_of("ab", TermOptions(function=changes)) as analyzer:
        assert analyzer.word_frequency() == {"a": 1, "b": 1}
        assert analyzer.word_frequency() == {"a": 1, "b": 1, "one": 2, "more": 2}


def test_the_function_works_with_many_words() -> None:
    words = [f"Word{number}" for number in range(5000)]
    with analyzer_of(words, TermOptions(function=lambda word: word[4:])) as analyzer:
        assert list(analyzer.word_frequency()) == [str(number) for number in range(5000)]


def test_each_answer_uses_only_one_set_of_options_while_threads_change_them() -> None:
    words = [f"Word{number}" for number in range(300)]
    choices = [
        TermOptions(case=None),
        TermOptions(min_length=6, function=str.upper),
        TermOptions(stemmer="english", function=lambda word: word + "?"),
    ]
    expected = [list(counted(words, choice)) for choice in choices]
    done = threading.Event()
    wrong: list[object] = []

    def ask() -> None:
        try:
            while not done.is_set():
                if (found := list(analyzer.word_frequency())) not in expected:
                    wrong.append(found)
        except BaseException as error:
            wrong.append(error)

    with analyzer_of(words, choices[0]) as analyzer:
        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for choice in choices * 20:
            analyzer.set_terms(choice)
            analyzer.unique_words()
        done.set()
        for thread in threads:
            thread.join()
    assert not wrong


def test_a_change_keeps_the_other_options() -> None:
    with analyzer_of(["The", "Cats"], TermOptions(case=None)) as analyzer:
        analyzer.set_terms(stop_words=["The"])
        assert analyzer.term_options == TermOptions(case=None, stop_words=frozenset({"The"}))
        assert analyzer.word_frequency() == {"Cats": 1}
        analyzer.set_terms(TermOptions(), min_length=4)
        assert analyzer.word_frequency() == {"cats": 1}
    assert TextAnalyzer().term_options == TermOptions()


@pytest.mark.parametrize(
    "wrong",
    [
        {"normal_form": "NFX"},
        {"case": "upper"},
        {"strip_accents": True},
        {"min_length": -1},
        {"max_length": 0},
        {"min_length": 3, "max_length": 2},
        {"stop_words": [1]},
        {"stop_words": "klingon"},
        {"stemmer": "klingon"},
        {"stemmer": 1},
        {"function": "upper"},
        {"uppercase": True},
    ],
)
def test_invalid_options_are_refused_and_change_nothing(wrong: dict[str, Any]) -> None:
    with analyzer_of(["A", "b"], TermOptions(function=str.upper)) as analyzer:
        with pytest.raises((TypeError, ValueError)):
            analyzer.set_terms(**wrong)
        assert analyzer.term_options == TermOptions(function=str.upper)
        assert analyzer.word_frequency() == {"A": 1, "B": 1}


def test_the_error_for_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(TextProcessorError, match=r"no stemmer with the name \"klingon\"; there are .*english"):
        TextAnalyzer(terms=TermOptions(stemmer="klingon"))
    with pytest.raises(TextProcessorError, match=r"there are english, .*\bde\b"):
        stop_words("klingon")


def test_copies_have_the_same_terms() -> None:
    with analyzer_of(["The", "cats"], TermOptions(stop_words="english", stemmer="en", function=str.upper)) as analyzer:
        for other in (copy.copy(analyzer), pickle.loads(pickle.dumps(analyzer))):  # noqa: S301
            assert other.word_frequency() == analyzer.word_frequency() == {"CAT": 1}
            assert other.term_options == analyzer.term_options


def test_the_claims_of_the_page_about_terms_hold() -> None:
    page = Path(__file__).resolve().parent.parent / "docs" / "terms.md"
    if not page.exists():
        pytest.skip("the documentation is part of the source tree, which is not here")
    assert doctest.testfile(str(page), module_relative=False).failed == 0


def test_options_of_terms_apply_after_clear_and_in_analyzers_that_only_count() -> None:
    with TextAnalyzer(store_text=False, terms=TermOptions(stop_words=["a"], function=str.title)) as analyzer:
        for _ in range(2):
            analyzer.add_document("a cat")
            assert analyzer.word_frequency() == {"Cat": 1}
            analyzer.clear()
            assert analyzer.word_frequency() == {}
