"""Results as tables: their values in other libraries and in Python."""

from __future__ import annotations

import copy
import ctypes
import gc
import io
import pickle
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import text_processor
from text_processor import NgramCounts, Table, TextAnalyzer, TextNotStoredError, WordCounts

np = pytest.importorskip("numpy")

TEXTS = ["the cat and the dog", "a\0b \x1b[31mred", "光 é the", "cat"]

on_cpython = pytest.mark.skipif(not hasattr(ctypes, "pythonapi"), reason="this Python has no capsules")


def filled() -> TextAnalyzer:
    analyzer = TextAnalyzer()
    analyzer.add_documents(TEXTS)
    return analyzer


def again(table: Any) -> Any:
    return pickle.loads(pickle.dumps(table))  # noqa: S301


# ---- Other libraries ----

READERS: dict[str, Callable[[Any], dict[str, list[Any]]]] = {}


def reader(function: Callable[[Any], dict[str, list[Any]]]) -> Callable[[Any], dict[str, list[Any]]]:
    READERS[function.__name__] = function
    return function


@reader
def pyarrow(table: Any) -> dict[str, list[Any]]:
    pa = pytest.importorskip("pyarrow")
    found = pa.table(table)
    found.validate(full=True)
    assert found.to_pydict() == table.to_arrow().to_pydict()
    return dict(found.to_pydict())


@reader
def polars(table: Any) -> dict[str, list[Any]]:
    pl = pytest.importorskip("polars")
    assert pl.DataFrame(table).equals(table.to_polars())
    return dict(pl.DataFrame(table).to_dict(as_series=False))


@reader
def pandas(table: Any) -> dict[str, list[Any]]:
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    found = table.to_pandas()
    if hasattr(pd.DataFrame, "from_arrow"):
        assert pd.DataFrame.from_arrow(table).equals(found)
    return dict(found.to_dict("list"))


@reader
def duckdb(table: Any) -> dict[str, list[Any]]:
    duck = pytest.importorskip("duckdb")
    with duck.connect() as connection:
        counts = table
        found = connection.sql("from counts").fetchall()
        assert connection.sql("select count(*) as n from counts").fetchall() == [(len(table),)]
        assert len(counts) == len(found)
    columns = zip(*found, strict=True) if found else [() for _ in table.names]
    return {name: list(column) for name, column in zip(table.names, columns, strict=True)}


@reader
def nanoarrow(table: Any) -> dict[str, list[Any]]:
    na = pytest.importorskip("nanoarrow")
    stream = na.ArrayStream(table)
    rows = [row for batch in stream for row in batch.to_pylist()] if hasattr(stream, "__iter__") else []
    return {name: [row[name] for row in rows] for name in table.names}


@reader
def arro3(table: Any) -> dict[str, list[Any]]:
    core = pytest.importorskip("arro3.core")
    found = core.Table.from_arrow(table)
    return {name: found[name].to_pylist() for name in table.names}


@on_cpython
@pytest.mark.once
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_other_libraries_read_the_same_values_as_python(read: Callable[[Any], dict[str, list[Any]]]) -> None:
    analyzer = filled()
    frequency = analyzer.word_frequency()
    counts = analyzer.word_counts()
    # The test reads the table twice, because a table can be read many times.
    for _ in range(2):
        found = read(counts)
        assert dict(zip(found["word"], found["count"], strict=True)) == frequency
    grams = read(analyzer.ngram_counts(2))
    pairs = zip(zip(grams["word_1"], grams["word_2"], strict=True), grams["count"], strict=True)
    assert dict(pairs) == analyzer.ngram_frequency(2)
    assert read(analyzer.documents()) == {"text": TEXTS, "word_count": [5, 2, 3, 1]}
    assert read(counts[2:4]) == {"word": ["and", "dog"], "count": [1, 1]}
    assert read(counts[2:2]) == {"word": [], "count": []} == read(TextAnalyzer().word_counts())


@on_cpython
@pytest.mark.once
def test_other_libraries_read_the_scores_of_sentiment() -> None:
    pytest.importorskip("vaderSentiment")
    scores = text_processor.SentimentIntensityAnalyzer().scores(["a good day", "", "a bad day"])
    expected = {name: scores[name].tolist() for name in ("neg", "neu", "pos", "compound")}
    for read in READERS.values():
        assert read(scores) == expected == scores.to_dict()


