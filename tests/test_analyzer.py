from __future__ import annotations

import itertools
from collections import Counter

import pytest

import text_processor
from text_processor import EmptyAnalyzerError, TextAnalyzer


def test_hello_greets() -> None:
    assert text_processor.hello("World") == "Hello, World!"
    assert text_processor.hello("Zoë 光\0") == "Hello, Zoë 光\0!"
    with pytest.raises(TypeError, match="str, not int"):
        text_processor.hello(3)  # type: ignore[arg-type]
    with pytest.raises(UnicodeEncodeError):
        text_processor.hello("\ud800")


def test_an_analyzer_counts_documents_and_words(analyzer: TextAnalyzer) -> None:
    assert (analyzer.document_count(), analyzer.total_words(), analyzer.unique_words()) == (0, 0, 0)
    analyzer.add_document("Hello world")
    analyzer.add_document("hello there, World")
    assert (analyzer.document_count(), analyzer.total_words(), analyzer.unique_words()) == (2, 5, 3)
    assert repr(analyzer) == "TextAnalyzer(documents=2, words=5)"


def test_statistics_are_a_dict(analyzer: TextAnalyzer) -> None:
    assert analyzer.get_statistics() == {
        "document_count": 0,
        "total_words": 0,
        "unique_words": 0,
        "distinct_types": 0,
        "total_bytes": 0,
        "average_words": 0.0,
    }
    analyzer.add_documents(["To be or not to be", "café"])
    assert analyzer.get_statistics() == {
        "document_count": 2,
        "total_words": 7,
        "unique_words": 5,
        "distinct_types": 6,
        "total_bytes": 23,
        "average_words": 3.5,
    }


def test_word_frequency_is_a_plain_dict_in_order_of_first_appearance(analyzer: TextAnalyzer) -> None:
    analyzer.add_documents(["b a B", "c a"])
    frequency = analyzer.word_frequency()
    assert type(frequency) is dict
    assert list(frequency.items()) == [("b", 2), ("a", 2), ("c", 1)]


def test_queries_include_documents_added_since_the_last_one(analyzer: TextAnalyzer) -> None:
    for number in range(1, 50):
        analyzer.add_document(f"common word{number}")
        assert analyzer.unique_words() == number + 1
        assert analyzer.word_frequency()["common"] == number


def test_sentiment_is_a_mean_over_documents(analyzer: TextAnalyzer) -> None:
    analyzer.add_documents(["good GREAT Excellent", "bad, terrible awful", "nothing"])
    assert analyzer.analyze_sentiment() == (3 - 2) / 3
    with pytest.raises(EmptyAnalyzerError, match="no document"):
        TextAnalyzer().analyze_sentiment()
    assert issubclass(EmptyAnalyzerError, ValueError)


@pytest.mark.parametrize("n", [None, -1, 0, 1, 2, 3, 4, 100, 70_000])
def test_top_words_equal_those_of_counter_even_for_equal_counts(n: int | None) -> None:
    words = ["b", "a", "b", "c", "a", "d", "e", "f", "e"]
    with TextAnalyzer() as analyzer:
        analyzer.add_document(" ".join(words))
        assert analyzer.top_words(n) == Counter(words).most_common(n)


def test_top_words_take_a_whole_number(analyzer: TextAnalyzer) -> None:
    with pytest.raises(TypeError):
        analyzer.top_words(1.5)  # type: ignore[call-overload]


def test_iter_top_words_yields_the_most_frequent_first(analyzer: TextAnalyzer) -> None:
    analyzer.add_document(" ".join(f"word{number}" for number in range(5000)))
    analyzer.add_document("word7 word7 word8")
    ranked = analyzer.iter_top_words()
    assert list(itertools.islice(ranked, 3)) == [("word7", 3), ("word8", 2), ("word0", 1)]
    analyzer.add_document("later " * 9)
    analyzer.close()
    assert len(list(ranked)) == 5000 - 3


def test_an_analyzer_is_a_collection_of_its_documents(analyzer: TextAnalyzer) -> None:
    analyzer.add_documents(["one", "two words", "café 光"])
    assert len(analyzer) == 3
    assert list(analyzer) == ["one", "two words", "café 光"] == analyzer.get_documents()
    assert "two words" in analyzer
    assert "café 光" in analyzer
    assert "two" not in analyzer
    assert "words" not in analyzer
    assert "" not in analyzer
    assert "\ud800" not in analyzer
    assert 3 not in analyzer


def test_iteration_yields_the_documents_that_were_there_when_it_began(analyzer: TextAnalyzer) -> None:
    analyzer.add_documents(["one", "two"])
    documents = iter(analyzer)
    assert next(documents) == "one"
    analyzer.add_document("three")
    analyzer.clear()
    assert list(documents) == ["two"]
    assert list(analyzer) == []


def test_documents_are_returned_unchanged(analyzer: TextAnalyzer) -> None:
    texts = [" leading\n", "trailing\0", "\0", "\u2028x", "a" * 10_000_000, "é" * 70_000, "short", "x\r\ny"]
    texts += [f"document {number}" for number in range(10_000)]
    analyzer.add_documents(texts)
    assert analyzer.get_documents() == texts
    assert list(analyzer) == texts


def test_clear_removes_everything(analyzer: TextAnalyzer) -> None:
    analyzer.add_document("one two")
    analyzer.unique_words()
    analyzer.add_document("three")
    analyzer.clear()
    assert analyzer.get_statistics()["total_words"] == 0
    assert analyzer.word_frequency() == {}
    analyzer.add_document("again")
    assert analyzer.word_frequency() == {"again": 1}


def test_a_wrong_number_of_threads_is_an_error() -> None:
    for threads in (0, -1, 1 << 16):
        with pytest.raises(ValueError, match="threads must be"):
            TextAnalyzer(threads=threads)
    with pytest.raises(TypeError):
        TextAnalyzer(threads=1.5)  # type: ignore[arg-type]


def test_indexing_reports_progress_up_to_the_end(analyzer: TextAnalyzer) -> None:
    analyzer.add_document("word " * 100_000)
    seen: list[tuple[int, int | None]] = []
    analyzer.index(progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (500_000, 500_000)
    assert seen == sorted(seen)


def test_an_exception_in_progress_stops_the_work_and_loses_nothing(analyzer: TextAnalyzer) -> None:
    analyzer.add_document("some words " * 100_000)

    def stop(_done: int, _total: int | None) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        analyzer.index(progress=stop)
    assert analyzer.word_frequency() == {"some": 100_000, "words": 100_000}


def test_help_describes_every_public_member() -> None:
    for name in text_processor.__all__:
        public = getattr(text_processor, name)
        if name not in ("Progress", "__version__"):
            assert public.__doc__, name
        for member, value in vars(public).items() if isinstance(public, type) else ():
            if callable(value) and not member.startswith("_"):
                assert value.__doc__, f"{name}.{member}"
