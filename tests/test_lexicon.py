"""Lexicons: words with their values."""

from __future__ import annotations

import copy
import pickle
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import EmptyAnalyzerError, InvalidLexiconError, Lexicon, TextAnalyzer, TextNotStoredError

pytest.importorskip("numpy", reason="NumPy is not installed")

SIX = {"good": 1, "great": 1, "excellent": 1, "bad": -1, "terrible": -1, "awful": -1}

words = st.text("abé", min_size=1, max_size=2)
documents = st.lists(st.lists(words, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=8)
values = st.integers(-8, 8).map(lambda eighths: eighths / 8)


@given(documents, st.dictionaries(words, values, max_size=8))
def test_sentiment_is_the_mean_of_the_values_of_the_words(texts: list[str], worth: dict[str, float]) -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(texts)
    counts = Counter(word for text in texts for word in text.lower().split())
    # The values are multiples of 1/8, so their sums are exact.
    expected = sum(worth.get(word, 0.0) * count for word, count in counts.items()) / len(texts)
    assert analyzer.analyze_sentiment(worth) == expected
    assert analyzer.analyze_sentiment(Lexicon(worth)) == expected
    each = [sum(worth.get(word, 0.0) for word in text.lower().split()) for text in texts]
    assert analyzer.document_sentiments(worth).tolist() == each


def test_the_default_lexicon_has_six_words(analyzer: TextAnalyzer) -> None:
    with pytest.raises(EmptyAnalyzerError):
        TextAnalyzer().analyze_sentiment(SIX)
    analyzer.add_documents(["a GOOD start", "bad, bad ending", "great"])
    assert analyzer.analyze_sentiment() == analyzer.analyze_sentiment(SIX) == 1 / 3


def test_each_document_has_a_sentiment(analyzer: TextAnalyzer) -> None:
    assert analyzer.document_sentiments().tolist() == []
    analyzer.add_documents(["a GOOD start", "neutral", "bad, bad bad ending"])
    sentiments = analyzer.document_sentiments()
    analyzer.close()
    assert sentiments.tolist() == [1.0, 0.0, -2.0]
    counting = TextAnalyzer(store_text=False)
    counting.add_document("good")
    assert counting.analyze_sentiment({"good": 2}) == 2
    with pytest.raises(TextNotStoredError):
        counting.document_sentiments()


def test_a_long_document_has_one_sentiment() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["good " * 200_000 + "bad", "bad", "good " * 100_000])
    assert analyzer.document_sentiments().tolist() == [199_999, -1, 100_000]


def test_a_lexicon_is_a_mapping() -> None:
    lexicon = Lexicon([("good", 1), ("bad", -1.5), ("good", 2)])
    assert lexicon == {"good": 2.0, "bad": -1.5}
    assert (len(lexicon), "bad" in lexicon, lexicon.get("worse"), list(lexicon)) == (2, True, None, ["good", "bad"])
    assert repr(lexicon) == "Lexicon(words=2)"
    with pytest.raises(TypeError):
        lexicon["good"] = 3  # type: ignore[index]


def test_the_second_of_two_merged_lexicons_takes_precedence() -> None:
    lexicon = Lexicon(SIX)
    merged = lexicon | {"good": 5} | [("new", 1)]
    assert merged == {**SIX, "good": 5, "new": 1}
    assert {"good": 5} | lexicon == SIX
    assert lexicon == SIX


def test_copies_are_equal(analyzer: TextAnalyzer) -> None:
    analyzer.add_document("good")
    lexicon = Lexicon(SIX)
    assert analyzer.analyze_sentiment(lexicon) == 1
    for other in (copy.copy(lexicon), copy.deepcopy(lexicon), pickle.loads(pickle.dumps(lexicon))):  # noqa: S301
        assert other == lexicon
        assert analyzer.analyze_sentiment(other) == 1


def test_a_file_has_a_word_on_each_line(tmp_path: Path) -> None:
    path = tmp_path / "words.tsv"
    path.write_bytes(b"\ngood\t1\tsd\r\n bad\t-1.5 \n")
    assert Lexicon.from_file(path) == {"good": 1, "bad": -1.5}
    for line, says in [
        ("bad", "a tab"),
        ("bad\tx", "must be a number"),
        ("fed up\t1", "whitespace"),
        ("b\tnan", "finite"),
    ]:
        path.write_text(f"good\t1\n{line}\n")
        with pytest.raises(InvalidLexiconError, match=f"words.tsv, line 2: .*{says}"):
            Lexicon.from_file(path)


@pytest.mark.parametrize("word", ["", " ", "two words", "tab\t", "\u3000x"])
def test_invalid_words_are_refused(word: str) -> None:
    with pytest.raises(InvalidLexiconError):
        Lexicon({word: 1})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "much", None])
def test_values_that_are_not_finite_numbers_are_refused(value: float) -> None:
    with pytest.raises(InvalidLexiconError, match="'word'"):
        Lexicon({"word": value})


def test_words_that_are_not_str_are_refused() -> None:
    with pytest.raises(TypeError, match="a word must be a str, not bytes"):
        Lexicon([(b"word", 1)])  # type: ignore[arg-type]
