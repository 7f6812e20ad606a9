"""Saved analyzers, pickles and merges: an analyzer of the same documents is the oracle."""

from __future__ import annotations

import copy
import datetime
import pickle
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from corpora import SETTINGS, TEXTS, analyzer_of, answers
from hypothesis import given
from hypothesis import strategies as st

from text_processor import (
    DuplicateIdError,
    InvalidOptionError,
    SavedFileError,
    TermOptions,
    TermsPendingError,
    TextAnalyzer,
    TextNotStoredError,
)

pytest.importorskip("numpy")


def filled(**options: Any) -> TextAnalyzer:
    analyzer = TextAnalyzer(**options)
    variables = {"day": [datetime.date(2024, 1, 2), None], "stars": [5, 1]}
    analyzer.add_documents(["to be", "or not to be"], ids=["a", "b"], variables=variables)
    return analyzer


# ---- Files ----


@pytest.mark.parametrize("mmap", [False, True])
def test_a_loaded_analyzer_has_the_documents_ids_variables_and_answers(tmp_path: Path, mmap: bool) -> None:
    analyzer = filled()
    analyzer.save(tmp_path / "saved.arrow")
    loaded = TextAnalyzer.load(tmp_path / "saved.arrow", mmap=mmap)
    assert answers(loaded) == answers(analyzer)
    assert loaded.word_counts(by="stars") == analyzer.word_counts(by="stars")
    with pytest.raises(DuplicateIdError):
        loaded.add_documents(["more"], ids=["b"])
    loaded.add_documents(["more"], ids=["c"])
    analyzer.add_documents(["more"], ids=["c"])
    assert answers(loaded) == answers(analyzer)
    # An analyzer can be saved to the file that it was loaded from.
    loaded.save(tmp_path / "saved.arrow")
    assert answers(TextAnalyzer.load(str(tmp_path / "saved.arrow"))) == answers(analyzer)


OPTIONS: list[dict[str, Any]] = [
    {},
    {"tokenizer": "Unicode_Segments"},
    {"tokenizer": "word"},
    {"tokenizer": r"[a-z]+"},
    {"tokenizer": re.compile(r"\b[a-z]+\b")},
    {"store_text": False},
    {"terms": TermOptions(normal_form="NFC", case="casefold", strip_accents="unicode", min_length=2, max_length=5)},
    {"terms": TermOptions(case=None, stop_words=["to", "a\nb\\"], stemmer="english")},
    {"terms": TermOptions(stop_words="english")},
]


@pytest.mark.parametrize("options", OPTIONS)
def test_a_loaded_analyzer_has_the_options_of_the_saved_one(tmp_path: Path, options: dict[str, Any]) -> None:
    texts = ["To bes, or not to be", "ÉTÉ don't"]
    analyzer = TextAnalyzer(**options)
    analyzer.add_documents(texts)
    analyzer.save(tmp_path / "saved")
    loaded = TextAnalyzer.load(tmp_path / "saved", threads=1)
    for more in ([], ["another Été, bes"]):
        analyzer.add_documents(more)
        loaded.add_documents(more)
        assert list(loaded.word_frequency().items()) == list(analyzer.word_frequency().items())
        assert loaded.get_statistics() == analyzer.get_statistics()
    # An analyzer with the options that it shows gives the same answers, except for a compiled pattern of Python.
    if not isinstance(options.get("tokenizer"), re.Pattern):
        again = TextAnalyzer(
            tokenizer=loaded.tokenizer, terms=loaded.term_options, store_text=options.get("store_text", True)
        )
        again.add_documents([*texts, "another Été, bes"])
        assert again.word_frequency() == analyzer.word_frequency()
    loaded.save(tmp_path / "again")
    assert TextAnalyzer.load(tmp_path / "again").word_frequency() == analyzer.word_frequency()
    assert loaded.copy().word_frequency() == analyzer.word_frequency()


def test_terms_of_a_function_are_saved_and_new_words_need_it(tmp_path: Path) -> None:
    analyzer = TextAnalyzer(terms=TermOptions(function=str.upper))
    analyzer.add_documents(["a b"])
    expected = analyzer.word_frequency()
    analyzer.save(tmp_path / "saved")
    loaded = TextAnalyzer.load(tmp_path / "saved")
    assert loaded.word_frequency() == expected == {"A": 1, "B": 1}
    loaded.add_document("c")
    with pytest.raises(TermsPendingError, match="set the terms again"):
        loaded.word_frequency()
    loaded.set_terms(function=str.upper)
    assert loaded.word_frequency() == {"A": 1, "B": 1, "C": 1}


