"""The header, the library and the stub of the generated module declare the same functions."""

from __future__ import annotations

import inspect
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import text_processor
from text_processor._native.core import load_core

FUNCTION = re.compile(r"^TP_API [a-z][a-z0-9_ *]*?\b(tp_\w+)\(([^)]*(?:\([^)]*\)[^)]*)*)\);", re.MULTILINE)


def functions(header: str) -> dict[str, int]:
    """The functions of the header, and how many parameters each has."""
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    found = {}
    for name, parameters in FUNCTION.findall(code):
        flat = re.sub(r"\([^()]*\)", "", parameters)
        found[name] = 0 if flat.strip() == "void" else flat.count(",") + 1
    return found


def test_the_library_exports_exactly_what_the_header_declares(header: str, instruments_header: str) -> None:
    nm = shutil.which("nm")
    if nm is None:
        pytest.skip("there is no nm to list symbols with")
    symbols = subprocess.run(
        [nm, "--dynamic", "--defined-only", load_core().path], capture_output=True, text=True, check=True
    ).stdout
    exported = {line.split()[2].split("@")[0] for line in symbols.splitlines() if line.split()[1] == "T"}
    if "tp_instruments_report" in exported:
        header += instruments_header
    assert exported == set(functions(header))


def test_the_stub_of_the_generated_module_has_the_same_functions(header: str) -> None:
    stub = Path(text_processor.__file__).with_name("_native").joinpath("_ffi.pyi").read_text(encoding="utf-8")
    declared = {
        name: parameters.count(",") - 1 if "," in parameters else 0
        for name, parameters in re.findall(r"def (tp_\w+)\(\s*self,?\s*([^)]*?)\s*\)", stub)
    }
    expected = functions(header)
    assert declared.keys() == expected.keys()
    assert {n: c + 1 for n, c in declared.items() if expected[n]} == {n: c for n, c in expected.items() if c}


def test_the_stub_has_the_constants_of_the_header(header: str) -> None:
    stub = Path(text_processor.__file__).with_name("_native").joinpath("_ffi.pyi").read_text(encoding="utf-8")
    assert set(re.findall(r"^    (TP_\w+): int$", stub, re.MULTILINE)) == set(
        re.findall(r"^  (TP_\w+) = \d+", header, re.MULTILINE)
    )


def test_each_member_of_a_structure_of_options_is_as_wide_as_a_pointer(header: str) -> None:
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    wide = {"size_t", *re.findall(r"typedef size_t (\w+);", code)}
    structures = dict(re.findall(r"typedef struct (tp_\w+_options|tp_weights) \{(.*?)\}", code, re.DOTALL))
    assert structures.keys() >= {"tp_analyzer_options", "tp_weights"}
    for members in structures.values():
        assert {kind for kind in re.findall(r"(\S.*?)\s*\w+;", members) if "*" not in kind} <= wide


def test_each_type_of_option_values_has_named_enumerators(header: str) -> None:
    code = re.sub(r"/\*.*?\*/", "", header, flags=re.DOTALL)
    for name, values in re.findall(r"typedef size_t (\w+);(.*?)(?=typedef|TP_API)", code, re.DOTALL):
        assert re.search(r"enum \{\s+TP_\w+ = 0,", values), name


def test_the_signature_of_hello_is_readable() -> None:
    assert str(inspect.signature(text_processor.hello)) == "(name: 'str', *, core: 'Core | None' = None) -> 'str'"
