"""Parts of a corpus, removals and replacements: an analyzer that has only the same documents is the oracle."""

from __future__ import annotations

import copy
import datetime
import random
import threading
from collections.abc import Callable
from typing import Any

import pytest
from corpora import SETTINGS, TEXTS, analyzer_of, answers
from hypothesis import given
from hypothesis import strategies as st

from text_processor import (
    DuplicateIdError,
    InvalidDocumentError,
    InvalidOptionError,
    TermOptions,
    TextAnalyzer,
    TextNotStoredError,
    UnknownIdError,
)

np = pytest.importorskip("numpy")


@given(TEXTS, SETTINGS, st.randoms(use_true_random=False), st.booleans())
def test_a_subset_gives_the_answers_of_its_documents_alone(
    texts: list[str], settings: dict[str, Any], chance: random.Random, indexed: bool
) -> None:
    analyzer = analyzer_of(texts, settings)
    if indexed:
        analyzer.index()
    before = answers(analyzer)
    mask = [chance.random() < 0.5 for _ in texts]
    chosen = [text for text, is_chosen in zip(texts, mask, strict=True) if is_chosen]
    part = analyzer.subset(mask)
    assert answers(part) == answers(analyzer_of(chosen, settings))
    # The part and the analyzer change independently.
    part.add_document("more words")
    assert answers(analyzer) == before
    analyzer.clear()
    assert answers(part) == answers(analyzer_of([*chosen, "more words"], settings))


@given(TEXTS, SETTINGS, st.data())
def test_removals_and_replacements_give_the_answers_of_the_remaining_documents(
    texts: list[str], settings: dict[str, Any], data: st.DataObject
) -> None:
    ids = [f"id {number}" for number in range(len(texts))]
    analyzer = analyzer_of(texts, settings, ids=ids, variables={"n": list(range(len(texts)))})
    documents = dict(zip(ids, texts, strict=True))
    for _ in range(3):
        kind = data.draw(st.sampled_from(["remove", "replace", "add", "index"]))
        if kind == "remove" and documents:
            gone = data.draw(st.sets(st.sampled_from(sorted(documents))))
            assert analyzer.remove(sorted(gone)) == len(gone)
            documents = {one: text for one, text in documents.items() if one not in gone}
        elif kind == "replace" and documents:
            one = data.draw(st.sampled_from(sorted(documents)))
            documents[one] = data.draw(st.sampled_from(["new", "a B c d", "B a"]))
            analyzer.replace(one, documents[one])
        elif kind == "add" and (name := data.draw(st.sampled_from(["x", "y"]))) not in documents:
            documents[name] = f"added {name}"
            analyzer.add_documents([documents[name]], ids=[name], variables={"n": [len(texts)]})
        elif kind == "index":
            analyzer.index()
    numbers = [len(texts) if one in "xy" else ids.index(one) for one in documents]
    again = analyzer_of(list(documents.values()), settings, ids=list(documents), variables={"n": numbers})
    if documents:
        assert answers(analyzer) == answers(again)
    assert len(analyzer) == len(documents)


def corpus() -> TextAnalyzer:
    analyzer = TextAnalyzer()
    variables = {
        "party": ["Labour", "Tory", "Labour", None],
        "year": [1990, 1991, 1992, 1990],
        "score": [0.5, None, 1.5, 2.0],
    }
    analyzer.add_documents(["a b", "b c", "c d", "d e"], ids=["w", "x", "y", "z"], variables=variables)
    return analyzer


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ({"party": "Labour"}, "wy"),
        ({"party": ["Labour", "Tory"]}, "wxy"),
        ({"party": None}, "z"),
        ({"party": {None, "Tory"}}, "xz"),
        ({"party": "Labour", "year": 1992}, "y"),
        ({"year": range(1991, 1995)}, "xy"),
        ({"score": 1.5}, "y"),
        ({"score": float("nan")}, "x"),
        ({"id": ["x", "w"]}, "wx"),
        ({"party": "Whig"}, ""),
        ({}, "wxyz"),
        (["z", "w", "w"], "wz"),
        (("y",), "y"),
        ([], ""),
        ([True, False, False, True], "wz"),
        (np.array([False, True, False, False]), "x"),
        (iter(["x"]), "x"),
    ],
)
def test_documents_are_chosen_by_mask_ids_and_variables(documents: Any, expected: str) -> None:
    part = corpus().subset(documents)
    assert "".join(part.documents()["id"]) == expected
    assert part.documents().names == ["id", "party", "year", "score", "text", "word_count"]


