"""Swapping cores: other releases, files of every kind, several cores in one process, and a replaced file."""

from __future__ import annotations

import copy
import ctypes
import os
import pickle
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import text_processor
from text_processor import (
    CoreNotFoundError,
    IncompatibleCoreError,
    InvalidCoreError,
    TextAnalyzer,
    core_info,
    load_core,
)
from text_processor._native.core import ENVIRONMENT_VARIABLE, PACKAGED

pytestmark = pytest.mark.once

BuiltCore = Callable[[str], Path]
IS_LINUX = sys.platform == "linux"
elf = pytest.mark.skipif(not IS_LINUX, reason="libraries are in the ELF format on Linux")


def python(code: str, *arguments: str | Path, library: Path | None = None) -> str:
    """Run a program in its own Python process, which must succeed without messages, and return its output."""
    environment = {key: value for key, value in os.environ.items() if key != ENVIRONMENT_VARIABLE}
    if library is not None:
        environment[ENVIRONMENT_VARIABLE] = str(library)
    command = [sys.executable, "-c", code, *map(str, arguments)]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout


LOAD = """
import sys, text_processor
try:
    core = text_processor.load_core(sys.argv[1])
except text_processor.CoreLoadError as error:
    print(type(error).__name__, error)
else:
    print("loaded", text_processor.hello("x", core=core))
"""
"""Loads a core in its own process, because a damaged file may end the process."""


# ---- Cores of other releases ----


def test_the_error_for_a_core_of_an_older_minor_version_names_both_versions(built_core: BuiltCore) -> None:
    path = built_core("older-minor")
    needed = f"{path} has version 1.0 of the ABI, but this package needs 1.1 or a later 1.x"
    with pytest.raises(IncompatibleCoreError, match=re.escape(needed)):
        load_core(path)
    code = LOAD.replace("load_core(sys.argv[1])", "load_core()")
    assert python(code, library=path).startswith(f"IncompatibleCoreError {needed}")


@pytest.mark.parametrize(
    ("name", "has_events", "has_more"),
    [("older-minor", False, False), ("portable", True, False), ("newer-minor", True, True)],
)
def test_the_cores_for_these_tests_have_the_functions_of_their_version(
    built_core: BuiltCore, name: str, has_events: bool, has_more: bool
) -> None:
    library = ctypes.CDLL(str(built_core(name)))
    assert hasattr(library, "tp_analyzer_new")
    assert hasattr(library, "tp_events_new") == has_events
    assert hasattr(library, "tp_of_a_newer_minor") == has_more


def test_a_core_of_a_newer_minor_version_works(built_core: BuiltCore) -> None:
    core = load_core(built_core("newer-minor"))
    assert core_info(core)["abi_version"] == "1.2"
    assert text_processor.hello("x", core=core) == "Hello, x!"
    assert text_processor.count_words("one two", core=core) == 2
    heard: list[int] = []
    analyzer, usual = TextAnalyzer(core=core), TextAnalyzer()
    analyzer.set_callback(lambda event: heard.append(event["word_count"]))
    for one in (analyzer, usual):
        one.add_documents(["Good and great", "good, or BAD", "bad"])
    assert heard == [3, 3, 1]
    assert analyzer.word_frequency() == usual.word_frequency()
    assert analyzer.get_documents() == usual.get_documents()
    assert analyzer.analyze_sentiment() == usual.analyze_sentiment()
    assert analyzer.get_statistics() == usual.get_statistics()


def test_a_core_of_another_major_version_is_refused(built_core: BuiltCore) -> None:
    path = built_core("other-major")
    with pytest.raises(IncompatibleCoreError, match=r"has version 2\.1 of the ABI, but this package needs 1\.1"):
        load_core(path)