def test_a_subclass_is_loaded_as_itself(tmp_path: Path) -> None:
    class Mine(TextAnalyzer):
        pass

    filled().save(tmp_path / "saved")
    assert type(Mine.load(tmp_path / "saved")) is Mine


def test_files_that_cannot_be_loaded_or_saved_are_errors(tmp_path: Path) -> None:
    analyzer = filled()
    with pytest.raises(FileNotFoundError) as caught:
        TextAnalyzer.load(tmp_path / "missing")
    assert caught.value.filename == str(tmp_path / "missing")
    with pytest.raises(OSError, match="missing"):
        analyzer.save(tmp_path / "missing" / "saved")
    with pytest.raises(OSError, match="NUL byte"):
        analyzer.save(f"{tmp_path}/a\0b")
    (tmp_path / "text").write_text("no analyzer", encoding="utf-8")
    with pytest.raises(SavedFileError):
        TextAnalyzer.load(tmp_path / "text")
    analyzer.save(tmp_path / "saved")
    data = (tmp_path / "saved").read_bytes()
    (tmp_path / "part").write_bytes(data[:-1])
    with pytest.raises(SavedFileError):
        TextAnalyzer.load(tmp_path / "part")
    analyzer.close()
    with pytest.raises(ValueError, match="closed"):
        analyzer.save(tmp_path / "saved")
    assert (tmp_path / "saved").read_bytes() == data


@pytest.mark.once
def test_other_tools_read_a_saved_file(tmp_path: Path) -> None:
    analyzer = filled()
    analyzer.save(tmp_path / "saved.arrow")
    expected = analyzer.documents().to_dict()
    del expected["word_count"]
    found = pytest.importorskip("polars").read_ipc(tmp_path / "saved.arrow")
    assert found.drop("tokens").to_dict(as_series=False) == expected
    assert found["tokens"].to_list() == [["to", "be"], ["or", "not", "to", "be"]]
    feather = pytest.importorskip("pyarrow.feather")
    assert feather.read_table(tmp_path / "saved.arrow").drop(["tokens"]).to_pydict() == expected