@on_cpython
def test_a_capsule_is_a_new_stream_that_can_be_read_once() -> None:
    pa = pytest.importorskip("pyarrow")
    counts = filled().word_counts()
    expected = counts.to_dict()
    capsules = [counts.__arrow_c_stream__() for _ in range(3)]
    assert counts.__arrow_c_stream__(None) is not capsules[0]
    read = [pa.RecordBatchReader._import_from_c_capsule(capsule).read_all() for capsule in capsules[:2]]
    assert [table.to_pydict() for table in read] == [expected] * 2
    with pytest.raises(pa.ArrowInvalid, match="released"):
        pa.RecordBatchReader._import_from_c_capsule(capsules[0])
    schema = pa.Schema._import_from_c_capsule(counts.__arrow_c_schema__())
    assert schema == pa.schema([pa.field("word", pa.string(), False), pa.field("count", pa.uint64(), False)])


@on_cpython
def test_data_in_other_libraries_stays_valid_after_the_table_and_the_analyzer_are_freed() -> None:
    pa = pytest.importorskip("pyarrow")
    analyzer = filled()
    expected = analyzer.word_frequency()
    counts = analyzer.word_counts()
    read, column, capsule = pa.table(counts), counts["count"], counts.__arrow_c_stream__()
    analyzer.add_document("more words " * 5000)
    analyzer.close()
    del analyzer, counts
    gc.collect()
    late = pa.RecordBatchReader._import_from_c_capsule(capsule).read_all()
    assert read == late
    assert dict(zip(read["word"].to_pylist(), column.tolist(), strict=True)) == expected


@on_cpython
def test_the_exported_memory_is_the_memory_of_the_table() -> None:
    pa = pytest.importorskip("pyarrow")
    counts = filled().word_counts()
    address = counts["count"].__array_interface__["data"][0]
    (chunk,) = pa.table(counts)["count"].chunks
    assert chunk.buffers()[1].address == address
    (chunk,) = pa.table(counts[3:5])["count"].chunks
    assert chunk.buffers()[1].address + chunk.offset * 8 == address + 3 * 8 == counts[3:]["count"].ctypes.data


def test_a_python_without_capsules_gets_an_error_that_names_the_alternative(monkeypatch: pytest.MonkeyPatch) -> None:
    from text_processor._native import capsules

    monkeypatch.delattr(ctypes, "pythonapi", raising=False)
    capsules._function.cache_clear()
    try:
        for export_ in (filled().word_counts().__arrow_c_stream__, filled().documents().__arrow_c_schema__):
            with pytest.raises(NotImplementedError, match=r"to_dict\(\)"):
                export_()
    finally:
        capsules._function.cache_clear()


# ---- Python ----


def test_a_table_has_columns_rows_and_parts() -> None:
    documents = filled().documents()
    assert isinstance(documents, Table)
    assert documents.names == ["text", "word_count"]
    assert documents["text"] == TEXTS
    assert documents["word_count"].tolist() == [5, 2, 3, 1]
    with pytest.raises(ValueError, match="read-only"):
        documents["word_count"][0] = 3
    assert len(documents) == 4
    row = documents[-1]
    assert row == ("cat", 1) == (row.text, row.word_count) == documents[3]
    assert list(documents) == list(documents.rows()) == list(zip(TEXTS, [5, 2, 3, 1], strict=True))
    part = documents[1:-1]
    assert (part["text"], len(part), part[0], part[1:][0].text) == (TEXTS[1:3], 2, documents[1], TEXTS[2])
    assert documents[3:1].to_dict() == {"text": [], "word_count": []}
    assert documents[3:1]["word_count"].dtype == np.uint64


def test_the_error_for_a_wrong_key_names_the_columns_or_the_number_of_rows() -> None:
    counts = filled().word_counts()
    with pytest.raises(KeyError, match=r"no column 'words': the columns are \['word', 'count'\]"):
        counts["words"]
    with pytest.raises(IndexError, match="no row 99"):
        counts[99]
    with pytest.raises(ValueError, match="the step of a slice"):
        counts[::2]
    with pytest.raises(TypeError, match="not float"):
        counts[1.5]  # type: ignore[call-overload]
    for kind in (Table, WordCounts, NgramCounts):
        with pytest.raises(TypeError, match="is a result"):
            kind([])


