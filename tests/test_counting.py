"""Counting without storing: analyzers that do not keep their text, and counting words without an analyzer."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import text_processor.word_count
from text_processor import InvalidDocumentError, TextAnalyzer, TextNotStoredError, count_words
from text_processor.analyzer._counts import BATCH_ROWS

documents = st.lists(st.text("aAé \n\u3000\x1f", min_size=1, max_size=40).filter(str.strip), max_size=20)


@given(documents)
def test_counts_equal_those_of_an_analyzer_that_stores_text(texts: list[str]) -> None:
    storing, counting = TextAnalyzer(), TextAnalyzer(store_text=False)
    for analyzer in (storing, counting):
        analyzer.add_documents(texts)
        for text in texts:
            analyzer.add_document(text)
    assert counting.word_frequency() == storing.word_frequency()
    assert counting.get_statistics() == storing.get_statistics()
    assert counting.top_words() == storing.top_words()


def test_many_distinct_words_have_the_counts_of_a_counter() -> None:
    words = [f"word{number * number % 40_009}" for number in range(60_000)]
    analyzer = TextAnalyzer()
    analyzer.add_document(" ".join(words))
    frequency = analyzer.word_frequency()
    assert list(frequency.items()) == list(Counter(words).items())
    assert len(frequency) > 2 * BATCH_ROWS


@pytest.mark.once
def test_files_are_counted_while_they_are_read(tmp_path: Path) -> None:
    text = "".join(f"Word{number % 5000} été\n" for number in range(600_000))
    file = tmp_path / "text"
    file.write_text(text, encoding="utf-8")
    storing, counting = TextAnalyzer(), TextAnalyzer(store_text=False)
    for analyzer in (storing, counting):
        assert analyzer.add_file(file) == 1
        assert analyzer.add_file(file, encoding="latin-1") == 1
        assert analyzer.add_file(file, lines=True) == 600_000
    assert list(counting.word_frequency().items()) == list(storing.word_frequency().items())
    assert counting.get_statistics() == storing.get_statistics()


def test_a_refused_file_changes_nothing(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_bytes(b"words " * 1_000_000 + b"\xff")
    analyzer = TextAnalyzer(store_text=False)
    analyzer.add_document("before")
    with pytest.raises(InvalidDocumentError) as caught:
        analyzer.add_file(file)
    assert caught.value.offset == 6_000_000
    analyzer.add_document("after")
    assert analyzer.word_frequency() == {"before": 1, "after": 1}


@pytest.mark.parametrize(
    "ask",
    [
        TextAnalyzer.get_documents,
        list,
        lambda analyzer: "some words" in analyzer,
    ],
)
def test_queries_that_need_the_documents_raise_an_error(ask: Callable[[TextAnalyzer], object]) -> None:
    analyzer = TextAnalyzer(store_text=False)
    analyzer.add_document("some words")
    with pytest.raises(TextNotStoredError, match="were only counted"):
        ask(analyzer)
    assert len(analyzer) == 1


def test_a_callback_receives_text_that_is_not_stored(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_text("from a file", encoding="utf-8")
    seen: list[str] = []
    analyzer = TextAnalyzer(store_text=False)
    analyzer.set_callback(lambda event: seen.append(event["text"]))
    analyzer.add_document("alone")
    analyzer.add_file(file)
    assert seen == ["alone", "from a file"]


@pytest.mark.once
@pytest.mark.skipif(sys.platform != "linux", reason="counts the memory of a process as Linux does")
def test_memory_does_not_grow_with_the_text(tmp_path: Path) -> None:
    file = tmp_path / "text"
    file.write_bytes(b"".join(b"word%d " % (number % 1000) for number in range(100_000)) * 60)
    code = (
        "import resource, sys, text_processor as t\n"
        "a = t.TextAnalyzer(store_text=False); a.add_document('start'); a.word_frequency()\n"
        "peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "before = peak(); a.add_file(sys.argv[1]); a.add_file(sys.argv[1], lines=True); a.word_frequency()\n"
        "print(peak() - before)"
    )
    run = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=True)
    assert file.stat().st_size > 45 << 20
    assert int(run.stdout) < 20_000


@given(st.text("ab \n\u3000\u00e9\x1f\u0085"), st.integers(1, 10))
def test_the_number_of_words_equals_that_of_split(text: str, piece: int) -> None:
    assert count_words(text) == count_words(text.encode()) == count_words(bytearray(text.encode())) == len(text.split())
    data = text.encode()
    with pytest.MonkeyPatch.context() as patch:
        # Long texts are counted in pieces, whose ends this test moves.
        patch.setattr(text_processor.word_count, "PIECE_BYTES", piece)
        assert count_words(data) == len(text.split())


def test_values_that_are_not_text_are_refused() -> None:
    with pytest.raises(InvalidDocumentError) as caught:
        count_words(b"caf\xff")
    assert caught.value.offset == 3
    with pytest.raises(InvalidDocumentError):
        count_words("\udc80")
    with pytest.raises(TypeError):
        count_words(5)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        count_words(np.arange(3))  # type: ignore[arg-type]
    assert count_words(b"") == 0
