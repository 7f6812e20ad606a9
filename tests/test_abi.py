"""The ABI keeps everything of each release, and `make check-abi` finds a change that breaks programs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from text_processor._native.core import load_core

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
ABI = ROOT / "rust_core" / "capi" / "abi"
LAST = max(([int(number) for number in path.stem.split(".")] for path in ABI.glob("*.abi")), default=[])
"""Major and minor version of the last release; empty if the tests run without the sources of the library."""


@pytest.fixture(autouse=True)
def _tools(header: str) -> None:
    assert header
    for tool in ("cc", "nm", "abidw", "abidiff"):
        if shutil.which(tool) is None:
            pytest.skip(f"there is no {tool}: 'make check-abi' installs it")


def check(
    header: str, folder: Path, library: Path | str | None = None, *, minor: int | None = None
) -> subprocess.CompletedProcess[str]:
    """Compare a header with the releases, as `make check-abi` does, as if the ABI had this minor version."""
    path = folder / "text_processor.h"
    path.write_text(header, encoding="utf-8")
    root = ROOT
    if minor is not None:
        root = folder / "root"
        shutil.copytree(ROOT / "tools", root / "tools")
        shutil.copytree(ABI, root / "rust_core" / "capi" / "abi")
        versions = root / "rust_core" / "capi" / "src" / "abi.rs"
        versions.parent.mkdir()
        versions.write_text(f"pub const MAJOR: u32 = {LAST[0]};\npub const MINOR: u32 = {minor};\n", encoding="utf-8")
    command = ["tools/check-abi", str(path), str(library or load_core().path)]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


def changed(header: str, original: str, change: str) -> str:
    assert header.count(original) == 1, original
    return header.replace(original, change)


def test_the_abi_has_everything_that_the_last_release_had(header: str, tmp_path: Path) -> None:
    result = check(header, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "has everything" in result.stdout


@pytest.mark.parametrize(
    ("original", "change"),
    [
        ("TP_API uint32_t tp_default_threads(void);", ""),
        ("TP_API uint32_t tp_default_threads(void);", "TP_API uint64_t tp_default_threads(void);"),
        ("tp_analyzer *analyzer, uint32_t milliseconds", "tp_analyzer *analyzer, uint64_t milliseconds"),
        ("size_t capacity, tp_draft **draft", "tp_draft **draft"),
        ("const double *values", "double *values"),
        ("bool skip_blank", "int skip_blank"),
        ("typedef int32_t tp_status;", "typedef int64_t tp_status;"),
        ("  size_t threads;\n  /** Yes: the analyzer only counts", "  /** Yes: the analyzer only counts"),
        ("  uint64_t unique_words;\n", "  double unique_words;\n"),
        ("  uint64_t unique_words;\n", "  uint64_t terms;\n"),
        ("  uint64_t total_bytes;\n", "  uint64_t before;\n  uint64_t total_bytes;\n"),
        ("  TP_NORM_L2 = 2\n", "  TP_NORM_L2 = 3\n"),
        ("typedef size_t tp_norm;", "typedef int32_t tp_norm;"),
        ("  tp_features features;\n", ""),
        ("  uint64_t total_documents;\n", "  uint64_t total_documents;\n  uint64_t more;\n"),
        ("(*tp_document_callback)(void *user_data, ", "(*tp_document_callback)("),
        ("TP_ERROR_NO_WORDS = 4,", "TP_ERROR_NO_WORDS = 44,"),
        ("  TP_ERROR_TEXT_NOT_STORED = 9,\n", ""),
        ("  void *private_data;\n};\n\n#endif\n\n/** @endcond */", "};\n\n#endif\n\n/** @endcond */"),
    ],
)
def test_a_change_that_breaks_programs_is_refused(original: str, change: str, header: str, tmp_path: Path) -> None:
    result = check(changed(header, original, change), tmp_path)
    assert result.returncode != 0
    assert "only another major version" in result.stderr


def test_a_function_of_the_header_that_the_library_lacks_is_refused(header: str, tmp_path: Path) -> None:
    names = (ABI / "symbols.txt").read_text(encoding="utf-8").split()
    source, library = tmp_path / "lacking.c", tmp_path / "lacking.so"
    source.write_text("".join(f"void {name}(void) {{}}\n" for name in names if name != "tp_hello"), encoding="utf-8")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    result = check(header, tmp_path, library)
    assert result.returncode != 0
    assert "tp_hello" in result.stdout


@pytest.mark.parametrize(
    ("original", "change"),
    [
        ("  double average_words;\n", "  double average_words;\n  uint64_t more;\n"),
        ("  size_t pattern_length;\n", "  size_t pattern_length;\n  size_t more;\n"),
        ("  TP_NORM_L2 = 2\n", "  TP_NORM_L2 = 2,\n  TP_NORM_MAX = 3\n"),
        ("  TP_ERROR_FORKED = 11", "  TP_ERROR_NEW = 99,\n  TP_ERROR_FORKED = 11"),
        ("tp_analyzer *analyzer, uint32_t milliseconds", "tp_analyzer *analyzer, uint32_t time"),
    ],
)
def test_a_newer_minor_version_may_add_and_may_rename_parameters(
    original: str, change: str, header: str, tmp_path: Path
) -> None:
    result = check(changed(header, original, change), tmp_path, minor=LAST[1] + 1)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(("further", "answer"), [(0, "raise MINOR"), (1, "has everything")])
def test_an_addition_after_a_release_needs_a_newer_minor_version(
    further: int, answer: str, header: str, tmp_path: Path
) -> None:
    more = changed(header, "TP_ERROR_FORKED = 11", "TP_ERROR_NEW = 99,\n  TP_ERROR_FORKED = 11")
    result = check(more, tmp_path, minor=LAST[1] + further)
    assert (result.returncode == 0) == (answer == "has everything")
    assert answer in result.stdout + result.stderr


def test_the_list_of_symbols_has_the_functions_of_the_header_and_all_have_one_prefix(header: str) -> None:
    listed = (ABI / "symbols.txt").read_text(encoding="utf-8").split()
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    assert listed == sorted(re.findall(r"^TP_API [^(]*?(\w+)\(", code, re.MULTILINE))
    assert all(name.startswith("tp_") for name in listed)


def test_the_file_of_the_last_release_has_every_member_of_the_structures(header: str) -> None:
    released = (ABI / f"{LAST[0]}.{LAST[1]}.abi").read_text(encoding="utf-8")
    written = set(re.findall(r"name='(?:member|place)_(\w+)'", released))
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    for name, members in re.findall(r"typedef struct (\w+) \{(.*?)\}", code, re.DOTALL):
        declared = {f"{name}_{member}" for member in re.findall(r"(\w+);", members)}
        assert {member for member in written if member.startswith(f"{name}_")} <= declared
        # A structure that is newer than the release may still change.
        assert declared & written or f"name='{name}'" not in released, name
