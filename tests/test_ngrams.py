"""N-grams and skip-grams: plain Python is the oracle."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor import NgramCounts, TermOptions, TextAnalyzer, TextNotStoredError

documents = st.lists(
    st.lists(st.sampled_from(["a", "A", "b", "the", "cat", "Sat", "é", "on", "mat"]), min_size=1, max_size=25),
    max_size=8,
)


def ngrams(words: list[str], n: int, skip: int) -> Iterator[tuple[str, ...]]:
    """The n-grams of a document, in order."""
    for start in range(len(words)):
        for others in combinations(words[start + 1 : start + n + skip], n - 1):
            yield (words[start], *others)


def counted(documents: list[list[str]], n: int, skip: int) -> Counter[tuple[str, ...]]:
    return Counter(gram for words in documents for gram in ngrams(words, n, skip))


@given(documents=documents, n=st.integers(1, 5), skip=st.integers(0, 4), threads=st.integers(1, 3), drops=st.booleans())
def test_ngrams_are_those_of_plain_python(
    documents: list[list[str]], n: int, skip: int, threads: int, drops: bool
) -> None:
    terms = TermOptions(stop_words=["the", "b"]) if drops else TermOptions()
    lowered = [[word.lower() for word in words if not (drops and word in ("the", "b"))] for words in documents]
    expected = counted(lowered, n, skip)
    with TextAnalyzer(threads=threads, terms=terms) as analyzer:
        analyzer.add_documents(" ".join(words) for words in documents)
        assert list(analyzer.ngram_frequency(n, skip=skip).items()) == list(expected.items())
        assert analyzer.top_ngrams(n, skip=skip) == expected.most_common()
        assert analyzer.top_ngrams(n, limit=3, skip=skip) == expected.most_common(3)
        assert list(analyzer.iter_top_ngrams(n, skip=skip)) == expected.most_common()
        counts = analyzer.ngram_counts(n, skip=skip)
        assert counts.columns == [list(column) for column in zip(*expected, strict=True)] or not expected
        assert counts.counts.tolist() == list(expected.values())


@pytest.mark.parametrize(("vocabulary", "n"), [(10, 5), (10, 33), (3000, 2), (3000, 9), (70_000, 3), (70_000, 8)])
def test_ngrams_of_many_words_on_many_threads_are_those_of_plain_python(vocabulary: int, n: int) -> None:
    length = 80_000
    numbers = [number * number % 999_983 % vocabulary for number in range(length)]
    words = [f"w{number}" for number in numbers]
    documents = [words[:10], words[10 : length // 2], words[length // 2 :]]
    with TextAnalyzer(threads=3) as analyzer:
        analyzer.add_documents(" ".join(words) for words in documents)
        assert list(analyzer.ngram_frequency(n).items()) == list(counted(documents, n, 0).items())


def test_one_grams_are_words() -> None:
    with TextAnalyzer() as analyzer:
        analyzer.add_documents(["a rose is", "a rose"])
        assert {gram: count for (gram,), count in analyzer.ngram_frequency(1).items()} == analyzer.word_frequency()


def test_bigrams_are_those_of_scikit_learn() -> None:
    text = pytest.importorskip("sklearn.feature_extraction.text", reason="scikit-learn is not installed")
    documents = ["the cat sat on the mat", "on the mat the cat", "mat"]
    vectorizer = text.CountVectorizer(ngram_range=(2, 2), token_pattern=r"\S+", stop_words="english")  # noqa: S106
    counts = vectorizer.fit_transform(documents).sum(axis=0).tolist()[0]
    with TextAnalyzer(terms=TermOptions(stop_words="english")) as analyzer:
        analyzer.add_documents(documents)
        found = {" ".join(gram): count for gram, count in analyzer.ngram_frequency(2).items()}
    assert found == dict(zip(vectorizer.get_feature_names_out(), counts, strict=True))


def test_n_and_skip_may_be_at_their_limits_but_not_beyond() -> None:
    with TextAnalyzer() as analyzer:
        assert analyzer.top_ngrams(2) == [] == list(analyzer.ngram_counts(3))
        analyzer.add_documents(["one two three", "four"])
        assert analyzer.top_ngrams(3) == [(("one", "two", "three"), 1)]
        assert analyzer.top_ngrams(4) == analyzer.top_ngrams(1000) == analyzer.top_ngrams(2, 0) == []
        assert analyzer.top_ngrams(2, 1, skip=1 << 19) == [(("one", "two"), 1)]
        for n, skip in ((0, 0), (1001, 0), (-1, 0), (2, -1), (30, 30), (1 << 40, 0)):
            with pytest.raises(ValueError, match=r"\bn\b|skip|n-grams"):
                analyzer.top_ngrams(n, skip=skip)


def test_iter_top_ngrams_yields_the_ngrams_that_were_there_when_it_began() -> None:
    with TextAnalyzer() as analyzer:
        analyzer.add_document(" ".join(f"w{number}" for number in range(3000)))
        iterator = analyzer.iter_top_ngrams(2)
        analyzer.add_documents(["w0 w1"] * 2)
        assert next(iterator) == (("w0", "w1"), 1)
        assert len(list(iterator)) == 2998
        assert next(analyzer.iter_top_ngrams(2)) == (("w0", "w1"), 3)
        with pytest.raises(ValueError, match="n must be"):
            analyzer.iter_top_ngrams(0)


def test_columns_of_ngrams_outlive_the_analyzer() -> None:
    with TextAnalyzer() as analyzer:
        analyzer.add_document("to be or not to be")
        counts = analyzer.ngram_counts(2)
        numbers = counts.counts
    assert isinstance(counts, NgramCounts)
    assert repr(counts) == "NgramCounts(n=2, ngrams=4)"
    assert (len(counts), numbers.tolist(), dict(counts)[("to", "be")]) == (4, [2, 1, 1, 1], 2)
    assert not numbers.flags.writeable
    assert pickle.loads(pickle.dumps(counts)) == counts  # noqa: S301


def test_an_analyzer_that_only_counts_has_no_ngrams() -> None:
    with TextAnalyzer(store_text=False) as analyzer:
        analyzer.add_document("to be")
        with pytest.raises(TextNotStoredError):
            analyzer.ngram_counts(2)


# ---- The command line ----


def run(*arguments: object, stdin: str = "") -> tuple[int, str]:
    pytest.importorskip("rich", reason="the command line needs click and rich")
    testing = pytest.importorskip("click.testing", reason="the command line needs click and rich")
    from text_processor.cli import commands

    result = testing.CliRunner().invoke(commands, ["ngrams", *map(str, arguments)], input=stdin)
    return result.exit_code, result.stdout


def test_the_command_ngrams_writes_ngrams(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text("To be or not to be\nTo be\n", encoding="utf-8")
    assert run(path, "--top", 1) == (0, "3  to be\n")
    assert run(path, "--lines", "--skip", 1, "--json", "--top", 2) == (0, '[[["to", "be"], 3], [["to", "or"], 1]]\n')
    assert run("-", "-n", 3, "--csv", stdin="a b c") == (0, "word_1,word_2,word_3,count\na,b,c,1\n")
    assert run("-", "--stop-words", "english", "--stemmer", "en", stdin="the dogs and cats") == (0, "1  dog cat\n")
    assert run("-", "--case", "keep", "--top", 0, stdin="A b") == (0, "1  A b\n")
    assert run("-", "-n", 4, stdin="a b") == (0, "")


def test_the_command_ngrams_reports_errors(tmp_path: Path) -> None:
    assert run(tmp_path / "missing")[0] == 1
    assert run("-", "--stemmer", "klingon", stdin="a")[0] == 2
    assert run("-", "--json", "--csv", stdin="a")[0] == 2
    assert run("-", "-n", 0, stdin="a")[0] == 2