# ---- Files that are truncated, or for other machines ----


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A copy of the core of the package, which a test may damage."""
    return Path(shutil.copy(PACKAGED, tmp_path / "core.so"))


def end_of_segments(library: bytes) -> int:
    """The number of bytes that the loader needs, from the program headers."""
    table, entry_size, entries = struct.unpack_from("<32x Q 14x 2H", library)[:3]
    starts = range(table, table + entries * entry_size, entry_size)
    return max(
        int(offset + length) for offset, length in (struct.unpack_from("<8x Q 16x Q", library, at) for at in starts)
    )


@elf
@pytest.mark.parametrize(
    "length",
    [
        pytest.param(lambda _: 1, id="one byte"),
        pytest.param(lambda _: 16, id="a part of the header"),
        pytest.param(lambda _: 64, id="the header only"),
        pytest.param(lambda _: 100, id="a part of the table of segments"),
        pytest.param(lambda library: len(library) // 2, id="half"),
        pytest.param(lambda library: end_of_segments(library) - 4096, id="a page less than what is needed"),
        pytest.param(lambda library: end_of_segments(library) - 1, id="a byte less than what is needed"),
    ],
)
def test_a_truncated_file_is_refused(own: Path, length: Callable[[bytes], int]) -> None:
    os.truncate(own, length(own.read_bytes()))
    assert python(LOAD, own).startswith(f"InvalidCoreError {own} is not a shared library that this machine can load: ")


@elf
def test_a_file_that_has_only_the_parts_that_the_loader_needs_works(own: Path) -> None:
    os.truncate(own, end_of_segments(own.read_bytes()))
    assert python(LOAD, own) == "loaded Hello, x!\n"


@elf
@pytest.mark.parametrize(
    ("place", "value"),
    [
        pytest.param(18, b"\x08\x00", id="for MIPS"),
        pytest.param(18, b"\x16\x00", id="for s390x"),
        pytest.param(4, b"\x01", id="of 32 bits"),
        pytest.param(5, b"\x02", id="with the other order of bytes"),
        pytest.param(7, b"\x63", id="for another system"),
        pytest.param(16, b"\x02\x00", id="a program"),
        pytest.param(16, b"\x01\x00", id="an object that was not linked"),
    ],
)
def test_a_file_for_another_machine_is_refused(own: Path, place: int, value: bytes) -> None:
    with own.open("r+b") as file:
        file.seek(place)
        file.write(value)
    assert python(LOAD, own).startswith(f"InvalidCoreError {own} is not a shared library that this machine can load: ")


# ---- Files that are not libraries, or not cores ----


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe.so")
    return tmp_path / "pipe.so"


@pytest.fixture
def listening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.so")
        yield tmp_path / "socket.so"


def test_a_pipe_or_a_socket_is_refused_at_once(pipe: Path, listening: Path) -> None:
    for path in (pipe, listening, Path("/dev/null")):
        assert python(LOAD, path).startswith(f"InvalidCoreError {path} is not a shared library")


@pytest.mark.parametrize("content", [b"", b"text", b"!<arch>\n", b"INPUT(-lc)\n", b"\x7fELF", b"\x7fELF" * 1000])
def test_a_file_that_is_not_a_library_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "core.so"
    path.write_bytes(content)
    assert python(LOAD, path).startswith(f"InvalidCoreError {path} is not a shared library")


def test_links_are_followed(tmp_path: Path) -> None:
    good, circle, dangling = (tmp_path / name for name in ("good.so", "circle.so", "dangling.so"))
    good.symlink_to(PACKAGED)
    circle.symlink_to(circle)
    dangling.symlink_to(tmp_path / "nothing.so")
    assert python(LOAD, good) == "loaded Hello, x!\n"
    with pytest.raises(InvalidCoreError, match="is not a shared library"):
        load_core(circle)
    with pytest.raises(CoreNotFoundError, match=re.escape(f"there is no file {dangling}")):
        load_core(dangling)
    with pytest.raises(CoreNotFoundError):
        load_core(Path(PACKAGED) / "below a file")


def test_a_file_without_permission_to_read_is_refused() -> None:
    user = os.geteuid()
    # If root runs the test, another user loads the file, because root may read everything. That user cannot enter the
    # folders of pytest.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "core.so")
        shutil.copy(PACKAGED, path)
        path.chmod(0)
        os.chmod(folder, 0o711)  # noqa: S103
        if user == 0:
            os.seteuid(65534)
        try:
            with pytest.raises(InvalidCoreError, match="Permission denied"):
                load_core(path)
        finally:
            os.seteuid(user)


@elf
def test_other_libraries_and_programs_are_refused() -> None:
    mapped = Path("/proc/self/maps").read_text(encoding="utf-8")
    (libc,) = set(re.findall(r"(/\S*/(?:libc\.so\.6|libc-\S*\.so|ld-musl-\S*))\n", mapped))
    with pytest.raises(InvalidCoreError, match=re.escape(f"{libc} is a shared library, but not a core")):
        load_core(libc)
    import _cffi_backend

    with pytest.raises(InvalidCoreError, match="is a shared library, but not a core"):
        load_core(_cffi_backend.__file__)
    with pytest.raises(InvalidCoreError):
        load_core(os.path.realpath(sys.executable))


# ---- Several cores in one process ----


@pytest.fixture(params=["portable", "newer-minor"])
def other_core(request: pytest.FixtureRequest, built_core: BuiltCore) -> text_processor.Core:
    core = load_core(built_core(request.param))
    return load_core(PACKAGED) if core is load_core() else core


def test_analyzers_of_two_cores_can_be_used_alternately(other_core: text_processor.Core) -> None:
    analyzers = [TextAnalyzer(core=core) for core in (load_core(), other_core) * 3]
    for number in range(200):
        for place, analyzer in enumerate(analyzers):
            analyzer.add_document(f"Document {number} of {place} " * 50)
            assert analyzer.document_count() == number + 1
    for place, analyzer in enumerate(analyzers):
        assert analyzer.word_frequency()[str(place)] >= 200 * 50
        assert len(analyzer.word_frequency()) == len(analyzers[0].word_frequency())


def test_threads_use_analyzers_of_both_cores(other_core: text_processor.Core) -> None:
    cores = load_core(), other_core

    def work(seed: int) -> int:
        analyzers = [TextAnalyzer(core=core) for core in cores]
        for number in range(50):
            for analyzer in analyzers:
                analyzer.add_documents([f"{seed} {number} some Words", "more words"])
        first, second = (analyzer.word_frequency() for analyzer in analyzers)
        assert first == second
        return first["words"]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(16))) == [100] * 16


def test_a_callback_of_one_core_can_use_the_other_core(other_core: text_processor.Core) -> None:
    first, second = TextAnalyzer(), TextAnalyzer(core=other_core)

    def copy_to_second(event: text_processor.DocumentEvent) -> None:
        second.add_document(event["text"] + " again")

    def refuse(_event: text_processor.DocumentEvent) -> None:
        if len(second) == 3:
            raise LookupError("three are enough")

    first.set_callback(copy_to_second)
    second.set_callback(refuse)
    with pytest.raises(LookupError, match="three are enough"):
        first.add_documents(["one", "two", "three", "four"])
    assert first.get_documents() == ["one", "two", "three"]
    assert second.get_documents() == ["one again", "two again", "three again"]


def test_results_of_each_core_stay_valid_after_their_analyzer_is_freed(other_core: text_processor.Core) -> None:
    np = pytest.importorskip("numpy")
    counts, scaled = [], []
    for core in (load_core(), other_core):
        analyzer = TextAnalyzer(core=core)
        analyzer.add_document("a b a c a b")
        counts.append(analyzer.word_counts())
        scaled.append(text_processor.process_array(np.arange(4.0), 2.0, core=core))
        analyzer.close()
    TextAnalyzer(core=other_core).add_document("other words " * 1000)
    assert counts[0] == counts[1] == pickle.loads(pickle.dumps(counts[1]))  # noqa: S301
    assert dict(counts[0]) == dict(counts[1]) == {"a": 3, "b": 2, "c": 1}
    assert [array.tolist() for array in scaled] == [[0.0, 2.0, 4.0, 6.0]] * 2


def test_only_analyzers_of_the_default_core_can_be_pickled(other_core: text_processor.Core) -> None:
    usual, other = TextAnalyzer(), TextAnalyzer(core=other_core)
    for analyzer in (usual, other):
        analyzer.add_document("one")
    assert pickle.loads(pickle.dumps(usual)).get_documents() == ["one"]  # noqa: S301
    assert copy.copy(other).get_documents() == ["one"]
    for make_copy in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError, match=re.escape(f"of the core {other_core.path!r}")):
            make_copy(other)
    before = load_core()
    try:
        load_core(other_core.path, make_default=True)
        assert pickle.loads(pickle.dumps(other)).get_documents() == ["one"]  # noqa: S301
    finally:
        load_core(before.path, make_default=True)


# ---- Replacing a file that a process uses ----

USE_UNTIL_STOPPED = """
import sys, threading
import text_processor
analyzer = text_processor.TextAnalyzer()
rounds = 0
stopped = threading.Event()

