"""Names of files: bytes, names that are not text in the encoding of the system, and such names in errors."""

from __future__ import annotations

import codecs
import copy
import io
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import pytest

import text_processor
from text_processor import (
    AsyncTextAnalyzer,
    CoreNotFoundError,
    InvalidCoreError,
    InvalidDocumentError,
    InvalidLexiconError,
    Lexicon,
    TextAnalyzer,
    _files,
    load_core,
)
from text_processor._files import decoding
from text_processor._native.core import ENVIRONMENT_VARIABLE, PACKAGED

pytestmark = pytest.mark.once

LOCALES: dict[str, dict[str, str | bytes]] = {
    "UTF-8": {"LC_ALL": "C.UTF-8"},
    "ASCII": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "coerced": {"LC_ALL": "", "LC_CTYPE": "C"},
    "UTF-8 mode": {"LC_ALL": "C", "PYTHONUTF8": "1"},
    "unknown": {"LC_ALL": "xx_YY", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
}


LIBRARY = os.fsencode(PACKAGED)


class BytesPath:
    """A path object whose path is bytes."""

    def __init__(self, path: bytes) -> None:
        self.path = path

    def __fspath__(self) -> bytes:
        return self.path


@pytest.fixture
def folder(tmp_path: Path) -> bytes:
    """A folder whose name is not UTF-8 and contains an escape and a line feed."""
    path = os.fsencode(tmp_path) + b"/caf\xe9 \x1b[31m\n"
    try:
        os.mkdir(path)
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    return path


SHOWN = r"/caf\udce9 \x1b[31m\n"


def strictly_printable(error: BaseException) -> str:
    """Return the message of an error after checking that a terminal and a UTF-8 file can show it."""
    said = str(error)
    said.encode()
    assert said.isprintable()
    return said


def python(
    code: str, *arguments: bytes, environment: Mapping[str, str | bytes], folder: bytes | None = None
) -> subprocess.CompletedProcess[str]:
    inherited = {key: value for key, value in os.environ.items() if key != ENVIRONMENT_VARIABLE}
    return subprocess.run(
        [sys.executable, "-bb", "-W", "error", "-c", code, *arguments],
        cwd=folder,
        env={**inherited, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


# ---- Every kind of name ----


KINDS: list[Callable[[bytes], Any]] = [bytes, os.fsdecode, BytesPath, lambda name: Path(os.fsdecode(name))]


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_may_be_bytes_in_every_function_that_takes_one(folder: bytes, kind: Callable[[bytes], Any]) -> None:
    name = folder + b"/a\xff.tsv"
    with open(name, "wb") as file:
        file.write(b"good\t1\n")
    path = kind(name)
    analyzer = TextAnalyzer()
    assert analyzer.add_file(path, format="text") == 1
    assert analyzer.add_files([path, name, path], lines=True, format="text") == 3
    assert analyzer.get_documents() == ["good\t1\n", *["good\t1"] * 3]
    assert dict(Lexicon.from_file(path)) == {"good": 1}
    scorer = text_processor.SentimentIntensityAnalyzer(path, path)
    assert scorer.lexicon == {"good": 1}
    assert _files.text_of(path) == b"good\t1\n"
    assert (_files.size(path), _files.name(path)) == (7, os.fsdecode(name))


def test_progress_has_the_size_of_files_with_names_of_bytes(folder: bytes) -> None:
    name = folder + b"/a"
    with open(name, "wb") as file:
        file.write(b"good words")
    seen: list[tuple[int, int | None]] = []
    TextAnalyzer().add_files([name, BytesPath(name)], progress=lambda *done: seen.append(done))
    assert seen[-1] == (20, 20)


def test_one_name_is_not_treated_as_several(tmp_path: Path) -> None:
    for path in (str(tmp_path), os.fsencode(tmp_path), BytesPath(b"x"), tmp_path):
        with pytest.raises(TypeError, match="put it in a list"):
            TextAnalyzer().add_files(path)  # type: ignore[arg-type]


def test_the_async_analyzer_takes_names_of_bytes(folder: bytes) -> None:
    import asyncio

    with open(folder + b"/a", "wb") as file:
        file.write(b"good words")

    async def added() -> int:
        async with AsyncTextAnalyzer() as analyzer:
            return await analyzer.add_file(folder + b"/a")

    assert asyncio.run(added()) == 1


# ---- Names in errors ----


def opened(name: bytes) -> BinaryIO:
    return open(name, "rb")


@pytest.mark.parametrize("kind", [*KINDS, opened])
def test_errors_contain_the_name_and_their_messages_can_be_printed(folder: bytes, kind: Callable[[bytes], Any]) -> None:
    name = folder + b"/a\xff"
    with open(name, "wb") as file:
        file.write(b"\xff")
    for lines in (False, True):
        path = kind(name)
        with pytest.raises(InvalidDocumentError) as caught:
            TextAnalyzer().add_file(path, lines=lines)
        if kind is opened:
            path.close()
        assert caught.value.path == os.fsdecode(name)
        assert SHOWN + r"/a\udcff" in strictly_printable(caught.value)
        again = copy.copy(caught.value)
        assert (again.path, str(again)) == (caught.value.path, str(caught.value))


def test_messages_contain_printable_names_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "größe, 中文 and\\n.txt"
    path.write_bytes(b"")
    with pytest.raises(InvalidDocumentError) as caught:
        TextAnalyzer().add_file(path)
    assert str(caught.value).startswith(f"{path}: ")


def test_errors_of_lexicons_can_be_printed(folder: bytes) -> None:
    for text, said in (
        (b"good\n", "line 1: each line must be a word, a tab"),
        (b"\xff", "not valid UTF-8"),
        (b"\x1f\x8b\x08", "gzip"),
    ):
        with open(folder + b"/a", "wb") as file:
            file.write(text)
        with pytest.raises(InvalidLexiconError) as caught:
            Lexicon.from_file(folder + b"/a")
        shown = strictly_printable(caught.value)
        assert SHOWN in shown
        assert said in shown
    with pytest.raises(FileNotFoundError) as missing:
        Lexicon.from_file(folder + b"/missing")
    strictly_printable(missing.value)


@pytest.mark.parametrize("kind", KINDS)
def test_errors_of_cores_can_be_printed(folder: bytes, kind: Callable[[bytes], Any]) -> None:
    library = Path(PACKAGED).read_bytes()
    with pytest.raises(CoreNotFoundError) as missing:
        load_core(kind(folder + b"/missing"))
    assert strictly_printable(missing.value).endswith(f"{SHOWN}/missing")
    for content, said in ((b"no library", "too short|invalid ELF header"), (library[: len(library) // 2], "truncated")):
        with open(folder + b"/core.so", "wb") as file:
            file.write(content)
        with pytest.raises(InvalidCoreError, match=said) as invalid:
            load_core(kind(folder + b"/core.so"))
        assert SHOWN in strictly_printable(invalid.value)
    with pytest.raises(InvalidCoreError) as invalid:
        load_core(kind(folder))
    assert SHOWN in strictly_printable(invalid.value)


def test_a_core_whose_name_has_a_nul_character_is_refused() -> None:
    for name in ("a\0b", b"a\0b"):
        with pytest.raises(InvalidCoreError, match="null"):
            load_core(name)


# ---- Cores ----


LOADS = """
import os, pickle, shutil, sys
from pathlib import Path
from text_processor import Core, TextAnalyzer, load_core

class BytesPath:
    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path

folder = os.fsencode(sys.argv[1])
name = folder + b"/core\\xff.so"
core = load_core({kind}(name))
assert load_core(name) is core
assert isinstance(core, Core)
assert os.fsencode(core.path) == os.fsencode(core.info()["library"]) == name
said = [repr(core)]
with TextAnalyzer(core=core) as analyzer:
    analyzer.add_document("good words, good")
    assert analyzer.top_words(1) == [("good", 2)]
    try:
        pickle.dumps(analyzer)
    except TypeError as error:
        said.append(str(error))
assert len(said) == 2 and all(text.isprintable() and text.encode() for text in said), said
shutil.copy(name, folder + b"/new")
os.replace(folder + b"/new", name)
replaced = load_core(name)
assert replaced is not core
assert replaced._lib.tp_version() != core._lib.tp_version()
print("all is well")
"""
"""Runs in its own process, because the core stays loaded, and other packages read the names of all libraries."""


@pytest.mark.parametrize("kind", ["bytes", "os.fsdecode", "BytesPath", "(lambda name: Path(os.fsdecode(name)))"])
def test_a_core_in_a_folder_with_any_name_can_be_loaded_and_replaced(folder: bytes, kind: str) -> None:
    shutil.copy(LIBRARY, folder + b"/core\xff.so")
    result = python(LOADS.replace("{kind}", kind), folder, environment={})
    assert (result.stdout, result.stderr) == ("all is well\n", "")


@pytest.mark.parametrize("name", [b"caf\xe9", "café 中文".encode(), b"caf\xe9 \x1b[31m\n"])
@pytest.mark.parametrize("place", LOCALES)
def test_the_package_works_in_a_folder_with_any_name_in_any_locale(tmp_path: Path, name: bytes, place: str) -> None:
    folder = os.fsencode(tmp_path) + b"/" + name
    try:
        os.mkdir(folder)
    except OSError:
        pytest.skip("this file system takes only names in UTF-8")
    package = os.fsdecode(folder + b"/text_processor")
    shutil.copytree(os.path.dirname(text_processor.__file__), package, ignore=shutil.ignore_patterns("__pycache__"))
    with open(folder + b"/a\xff.txt", "wb") as file:
        file.write(codecs.BOM_UTF8 + "good größe".encode())
    code = (
        "import os, sys, text_processor as t\n"
        "folder = os.fsencode(sys.argv[1])\n"
        "assert os.fsencode(t.__file__).startswith(folder)\n"
        "library = os.fsencode(t.core_info()['library'])\n"
        "assert os.path.dirname(library) == folder + b'/text_processor', library\n"
        "analyzer = t.TextAnalyzer()\n"
        "analyzer.add_file(folder + b'/a\\xff.txt')\n"
        "analyzer.add_file(os.fsdecode(folder + b'/a\\xff.txt'))\n"
        "print(ascii(analyzer.word_frequency()))\n"
        "try:\n"
        "    analyzer.add_file(folder + b'/a\\xff.txt', encoding='ascii')\n"
        "except t.InvalidDocumentError as error:\n"
        "    sys.stdout.buffer.write(str(error).encode() + b'\\n')\n"
    )
    result = python(code, folder, environment=LOCALES[place], folder=folder)
    assert result.stderr == ""
    frequencies, error = result.stdout.splitlines()
    assert frequencies == "{'good': 2, 'gr\\xf6\\xdfe': 2}"
    assert error.endswith(
        r"/a\udcff.txt: the text is not valid ascii: ordinal not in range(128) at offset 0 of the file"
    )


@pytest.mark.parametrize("place", LOCALES)
def test_the_environment_variable_may_name_a_core_in_a_folder_with_any_name(folder: bytes, place: str) -> None:
    name = folder + b"/core\xff.so"
    shutil.copy(LIBRARY, name)
    code = "import os, text_processor as t; print(repr(os.fsencode(t.core_info()['library'])))"
    result = python(code, environment={**LOCALES[place], ENVIRONMENT_VARIABLE: name})
    assert (result.stdout, result.stderr) == (f"{name!r}\n", "")
    code = (
        "import sys, text_processor as t\n"
        "try:\n"
        "    t.hello('x')\n"
        "except t.CoreNotFoundError as error:\n"
        "    sys.stdout.buffer.write(str(error).encode())\n"
    )
    missing = python(code, environment={**LOCALES[place], ENVIRONMENT_VARIABLE: folder + b"/missing"})
    assert (missing.stderr, missing.returncode) == ("", 0)
    assert f"{SHOWN}/missing (the environment variable {ENVIRONMENT_VARIABLE} names this file" in missing.stdout


def test_most_cores_are_loaded_without_ctypes() -> None:
    code = "import sys, text_processor as t; t.hello('x'); print('ctypes' in sys.modules)"
    assert python(code, environment={}).stdout == "False\n"


# ---- Open files, and values that are not files ----


def test_an_open_file_is_named_in_errors(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"")
    descriptor = os.open(path, os.O_RDONLY)
    with open(path, "rb") as by_name, open(os.fsencode(path), "rb") as by_bytes, open(descriptor, "rb") as by_number:
        for file, name in (
            (by_name, str(path)),
            (by_bytes, str(path)),
            (by_number, f"<descriptor {descriptor}>"),
            (io.BytesIO(), "<BytesIO>"),
        ):
            with pytest.raises(InvalidDocumentError) as caught:
                TextAnalyzer().add_file(file)
            assert caught.value.path == name
            assert str(caught.value).startswith(f"{name}: ")


def test_values_that_are_not_files_are_refused_with_the_reason(tmp_path: Path, analyzer: TextAnalyzer) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"good")
    wrong: Any
    for wrong in (3, True):
        with pytest.raises(TypeError, match=r"to read a descriptor, pass open\(fd, 'rb'\)"):
            analyzer.add_file(wrong)
    for wrong in (None, 1.5, ["a"], bytearray(b"a")):
        with pytest.raises(TypeError, match=f"a file must be a path, or .*, not {type(wrong).__name__}"):
            analyzer.add_file(wrong)
    with path.open(encoding="utf-8") as text, pytest.raises(TypeError, match="use mode 'rb'"):
        analyzer.add_file(text)  # type: ignore[arg-type]
    for empty in ("", b""):
        with pytest.raises(FileNotFoundError):
            analyzer.add_file(empty)
    with pytest.raises(IsADirectoryError, match=r"Is a directory: .*"):
        analyzer.add_file(os.fsencode(tmp_path))
    with path.open("rb") as closed:
        pass
    with pytest.raises(ValueError, match="closed file"):
        analyzer.add_file(closed)
    assert len(analyzer) == 0


def test_a_non_blocking_file_without_data_is_not_treated_as_ended(analyzer: TextAnalyzer) -> None:
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with open(writing, "wb", buffering=0) as end, open(reading, "rb", buffering=0) as file:
        end.write(b"good words")
        for lines in (False, True):
            with pytest.raises(BlockingIOError, match="no data at this moment"):
                analyzer.add_file(file, lines=lines)
    assert len(analyzer) == 0


def test_a_named_pipe_is_read_to_its_end(tmp_path: Path, analyzer: TextAnalyzer) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    text = codecs.BOM_UTF8 + b"good words\n" * 50_000

    def write() -> None:
        with path.open("wb", buffering=0) as file:
            for start in range(0, len(text), 10_007):
                file.write(text[start : start + 10_007])

    for lines in (False, True):
        writer = threading.Thread(target=write)
        writer.start()
        analyzer.add_file(path, lines=lines)
        writer.join()
    assert (len(analyzer), analyzer.total_words()) == (50_001, 200_000)


@pytest.mark.parametrize("change", [-(1 << 20), 3 << 20])
def test_a_file_that_changes_its_size_is_read_to_its_end(tmp_path: Path, change: int) -> None:
    path = tmp_path / "a.txt"
    begun = (decoding.PIECE_BYTES * 3) // 5 * 5
    path.write_bytes(b"good " * (begun // 5))
    sizes: list[int] = []

    def resized(done: int, _: int | None) -> None:
        sizes.append(done)
        if len(sizes) == 1:
            with path.open("r+b") as file:
                if change < 0:
                    file.truncate(begun + change)
                else:
                    file.seek(0, os.SEEK_END)
                    file.write(b"good " * (change // 5))

    analyzer = TextAnalyzer()
    analyzer.add_file(path, progress=resized)
    assert analyzer.get_statistics()["total_bytes"] == path.stat().st_size