def test_the_table_of_documents_needs_stored_text() -> None:
    with pytest.raises(TextNotStoredError):
        TextAnalyzer(store_text=False).documents()


def test_counts_still_have_the_members_of_earlier_releases() -> None:
    analyzer = filled()
    counts, grams = analyzer.word_counts(), analyzer.ngram_counts(2)
    assert dict(counts) == analyzer.word_frequency()
    assert list(counts) == list(analyzer.word_frequency().items())
    assert (counts.words, counts.counts.tolist()) == (counts["word"], counts["count"].tolist())
    assert dict(grams) == analyzer.ngram_frequency(2)
    assert grams.columns == [grams["word_1"], grams["word_2"]]
    assert (grams.n, grams[:3].n, len(grams)) == (2, 2, len(analyzer.ngram_frequency(2)))
    assert (next(iter(grams)), grams[0]) == ((("the", "cat"), 1), ("the", "cat", 1))
    assert isinstance(counts[1:], WordCounts)


@pytest.mark.once
def test_scores_can_be_used_like_a_dict_of_arrays() -> None:
    pytest.importorskip("vaderSentiment")
    pd = pytest.importorskip("pandas")
    scores: Any = text_processor.SentimentIntensityAnalyzer().scores(["a good day", "", "a bad day"])
    names = ["neg", "neu", "pos", "compound"]
    assert (
        list(scores.keys()) == [name for name, _ in scores.items()] == list({**scores}) == list(dict(scores)) == names
    )
    assert [array.tolist() for array in scores.values()] == [scores[name].tolist() for name in names]
    assert "neg" in scores
    assert "other" not in scores
    assert scores[0] in scores
    assert (scores.get("other"), scores.get("neg") is scores["neg"]) == (None, True)
    before = scores["compound"].tolist()
    frame = pd.DataFrame(scores)
    assert (list(frame), frame["compound"].tolist(), frame["neg"].dtype) == (names, before, float)
    assert pd.DataFrame(dict(scores)).equals(frame)
    assert (len(scores), scores[0].compound) == (3, before[0])
    # You may change the arrays, but not the table.
    scores["compound"][0] = 9
    assert dict(scores)["compound"][0] == 9
    assert scores.to_dict()["compound"] == before == scores[:]["compound"].tolist()
    for other in (again(scores), copy.copy(scores), copy.deepcopy(scores)):
        assert other == scores
        assert other["compound"][0] == 9
    assert copy.copy(scores)["compound"] is scores["compound"]
    assert copy.deepcopy(scores)["compound"] is not scores["compound"]
    assert again(scores[:])["compound"].tolist() == before
    with pytest.raises(KeyError):
        scores["negative"]


@pytest.mark.once
def test_scores_of_missing_texts_are_also_nan_in_the_table() -> None:
    pytest.importorskip("vaderSentiment")
    scorer = text_processor.SentimentIntensityAnalyzer()
    texts = ["a good day", None, "bad", None] * 40_000
    kept = scorer.scores(texts, missing="keep")
    assert np.isnan(kept["neg"]).tolist() == [text is None for text in texts]
    assert again(kept) == kept == scorer.scores(texts, missing="keep")
    assert kept != scorer.scores([text or "" for text in texts])
    for place, row in enumerate(kept[:8]):
        assert (row.compound != row.compound) == (texts[place] is None)
    skipped = scorer.scores(texts, missing="skip")
    assert skipped == scorer.scores([text for text in texts if text])
    assert len(scorer.scores([None, None], missing="skip")) == 0
    with pytest.raises(text_processor.InvalidDocumentError) as error:
        scorer.scores([None, b"good", b"\xff"], missing="skip")
    assert error.value.document == 2


# ---- Text ----


def test_the_text_of_a_table_is_aligned_and_cannot_control_a_terminal() -> None:
    assert str(filled().documents()).split("\n") == [
        "text                 word_count",
        "the cat and the dog           5",
        r"a\x00b \x1b[31mred            2",
        "光 é the                      3",
        "cat                           1",
    ]
    assert str(TextAnalyzer().word_counts()) == "word  count"
    assert repr(filled().documents()) == "Table(rows=4, columns=['text', 'word_count'])"


