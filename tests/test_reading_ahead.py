"""A thread reads and decompresses the next part of a file while the core counts. Large files need no more memory."""

from __future__ import annotations

import gzip
import io
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from reading_files import documents, refused, tarred, written

from text_processor import ForkedAnalyzerError, TextAnalyzer
from text_processor._files import decoding

pytestmark = pytest.mark.once

# ---- Reading ahead ----


@pytest.fixture(name="large", scope="module")
def _large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    text = os.urandom(10 << 20).hex().replace("a", "\n").encode()
    return written(tmp_path_factory.mktemp("large") / "large.txt.gz", gzip.compress(text, 1))


def test_no_thread_is_left_after_a_call(large: Path) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("enough")

    before = set(threading.enumerate())
    analyzer = TextAnalyzer()
    names: set[str] = set()
    analyzer.add_file(large, lines=True, progress=lambda *_: names.update(one.name for one in threading.enumerate()))
    assert "text_processor reads ahead" in names
    assert before.issuperset(threading.enumerate())
    with pytest.raises(RuntimeError, match="enough"):
        analyzer.add_file(large, lines=True, progress=fail)
    assert before.issuperset(threading.enumerate())


def test_file_objects_of_the_caller_are_read_on_the_thread_of_the_caller(large: Path) -> None:
    class File(io.FileIO):
        def readinto(self, room: Any) -> int | None:
            threads.add(threading.current_thread())
            return super().readinto(room)

        def read(self, size: int | None = -1) -> bytes | None:  # type: ignore[override]  # as in FileIO
            threads.add(threading.current_thread())
            return super().read(-1 if size is None else size)

    threads: set[threading.Thread] = set()
    with File(large) as file:
        assert len(documents(file, lines=True)) > 1000
    assert threads == {threading.current_thread()}


def test_files_are_read_on_the_thread_of_the_caller_if_no_thread_can_start(
    large: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    expected = documents(large, lines=True)
    monkeypatch.setattr(threading.Thread, "start", fail)
    assert documents(large, lines=True) == expected


def test_an_error_on_the_thread_reaches_the_caller_after_the_lines_before_it(tmp_path: Path) -> None:
    lines = b"good words\n" * 1_000_000
    path = written(tmp_path / "a.gz", gzip.compress(lines + b"a\0b\n" + os.urandom(2 << 20).hex().encode()))
    found, error = refused(path, lines=True)
    assert len(found) == 1_000_000
    assert f"a.gz, line 1000001: there is a NUL character at offset {len(lines) + 1} of the file" in error


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_ends_the_call_and_its_thread(large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(decoding, "PIECE_BYTES", 1 << 12)

    def add_until_interrupted() -> None:
        end = time.monotonic() + 60
        try:
            while time.monotonic() < end:
                TextAnalyzer().add_file(large, lines=True)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)

    before = set(threading.enumerate())
    handler = signal.signal(signal.SIGALRM, interrupt)
    try:
        for delay in (0.0002, 0.001, 0.004, 0.02):
            # The signal is repeated, because Python ignores exceptions during a callback of a weak reference.
            signal.setitimer(signal.ITIMER_REAL, delay, 1)
            with pytest.raises(KeyboardInterrupt):
                add_until_interrupted()
            # If the interrupt comes while the thread starts or ends, the thread may still run for a moment.
            for _ in range(1000):
                if before.issuperset(threading.enumerate()):
                    break
                time.sleep(0.005)
            assert before.issuperset(threading.enumerate())
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, handler)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs forks")
def test_a_child_that_was_forked_during_the_call_gets_an_error(large: Path) -> None:
    code = (
        "import os, sys, warnings\n"
        "warnings.simplefilter('ignore')\n"
        "from text_processor import ForkedAnalyzerError, TextAnalyzer\n"
        "child = None\n"
        "def fork(done, total):\n"
        "    global child\n"
        "    if child is None: child = os.fork()\n"
        "try: TextAnalyzer().add_file(sys.argv[1], lines=True, progress=fork)\n"
        "except ForkedAnalyzerError: os._exit(42 if child == 0 else 1)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, large], capture_output=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == (b"42\n", b"")
    assert issubclass(ForkedAnalyzerError, RuntimeError)


def test_pipes_are_read_to_their_end(tmp_path: Path) -> None:
    path = tmp_path / "pipe.gz"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(gzip.compress(b"good\nbad\n"),))
    writer.start()
    assert documents(path, lines=True) == ["good", "bad"]
    writer.join()


def test_an_error_of_the_system_is_not_reported_as_a_damaged_file() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            if self.tell() > 1000:
                raise OSError(5, "Input/output error")
            return super().read(min(size or 0, 500))

    with pytest.raises(OSError, match="Input/output error"):
        documents(Broken(gzip.compress(os.urandom(9000).hex().encode())))


# ---- Memory ----

PEAK = """
import sys
from text_processor import TextAnalyzer
analyzer = TextAnalyzer(store_text=False)
analyzer.add_file(sys.argv[1], lines=sys.argv[2] == "lines")
print(analyzer.total_words(), *(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the peak of memory as Linux reports it")
@pytest.mark.parametrize("name", ["a.txt.gz", "a.csv", "a.jsonl.gz", "a.parquet", "a.tar.gz"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, name: str) -> None:
    line = "some words of a line that compresses well " * 4
    peaks = []
    for rows in (100_000, 400_000):
        path = tmp_path / name
        if name == "a.parquet":
            parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
            import pyarrow as pa

            table = pa.table({"text": [line] * 50_000})
            with parquet.ParquetWriter(path, table.schema, use_dictionary=False) as writer:
                for _ in range(rows // 50_000):
                    writer.write_table(table)
        else:
            text = {
                "a.txt.gz": f"{line}\n" * rows,
                "a.tar.gz": f"{line}\n" * rows,
                "a.csv": "text\n" + f'"{line}"\n' * rows,
                "a.jsonl.gz": f'{{"text": "{line}"}}\n' * rows,
            }[name].encode()
            data = tarred({"a.txt": text}) if name == "a.tar.gz" else text
            path.write_bytes(gzip.compress(data, 1) if name.endswith("gz") else data)
        kind = "lines" if name in ("a.txt.gz", "a.tar.gz") else "rows"
        answer = subprocess.run([sys.executable, "-c", PEAK, path, kind], capture_output=True, check=True).stdout
        words, peak = map(int, answer.split())
        assert words == rows * len(line.split())
        peaks.append(peak)
    # The second text is 50 MB longer than the first.
    assert peaks[1] - peaks[0] < 20_000
