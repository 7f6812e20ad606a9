"""Loading cores: several cores in one process, and files that cannot be loaded."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import text_processor
from text_processor import (
    Core,
    CoreLoadError,
    CoreNotFoundError,
    IncompatibleCoreError,
    InvalidCoreError,
    TextAnalyzer,
    core_info,
    load_core,
)
from text_processor._native.core import ENVIRONMENT_VARIABLE, PACKAGED

pytestmark = pytest.mark.once

Compile = Callable[[str], Path]


@pytest.fixture
def compiled(tmp_path: Path) -> Compile:
    """A function that compiles C source to a small shared library."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler to make small libraries with")

    def compile_source(source: str) -> Path:
        path = tmp_path / f"library{len(list(tmp_path.iterdir()))}.so"
        command = [compiler, "-shared", "-fPIC", "-x", "c", "-", "-o", str(path)]
        subprocess.run(command, input=source, text=True, check=True)
        return path

    return compile_source


def python(code: str, library: str | None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ}
    environment.pop(ENVIRONMENT_VARIABLE, None)
    if library is not None:
        environment[ENVIRONMENT_VARIABLE] = library
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_core_info_describes_the_default_core() -> None:
    info = core_info()
    assert info["library"] == os.environ.get(ENVIRONMENT_VARIABLE, PACKAGED)
    assert info["version"] == text_processor.__version__
    assert info["abi_version"] == "1.1"
    assert info["simd"] in ("portable", "avx2", "avx512", "neon")
    assert info["threads"] >= 1
    assert core_info(load_core()) == info
    assert repr(load_core()) == f"Core(path={info['library']!r})"


def test_the_default_core_is_that_of_the_package() -> None:
    result = python("import text_processor; print(text_processor.core_info()['library'])", None)
    assert (result.stdout.strip(), result.stderr) == (PACKAGED, "")


def test_the_environment_variable_chooses_another_core(portable_core: Path) -> None:
    code = "import text_processor as t; i = t.core_info(); print(i['library'], i['simd']); print(t.hello('World'))"
    result = python(code, str(portable_core))
    assert (result.stdout, result.stderr) == (f"{portable_core} portable\nHello, World!\n", "")


def test_a_core_that_the_environment_variable_names_must_exist() -> None:
    result = python("import text_processor; text_processor.hello('World')", "/nowhere/core.so")
    assert "CoreNotFoundError: there is no file /nowhere/core.so" in result.stderr
    assert ENVIRONMENT_VARIABLE in result.stderr
    rescued = python(
        "import text_processor as t; from text_processor._native.core import PACKAGED\n"
        "t.load_core(PACKAGED, make_default=True); print(t.hello('x'))",
        "/nowhere",
    )
    assert rescued.stdout == "Hello, x!\n"


def test_two_cores_work_in_one_process(portable_core: Path) -> None:
    other = load_core(portable_core)
    assert load_core(str(portable_core)) is other
    assert core_info(other)["simd"] == "portable"
    analyzers = [TextAnalyzer(core=core) for core in (load_core(PACKAGED), other)]
    heard: list[str] = []
    for analyzer in analyzers:
        analyzer.set_callback(lambda event: heard.append(event["text"]))
        analyzer.add_document("The same words, the SAME answers " * 1000)
    assert len(heard) == 2
    assert analyzers[0].word_frequency() == analyzers[1].word_frequency()
    assert analyzers[0].top_words() == analyzers[1].top_words()
    assert text_processor.hello("World", core=other) == "Hello, World!"


def test_a_core_can_become_the_default(portable_core: Path) -> None:
    before = TextAnalyzer()
    usual = load_core()
    try:
        other = load_core(portable_core, make_default=True)
        assert core_info()["library"] == str(portable_core) == other.path
        before.add_document("stays with its own core")
        assert before.total_words() == 5
    finally:
        load_core(usual.path, make_default=True)


def test_a_replaced_core_can_be_loaded_while_the_old_one_is_in_use(
    tmp_path: Path, built_core: Callable[[str], Path]
) -> None:
    path = tmp_path / os.path.basename(PACKAGED)
    shutil.copy(PACKAGED, path)
    first = load_core(path)
    analyzer = TextAnalyzer(core=first)
    analyzer.add_document("before")
    shutil.copy(built_core("newer-minor"), tmp_path / "new")
    os.replace(tmp_path / "new", path)
    second = load_core(path)
    assert second is not first
    assert [core.info()["abi_version"] for core in (first, second)] == ["1.1", "1.2"]
    analyzer.add_document("after")
    assert len(analyzer) == 2
    assert text_processor.hello("x", core=second) == "Hello, x!"


