"""Analyzers of chosen documents and merged analyzers give the answers of new analyzers with the same documents."""

from __future__ import annotations

import gc
import threading
from array import array
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optional_packages import vectorizers

from text_processor import InvalidOptionError, TermOptions, TextAnalyzer, TextNotStoredError
from text_processor._native import long_calls
from text_processor._native.checkpoint import on_checkpoint

if TYPE_CHECKING:
    from typing import Any

    from text_processor._native.analyzer import Handle

TOKENIZERS = ["whitespace", "unicode", "word", "characters", r"\w+", "[a-z]+"]


def analyzer_of(texts: list[str], **options: Any) -> TextAnalyzer:
    analyzer = TextAnalyzer(**options)
    analyzer.add_documents(texts, missing="keep")
    return analyzer


def wrapped(handle: Handle) -> TextAnalyzer:
    """Return the handle as an analyzer, for queries."""
    analyzer = TextAnalyzer()
    analyzer._handle = handle
    return analyzer


def handle_of(analyzer: TextAnalyzer) -> Handle:
    return analyzer._complete()


def chosen_from(analyzer: TextAnalyzer, numbers: list[int]) -> TextAnalyzer:
    return wrapped(handle_of(analyzer).choose(array("Q", numbers)))


def matrix_of(analyzer: TextAnalyzer) -> tuple[list[str], list[list[int]]]:
    """Return the features and the counts of the document-term matrix."""
    matrix = analyzer.document_term_matrix((1, 2))
    return matrix.features, matrix.csr().toarray().tolist()


def answers(analyzer: TextAnalyzer) -> list[object]:
    """Return the answers of all queries."""
    figures = analyzer.get_statistics()
    return [
        analyzer.get_documents(),
        list(analyzer.word_counts()),
        analyzer.top_words(5),
        list(analyzer.ngram_counts(2)),
        figures,
        analyzer.sentence_count(),
        *(matrix_of(analyzer) if vectorizers else ()),
        [text in analyzer for text in ("", "a", "The end")],
    ]


TEXTS = st.lists(st.text("abAB Éß,.'", max_size=30) | st.text(st.characters(codec="utf-8"), max_size=20), max_size=10)


@st.composite
def selections(draw: st.DrawFn) -> tuple[list[str], list[int]]:
    texts = draw(TEXTS)
    numbers = st.lists(st.integers(0, len(texts) - 1), max_size=12) if texts else st.just([])
    return texts, draw(numbers)


@given(selections(), TEXTS, st.sampled_from(TOKENIZERS), st.integers(1, 3))
def test_answers_are_those_of_a_new_analyzer(
    selection: tuple[list[str], list[int]], more: list[str], tokenizer: str, threads: int
) -> None:
    texts, numbers = selection
    options: dict[str, Any] = {"tokenizer": tokenizer, "threads": threads}
    parent, other = analyzer_of(texts, **options), analyzer_of(more, **options)
    expected = [texts[number] for number in numbers]
    chosen = chosen_from(parent, numbers)
    assert answers(chosen) == answers(analyzer_of(expected, **options))
    handle_of(chosen).merge(handle_of(other))
    assert answers(chosen) == answers(analyzer_of(expected + more, **options))
    handle_of(parent).keep(array("Q", numbers))
    assert answers(parent) == answers(analyzer_of(expected, **options))
    assert answers(other) == answers(analyzer_of(more, **options))


@given(selections(), st.booleans())
def test_a_function_for_terms_is_not_called_again(selection: tuple[list[str], list[int]], queried: bool) -> None:
    texts, numbers = selection
    calls: list[str] = []

    def term(word: str) -> str | None:
        calls.append(word)
        return word[:1] if len(word) > 1 else None

    terms = TermOptions(function=term, stop_words=["ab"])
    parent = analyzer_of(texts, terms=terms)
    if queried:
        parent.unique_words()
        calls.clear()
    chosen = chosen_from(parent, numbers)
    assert not calls
    found = list(chosen.word_counts())
    called = calls.copy()
    new = analyzer_of([texts[number] for number in numbers], terms=terms)
    calls.clear()
    assert found == list(new.word_counts())
    assert called == ([] if queried else calls)


def test_an_analyzer_that_only_counts_can_be_merged_but_documents_cannot_be_chosen() -> None:
    counting, other = analyzer_of(["The end", "an end"], store_text=False), analyzer_of(["the End of it"])
    handle_of(counting).merge(handle_of(other))
    assert counting.word_frequency() == {"the": 2, "end": 3, "an": 1, "of": 1, "it": 1}
    assert counting.document_count() == 3
    with pytest.raises(TextNotStoredError):
        handle_of(counting).choose(array("Q", [0]))
    with pytest.raises(TextNotStoredError):
        handle_of(counting).keep(array("Q", [0]))
    with pytest.raises(TextNotStoredError):
        handle_of(other).merge(handle_of(counting))
    assert other.document_count() == 1


def test_numbers_and_tokenizers_are_checked() -> None:
    analyzer = analyzer_of(["one", "two"])
    for change in (handle_of(analyzer).choose, handle_of(analyzer).keep):
        with pytest.raises(InvalidOptionError, match="no document 2: the analyzer has 2"):
            change(array("Q", [0, 2]))
    with pytest.raises(InvalidOptionError, match="different tokenizers"):
        handle_of(analyzer).merge(handle_of(analyzer_of([], tokenizer="word")))
    assert analyzer.get_documents() == ["one", "two"]


def test_numbers_of_documents_may_be_an_array_of_numpy() -> None:
    np = pytest.importorskip("numpy")
    analyzer = analyzer_of(["one", "two", "three"])
    mask = np.array([True, False, True])
    chosen = wrapped(handle_of(analyzer).choose(np.flatnonzero(mask).astype(np.uint64)))
    assert chosen.get_documents() == ["one", "three"]


def test_an_analyzer_of_chosen_documents_works_after_the_first_analyzer_is_freed() -> None:
    chosen = chosen_from(analyzer_of(["The end", "an end"]), [1])
    gc.collect()
    assert chosen.get_documents() == ["an end"]


def test_a_call_that_a_checkpoint_stops_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class EndedError(Exception):
        pass

    def end() -> None:
        raise EndedError

    monkeypatch.setattr(long_calls, "MILLISECONDS_PER_STEP", 0)
    lines = [f"some words of line {number}" for number in range(200_000)]
    analyzer, other = analyzer_of(lines), analyzer_of(lines)
    numbers = array("Q", reversed(range(len(lines))))
    handle = handle_of(analyzer)
    chosen = handle.choose(numbers)
    token = on_checkpoint.set(end)
    try:
        for call in (
            lambda: handle.choose(numbers),
            lambda: handle.keep(numbers),
            lambda: handle.merge(handle_of(other)),
            lambda: wrapped(chosen).get_documents(),
        ):
            with pytest.raises(EndedError):
                call()
    finally:
        on_checkpoint.reset(token)
    assert analyzer.get_documents() == lines == wrapped(chosen).get_documents()[::-1]


def test_threads_may_merge_two_analyzers_into_each_other() -> None:
    pair = analyzer_of(["The end"]), analyzer_of(["an end"])
    threads = [
        threading.Thread(target=lambda own=own: handle_of(pair[own]).merge(handle_of(pair[1 - own]))) for own in (0, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for analyzer in pair:
        assert answers(analyzer) == answers(analyzer_of(list(analyzer.get_documents())))