def listen():
    sys.stdin.readline()
    stopped.set()

threading.Thread(target=listen, daemon=True).start()
print("ready", flush=True)
while not stopped.is_set() or rounds < 3:
    analyzer.add_documents(["Some Words and more words"] * 1000)
    rounds += 1
    assert analyzer.word_frequency()["words"] == 2000 * rounds
    assert analyzer.total_words() == 5000 * rounds
    assert text_processor.hello("x") == "Hello, x!"
# Functions that were not used before the file was replaced also come from the old file.
assert analyzer.get_statistics()["document_count"] == 1000 * rounds
assert text_processor.count_words("a b") == 2
assert sum(1 for _ in analyzer) == 1000 * rounds
print(text_processor.core_info()["abi_version"])
"""


@pytest.mark.parametrize(
    "replace",
    [
        pytest.param(lambda new, old: os.replace(new, old), id="os.replace"),
        pytest.param(lambda new, old: subprocess.run(["mv", "-f", new, old], check=True), id="mv"),
        pytest.param(lambda new, old: subprocess.run(["install", new, old], check=True), id="install"),
        pytest.param(lambda _, old: os.unlink(old), id="rm"),
    ],
)
def test_a_process_keeps_the_file_that_it_loaded(
    tmp_path: Path, built_core: BuiltCore, replace: Callable[[Path, Path], object]
) -> None:
    path, new = tmp_path / "core.so", tmp_path / "new.so"
    shutil.copy(PACKAGED, path)
    shutil.copy(built_core("newer-minor"), new)
    environment = {**os.environ, ENVIRONMENT_VARIABLE: str(path)}
    command = [sys.executable, "-c", USE_UNTIL_STOPPED]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        replace(new, path)
        output, errors = process.communicate("stop\n", timeout=60)
    assert (process.returncode, output, errors) == (0, "1.1\n", "")
    if path.exists():
        assert (
            python("import text_processor; print(text_processor.core_info()['abi_version'])", library=path) == "1.2\n"
        )


def test_a_refused_core_can_be_replaced_by_a_good_one(tmp_path: Path, built_core: BuiltCore) -> None:
    path = tmp_path / "core.so"
    for name, abi in (("older-minor", None), ("newer-minor", "1.2"), ("other-major", None), ("portable", "1.1")):
        shutil.copy(built_core(name), tmp_path / "next.so")
        os.replace(tmp_path / "next.so", path)
        if abi is None:
            with pytest.raises(IncompatibleCoreError):
                load_core(path)
        else:
            assert core_info(load_core(path))["abi_version"] == abi


def test_threads_can_load_a_core_while_its_file_is_replaced(tmp_path: Path, built_core: BuiltCore) -> None:
    path, newer = tmp_path / "core.so", built_core("newer-minor")
    shutil.copy(PACKAGED, path)
    is_over = threading.Event()

    def load() -> set[str]:
        found = set()
        while not is_over.is_set():
            core = load_core(path)
            assert text_processor.hello("x", core=core) == "Hello, x!"
            found.add(core_info(core)["abi_version"])
        found.add(core_info(load_core(path))["abi_version"])
        return found

    with ThreadPoolExecutor(3) as pool:
        loading = [pool.submit(load) for _ in range(3)]
        try:
            for _ in range(5):
                shutil.copy(PACKAGED, tmp_path / "next.so")
                os.replace(tmp_path / "next.so", path)
            shutil.copy(newer, tmp_path / "next.so")
            os.replace(tmp_path / "next.so", path)
        finally:
            is_over.set()
        assert all("1.2" in future.result() for future in loading)