@pytest.mark.parametrize("path", ["/nowhere/libtext_processor.so", "relative/nowhere.so", Path("/nowhere")])
def test_a_missing_file_is_refused(path: str | Path) -> None:
    with pytest.raises(CoreNotFoundError, match=f"there is no file {os.path.abspath(path)}"):
        load_core(path)
    assert issubclass(CoreNotFoundError, ImportError)


@pytest.mark.parametrize("content", [b"", b"not a library at all", b"\x7fELF" + bytes(100)])
def test_a_file_that_is_not_a_library_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "core.so"
    path.write_bytes(content)
    with pytest.raises(InvalidCoreError, match="not a shared library that this machine can load"):
        load_core(path)
    with pytest.raises(InvalidCoreError, match="not a shared library"):
        load_core(tmp_path)


def test_errors_of_loading_name_the_path_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "core.so"
    path.write_bytes(b"not a library, and long enough to have a header of a library" * 9)
    messages = set()
    for _ in range(3):
        with pytest.raises(InvalidCoreError) as caught:
            load_core(path)
        messages.add(str(caught.value))
    assert len(messages) == 1
    assert "/./" not in messages.pop()


def test_a_truncated_library_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "core.so"
    path.write_bytes(Path(PACKAGED).read_bytes()[:2000])
    with pytest.raises(InvalidCoreError, match="not a shared library"):
        load_core(path)


def test_a_library_that_is_not_a_core_is_refused(compiled: Compile) -> None:
    with pytest.raises(InvalidCoreError, match="a shared library, but not a core of text_processor"):
        load_core(compiled("int answer(void) { return 42; }"))


@pytest.mark.parametrize(("version", "said"), [("2 << 16", "2.0"), ("0 << 16 | 9", "0.9")])
def test_a_core_of_another_major_version_is_refused(compiled: Compile, version: str, said: str) -> None:
    path = compiled(f"unsigned tp_abi_version(void) {{ return {version}; }}")
    with pytest.raises(IncompatibleCoreError, match=f"has version {said} of the ABI, but this package needs 1.1"):
        load_core(path)


def test_a_core_that_lacks_a_function_is_refused(compiled: Compile) -> None:
    path = compiled("unsigned tp_abi_version(void) { return 1 << 16 | 1; } void tp_analyzer_free(void *a) {}")
    with pytest.raises(IncompatibleCoreError, match=r"lacks .*tp_analyzer_add_document, .*tp_version") as caught:
        load_core(path)
    assert "tp_analyzer_free" not in str(caught.value)


def test_paths_may_be_str_bytes_or_path_objects() -> None:
    assert load_core(os.fsencode(PACKAGED)) is load_core(PACKAGED)
    with pytest.raises(TypeError, match="load_core"):
        TextAnalyzer(core="x")  # type: ignore[arg-type]


def test_all_errors_of_loading_are_core_load_errors(tmp_path: Path) -> None:
    for kind in (CoreNotFoundError, InvalidCoreError, IncompatibleCoreError):
        assert issubclass(kind, CoreLoadError)
    with pytest.raises(CoreLoadError):
        load_core(tmp_path / "missing")


def test_the_import_error_of_an_unbuilt_source_tree_says_how_to_build(tmp_path: Path) -> None:
    source = Path(text_processor.__file__).parent
    shutil.copytree(
        source, tmp_path / "text_processor", ignore=shutil.ignore_patterns("_ffi.py", "*.so", "__pycache__")
    )
    # Without the finder of an editable installation, which finds the generated module in another folder.
    code = (
        "import sys; sys.meta_path = [f for f in sys.meta_path if '__editable__' not in f.__module__]\n"
        "import text_processor"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "a source tree that has not been built" in result.stderr
    assert "pip install -e ." in result.stderr


def test_load_core_returns_a_core(analyzer: TextAnalyzer) -> None:
    assert isinstance(load_core(), Core)
    assert analyzer.document_count() == 0
