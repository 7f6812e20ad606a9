"""The header compiles without warnings in every version of C and C++, and describes every function."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
CAPI = ROOT / "rust_core" / "capi"
STANDARDS = {
    "c": ("c99", "c11", "c17", "c2x"),
    "c++": ("c++11", "c++14", "c++17", "c++20", "c++23"),
}
STRICT = ("-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only")
# A function, and the comment before it.
DESCRIBED = re.compile(r"/\*\*((?:(?!\*/).)*)\*/\nTP_API ([\w ]+?\**)(tp_\w+)\((.*?)\);", re.DOTALL)


def compiler(*names: str) -> str:
    found = next((path for path in map(shutil.which, names) if path), None)
    if found is None:
        pytest.skip(f"there is no {' or '.join(names)}")
    return found


def errors(compiler: str, language: str, standard: str, source: str, folder: Path) -> str:
    """Return the errors of a compiler for a source; every warning is an error."""
    (folder / "source").write_text(source, encoding="utf-8")
    command = [compiler, "-x", language, f"-std={standard}", *STRICT, f"-I{CAPI / 'include'}", "source"]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return "" if result.returncode == 0 else result.stderr or "failed"


@pytest.fixture(params=["gcc", "clang"])
def any_compiler(request: pytest.FixtureRequest) -> str:
    return compiler("gcc") if request.param == "gcc" else compiler("clang-19", "clang")


@pytest.mark.parametrize(("language", "standard"), [(name, one) for name, all_ in STANDARDS.items() for one in all_])
def test_the_header_and_the_example_compile_without_a_warning(
    any_compiler: str, language: str, standard: str, header: str, example_program: str, tmp_path: Path
) -> None:
    assert header
    names = ("text_processor_instruments", "text_processor", "text_processor_instruments", "text_processor")
    twice = "".join(f'#include "{name}.h"\n' for name in names)
    assert errors(any_compiler, language, standard, twice, tmp_path) == ""
    assert errors(any_compiler, language, standard, twice + example_program, tmp_path) == ""


def test_the_check_of_the_header_finds_warnings(any_compiler: str, header: str, tmp_path: Path) -> None:
    assert header
    careless = '#include "text_processor.h"\nint main(void) { tp_status unused = tp_analyzer_clear(0); }\n'
    assert "unused" in errors(any_compiler, "c", "c99", careless, tmp_path)


def test_the_header_includes_only_three_standard_headers(header: str) -> None:
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    assert re.findall(r"#\s*include (.*)", code) == ["<stdbool.h>", "<stddef.h>", "<stdint.h>"]


def test_each_function_says_what_may_be_null_what_is_returned_and_who_may_call_it(
    header: str, instruments_header: str
) -> None:
    described = DESCRIBED.findall(header + instruments_header)
    assert len(described) == (header + instruments_header).count("\nTP_API ")
    for comment, returned, name, parameters in described:
        assert "@threads " in comment, name
        assert ("@return " in comment) == (returned.strip() != "void"), name
        if returned.endswith("*"):
            assert re.search(r"@return .*NULL.*(lives|valid)", comment, re.DOTALL), name
        flat = re.sub(r"\(\*(\w+)\)\([^()]*\)", r"*\1", parameters)
        for parameter in flat.split(",") if flat != "void" else []:
            *_, pointer, parameter_name = re.split(r"(\*?)(?=\b\w+$)", parameter.strip())
            text = re.search(rf"@param(?:\[[a-z,]+\])? {parameter_name} ([^@]*)", comment)
            assert text is not None, f"{name}: {parameter_name}"
            if pointer:
                assert re.search("NULL|As in", text[1]), f"{name}: {parameter_name}"


def doxygen(header: Path, output: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "HEADER": str(header), "OUTPUT": str(output)}
    command = [compiler("doxygen"), str(CAPI / "Doxyfile")]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_doxygen_makes_the_reference_without_a_warning(header: str, tmp_path: Path) -> None:
    assert header
    result = doxygen(CAPI / "include", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    page = (tmp_path / "html" / "text__processor_8h.html").read_text(encoding="utf-8")
    assert set(re.findall(r"\btp_\w+(?=\()", re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL))) <= set(
        re.findall(r"\btp_\w+", page)
    )


@pytest.mark.parametrize(
    "line",
    [
        "@param milliseconds The approximate time of a step; 0 for one step that does everything.",
        "@param status Any number",
    ],
)
def test_doxygen_fails_if_a_parameter_is_not_described(line: str, header: str, tmp_path: Path) -> None:
    assert line in header
    changed = tmp_path / "text_processor.h"
    changed.write_text(re.sub(rf"^ \* {re.escape(line)}.*\n", "", header, flags=re.MULTILINE), encoding="utf-8")
    result = doxygen(changed, tmp_path)
    assert result.returncode != 0
    assert line.split()[1] in result.stderr
