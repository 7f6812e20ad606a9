"""Ids of documents are unique, and each stays with its document."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from document_columns import shown
from hypothesis import given
from hypothesis import strategies as st

from text_processor import (
    DuplicateIdError,
    InvalidDocumentError,
    InvalidOptionError,
    TextAnalyzer,
    TextNotStoredError,
    UnknownIdError,
)

pytest.importorskip("numpy")


def test_the_id_of_a_document_is_its_number_by_default() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_document("first")
    analyzer.add_documents(["a", "b"], ids=[7, 8])
    analyzer.add_document("between")
    analyzer.add_documents(["c"], variables={"x": ["y"]})
    analyzer.add_document("last")
    assert shown(analyzer) == {
        "id": [0, 7, 8, 3, 4, 5],
        "x": [None, None, None, None, "y", None],
        "text": ["first", "a", "b", "between", "c", "last"],
    }
    assert analyzer.subset([4, 8]).get_documents() == ["b", "c"]
    assert analyzer.subset({"id": [0, 5, 7]}).get_documents() == ["first", "a", "last"]
    assert analyzer.word_counts(by="id")["id"].tolist() == [0, 7, 8, 3, 4, 5]
    analyzer.replace(3, "in between")
    assert analyzer.remove([7]) == 1
    assert shown(analyzer)["id"] == [0, 8, 2, 3, 4]
    assert shown(analyzer)["text"][2] == "in between"
    with pytest.raises(UnknownIdError, match="7"):
        analyzer.remove([7])
    analyzer.clear()
    assert analyzer.documents().names == ["text", "word_count"]
    analyzer.add_documents(["a"], ids=["7"])
    assert shown(analyzer) == {"id": ["7"], "text": ["a"]}
    analyzer.add_documents(["b"])
    assert shown(analyzer)["id"] == ["7", "1"]
    assert analyzer.subset(["1"]).get_documents() == ["b"]
    for wrong in ("01", "2", "-1", "١", "0", "1" * 5000):
        with pytest.raises(UnknownIdError):
            analyzer.subset([wrong])


def test_a_document_without_an_id_is_not_found_by_a_number_that_is_the_id_of_another_one() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a", "b"])
    analyzer.add_documents(["c", "d"], ids=[5, 0])
    assert shown(analyzer)["id"] == [None, 1, 5, 0]
    assert analyzer.subset([0]).get_documents() == ["d"]
    with pytest.raises(DuplicateIdError, match="the id 5 at row 0 is that of document 2"):
        analyzer.add_documents(["e"], ids=[5])
    assert analyzer.remove({"id": 0}) == 1
    assert shown(analyzer)["id"] == [0, 1, 5]


WITH_IDS = st.lists(st.tuples(st.booleans(), st.integers(0, 6)), max_size=8, unique_by=lambda one: one[1])


@given(WITH_IDS, WITH_IDS, st.data(), st.sampled_from([int, str]))
def test_ids_are_unique_and_choose_their_documents(
    one: list[tuple[bool, int]], other: list[tuple[bool, int]], data: st.DataObject, kind: Callable[[int], Any]
) -> None:
    def add(analyzer: TextAnalyzer, documents: list[tuple[bool, int]]) -> None:
        for has_id, number in documents:
            analyzer.add_documents([f"text {len(analyzer)}"], ids=[kind(number)] if has_id else None)

    def check(analyzer: TextAnalyzer) -> None:
        found = analyzer.documents()
        if "id" in found.names:
            ids = [one for one in found["id"] if one is not None]
            assert len(set(ids)) == len(ids)
            for id_, text in zip(found["id"], found["text"], strict=True):
                if id_ is not None:
                    assert analyzer.subset([id_ if kind is str else int(id_)]).get_documents() == [text]

    first, second = TextAnalyzer(), TextAnalyzer()
    add(first, one)
    add(second, [(has_id, number + 10) for has_id, number in other])
    check(first)
    chosen = data.draw(st.lists(st.booleans(), min_size=len(one), max_size=len(one)))
    part, same = first.subset(chosen), TextAnalyzer()
    check(part)
    merged, both = first + second, TextAnalyzer()
    check(merged)
    add(both, one)
    add(both, [(has_id, number + 10) for has_id, number in other])
    assert shown(merged).get("id") == shown(both).get("id")
    add(same, [document for document, is_chosen in zip(one, chosen, strict=True) if is_chosen])
    if "id" in shown(same):
        assert shown(part)["id"] == shown(same)["id"]


def test_an_id_cannot_be_used_twice() -> None:
    analyzer = TextAnalyzer()
    with pytest.raises(DuplicateIdError, match=r"the id 'b' is at row 1 and at row 3: an id must be unique"):
        analyzer.add_documents(["1", "2", "3", "4"], ids=["a", "b", "c", "b"])
    assert len(analyzer) == 0
    analyzer.add_document("first")
    analyzer.add_documents(["1", "2"], ids=["a", "b"])
    with pytest.raises(DuplicateIdError, match=r"the id 'b' at row 1 is that of document 2"):
        analyzer.add_documents(["3", "4"], ids=["c", "b"])
    assert shown(analyzer) == {"id": ["0", "a", "b"], "text": ["first", "1", "2"]}
    analyzer.add_documents(["3"], ids=["c"])
    tables = [{"text": ["5"], "id": ["e"]}, {"text": ["6", "7"], "id": ["f", "a"]}]
    with pytest.raises(DuplicateIdError, match=r"the id 'a' at row 2 is that of document 1"):
        analyzer.add_table(tables, id="id")
    assert shown(analyzer)["id"] == ["0", "a", "b", "c", "e"]


@pytest.mark.parametrize("missing", ["raise", "keep"])
def test_documents_keep_their_ids_if_another_document_is_refused(missing: Any) -> None:
    texts = [f"text {number}" for number in range(40)]
    texts[17] = "lone \ud800"
    ids = list(range(100, 140))
    analyzer = TextAnalyzer()
    with pytest.raises(InvalidDocumentError):
        analyzer.add_documents(texts, ids=ids, missing=missing)
    assert shown(analyzer) == {"id": ids[:17], "text": texts[:17]}
    # The ids of the documents that were not added can be used again.
    texts[17] = "fine"
    assert analyzer.add_documents(texts[17:], ids=ids[17:]) == 23
    assert shown(analyzer) == {"id": ids, "text": texts}


ROWS = ["a b", None, " ", "c", "", "d e f", None, "g"]


def sources() -> Iterator[Any]:
    yield pytest.param(lambda values: values, id="list")
    yield pytest.param(
        lambda values: pytest.importorskip("pyarrow").chunked_array([values[:3], values[3:]]), id="pyarrow"
    )
    yield pytest.param(lambda values: pytest.importorskip("polars").Series(values), id="polars")
    yield pytest.param(lambda values: pytest.importorskip("pandas").Series(values), id="pandas")


@pytest.mark.parametrize("of", list(sources()))
@pytest.mark.parametrize("ids_of", list(sources()))
@pytest.mark.parametrize("heard", [False, True])
@pytest.mark.parametrize("missing", ["skip", "keep"])
def test_skipped_rows_do_not_shift_the_ids_of_other_rows(
    of: Callable[[Any], Any], ids_of: Callable[[Any], Any], heard: bool, missing: Any
) -> None:
    analyzer = TextAnalyzer()
    events: list[Any] = []
    if heard:
        analyzer.set_callback(events.append)
    ids = list("stuvwxyz")
    added = analyzer.add_documents(of(ROWS), ids=ids_of(ids), variables={"n": ids_of(list(range(8)))}, missing=missing)
    kept = [row for row, text in enumerate(ROWS) if missing == "keep" or (text or "").strip()]
    assert added == len(kept)
    assert shown(analyzer) == {"id": [ids[row] for row in kept], "n": kept, "text": [ROWS[row] or "" for row in kept]}
    assert len(events) == (len(kept) if heard else 0)


@given(st.lists(st.sampled_from(["a", "b c", "", " \u3000", None, "\x1c", "\u200b", b"d", b" ", b"\xff"]), max_size=30))
def test_each_added_document_has_the_id_of_its_row(texts: list[Any]) -> None:
    analyzer, plain = TextAnalyzer(), TextAnalyzer()
    ids = [str(row) for row in range(len(texts))]
    try:
        analyzer.add_documents(texts, ids=ids, missing="skip")
    except InvalidDocumentError:
        with pytest.raises(InvalidDocumentError):
            plain.add_documents(texts, missing="skip")
    else:
        plain.add_documents(texts, missing="skip")
    assert analyzer.get_documents() == plain.get_documents()
    found = analyzer.documents()
    if len(found):
        for one, text in zip(found["id"], found["text"], strict=True):
            given_ = texts[int(one)]
            assert (given_ if isinstance(given_, str) else given_.decode()) == text
        assert sorted(map(int, found["id"])) == list(map(int, found["id"]))


def test_an_iterator_with_more_or_fewer_texts_than_ids_is_an_error() -> None:
    analyzer = TextAnalyzer()
    with pytest.raises(InvalidOptionError, match=r"ids for 3 documents, but 2 documents"):
        analyzer.add_documents(iter(["a", "b"]), ids=["x", "y", "z"])
    assert shown(analyzer) == {"id": ["x", "y"], "text": ["a", "b"]}
    with pytest.raises(InvalidOptionError, match=r"ids for 1 documents, but 2 documents"):
        analyzer.add_documents(iter(["c", "d"]), ids=["z"])
    assert shown(analyzer) == {"id": ["x", "y"], "text": ["a", "b"]}


def test_an_analyzer_that_stores_no_text_takes_no_ids() -> None:
    analyzer = TextAnalyzer(store_text=False)
    with pytest.raises(TextNotStoredError, match="no ids"):
        analyzer.add_documents(["a"], ids=["x"])
    with pytest.raises(TextNotStoredError, match="no variables"):
        analyzer.add_table({"text": ["a"], "x": [1]}, variables=["x"])


def test_the_callback_may_add_documents_with_ids() -> None:
    analyzer = TextAnalyzer()

    def add_another(event: Any) -> None:
        if not event["text"].startswith("nested"):
            analyzer.add_documents([f"nested {event['text']}"], ids=[f"nested {event['text']}"])

    analyzer.set_callback(add_another)
    texts = [f"text {number}" for number in range(5)]
    analyzer.add_documents(texts, ids=texts)
    analyzer.add_document("plain")
    found = shown(analyzer)
    assert found["text"] == [one for text in [*texts, "plain"] for one in (text, f"nested {text}")]
    assert found["id"] == ["10" if text == "plain" else text for text in found["text"]]


def test_an_exception_of_the_callback_keeps_the_document_and_its_id() -> None:
    analyzer = TextAnalyzer()

    def fail(event: Any) -> None:
        if event["text"] == "b":
            raise KeyError("no")

    analyzer.set_callback(fail)
    with pytest.raises(KeyError):
        analyzer.add_documents(["a", "b", "c"], ids=[1, 2, 3])
    assert shown(analyzer) == {"id": [1, 2], "text": ["a", "b"]}


@pytest.mark.parametrize("heard", [False, True])
def test_documents_keep_their_ids_when_several_threads_add(heard: bool) -> None:
    analyzer = TextAnalyzer()
    if heard:
        analyzer.set_callback(lambda _: None)
    start = threading.Barrier(6)

    def with_ids(number: int) -> None:
        start.wait()
        for step in range(20):
            names = [f"{number} {step} {place}" for place in range(10)]
            analyzer.add_documents(names, ids=names)

    def without(number: int) -> None:
        start.wait()
        for step in range(100):
            analyzer.add_document(f"plain {number} {step}")
            if step % 10 == 0:
                analyzer.add_documents([f"plain {number} {step} {place}" for place in range(20)])
                assert len(analyzer.documents()["text"]) > 0

    threads = [threading.Thread(target=with_ids if number < 3 else without, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = shown(analyzer)
    assert len(found["text"]) == 3 * 200 + 3 * 300
    texts = enumerate(found["text"])
    assert found["id"] == [str(place) if text.startswith("plain") else text for place, text in texts]