@pytest.mark.once
@pytest.mark.parametrize("library", ["polars", "pyarrow", "pandas"])
def test_a_mask_may_be_a_column(library: str) -> None:
    values: list[bool | None] = [True, None, False, True]
    column: Any
    if library == "polars":
        column = pytest.importorskip("polars").Series(values)
    elif library == "pyarrow":
        column = pytest.importorskip("pyarrow").array(values)
    else:
        column = pytest.importorskip("pandas").Series(values, dtype="boolean")
    assert corpus().subset(column).documents()["id"] == ["w", "z"]


@pytest.mark.once
def test_values_may_be_a_column() -> None:
    pa, pandas = pytest.importorskip("pyarrow"), pytest.importorskip("pandas")
    polars = pytest.importorskip("polars")
    analyzer, day = corpus(), datetime.datetime(2024, 1, 2)
    for values in (pa.array(["Tory"]), pa.scalar("Tory"), polars.Series(["Tory"]), np.array(["Tory"]), np.str_("Tory")):
        assert analyzer.subset({"party": values}).documents()["id"] == ["x"]
    for values in (pa.array([1991]), pandas.array([1991, None], dtype="Int64"), np.array([1991]), np.int16(1991)):
        assert analyzer.subset({"year": values}).documents()["id"] == ["x"]
    for values in (pandas.NA, pandas.NaT, pa.scalar(None), np.float32("nan"), [pandas.NA]):
        assert analyzer.subset({"party": values}).documents()["id"] == ["z"]
    days = TextAnalyzer()
    days.add_documents(["a", "b"], variables={"day": [day, None]})
    for values in (np.datetime64(day, "ns"), np.array([day], "datetime64[ns]"), pandas.Series([day]), pa.array([day])):
        assert days.subset({"day": values}).get_documents() == ["a"]
    with pytest.raises(TypeError, match=r"^'party' needs a value, or a list of values: unhashable type: 'list'"):
        analyzer.subset({"party": [["Tory"]]})


def test_times_are_chosen_by_values_of_their_type() -> None:
    pa = pytest.importorskip("pyarrow")
    day, utc = datetime.datetime(2024, 1, 2, 3), datetime.timezone.utc
    columns = {
        "day": pa.array([day.date(), None]),
        "moment": pa.array([day, None], pa.timestamp("ns")),
        "there": pa.array([day, None], pa.timestamp("us", "UTC")),
        "time": pa.array([day.time(), None]),
        "span": pa.array([datetime.timedelta(1), None]),
        "good": pa.array([True, None]),
        "nothing": pa.nulls(2),
    }
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a", "b"], variables=columns)
    values = {
        "day": day.date(),
        "moment": day,
        "there": day.replace(tzinfo=utc),
        "time": day.time(),
        "span": datetime.timedelta(1),
        "good": True,
    }
    for name, value in values.items():
        assert analyzer.subset({name: value}).get_documents() == ["a"]
        assert analyzer.subset({name: [value, None]}).get_documents() == ["a", "b"]
        assert analyzer.subset({"nothing": value}).get_documents() == []
        for other in values.values():
            if other is not value:
                with pytest.raises(InvalidOptionError, match=f"^the variable '{name}' has "):
                    analyzer.subset({name: other})
    assert len(analyzer.subset({"good": 1})) == 1