def test_another_process_loads_the_file(tmp_path: Path) -> None:
    analyzer = filled()
    analyzer.save(tmp_path / "saved")
    code = "import sys; from text_processor import *; print(TextAnalyzer.load(sys.argv[1]).documents().to_dict())"
    ran = subprocess.run([sys.executable, "-c", code, tmp_path / "saved"], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == str(analyzer.documents().to_dict())


# ---- Pickles ----


def again(thing: Any) -> Any:
    return pickle.loads(pickle.dumps(thing))  # noqa: S301


class Mine(TextAnalyzer):
    def __init__(self, name: str) -> None:
        super().__init__(tokenizer="word")
        self.name = name


@pytest.mark.parametrize("options", OPTIONS)
def test_equal_analyzers_have_equal_pickles_with_all_their_data(options: dict[str, Any]) -> None:
    analyzer = TextAnalyzer(**options)
    analyzer.add_documents(["to be or", "not to be"])
    made = again(analyzer)
    assert made.word_frequency() == analyzer.word_frequency()
    assert made.tokenizer == analyzer.tokenizer
    assert made.term_options == analyzer.term_options
    assert pickle.dumps(made) == pickle.dumps(analyzer)
    made.add_document("more")
    assert len(made) == 3


def test_pickles_of_subclasses_have_their_attributes() -> None:
    analyzer = Mine("a name")
    analyzer.add_documents(["to be"], ids=[1])
    for made in (again(analyzer), copy.deepcopy(analyzer), copy.copy(analyzer)):
        assert (type(made), made.name) == (Mine, "a name")
        assert made.documents() == analyzer.documents()


def test_a_pickle_of_a_function_refers_to_it() -> None:
    analyzer = TextAnalyzer(terms=TermOptions(function=str.upper))
    analyzer.add_document("a b")
    made = again(analyzer)
    made.add_document("c")
    assert made.word_frequency() == {"A": 1, "B": 1, "C": 1}


# ---- Merges ----


@given(TEXTS, TEXTS, SETTINGS, st.sampled_from(["merge", "+", "+="]), st.booleans())
def test_merged_analyzers_give_the_answers_of_all_documents(
    first: list[str], second: list[str], settings: dict[str, Any], how: str, indexed: bool
) -> None:
    a, b = analyzer_of(first, settings), analyzer_of(second, settings)
    if indexed:
        a.index()
        b.index()
    before = answers(b)
    expected = answers(analyzer_of([*first, *second], settings))
    if how == "merge":
        a.merge(b)
    elif how == "+":
        both = a + b
        assert answers(a) == answers(analyzer_of(first, settings))
        a = both
    else:
        a += b
    assert answers(a) == expected
    assert answers(b) == before
    a.merge(a)
    assert answers(a) == answers(analyzer_of([*first, *second] * 2, settings))


def test_ids_and_variables_are_merged() -> None:
    a, b = TextAnalyzer(), TextAnalyzer()
    a.add_documents(["1", "2"], ids=["x", "y"], variables={"n": [1, 2]})
    b.add_document("3")
    b.add_documents(["4"], ids=["z"], variables={"m": [4]})
    both = a + b
    expected = {"id": ["x", "y", "2", "z"], "n": [1, 2, None, None], "m": [None, None, None, 4]}
    assert both.documents().to_dict() == {**expected, "text": ["1", "2", "3", "4"], "word_count": [1, 1, 1, 1]}
    with pytest.raises(DuplicateIdError, match="'x'"):
        both.merge(a)
    assert len(both) == 4
    with pytest.raises(DuplicateIdError):
        a.merge(a)
    c = TextAnalyzer()
    c.add_documents(["5"], variables={"n": ["text"]})
    with pytest.raises(InvalidOptionError, match="'n'"):
        a.merge(c)
    plain = TextAnalyzer()
    plain.add_document("0")
    plain.merge(a)
    assert plain.documents()["id"] == ["0", "x", "y"]
    a.merge(TextAnalyzer())
    assert a.documents()["id"] == ["x", "y"]


def test_analyzers_that_differ_cannot_be_merged() -> None:
    a = TextAnalyzer()
    a.add_document("a")
    with pytest.raises(TypeError, match="merge"):
        a.merge("b")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        a + 1
    with pytest.raises(InvalidOptionError):
        a.merge(TextAnalyzer(tokenizer="word"))
    counting = TextAnalyzer(store_text=False)
    counting.add_document("b")
    with pytest.raises(TextNotStoredError):
        a.merge(counting)
    counting.merge(a)
    assert counting.word_frequency() == {"b": 1, "a": 1}
    assert (counting + counting).word_frequency() == {"b": 2, "a": 2}
    a.add_documents(["c"], ids=["x"], variables={"n": [1]})
    # An analyzer that only counts stores no ids, so the same document can be merged twice.
    for _ in range(2):
        counting.merge(a)
    assert copy.copy(counting).word_frequency() == {"b": 1, "a": 3, "c": 2}
    assert copy.deepcopy(counting).word_frequency() == {"b": 1, "a": 3, "c": 2}


@pytest.mark.parametrize("with_ids", [False, True])
def test_two_analyzers_can_be_merged_with_each_other_at_the_same_time(with_ids: bool) -> None:
    a, b = TextAnalyzer(), TextAnalyzer()
    a.add_documents(["a"], variables={"n": [1]} if with_ids else None)
    b.add_documents(["b"], variables={"n": [2]} if with_ids else None)
    start = threading.Barrier(2)

    def merge(one: TextAnalyzer, other: TextAnalyzer) -> None:
        start.wait()
        for _ in range(8):
            one.merge(other)

    threads = [threading.Thread(target=merge, args=pair) for pair in ((a, b), (b, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    for one in (a, b):
        if with_ids:
            assert one.documents()["n"].tolist() == [{"a": 1, "b": 2}[text] for text in one]


def test_the_callback_does_not_receive_merged_documents() -> None:
    a, b = TextAnalyzer(), TextAnalyzer()
    events: list[Any] = []
    a.set_callback(events.append)
    b.add_document("b")
    a.merge(b)
    assert events == []