def test_a_long_table_shows_its_first_and_last_rows() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_document(" ".join(f"w{number}" for number in range(12_000)) + " " + "x" * 1000)
    counts = analyzer.word_counts()
    lines = str(counts).split("\n")
    assert [line.split()[0] for line in lines[1:6]] == ["w0", "w1", "w2", "w3", "w4"]
    assert lines[6].split() == ["…", "…"]
    assert lines[-3].split() == ["w11999", "1"]
    assert (lines[-2].split()[0], lines[-1]) == ("x" * 59 + "…", "(12,001 rows)")
    assert counts._repr_html_().count("<tr>") == 12


def test_long_numbers_are_shown_with_six_digits() -> None:
    """The cells of the table still have all digits."""
    analyzer = TextAnalyzer()
    analyzer.add_documents(["a b a b a c c c", "a"])
    table = analyzer.collocates("a", 1, measures="pmi")
    assert table["pmi"].tolist() == [0.7369655941662062, -0.8479969065549501]
    assert [line.split()[-1] for line in str(table).split("\n")] == ["pmi", "0.736966", "-0.847997"]
    assert "0.736966<" in table._repr_html_()


def test_html_is_escaped() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_document("<script>alert('x')</script> & b")
    html = analyzer.word_counts()._repr_html_()
    assert "&lt;script&gt;" in html
    assert "<script" not in html
    assert html.endswith("<p>3 rows</p>")

    class Printer(io.StringIO):
        text = io.StringIO.write

    printer = Printer()
    analyzer.word_counts()._repr_pretty_(printer, False)
    assert printer.getvalue() == str(analyzer.word_counts())


# ---- Copies and comparisons ----


@given(st.lists(st.text().filter(lambda text: bool(text.split())), max_size=20), st.integers(0, 9), st.integers(0, 9))
def test_tables_are_equal_after_a_pickle_and_differ_if_a_value_differs(texts: list[str], first: int, rows: int) -> None:
    analyzer = TextAnalyzer()
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    analyzer.add_documents([text for text in texts if text.split()])
    for table in (analyzer.word_counts(), analyzer.documents()[first : first + rows], analyzer.ngram_counts(3)):
        other = again(table)
        assert other == table
        assert (type(other), list(other.rows()), other.names) == (type(table), list(table.rows()), table.names)
        assert copy.copy(table) == copy.deepcopy(table) == table
        if len(table):
            assert table[1:] != table
            assert table[:1] == other[:1]
    analyzer.add_document("new")
    assert analyzer.documents() != analyzer.documents()[1:]
    assert analyzer.word_counts() != analyzer.word_counts().to_dict()


def test_a_pickle_of_a_part_contains_only_this_part() -> None:
    analyzer = TextAnalyzer()
    analyzer.add_document(" ".join(f"w{number}" for number in range(20_000)))
    counts = analyzer.word_counts()
    assert len(pickle.dumps(counts[10_000:10_010])) < 2000
    assert dict(again(counts[10_000:10_010])) == {f"w{number}": 1 for number in range(10_000, 10_010)}
    row = again(counts[5])
    assert (row.word, row) == ("w5", ("w5", 1))


def test_a_table_of_another_core_can_be_pickled(portable_core: Path) -> None:
    analyzer = TextAnalyzer(core=text_processor.load_core(portable_core))
    analyzer.add_documents(TEXTS)
    assert again(analyzer.word_counts()) == filled().word_counts() == analyzer.word_counts()


def test_several_threads_can_read_one_table() -> None:
    analyzer = filled()
    counts, found = analyzer.word_counts(), []
    expected = analyzer.word_frequency()

    def read() -> None:
        for _ in range(50):
            part = counts[1:]
            found.append(dict(counts) == expected and part["word"] == counts.words[1:] and again(part) == part)
            if hasattr(ctypes, "pythonapi"):
                counts.__arrow_c_stream__(), counts.__arrow_c_schema__()

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 200


@on_cpython
def test_a_table_has_one_reference_after_its_exports_are_released() -> None:
    table = filled().word_counts()
    table.__arrow_c_stream__(), table.__arrow_c_schema__(), table["count"]
    assert sys.getrefcount(table) == 2


async def _documents() -> Table:
    async with text_processor.AsyncTextAnalyzer(filled()) as texts:
        return await texts.documents()


def test_a_coroutine_returns_the_documents() -> None:
    import asyncio

    assert asyncio.run(_documents()) == filled().documents()