def test_documents_without_ids_are_chosen_by_their_numbers() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a", "b", "c"])
    assert analyzer.subset([2, 0]).get_documents() == ["a", "c"]
    assert analyzer.subset(np.array([1])).get_documents() == ["b"]
    assert analyzer.remove([0]) == 1
    analyzer.replace(1, "new")
    assert analyzer.get_documents() == ["b", "new"]
    analyzer.replace(np.int64(0), "b")  # the type of the numbers in `documents()["id"]`
    for one in (None, True, 1.0, ["b"]):
        with pytest.raises(TypeError, match=r"^an id is a str or an int, not "):
            analyzer.replace(one, "c")  # type: ignore[arg-type]
    for wrong in ([3], [-1], ["a"]):
        with pytest.raises(UnknownIdError, match="have no ids, but numbers"):
            analyzer.subset(wrong)


def test_documents_keep_their_ids_when_other_documents_are_removed() -> None:
    analyzer = corpus()
    assert analyzer.remove({"party": "Labour"}) == 2
    analyzer.replace("z", "new text")
    assert analyzer.documents().to_dict() == {
        "id": ["x", "z"],
        "party": ["Tory", None],
        "year": [1991, 1990],
        "score": [None, 2.0],
        "text": ["b c", "new text"],
        "word_count": [2, 2],
    }
    # The id of a removed document can be used again, but not the id of another document.
    analyzer.add_documents(["again"], ids=["w"])
    with pytest.raises(DuplicateIdError):
        analyzer.add_documents(["again"], ids=["z"])


@pytest.mark.parametrize(
    ("documents", "error", "message"),
    [
        (["unknown"], UnknownIdError, r"^there is no document with the id 'unknown'$"),
        ([0], UnknownIdError, r"no document with the id 0"),
        ([True], InvalidOptionError, r"the mask has 1 values, but there are 4 documents"),
        (np.array([True]), InvalidOptionError, r"the mask has 1 values, but there are 4 documents"),
        ([True, None, "a"], TypeError, r"one type"),
        ([1.5], TypeError, r"by a mask of bool, by ids of str or int"),
        (["w", None], InvalidOptionError, r"the id at row 1 is missing"),
        ("w", TypeError, r"put it in a list"),
        (3, TypeError, r"put it in a list"),
        (None, TypeError, r"documents must be a list or a column"),
        ({"year": "1991"}, InvalidOptionError, r"'year' has numbers, so no document has the value '1991'"),
        ({"party": ["Tory", 3]}, InvalidOptionError, r"'party' has text, so no document has the value 3"),
        ({"party": b"Tory"}, InvalidOptionError, r"'party' has text, so no document has the value b'Tory'"),
        ({"id": [None, 1]}, InvalidOptionError, r"'id' has text, so no document has the value 1"),
        ({"when": 1}, InvalidOptionError, r"there is no variable 'when': there are 'id', 'party', 'year', 'score'"),
    ],
)
@pytest.mark.parametrize("call", [TextAnalyzer.subset, TextAnalyzer.remove])
def test_a_wrong_choice_is_an_error_and_changes_nothing(
    call: Callable[[TextAnalyzer, Any], Any], documents: Any, error: type[Exception], message: str
) -> None:
    analyzer = corpus()
    with pytest.raises(error, match=message):
        call(analyzer, documents)
    assert analyzer.documents() == corpus().documents()
    with pytest.raises(InvalidOptionError, match="because no document has"):
        TextAnalyzer().subset({"party": "Labour"})


