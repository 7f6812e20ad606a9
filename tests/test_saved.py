"""Saved analyzers: other tools read their files, and damaged files are errors."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from saved_files import TEXTS, answers, columns_of, handle_of, load, of_state, rows

from text_processor._native.analyzer import Handle
from text_processor._native.core import default_core
from text_processor.exceptions import (
    InvalidOptionError,
    SavedFileError,
    TermsPendingError,
)
from text_processor.terms import TermOptions, native

ROOT = Path(__file__).resolve().parent.parent


@given(
    st.lists(st.text("ab é\n光'", min_size=1, max_size=30).filter(str.strip), max_size=8),
    st.lists(st.text("ab é\n", min_size=1, max_size=30).filter(str.strip), max_size=3),
    st.booleans(),
    st.integers(0, 4),
)
def test_a_loaded_analyzer_gives_the_answers_of_the_saved_one_and_accepts_documents(
    texts: list[str], more: list[str], store_text: bool, tokenizer: int
) -> None:
    handle = handle_of(texts, store_text=store_text, tokenizer=tokenizer)
    state = handle.state(None)
    assert state == handle_of(texts, store_text=store_text, tokenizer=tokenizer, threads=1).state(None)
    copy = of_state(state)
    assert copy.state(None) == state
    assert answers(copy) == answers(handle)
    for text in more:
        handle.add(text)
        copy.add(text)
    assert answers(copy) == answers(handle)
    assert copy.state(None) == handle.state(None)


@pytest.mark.parametrize("mmap", [False, True])
def test_a_file_is_loaded_with_its_columns(tmp_path: Path, mmap: bool) -> None:
    handle = handle_of(TEXTS)
    columns = columns_of(handle)
    path = tmp_path / "é.arrow"
    handle.save(path, columns)
    assert [each.name for each in tmp_path.iterdir()] == ["é.arrow"]
    copy, table = Handle.load(default_core(), str(path), 2, mmap)
    assert table is not None
    assert (table.names, rows(table)) == (columns.names, rows(columns))
    assert answers(copy) == answers(handle)
    path.unlink()
    copy.add("one more")
    handle.add("one more")
    assert answers(copy) == answers(handle)
    copy.clear()
    assert copy.statistics().document_count == 0


def test_other_tools_read_the_file(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow.ipc")
    polars, duckdb = pytest.importorskip("polars"), pytest.importorskip("duckdb")
    handle = handle_of(TEXTS)
    path = tmp_path / "file.arrow"
    handle.save(path, columns_of(handle))
    with pyarrow.open_file(path) as reader:
        read = reader.read_all()
        read.validate(full=True)
        assert b"text_processor.format" in reader.metadata
    assert read.column_names == ["id", "number", "text", "tokens"]
    assert read["tokens"].to_pylist() == [text.split() for text in TEXTS]
    words = read["tokens"].chunks[-1].values.dictionary.to_pylist()
    assert words == list(dict.fromkeys(" ".join(TEXTS).split()))
    frame = polars.read_ipc(path)
    assert frame["text"].to_list() == TEXTS
    assert frame["tokens"].list.len().to_list() == [len(text.split()) for text in TEXTS]
    (found,) = duckdb.sql("select sum(len(tokens)), min(text) from read").fetchall()
    assert found == (sum(len(text.split()) for text in TEXTS), min(TEXTS))
    counting = handle_of(TEXTS, store_text=False)
    counting.save(path, None)
    assert polars.read_ipc(path)["type"].to_list() == words


@pytest.mark.once
def test_files_may_have_many_record_batches(tmp_path: Path) -> None:
    def pairs(handle: Handle) -> bytes:
        table = handle.ngram_table(2, 0)
        return table.ipc(0, table.rows)

    numbers = random.Random(1)  # noqa: S311
    words = [f"w{number}" for number in range(70_000)]
    texts = [" ".join(numbers.choices(words, k=5_000)) for _ in range(300)]
    texts.append("w1 " * 9_000_000)
    handle = handle_of(texts)
    path = tmp_path / "large"
    handle.save(path, None)
    expected = handle.state(None)
    for mmap in (False, True):
        copy = load(path, mmap)
        assert copy.state(None) == expected
        assert pairs(copy) == pairs(handle)
    data = bytearray(path.read_bytes())
    for _ in range(40):
        place = numbers.randrange(len(data))
        data[place] ^= 1 << numbers.randrange(8)
        with pytest.raises(SavedFileError):
            of_state(bytes(data))
        data[place] ^= expected[place] ^ data[place]


@pytest.mark.parametrize("mmap", [False, True])
def test_a_damaged_file_is_an_error(tmp_path: Path, mmap: bool) -> None:
    path = tmp_path / "file"
    handle_of(TEXTS).save(path, None)
    data = path.read_bytes()
    for length in range(0, len(data), 7):
        path.write_bytes(data[:length])
        with pytest.raises(SavedFileError, match="damaged"):
            load(path, mmap)
    path.write_bytes(data)
    assert load(path, mmap).total_words() == 15


def test_a_mapped_text_is_checked_when_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "file"
    handle_of(["a document to find"]).save(path, None)
    data = path.read_bytes()
    assert data.count(b"a document to find") == 1
    path.write_bytes(data.replace(b"a document to find", b"a documen\xff to find"))
    with pytest.raises(SavedFileError, match="checksum"):
        load(path)
    mapped = load(path, mmap=True)
    assert mapped.total_words() == 4
    for read in (mapped.document_table, lambda: mapped.save(tmp_path / "other", None), lambda: mapped.contains(b"a")):
        with pytest.raises(SavedFileError, match="the texts of a batch have another checksum"):
            read()
    assert list(tmp_path.iterdir()) == [path]


def test_errors_of_the_operating_system_name_the_file(tmp_path: Path) -> None:
    handle = handle_of(TEXTS)
    for call in (lambda path: load(path), lambda path: handle.save(path / "x", None)):
        with pytest.raises(FileNotFoundError) as caught:
            call(tmp_path / "missing")
        assert str(caught.value.filename).startswith(str(tmp_path / "missing"))
    with pytest.raises(IsADirectoryError):
        load(tmp_path)
    with pytest.raises(InvalidOptionError, match="regular"):
        handle.save(tmp_path, None)
    with pytest.raises(InvalidOptionError, match="5 documents"):
        handle.save(tmp_path / "x", columns_of(handle_of(["one"])))
    with pytest.raises(InvalidOptionError, match="counts"):
        handle_of(TEXTS, store_text=False).save(tmp_path / "x", columns_of(handle))
    assert not list(tmp_path.iterdir())


def test_a_saved_analyzer_keeps_the_options_and_the_terms_of_a_function(tmp_path: Path) -> None:
    asked: list[str] = []

    def function(word: str) -> str | None:
        asked.append(word)
        return None if word == "cat" else word.upper()

    handle = handle_of(TEXTS)
    options, kept = native(TermOptions(function=function, stop_words=["x", "y\n\\"]))
    handle.set_terms(options, function)
    assert kept
    expected = rows(handle.term_table())
    path = tmp_path / "file"
    handle.save(path, None)
    asked.clear()
    copy = load(path)
    assert rows(copy.term_table()) == expected
    copy.add("the new word")
    with pytest.raises(TermsPendingError, match="'new'"):
        copy.term_table()
    other, _ = Handle.load(default_core(), path, None, False, function)
    other.add("the new word")
    handle.add("the new word")
    assert rows(other.term_table()) == rows(handle.term_table())
    assert asked == ["new", "word"] * 2


@pytest.mark.parametrize("mmap", [False, True])
def test_files_of_the_first_release_of_each_format_are_loaded(mmap: bool) -> None:
    core, folder = default_core(), ROOT / "tests" / "data" / "saved"
    copy, table = Handle.load(core, folder / "documents-1.arrow", None, mmap)
    assert table is not None
    assert rows(table) == rows(columns_of(handle_of(TEXTS)))
    assert answers(copy) == answers(handle_of(TEXTS))
    copy, table = Handle.load(core, folder / "counts-1.arrow", None, mmap)
    assert table is None
    assert answers(copy) == answers(handle_of(TEXTS, store_text=False))
