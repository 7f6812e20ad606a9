"""After an error, the file of a saved analyzer is complete, or it is still the old file."""

from __future__ import annotations

import errno
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

import pytest
from saved_files import TEXTS, handle_of, load, rows

from text_processor._native import long_calls
from text_processor._native.checkpoint import on_checkpoint
from text_processor.exceptions import (
    ForkedAnalyzerError,
    TextProcessorError,
)

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def limit_of_files(length: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_the_old_file_stays_if_the_new_one_cannot_be_written(tmp_path: Path) -> None:
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


def test_a_symbolic_link_stays_and_its_file_is_written(tmp_path: Path) -> None:
    handle, other = handle_of(["to be"]), tmp_path / "folder"
    other.mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "second")
    (tmp_path / "second").symlink_to("folder/file")
    for _ in range(2):
        handle.save(tmp_path / "link", None)
        assert (tmp_path / "link").is_symlink()
        assert load(other / "file").document_count() == 1
        assert [each.name for each in other.iterdir()] == ["file"]
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="loop") as caught:
        handle.save(tmp_path / "loop", None)
    assert caught.value.errno == errno.ELOOP


def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(TextProcessorError, match="not a regular file"):
        handle_of(["to be"]).save(tmp_path / "pipe", None)
    with pytest.raises(TextProcessorError, match="not a regular file"):
        load(tmp_path / "pipe")


def test_a_saved_file_has_the_documents_of_one_moment(tmp_path: Path) -> None:
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


def test_an_exception_of_a_signal_handler_stops_save_and_no_file_is_left(tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    def stop(_number: int, _frame: object) -> None:
        raise StoppedError

    handle = handle_of(["word " * 1_000_000] * 12)
    handle.unique_words()

    def save_until_stopped() -> None:
        try:
            # The signal is repeated, because Python may call the handler where it ignores exceptions.
            signal.setitimer(signal.ITIMER_REAL, 0.003, 1)
            while True:
                handle.save(tmp_path / "file", None)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    before = signal.signal(signal.SIGALRM, stop)
    try:
        for _ in range(3):
            with pytest.raises(StoppedError):
                save_until_stopped()
            assert [each.name for each in tmp_path.iterdir()] in ([], ["file"])
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_a_child_that_is_forked_while_an_analyzer_is_saved_leaves_the_file_to_its_parent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With steps of 0 milliseconds, there is a checkpoint after each piece of the file.
    monkeypatch.setattr(long_calls, "MILLISECONDS_PER_STEP", 0)
    parent = os.getpid()
    children: list[int] = []

    def fork() -> None:
        if os.getpid() == parent and not children:
            children.append(os.fork())

    handle, path = handle_of(["word " * 1_000_000] * 12), tmp_path / "file"
    handle.unique_words()
    token = on_checkpoint.set(fork)
    try:
        handle.save(path, None)
    except ForkedAnalyzerError:
        os._exit(0 if os.getpid() != parent else 1)
    finally:
        if os.getpid() != parent:
            os._exit(2)
        on_checkpoint.reset(token)
    assert [os.waitpid(child, 0)[1] for child in children] == [0]
    assert load(path).total_words() == 12_000_000
    assert list(tmp_path.iterdir()) == [path]