def test_a_replacement_that_is_refused_changes_nothing() -> None:
    analyzer = corpus()
    for text in (" ", "\ud800"):
        with pytest.raises(InvalidDocumentError):
            analyzer.replace("w", text)
    with pytest.raises(UnknownIdError):
        analyzer.replace("unknown", "text")
    assert analyzer.documents() == corpus().documents()


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    analyzer = TextAnalyzer()
    texts = [f"text {number}" for number in range(100)]
    analyzer.add_documents(texts)
    sample = analyzer.sample(10, seed=7).get_documents()
    assert len(sample) == 10
    assert sample == analyzer.sample(10, seed=7).get_documents() == sorted(sample, key=texts.index)
    assert sample != analyzer.sample(10, seed=8).get_documents()
    assert analyzer.sample(100).get_documents() == texts
    assert analyzer.sample(0).get_documents() == []
    with pytest.raises(InvalidOptionError, match=r"n is 101, but there are only 100 documents"):
        analyzer.sample(101)
    with pytest.raises(InvalidOptionError, match="n must be"):
        analyzer.sample(-1)


class Mine(TextAnalyzer):
    def __init__(self, name: str) -> None:
        super().__init__(threads=1, tokenizer="word", terms=TermOptions(stop_words=["the"]))
        self.name = name


def test_parts_and_copies_have_the_options_and_the_class() -> None:
    analyzer = Mine("mine")
    events: list[Any] = []
    analyzer.add_documents(["the cat", "the dog"], ids=[1, 2])
    analyzer.set_callback(events.append)
    for made in (
        analyzer.copy(),
        copy.copy(analyzer),
        copy.deepcopy(analyzer),
        analyzer.subset([1, 2]),
        analyzer.sample(2),
    ):
        assert isinstance(made, Mine)
        assert made.name == "mine"
        assert made.tokenizer == "word"
        assert made.term_options == analyzer.term_options
        assert made.word_frequency() == {"cat": 1, "dog": 1}
        assert made.documents() == analyzer.documents()
        made.add_document("a bird")
        made.set_terms(stop_words=None)
        assert made.word_frequency() == {"the": 2, "cat": 1, "dog": 1, "bird": 1}
    assert events == []
    assert analyzer.word_frequency() == {"cat": 1, "dog": 1}


def test_words_whose_terms_are_known_are_not_given_to_the_function_again() -> None:
    asked: list[str] = []

    def function(word: str) -> str:
        asked.append(word)
        return word.upper()

    analyzer = TextAnalyzer(terms=TermOptions(function=function))
    analyzer.add_documents(["a b", "b c"])
    assert analyzer.word_frequency() == {"A": 1, "B": 2, "C": 1}
    part = analyzer.subset([1])
    assert part.word_frequency() == {"B": 1, "C": 1}
    part.add_document("d")
    assert part.word_frequency() == {"B": 1, "C": 1, "D": 1}
    assert asked == ["a", "b", "c", "d"]


def test_an_analyzer_that_stores_no_text_can_be_copied_but_has_no_parts() -> None:
    analyzer = TextAnalyzer(store_text=False)
    analyzer.add_documents(["a b", "b c"])
    for call in (lambda: analyzer.subset([0]), lambda: analyzer.sample(1), lambda: analyzer.remove([0])):
        with pytest.raises(TextNotStoredError):
            call()
    with pytest.raises(TextNotStoredError):
        analyzer.replace(0, "text")


def test_documents_that_other_threads_add_stay_when_some_are_removed() -> None:
    analyzer = TextAnalyzer()
    names = [str(number) for number in range(400)]
    analyzer.add_documents(names, ids=names)
    start = threading.Barrier(4)

    def add(number: int) -> None:
        start.wait()
        for step in range(50):
            more = [f"{number} {step} {place}" for place in range(4)]
            analyzer.add_documents(more, ids=more)

    def remove() -> None:
        start.wait()
        for name in names[::10]:
            analyzer.remove([name])
            analyzer.replace(str(int(name) + 1), f"new {name}")
            assert len(analyzer.subset({"id": names})) > 300

    threads = [threading.Thread(target=add, args=[number]) for number in range(3)] + [threading.Thread(target=remove)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = dict(zip(analyzer.documents()["id"], analyzer.documents()["text"], strict=True))
    assert len(found) == 400 - 40 + 600
    assert [one for one, text in found.items() if text != one] == [str(int(name) + 1) for name in names[::10]]
