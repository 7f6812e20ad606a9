"""Saved analyzers: files that other tools read, that survive a crash, and whose damage is found."""

from __future__ import annotations

import os
import random
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from text_processor._native.analyzer import Handle
from text_processor._native.checkpoint import on_checkpoint
from text_processor._native.core import default_core
from text_processor._native.table import NativeTable
from text_processor.exceptions import (
    ForkedAnalyzerError,
    InvalidOptionError,
    SavedFileError,
    TermsPendingError,
    TextNotStoredError,
)
from text_processor.terms import TermOptions, native

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ["The cat sat", "the dog é", "x y z the", "光 a\nb", "cat cat"]


def handle_of(texts: list[str], **options: Any) -> Handle:
    handle = Handle(default_core(), options.pop("threads", None), **options)
    if texts:
        handle.add_batch(texts)
    return handle


def columns_of(handle: Handle, *names: str) -> NativeTable:
    """A table with a row for each document."""
    core = handle.core
    return NativeTable.of(core, [handle._stream(core._lib.tp_analyzer_documents, 0)], names or ("id", "number"))


def rows(table: NativeTable) -> list[Any]:
    batches = list(table.batches(0, table.rows))
    kinds = list(enumerate(table.formats))
    return [[value for batch in batches for value in batch[number].values(kind)] for number, kind in kinds]


def answers(handle: Handle) -> list[Any]:
    """Answers that depend on texts, tokens, counts and terms, in order."""
    figures = handle.statistics()
    tables = [handle.term_table()]
    if figures.document_count and _keeps_text(handle):
        tables += [handle.document_table(), handle.ngram_table(2, 1)]
    return [
        figures.document_count,
        figures.total_words,
        figures.distinct_types,
        figures.total_bytes,
        *map(rows, tables),
    ]


def _keeps_text(handle: Handle) -> bool:
    try:
        handle.document_table()
    except TextNotStoredError:
        return False
    return True


def load(path: Path, mmap: bool = False, threads: int | None = None) -> Handle:
    return Handle.load(default_core(), path, threads, mmap)[0]


def of_state(data: bytes) -> Handle:
    return Handle.of_state(default_core(), data, 1)[0]


@given(
    st.lists(st.text("ab é\n光'", min_size=1, max_size=30).filter(str.strip), max_size=8),
    st.lists(st.text("ab é\n", min_size=1, max_size=30).filter(str.strip), max_size=3),
    st.booleans(),
    st.integers(0, 4),
)
def test_a_loaded_analyzer_answers_as_the_saved_one_and_takes_more_documents(
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


def test_files_of_many_batches(tmp_path: Path) -> None:
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
    with pytest.raises(SavedFileError, match="UTF-8"):
        mapped.document_table()
    with pytest.raises(SavedFileError, match="UTF-8"):
        mapped.save(tmp_path / "other", None)
    assert list(tmp_path.iterdir()) == [path]


def test_errors_of_the_system_name_the_file(tmp_path: Path) -> None:
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


@contextmanager
def limit_of_files(length: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    small, large = handle_of(TEXTS), handle_of(["word " * 100_000] * 10)
    small.save(path, None)
    data = path.read_bytes()
    for limit in (0, 10, 1_000, 100_000, 3_000_000):
        with limit_of_files(limit), pytest.raises(OSError, match="too large"):
            large.save(path, None)
        assert (list(tmp_path.iterdir()), path.read_bytes()) == ([path], data)
    large.save(path, None)
    assert load(path).total_words() == 1_000_000


KILLED = """
import sys
from text_processor._native.analyzer import Handle
from text_processor._native.core import default_core
handle = Handle(default_core(), 1)
handle.add_batch(["word " * 100_000] * 20)
handle.total_words()
print("ready", flush=True)
while True:
    handle.save(sys.argv[1], None)
"""


def test_a_process_that_is_killed_leaves_a_complete_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    numbers = random.Random(2)  # noqa: S311
    handle_of(TEXTS).save(path, None)
    for _ in range(6):
        with subprocess.Popen([sys.executable, "-c", KILLED, path], stdout=subprocess.PIPE, cwd=ROOT) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            time.sleep(numbers.random() * 0.2)
            process.send_signal(signal.SIGKILL)
        assert load(path).total_words() in (15, 2_000_000)
        assert all(each == path or each.name.startswith(".text_processor-") for each in tmp_path.iterdir())


def test_a_new_file_has_the_permissions_of_the_user_and_keeps_those_of_the_old_one(tmp_path: Path) -> None:
    path, handle = tmp_path / "file", handle_of(TEXTS)
    before = os.umask(0o027)
    try:
        handle.save(path, None)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o604)
    handle.save(path, None)
    assert stat.S_IMODE(path.stat().st_mode) == 0o604


def test_options_of_terms_come_back_and_given_terms_stay(tmp_path: Path) -> None:
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


def test_documents_are_saved_at_one_point_in_time(tmp_path: Path) -> None:
    handle, path = handle_of(["first words"]), tmp_path / "file"
    stop = threading.Event()

    def change() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            handle.add(f"text number {number}")
            if number % 50 == 0:
                handle.clear()

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(50):
            handle.save(path, None)
            copy = load(path)
            figures = copy.statistics()
            texts = rows(copy.document_table())[0]
            numbers = [int(text.split()[-1]) for text in texts if text != "first words"]
            assert numbers == list(range(numbers[0], numbers[0] + len(numbers))) if numbers else True
            assert figures.total_words == sum(len(text.split()) for text in texts)
    finally:
        stop.set()
        thread.join()


def test_a_signal_handler_ends_a_save_and_leaves_nothing(tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(_number: int, _frame: object) -> None:
        raise StoppedError

    handle = handle_of(["word " * 1_000_000] * 12)
    handle.unique_words()

    def save_forever() -> None:
        while True:
            handle.save(tmp_path / "file", None)

    before = signal.signal(signal.SIGALRM, stop)
    try:
        for _ in range(3):
            signal.setitimer(signal.ITIMER_REAL, 0.003, 0.003)
            with pytest.raises(StoppedError):
                save_forever()
            signal.setitimer(signal.ITIMER_REAL, 0)
            assert [each.name for each in tmp_path.iterdir()] in ([], ["file"])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_child_that_is_forked_while_an_analyzer_is_saved_leaves_the_file_to_its_parent(tmp_path: Path) -> None:
    parent = os.getpid()
    children: list[int] = []

    def fork() -> None:
        if os.getpid() == parent and not children:
            children.append(os.fork())

    handle, path = handle_of(["word " * 1_000_000] * 12), tmp_path / "file"
    handle.unique_words()
    token = on_checkpoint.set(fork)
    try:
        while not children:
            handle.save(path, None)
    except ForkedAnalyzerError:
        os._exit(0 if os.getpid() != parent else 1)
    finally:
        if os.getpid() != parent:
            os._exit(2)
        on_checkpoint.reset(token)
    assert os.waitpid(children[0], 0)[1] == 0
    assert load(path).total_words() == 12_000_000
    assert list(tmp_path.iterdir()) == [path]


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
